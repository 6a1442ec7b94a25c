//! What a lane needs of the system.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// Redis, as `provide` does.
pub fn provide_redis(may_install: bool) -> anyhow::Result<bool> {
    provide("redis-server", "redis-server=5:7.0.15*", may_install)
}

/// Maven and a JDK, as `provide` does.
pub fn provide_maven(may_install: bool) -> anyhow::Result<bool> {
    Ok(provide("java", "openjdk-17-jdk-headless=17*", may_install)? && provide("mvn", "maven=3.8.7*", may_install)?)
}

/// Whether a program is there. If not, it is installed where that was asked for, else what to do is told. Under
/// `CI=true` it has to be there.
fn provide(program: &str, package: &str, may_install: bool) -> anyhow::Result<bool> {
    let is_there = || Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
    let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let install = ["install", "--yes", "--no-install-recommends", package];
    if is_there() {
        return Ok(true);
    }
    if !is_ci && !may_install {
        println!("NOT RUN: the tests that need {program}; apt-get {}", install.join(" "));
        return Ok(false);
    }
    for arguments in [&["update"][..], &install[..]] {
        let status = Command::new("apt-get").args(arguments).status().context("apt-get")?;
        ensure!(status.success(), "apt-get {} failed", arguments.join(" "));
    }
    ensure!(is_there(), "{package} is installed, and there is no {program}");
    Ok(true)
}
