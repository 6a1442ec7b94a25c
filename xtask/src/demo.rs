//! `cargo xtask demo`: the whole story on one machine, on a real change.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};

use crate::example;

/// With fewer commits there is no past to judge a change by.
const ENOUGH_COMMITS: usize = 2;

pub fn run() -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let repository = if commits(&workspace) >= ENOUGH_COMMITS {
        workspace.clone()
    } else {
        let folder = workspace.join("target/demo/shop");
        example::repository(&folder)?;
        folder
    };
    let example = ["--quiet", "--package", "axiomo-cli", "--example", "demo"];
    let cargo = |command: &str| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg(command).args(example).current_dir(&workspace);
        cargo
    };
    ensure!(cargo("build").status().context("cargo")?.success(), "the demo does not build");
    let started = Instant::now();
    let status = cargo("run").arg("--").arg(&repository).status().context("cargo")?;
    ensure!(status.success(), "the demo ended with {status}");
    println!("({:.2} s)", started.elapsed().as_secs_f64());
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
