use std::process::Command;

use anyhow::{Context, bail};

use crate::python::target;

#[derive(clap::Args)]
pub struct Arguments {
    /// What the simulation is told: `--seeds A..B`, or `--replay SEED`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    crate::build::workspace()?;
    let program = target().join("debug/axiomo-simulation");
    let status = Command::new(program).args(&arguments.arguments).status().context("axiomo-simulation")?;
    if !status.success() {
        bail!("the simulation failed; the lines above say why");
    }
    Ok(())
}
