//! `cargo xtask demo`: a real change in, an explained Signal out.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};

use crate::example;

/// With fewer commits there is no past to judge a change by.
const ENOUGH_COMMITS: usize = 2;

pub fn run() -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "axiomo-cli"])
        .current_dir(&workspace)
        .status()
        .context("cargo")?;
    ensure!(built.success(), "the command line does not build");

    let repository = if commits(&workspace) >= ENOUGH_COMMITS {
        workspace.clone()
    } else {
        let folder = workspace.join("target/demo/shop");
        example::repository(&folder)?;
        folder
    };
    let program = workspace.join("target/debug/axiomo");
    let arguments = ["analyze", "--repo", &repository.to_string_lossy()].map(str::to_owned);
    println!("$ axiomo {}", arguments.join(" "));
    let started = Instant::now();
    let status = Command::new(program).args(&arguments).status().context("axiomo")?;
    ensure!(status.success(), "axiomo ended with {status}");
    println!("  ({:.2} s)", started.elapsed().as_secs_f64());
    Ok(())
}

/// How many commits there are to judge by; a shallow clone cannot tell.
fn commits(repository: &Path) -> usize {
    if example::git(repository, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == "true") {
        return 0;
    }
    let counted = example::git(repository, &["rev-list", "--count", "HEAD"]);
    counted.ok().and_then(|count| count.parse().ok()).unwrap_or_default()
}
