//! The Kotlin package: its tests, those of the driver's and the examples' folders, and the examples run against the
//! reference server.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::kotlin::maven;
use crate::python::target;
use crate::test::{Tally, packages};
use crate::uniffi::Native;

use super::examples::{Expected, Served};

pub fn run(native: &Native, tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    if !packages::provide_maven(may_install)? {
        return Ok(());
    }
    write_guide()?;
    let mut build = maven(native)?;
    build.arg("verify").env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
    let output = build.stdin(Stdio::null()).output().context("mvn")?;
    let failed = tally.failed;
    for module in ["axiomo", "guide", "examples"] {
        let reports = target().join("kotlin").join(module).join("surefire-reports");
        // A module is not built when one before it failed.
        if output.status.success() || reports.exists() {
            count(&reports, tally)?;
        }
    }
    if !output.status.success() {
        tally.failed += usize::from(tally.failed == failed);
        println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        return Ok(());
    }
    examples(tally)
}

/// Writes the programs of the documentation, each as a file of its own, for the guide's tests.
fn write_guide() -> anyhow::Result<()> {
    let folder = target().join("kotlin/guide-programs");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut count = 0;
    for page in ["README.md", "bindings-uniffi/kotlin/README.md", "docs/kotlin.md"] {
        let text = fs::read_to_string(crate::workspace().join(page)).context(page)?;
        for block in text.split("```kotlin\n").skip(1) {
            let program = block.split_once("```").context("a program that ends")?.0;
            let (imports, body): (Vec<_>, Vec<_>) = program.lines().partition(|line| line.starts_with("import "));
            count += 1;
            let text = format!(
                "@file:JvmName(\"Program{count}\")\n{}\nprivate suspend fun program() {{\n{}\n}}\n\n\
                 fun main() = kotlinx.coroutines.runBlocking {{ program() }}\n",
                imports.join("\n"),
                body.join("\n"),
            );
            fs::write(folder.join(format!("Program{count}.kt")), text)?;
        }
    }
    ensure!(count > 0, "the documentation has no programs in Kotlin");
    Ok(())
}

/// Counts the tests that the reports tell of.
fn count(reports: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let number = |text: &str, name: &str| -> Option<usize> {
        text.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
    };
    let mut tests = 0;
    for entry in fs::read_dir(reports).with_context(|| reports.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            let text = fs::read_to_string(&path)?;
            let [all, failures, errors, skipped] = ["tests", "failures", "errors", "skipped"]
                .map(|name| number(&text, name).with_context(|| format!("{}: {name}", path.display())));
            let failed = failures? + errors?;
            ensure!(skipped? == 0, "{}: a test was skipped", path.display());
            tests += all? - failed;
            tally.failed += failed;
        }
    }
    ensure!(tests > 0, "no tests are told of in {}", reports.display());
    tally.passed += tests;
    println!("Kotlin: {tests} tests in {}", reports.display());
    Ok(())
}

fn examples(tally: &mut Tally) -> anyhow::Result<()> {
    let served = Served::start(&target().join("kotlin/repository"))?;
    let built = target().join("kotlin/examples");
    let classes = std::env::join_paths([built.join("classes"), built.join("libraries/*")])?;
    let (first, second, missing, key) = (&*served.first, &*served.second, &*served.missing, served.key());
    for (arguments, key, exit_code, printed) in [
        (&["GateKt", first, "critical"][..], key, 0, "Renew sessions"),
        (&["GateKt", first, "low"], key, 1, "Renew sessions"),
        (&["GateKt", first, "low"], "ax_wrong", 2, "The risk cannot be known: "),
        (&["GateKt", first, "nonsense"], key, 2, "usage: "),
        (&["BatchKt"], key, 0, "2 done, 0 waiting"),
        (&["Risk", first], key, 0, "Renew sessions"),
        (&["Risk", missing], key, 1, "There is no such pull request"),
        (&["Risks", first, second], key, 0, "pull/124 "),
    ] {
        let mut command = Command::new("java");
        // The native part comes out of the jar, as for whoever has only that.
        command.arg("-cp").arg(&classes).args(arguments);
        served.run(command, &Expected { key, exit_code, printed }, tally)?;
    }
    Ok(())
}
