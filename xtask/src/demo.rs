//! `cargo xtask demo`: a real change in, an explained Signal out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};

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

    let repository = if commits(&workspace) >= ENOUGH_COMMITS { workspace.clone() } else { example(&workspace)? };
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
    if git(repository, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == "true") {
        return 0;
    }
    let counted = git(repository, &["rev-list", "--count", "HEAD"]);
    counted.ok().and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// A small repository with a merged pull request, made of the files under `examples/pull-request`.
fn example(workspace: &Path) -> anyhow::Result<PathBuf> {
    let files = workspace.join("examples/pull-request");
    let repository = workspace.join("target/demo/shop");
    if repository.exists() {
        fs::remove_dir_all(&repository).context("the repository of the demo before")?;
    }
    fs::create_dir_all(&repository)?;
    git(&repository, &["init", "--quiet", "--initial-branch=main"])?;
    copy(&files.join("before"), &repository)?;
    commit(&repository, "Sign people in")?;
    git(&repository, &["checkout", "--quiet", "-b", "renew"])?;
    copy(&files.join("after"), &repository)?;
    commit(&repository, "Renew sessions")?;
    git(&repository, &["checkout", "--quiet", "main"])?;
    let message = "Merge pull request #7 from ann/renew\n\nRenew sessions before they end";
    git(&repository, &["merge", "--quiet", "--no-ff", "--message", message, "renew"])?;
    Ok(repository)
}

fn commit(repository: &Path, message: &str) -> anyhow::Result<()> {
    git(repository, &["add", "--all"])?;
    git(repository, &["commit", "--quiet", "--message", message]).map(drop)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Runs git without anybody's configuration, which may not name an author or may ask for signatures.
fn git(repository: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ann").env(format!("GIT_{role}_EMAIL"), "ann@users.noreply.github.com");
    }
    let output = command.output().context("git")?;
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
