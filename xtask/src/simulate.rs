use anyhow::{Context, bail};

#[derive(clap::Args)]
pub struct Arguments {
    /// What the simulation is told: `--seeds A..B`, or `--replay SEED`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let status = crate::test::cargo(&["run", "--quiet", "--package", "axiomo-simulation", "--"])
        .args(&arguments.arguments)
        .status()
        .context("cargo")?;
    if !status.success() {
        bail!("the simulation failed; the lines above say why");
    }
    Ok(())
}
