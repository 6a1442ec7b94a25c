//! The lane of the Python package: its tests, its types, its documentation, its examples.

mod examples;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::{Tally, count_before, packages};
use crate::python::{site, target};
use crate::workspace;

const EXAMPLES: &str = "../examples/python";

/// Each checker of types counts as one test. Without Redis, the tests that need it are skipped.
pub fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    packages::provide_redis(may_install)?;
    let python = site()?;
    let bindings = workspace().join("bindings-python");
    // Pyright looks for the interpreter on the path.
    let folders = python.parent().map(PathBuf::from).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path)))?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.args(arguments).current_dir(&bindings);
        command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PATH", &path);
        command
    };
    pytest(command(&["-m", "pytest", "--quiet", "--doctest-modules", "tests", "python/axiomo"]), tally)?;
    // The tests of a bot, as a user has them: the plugin is all that they know of this folder.
    let mut bot = command(&["-m", "pytest", "--quiet", "-p", "no:cacheprovider"]);
    bot.current_dir(workspace().join("examples/python"));
    pytest(bot, tally)?;
    examples::run(&python, tally)?;
    for arguments in [
        &["-m", "mypy", "--no-error-summary", "python/axiomo", "tests", EXAMPLES, "../conformance/drivers/python"][..],
        &["-m", "mypy.stubtest", "axiomo", "--ignore-disjoint-bases"],
        &["-m", "pyright", "python", "tests", EXAMPLES, "../conformance/drivers/python"],
        &["-m", "pyright", "--verifytypes", "axiomo", "--ignoreexternal"],
    ] {
        let passes = command(arguments).status().context("python")?.success();
        tally.count(passes);
        if !passes {
            println!("failed: python {}", arguments.join(" "));
        }
    }
    Ok(())
}

/// Each of its tests counts as one.
pub(super) fn pytest(mut command: Command, tally: &mut Tally) -> anyhow::Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("python")?;
    let output = child.stdout.take().context("pytest's output")?;
    let before = tally.failed;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if line.contains(" passed") || line.contains(" failed") {
            tally.passed += count_before(&line, " passed");
            tally.failed += count_before(&line, " failed") + count_before(&line, " error");
        }
        println!("{line}");
    }
    if !child.wait()?.success() && tally.failed == before {
        tally.failed += 1;
    }
    Ok(())
}
