//! A repository with a past: 2,000 commits of three files each to one of 500 files, and 500 pull requests.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::example;

pub const PULL_REQUESTS: u16 = 500;
const COMMITS: usize = 2_000;
const FILES: usize = 500;
const FILES_A_FOLDER: usize = 25;
const LINES: usize = 60;
const FILES_A_COMMIT: usize = 3;
const PEOPLE: usize = 20;
/// Pull requests begin at one of this many last commits.
const RECENT: usize = 100;

/// Makes it anew, always the same.
pub fn repository(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder)?;
    example::git(folder, &["init", "--quiet", "--bare", "--initial-branch=main"])?;
    let mut git = Command::new("git")
        .args(["fast-import", "--quiet"])
        .env("GIT_DIR", folder)
        .stdin(Stdio::piped())
        .spawn()
        .context("git")?;
    import(BufWriter::new(git.stdin.take().context("git's input")?))?;
    ensure!(git.wait()?.success(), "git fast-import failed");
    example::git(folder, &["repack", "-adfq"])?;
    example::git(folder, &["pack-refs", "--all"]).map(drop)
}

/// Writes what git imports.
fn import(mut stream: impl Write) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut files: Vec<Vec<String>> =
        (0..FILES).map(|file| (0..LINES).map(|line| format!("line {file} {line}")).collect()).collect();
    let everything: Vec<usize> = (0..FILES).collect();
    commit(&mut stream, "refs/heads/main", 0, None, &everything, &files, &mut random)?;
    for number in 1..COMMITS {
        let changed = random.choose_multiple(0..FILES, FILES_A_COMMIT);
        for file in &changed {
            files[*file][random.usize(..LINES)] = format!("changed in {number}");
        }
        commit(&mut stream, "refs/heads/main", number, Some(number - 1), &changed, &files, &mut random)?;
    }
    for number in 1..=PULL_REQUESTS {
        let changed = random.choose_multiple(0..FILES, FILES_A_COMMIT);
        let mut files = files.clone();
        for file in &changed {
            files[*file][LINES / 2] = format!("pull request {number}");
        }
        let parent = COMMITS - 1 - random.usize(..RECENT);
        let branch = format!("refs/pull/{number}/head");
        commit(&mut stream, &branch, COMMITS + usize::from(number), Some(parent), &changed, &files, &mut random)?;
    }
    stream.flush()
}

fn commit(
    stream: &mut impl Write,
    branch: &str,
    number: usize,
    parent: Option<usize>,
    changed: &[usize],
    files: &[Vec<String>],
    random: &mut fastrand::Rng,
) -> io::Result<()> {
    let person = random.usize(..PEOPLE);
    let who = format!("P{person} <p{person}@example.org> {} +0000", 1_600_000_000 + number * 600);
    let message = format!("{} {number}\n", random.choice(["Fix a bug in", "Add to", "Change"]).unwrap_or_default());
    write!(stream, "commit {branch}\nmark :{}\nauthor {who}\ncommitter {who}\n", number + 1)?;
    data(stream, &message)?;
    if let Some(parent) = parent {
        writeln!(stream, "from :{}", parent + 1)?;
    }
    for file in changed {
        writeln!(stream, "M 100644 inline src/m{:02}/f{file:03}.rs", file / FILES_A_FOLDER)?;
        data(stream, &(files[*file].join("\n") + "\n"))?;
    }
    Ok(())
}

fn data(stream: &mut impl Write, content: &str) -> io::Result<()> {
    writeln!(stream, "data {}\n{content}", content.len())
}
