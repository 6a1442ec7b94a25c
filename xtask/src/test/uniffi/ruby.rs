//! The Ruby package: its tests, with those of its documentation and signatures, its examples, and the gem itself, built,
//! installed and used.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::examples::{Expected, Served};
use crate::python::{run as succeed, target};
use crate::ruby::{build_gem, lay_out};
use crate::test::{Tally, count_before, packages};
use crate::uniffi::Native;
use crate::workspace;

pub fn run(native: &Native, tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    if !packages::provide_ruby(may_install)? {
        return Ok(());
    }
    let load_path = lay_out(native)?;
    let sources = workspace().join("bindings-uniffi/ruby/lib");
    let from_sources = || {
        let mut command = Command::new("ruby");
        command.current_dir(workspace()).arg("-I").arg(&sources).arg("-I").arg(&load_path);
        command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
        command
    };
    for tests in ["bindings-uniffi/ruby/test/test_*.rb", "examples/ruby/*_test.rb"] {
        let mut command = from_sources();
        command.args(["-e", "Dir[ARGV.fetch(0)].sort.each { |path| require File.expand_path(path) }", tests]);
        minitest(command, tally)?;
    }
    let served = Served::start(&target().join("ruby/repository"))?;
    for (arguments, key, exit_code, printed) in [
        (&["gate.rb", &served.first, "critical"][..], served.key(), 0, "Renew sessions"),
        (&["gate.rb", &served.first, "low"], served.key(), 1, "Renew sessions"),
        (&["gate.rb", &served.missing], served.key(), 2, "The risk cannot be known: "),
        (&["gate.rb", &served.first], "ax_wrong", 2, "The risk cannot be known: "),
        (&["gate.rb", &served.first, "nonsense"], served.key(), 1, "usage: "),
        (&["batch.rb"], served.key(), 0, "2 done, 0 waiting"),
    ] {
        let mut command = from_sources();
        command.arg(workspace().join("examples/ruby").join(arguments[0])).args(&arguments[1..]);
        served.run(command, &Expected { key, exit_code, printed }, tally)?;
    }
    gem(&load_path, &served, tally)
}

/// Builds the gem, installs it where nothing else is, and runs an example with it.
fn gem(load_path: &Path, served: &Served, tally: &mut Tally) -> anyhow::Result<()> {
    let gem = build_gem(load_path)?;
    let home = target().join("ruby/gems");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    let mut install = Command::new("gem");
    install.args(["install", "--local", "--no-document", "--quiet"]).arg(&gem).env("GEM_HOME", &home);
    succeed(install.stdout(Stdio::null()))?;
    let mut command = Command::new("ruby");
    command.arg(workspace().join("examples/ruby/gate.rb")).args([&served.first, "critical"]).env("GEM_HOME", &home);
    let expected = Expected { key: served.key(), exit_code: 0, printed: "Renew sessions" };
    served.run(command, &expected, tally)
}

/// Runs tests, and counts them.
fn minitest(mut command: Command, tally: &mut Tally) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output().context("ruby")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().rev().find(|line| line.contains(" runs, ")).unwrap_or_default();
    let [runs, failures, errors] = [" runs", " failures", " errors"].map(|word| count_before(line, word));
    let failed = failures + errors;
    tally.passed += runs.saturating_sub(failed);
    tally.failed += failed + usize::from(!output.status.success() && failed == 0);
    println!("Ruby: {line}");
    if !output.status.success() {
        println!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
