//! The rate limiter, the retries and the batch with one small defect at a time: the tests have to notice each. Those that
//! change nothing anybody can see stand in core/mutants.yaml, with the reason.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::Tally;

/// What is changed, in core/src, and which of the package's tests are to notice it. Of the rate limiter's, all beside
/// those of the store that comes and goes, which take long.
const FILES: [(&str, &[&str]); 21] = [
    ("rate_limit/acquire.rs", LIMITER),
    ("rate_limit/ledger.rs", LIMITER),
    ("rate_limit/penalty.rs", LIMITER),
    ("rate_limit/known_limit.rs", LIMITER),
    ("rate_limit/debts.rs", LIMITER),
    ("rate_limit/grant.rs", LIMITER),
    ("rate_limit/permit.rs", LIMITER),
    ("rate_limit/limiter.rs", LIMITER),
    ("rate_limit/fleet.rs", LIMITER),
    ("rate_limit/store/in_process.rs", LIMITER),
    ("rate_limit/store/redis.rs", LIMITER),
    ("rate_limit/queue.rs", &["rate_limit::queue"]),
    ("rate_limit/log.rs", &["rate_limit::log"]),
    ("rate_limit/reset.rs", &["rate_limit::reset"]),
    // What counts down is told apart by its user's tests.
    ("rate_limit/headers.rs", &["rate_limit::headers", "rate_limit::reset"]),
    ("rate_limit/registry.rs", &["rate_limit::registry"]),
    ("retry.rs", &["retry::"]),
    ("batch.rs", BATCH),
    ("batch/digest.rs", BATCH),
    ("batch/ending.rs", BATCH),
    ("batch/progress.rs", BATCH),
];
/// Many orders of threads take long where nothing is optimised.
const LIMITER: &[&str] = &["rate_limit", "--skip", "whenever_the_store", "--skip", "concurrency"];
/// The unit tests, and those of tests/batch.rs, which no one filter names together.
const BATCH: &[&str] = &["--skip", "rate_limit"];
/// The version that the survivors' names are of.
const VERSION: &str = "27.1.0";

/// A change that no test can notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Excused {
    /// In core/src.
    file: String,
    /// As cargo-mutants calls it.
    mutant: String,
    /// The line of code it is in.
    line: String,
    /// Which input that would show it cannot occur.
    reason: String,
}

pub(super) fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let installed = super::cargo(&["mutants", "--version"]).output().context("cargo")?;
    let version = String::from_utf8_lossy(&installed.stdout);
    ensure!(
        version.trim().ends_with(VERSION),
        "this needs cargo-mutants {VERSION}: cargo install cargo-mutants --locked --version {VERSION}"
    );
    ensure!(super::packages::provide_redis(may_install)?, "the tests that are to notice defects need Redis");
    let list = fs::read_to_string(workspace.join("core/mutants.yaml")).context("core/mutants.yaml")?;
    let excused: Vec<Excused> = serde_saphyr::from_str(&list).context("core/mutants.yaml")?;
    for (file, tests) in FILES {
        let started = Instant::now();
        let output = workspace.join("target/mutants").join(file.replace('/', "-"));
        mutate(file, tests, &output)?;
        let results = output.join("mutants.out");
        let [caught, timeouts, unviable] =
            ["caught", "timeout", "unviable"].map(|outcome| listed(&results, outcome).map(|list| list.len()));
        let survivors = survivors(&workspace, &listed(&results, "missed")?)?;
        tally.passed += caught? + timeouts?;
        let of_file: Vec<&Excused> = excused.iter().filter(|excuse| excuse.file == file).collect();
        let is = |excuse: &Excused, (mutant, line): &(String, String)| excuse.mutant == *mutant && excuse.line == *line;
        for survivor in &survivors {
            match of_file.iter().find(|excuse| is(excuse, survivor)) {
                Some(excuse) => println!("excused: {file}: {}: {}", survivor.0, excuse.reason),
                None => println!("survived: {file}: {}\n    {}", survivor.0, survivor.1),
            }
            tally.count(of_file.iter().any(|excuse| is(excuse, survivor)));
        }
        for excuse in of_file.iter().filter(|excuse| !survivors.iter().any(|survivor| is(excuse, survivor))) {
            println!("excused without need in core/mutants.yaml: {file}: {}\n    {}", excuse.mutant, excuse.line);
            tally.failed += 1;
        }
        println!(
            "{file}: {} survived, {} were no programs, {:.0} s",
            survivors.len(),
            unviable?,
            started.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

fn mutate(file: &str, tests: &[&str], output: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(output)?;
    let mut command = super::cargo(&["mutants", "--package", "axiomo", "--no-shuffle"]);
    command.args(["--cargo-arg=--lib", "--file"]).arg(format!("core/src/{file}"));
    if tests == BATCH {
        command.arg("--cargo-arg=--test=batch");
    }
    command.arg("--output").arg(output).args(["--", "--"]).args(tests);
    let status = command.status().context("cargo mutants")?;
    // 2: some survived. 3: some did not end, which is noticed as well.
    ensure!(matches!(status.code(), Some(0 | 2 | 3)), "cargo mutants ended with {status} on {file}");
    Ok(())
}

/// The mutants that came to such an end: a line each.
fn listed(results: &Path, outcome: &str) -> anyhow::Result<Vec<String>> {
    let path = results.join(format!("{outcome}.txt"));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// What each survivor is called, and the line of code it is in.
fn survivors(workspace: &Path, missed: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    missed
        .iter()
        .map(|missed| {
            // PATH:LINE:COLUMN: NAME
            let mut parts = missed.splitn(4, ':');
            let (Some(path), Some(number), Some(name)) = (parts.next(), parts.next(), parts.nth(1)) else {
                bail!("cargo mutants tells of a survivor in some new way: {missed}");
            };
            let text = fs::read_to_string(workspace.join(path)).with_context(|| path.to_owned())?;
            let number: usize = number.parse().context("a line's number")?;
            let line = text.lines().nth(number.saturating_sub(1)).context("the line of a survivor")?;
            Ok((name.trim().to_owned(), line.trim().to_owned()))
        })
        .collect()
}
