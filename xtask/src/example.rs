//! A small repository with a merged pull request, made of the files under `examples/pull-request`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// The number of its pull request.
pub const PULL_REQUEST: u64 = 7;

/// Makes it anew in a folder of its own. Its commits are the same ones everywhere and every time.
pub fn repository(folder: &Path) -> anyhow::Result<()> {
    let files = crate::workspace().join("examples/pull-request");
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder)?;
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    copy(&files.join("before"), folder)?;
    commit(folder, "2026-01-05T09:00:00Z", &["commit", "--message", "Sign people in"])?;
    git(folder, &["checkout", "--quiet", "-b", "renew"])?;
    copy(&files.join("after"), folder)?;
    commit(folder, "2026-01-12T09:00:00Z", &["commit", "--message", "Renew sessions"])?;
    git(folder, &["checkout", "--quiet", "main"])?;
    let message = format!("Merge pull request #{PULL_REQUEST} from ann/renew\n\nRenew sessions before they end");
    commit(folder, "2026-01-13T09:00:00Z", &["merge", "--no-ff", "--message", &message, "renew"])
}

fn commit(repository: &Path, date: &str, arguments: &[&str]) -> anyhow::Result<()> {
    git(repository, &["add", "--all"])?;
    let mut command = command(repository, arguments);
    command.arg("--quiet").env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
    output(command).map(drop)
}

/// Copies what is in a folder.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Runs git without anybody's configuration, which may not name an author or may ask for signatures.
pub fn git(repository: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    output(command(repository, arguments))
}

fn command(repository: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    // Within a hook, these name the repository that the hook is of.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ann").env(format!("GIT_{role}_EMAIL"), "ann@users.noreply.github.com");
    }
    command
}

fn output(mut command: Command) -> anyhow::Result<String> {
    let output = command.output().context("git")?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
