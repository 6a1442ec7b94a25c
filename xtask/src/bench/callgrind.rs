//! Instructions that a program takes, counted by valgrind.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// Whether instructions can be counted; says so if they cannot.
pub fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    let is_there = version.is_ok_and(|status| status.success());
    if !is_there {
        println!("NOT RUN: instructions are counted by valgrind, which is not there (apt-get install valgrind)");
    }
    is_there
}

/// How many instructions the whole program takes.
pub fn count(program: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> anyhow::Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()
        .context("valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} under valgrind ended with {}: {said}", program.display(), output.status);
    let count = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    count.and_then(|count| count.parse().ok()).with_context(|| format!("callgrind names no count: {said}"))
}
