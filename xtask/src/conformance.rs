//! `cargo xtask conformance`: every language's client against the same scenarios.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::test::cargo;

#[derive(clap::Args)]
pub struct Arguments {
    /// A driver, as conformance/drivers.yaml names it; all of them by default.
    #[arg(long, value_name = "NAME")]
    driver: Vec<String>,
    /// Only scenarios whose name matches; `*` stands for anything.
    #[arg(long, value_name = "PATTERN")]
    scenario: Option<String>,
    /// A defect that the driver builds in, which has to be noticed.
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Where reports are written: `JUnit`, JSON, and requirements by drivers.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut command = cargo(&["run", "--quiet", "--package", "axiomo-conformance", "--"]);
    for driver in &arguments.driver {
        command.args(["--driver", driver]);
    }
    for (option, value) in [("--scenario", &arguments.scenario), ("--mutant", &arguments.mutant)] {
        if let Some(value) = value {
            command.args([option, value]);
        }
    }
    if let Some(folder) = &arguments.report {
        // It is one of the caller's, wherever the runner works.
        command.arg("--report").arg(std::path::absolute(folder).context("the folder for reports")?);
    }
    let status = command.status().context("cargo")?;
    if !status.success() {
        bail!("a client does not conform, or the scenarios were not run; the lines above say which");
    }
    Ok(())
}
