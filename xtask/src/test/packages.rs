//! What a lane needs of the system.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// Redis, as `provide` does.
pub fn provide_redis(may_install: bool) -> anyhow::Result<bool> {
    provide(&["redis-server", "--version"], &["redis-server=5:7.0.15*"], may_install)
}

/// Maven and a JDK, as `provide` does.
pub fn provide_maven(may_install: bool) -> anyhow::Result<bool> {
    Ok(provide(&["java", "--version"], &["openjdk-17-jdk-headless=17*"], may_install)?
        && provide(&["mvn", "--version"], &["maven=3.8.7*"], may_install)?)
}

/// Ruby and its library for native code, as `provide` does.
pub fn provide_ruby(may_install: bool) -> anyhow::Result<bool> {
    provide(&["ruby", "-rffi", "-e", ""], &["ruby=1:3.1*", "ruby-ffi=1.15.5*"], may_install)
}

/// Whether a command passes, which shows that what it needs is there. If not, that is installed where that was asked for,
/// else what to do is told. Under `CI=true` it has to be there.
fn provide(check: &[&str], packages: &[&str], may_install: bool) -> anyhow::Result<bool> {
    let is_there = || {
        let mut command = Command::new(check[0]);
        let status = command.args(&check[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    if is_there() {
        return Ok(true);
    }
    if !is_ci && !may_install {
        println!("NOT RUN: the tests that need {}; apt-get {}", check[0], install.join(" "));
        return Ok(false);
    }
    for arguments in [&["update"][..], &install[..]] {
        let status = Command::new("apt-get").args(arguments).status().context("apt-get")?;
        ensure!(status.success(), "apt-get {} failed", arguments.join(" "));
    }
    ensure!(is_there(), "{} is installed, and `{}` fails", packages.join(" "), check.join(" "));
    Ok(true)
}
