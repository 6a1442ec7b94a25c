//! `cargo xtask test`: lanes, each timed, then one line with what passed and failed.

mod behaviour;
mod fleet;
mod mutants;
mod node;
mod npm;
mod openapi;
pub mod packages;
mod python;
mod snippets;
mod soak;
mod uniffi;
mod wheels;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::ValueEnum;

#[derive(clap::Args)]
pub struct Arguments {
    /// The lanes to run; all of them when none is named.
    lanes: Vec<Lane>,
    /// Install what the system lacks, by apt-get. Under CI=true that is done anyway.
    #[arg(long)]
    install: bool,
    /// Instead, what takes minutes or hours.
    #[arg(long, value_name = "LANE", conflicts_with = "lanes")]
    deep: Option<DeepLane>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum DeepLane {
    /// Sixteen processes that share a limit through Redis, in real time: six minutes.
    Fleet,
    /// The rate limiter and the retries with one small defect at a time: the tests have to notice each.
    Mutants,
    /// The Python packages as they are published: what is in them, and that they work where nothing else is installed.
    Package,
    /// The npm packages as they are published, likewise.
    Npm,
    /// What 100,000 calls of the Python package leave behind, half of which fail or are cancelled.
    PythonSoak,
    /// What 100,000 calls of the npm package leave behind, half of which fail or are aborted.
    NodeSoak,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Lane {
    /// Format, lints, documentation, that generated files are as spec/model.yaml says, and that what is named in
    /// spec/behaviour.md is there.
    Check,
    /// The tests of every crate.
    Rust,
    /// The rate limiter against the server's limits, in virtual time: 10,000 seeds.
    Simulation,
    /// That the reference server does what spec/openapi.yaml says, and what the examples of plain HTTP ask.
    Openapi,
    /// The Python package: its tests and its types.
    Python,
    /// The npm package: its tests in Node, Bun and Deno, and its types.
    Node,
    /// The packages for Kotlin, Ruby and Swift: their tests, examples and types.
    Uniffi,
    /// The scenarios that every language's client has to pass.
    Conformance,
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    fn count(&mut self, passes: bool) {
        *(if passes { &mut self.passed } else { &mut self.failed }) += 1;
    }

    fn time(&mut self, lane: &impl ValueEnum, run: impl FnOnce(&mut Self) -> anyhow::Result<()>) {
        let name = lane.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        println!("== {name}");
        let started = Instant::now();
        if let Err(error) = run(self) {
            // The other lanes still tell something.
            println!("failed: {error:#}");
            self.failed += 1;
        }
        println!("== {name} took {:.0} s", started.elapsed().as_secs_f64());
    }
}

pub fn run(arguments: &Arguments) {
    let mut tally = Tally::default();
    if let Some(lane) = arguments.deep {
        tally.time(&lane, |tally| match lane {
            DeepLane::Fleet => fleet::run(tally, arguments.install),
            DeepLane::Mutants => mutants::run(tally, arguments.install),
            DeepLane::Package => wheels::run(tally),
            DeepLane::Npm => npm::run(tally),
            DeepLane::PythonSoak => soak::python(tally),
            DeepLane::NodeSoak => soak::node(tally),
        });
    } else {
        let lanes = if arguments.lanes.is_empty() { Lane::value_variants() } else { &arguments.lanes };
        for lane in lanes {
            tally.time(lane, |tally| match lane {
                Lane::Check => check(tally),
                Lane::Rust => rust(tally, arguments.install),
                Lane::Simulation => simulation(tally),
                Lane::Openapi => openapi::run(tally),
                Lane::Python => python::run(tally, arguments.install),
                Lane::Node => node::run(tally, arguments.install),
                Lane::Uniffi => uniffi::run(tally, arguments.install),
                Lane::Conformance => conformance(tally, arguments.install),
            });
        }
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        std::process::exit(1);
    }
}

/// Each command of this lane counts as one test, and so does each file that `behaviour` looks at.
fn check(tally: &mut Tally) -> anyhow::Result<()> {
    // What the one line of this program calls takes longer to compile than all the rest.
    let workspace = ["--quiet", "--workspace", "--exclude", "axiomo-uniffi-bindgen"];
    let commands: [&[&str]; 4] = [
        &["fmt", "--all", "--check"],
        &["xtask", "generate", "--check"],
        &[&["clippy"][..], &workspace, &["--all-targets", "--", "--deny", "warnings"]].concat(),
        // With the examples, for the features that tests ask for: what was compiled for clippy serves here too.
        &[&["doc"][..], &workspace, &["--no-deps", "--lib", "--examples"]].concat(),
    ];
    for arguments in commands {
        let status = cargo(arguments).env("RUSTDOCFLAGS", "--deny warnings").status().context("cargo")?;
        tally.count(status.success());
        if !status.success() {
            println!("failed: cargo {}", arguments.join(" "));
        }
    }
    behaviour::run(tally)
}

fn simulation(tally: &mut Tally) -> anyhow::Result<()> {
    let status = cargo(&["xtask", "simulate"]).status().context("cargo")?;
    tally.count(status.success());
    Ok(())
}

/// Each scenario counts as one test, for each driver whose language is there.
fn conformance(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    let mut runner = crate::conformance::runner()?;
    let has = [("kotlin", packages::provide_maven(may_install)?), ("ruby", packages::provide_ruby(may_install)?)];
    let is_there = |driver: &String| has.iter().all(|(language, is_there)| *is_there || !driver.starts_with(language));
    for driver in crate::conformance::drivers()?.into_iter().filter(is_there) {
        runner.arg("--driver").arg(driver);
    }
    let mut child = runner.stdout(Stdio::piped()).spawn().context("axiomo-conformance")?;
    let output = child.stdout.take().context("the runner's output")?;
    let before = tally.failed;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if line.contains(" passed, ") {
            tally.passed += count_before(&line, " passed");
            tally.failed += count_before(&line, " failed,");
        }
        println!("{line}");
    }
    if !child.wait()?.success() && tally.failed == before {
        bail!("the scenarios were not run to their end");
    }
    Ok(())
}

/// What has `redis` in its name needs a server of it.
fn rust(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    let has_redis = packages::provide_redis(may_install)?;
    let skipped: &[&str] = if has_redis { &[] } else { &["--", "--skip", "redis"] };
    cargo_test(&[&["--workspace"], skipped].concat(), tally)
}

fn cargo_test(arguments: &[&str], tally: &mut Tally) -> anyhow::Result<()> {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().context("cargo")?;
    let output = child.stdout.take().context("the tests' output")?;
    let (passed_before, failed_before) = (tally.passed, tally.failed);
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(counts) = line.strip_prefix("test result: ") {
            tally.passed += count_before(counts, " passed");
            tally.failed += count_before(counts, " failed");
        }
        println!("{line}");
    }
    let status = child.wait()?;
    if (tally.passed, tally.failed) == (passed_before, failed_before) {
        bail!("no test ran; the lines above say why");
    }
    if !status.success() && tally.failed == failed_before {
        // A test program that died counts its tests nowhere.
        tally.failed += 1;
    }
    Ok(())
}

/// The number that stands before `word`, as in `12 passed`.
fn count_before(text: &str, word: &str) -> usize {
    text.split(word).next().and_then(|before| before.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(crate::workspace());
    command
}
