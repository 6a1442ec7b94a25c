//! The lane `conformance`: each scenario with each driver counts as one test.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, bail};

use super::{Tally, cargo, count_before};

/// Reports lie in the workspace's own `target/conformance`.
pub(super) fn run(tally: &mut Tally) -> anyhow::Result<()> {
    let report = crate::workspace().join("target/conformance");
    let mut command = cargo(&["run", "--quiet", "--package", "axiomo-conformance", "--", "--report"]);
    let mut child = command.arg(report).stdout(Stdio::piped()).spawn().context("cargo")?;
    let output = child.stdout.take().context("the runner's output")?;
    let (mut passed, mut failed) = (0, 0);
    for line in BufReader::new(output).lines() {
        let line = line?;
        // Each driver ends with such a line: `rust: 12 passed, 0 failed, …`.
        if line.contains(" passed, ") && line.ends_with(" not run") {
            passed += count_before(&line, " passed");
            failed += count_before(&line, " failed");
        }
        println!("{line}");
    }
    tally.passed += passed;
    tally.failed += failed;
    if !child.wait()?.success() && failed == 0 {
        bail!("the scenarios were not run; the lines above say why");
    }
    Ok(())
}
