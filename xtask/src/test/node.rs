//! The lane of the npm package: its tests in every runtime, its examples, and its types in every way in which they are
//! looked up.

mod examples;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::{Tally, count_before, packages};
use crate::node::{npx, site};
use crate::python::target;

const TESTS: &str = "tests";

/// Each checker of types counts as one test. Without Redis, the tests that need it are skipped.
pub fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    packages::provide_redis(may_install)?;
    let package = site()?;
    let files = test_files(&package)?;
    let bun = bun(&package)?;
    let run = |program: &str, arguments: &[&str]| {
        let mut command = match program {
            "node" => Command::new("node"),
            "bun" => Command::new(&bun),
            _ => npx(&package),
        };
        if !["node", "bun"].contains(&program) {
            command.arg(program);
        }
        command.args(arguments).current_dir(&package);
        command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
        command.env("NO_COLOR", "1");
        command
    };
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    // A test that hangs is ended, and says which it is.
    let limit = ["--test", "--test-timeout=60000", "--test-reporter=tap"];
    let node = tests("Node", run("node", &[&limit[..], &files].concat()), tally, after("# pass "))?;
    let bun = run("bun", &[&["test", "--timeout=60000"][..], &files].concat());
    let bun = tests("Bun", bun, tally, |line| before(line, " pass"))?;
    let deno = ["test", "--allow-all", "--no-check", "--node-modules-dir=manual", TESTS];
    let deno = tests("Deno", run("deno", &deno), tally, |line| Some(count_before(line, " passed")))?;
    tally.count(node == bun && bun == deno);
    if node != bun || bun != deno {
        println!("failed: {node} tests in Node, {bun} in Bun, {deno} in Deno");
    }
    examples::run(&package, tally)?;
    let of_types =
        ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,esnext.disposable", "--types", "node"];
    let (module, common) = ("tests/types/esm.mts", "tests/types/cjs.cts");
    let bundler = ["--module", "esnext", "--moduleResolution", "bundler", module];
    for (program, arguments) in [
        ("tsc", [&of_types[..], &["--module", "node16", module, common]].concat()),
        ("tsc", [&of_types[..], &["--module", "nodenext", module, common]].concat()),
        ("tsc", [&of_types[..], &bundler].concat()),
        ("tsd", Vec::new()),
        ("publint", vec!["--strict"]),
        // In the oldest way of looking up, there are no paths within a package.
        ("attw", vec!["--pack", ".", "--profile", "node16"]),
    ] {
        let output = run(program, &arguments).stdin(Stdio::null()).output().context("npx")?;
        tally.count(output.status.success());
        if !output.status.success() {
            println!("failed: {program} {}", arguments.join(" "));
            println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        }
    }
    Ok(())
}

/// Its program lies in a package of the platform's, from where a script that is not run would take it.
fn bun(package: &Path) -> anyhow::Result<PathBuf> {
    let name = if cfg!(windows) { "bun.exe" } else { "bun" };
    let platforms =
        std::fs::read_dir(package.join("node_modules/@oven")).context("bindings-node/node_modules/@oven")?;
    let found = platforms.flatten().map(|platform| platform.path().join("bin").join(name)).find(|path| path.exists());
    found.context("Bun has no package for this platform")
}

/// Runs the tests in one runtime, and counts them; gives how many passed.
fn tests(
    runtime: &str,
    mut command: Command,
    tally: &mut Tally,
    passed: impl Fn(&str) -> Option<usize>,
) -> anyhow::Result<usize> {
    let output = command.stdin(Stdio::null()).output().with_context(|| runtime.to_owned())?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let count = text.lines().rev().filter_map(passed).find(|count| *count > 0).unwrap_or_default();
    tally.passed += count;
    println!("{runtime}: {count} passed");
    if !output.status.success() || count == 0 {
        tally.failed += 1;
        println!("{text}");
    }
    Ok(count)
}

/// The number after these words.
fn after(words: &str) -> impl Fn(&str) -> Option<usize> {
    move |line| line.strip_prefix(words)?.trim().parse().ok()
}

/// The number that is alone with these words.
fn before(line: &str, words: &str) -> Option<usize> {
    line.trim().strip_suffix(words)?.parse().ok()
}

fn test_files(package: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(package.join(TESTS)).context("bindings-node/tests")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("./{TESTS}/{name}"));
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "there are no tests in bindings-node/{TESTS}");
    Ok(files)
}
