use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, bail};

use crate::python::target;

#[derive(clap::Args)]
pub struct Arguments {
    /// What the runner is told: `--driver NAME`, `--scenario PATTERN`, `--mutant NAME`, `--report DIR`, `--list`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if !runner()?.args(&arguments.arguments).status().context("axiomo-conformance")?.success() {
        bail!("not every client does what the scenarios say; the lines above tell");
    }
    Ok(())
}

/// The program that runs the scenarios.
pub fn runner() -> anyhow::Result<Command> {
    crate::build::workspace()?;
    let mut runner = Command::new(target().join("debug/axiomo-conformance"));
    runner.current_dir(crate::workspace());
    Ok(runner)
}

/// The drivers by their names.
pub fn drivers() -> anyhow::Result<Vec<String>> {
    let path = crate::workspace().join("conformance/drivers.yaml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let drivers: BTreeMap<String, serde_json::Value> =
        serde_saphyr::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(drivers.into_keys().collect())
}
