//! The rate limiter, the retries and the batch with one small defect at a time: the tests have to notice each. Those that
//! change nothing anybody can see stand in core/mutants.yaml, with the reason.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::Tally;

/// Files of core/src that are changed, and which of the package's tests are to notice it. What has the same tests stands
/// together, since for each group everything is built anew.
const GROUPS: [(&[&str], &[&str]); 7] = [
    (
        LIMITER,
        &[
            "rate_limit/acquire.rs",
            "rate_limit/ledger.rs",
            "rate_limit/penalty.rs",
            "rate_limit/known_limit.rs",
            "rate_limit/debts.rs",
            "rate_limit/grant.rs",
            "rate_limit/permit.rs",
            "rate_limit/limiter.rs",
            "rate_limit/fleet.rs",
            "rate_limit/mod.rs",
            "rate_limit/store.rs",
            "rate_limit/store/in_process.rs",
            "rate_limit/store/redis.rs",
        ],
    ),
    (&["rate_limit::queue"], &["rate_limit/queue.rs"]),
    (&["rate_limit::log"], &["rate_limit/log.rs"]),
    // What counts down is told apart by its user's tests.
    (&["rate_limit::headers", "rate_limit::reset"], &["rate_limit/headers.rs", "rate_limit/reset.rs"]),
    (&["rate_limit::registry"], &["rate_limit/registry.rs"]),
    (&["retry::"], &["retry.rs"]),
    (BATCH, &["batch.rs", "batch/digest.rs", "batch/ending.rs", "batch/progress.rs", "batch/requests.rs"]),
];
/// Of the rate limiter's tests, all beside those of the store that comes and goes, and of many orders of threads, which
/// take long where nothing is optimised.
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
    let mut survivors = Vec::new();
    for (number, (tests, files)) in GROUPS.into_iter().enumerate() {
        let started = Instant::now();
        let output = workspace.join("target/mutants").join(format!("group-{number}"));
        mutate(files, tests, &output)?;
        let results = output.join("mutants.out");
        let [caught, timeouts, unviable] =
            ["caught", "timeout", "unviable"].map(|outcome| listed(&results, outcome).map(|list| list.len()));
        let missed = listed(&results, "missed")?;
        tally.passed += caught? + timeouts?;
        for missed in &missed {
            let survivor = Survivor::read(&workspace, missed)?;
            let Survivor { file, mutant, line } = &survivor;
            let excuse = excused.iter().find(|excuse| survivor.is(excuse));
            match excuse {
                Some(excuse) => println!("excused: {file}: {mutant}: {}", excuse.reason),
                None => println!("survived: {file}: {mutant}\n    {line}"),
            }
            tally.count(excuse.is_some());
            survivors.push(survivor);
        }
        println!(
            "{}: {} survived, {} were no programs, {:.0} s",
            files.join(", "),
            missed.len(),
            unviable?,
            started.elapsed().as_secs_f64()
        );
    }
    for excuse in excused.iter().filter(|excuse| !survivors.iter().any(|survivor| survivor.is(excuse))) {
        println!("excused without need in core/mutants.yaml: {}: {}\n    {}", excuse.file, excuse.mutant, excuse.line);
        tally.failed += 1;
    }
    Ok(())
}

fn mutate(files: &[&str], tests: &[&str], output: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(output)?;
    let mut command = super::cargo(&["mutants", "--package", "axiomo", "--no-shuffle"]);
    command.arg("--cargo-arg=--lib");
    for file in files {
        command.arg("--file").arg(format!("core/src/{file}"));
    }
    if tests == BATCH {
        command.arg("--cargo-arg=--test=batch");
    }
    command.arg("--output").arg(output).args(["--", "--"]).args(tests);
    let status = command.status().context("cargo mutants")?;
    // 2: some survived. 3: some did not end, which is noticed as well.
    ensure!(matches!(status.code(), Some(0 | 2 | 3)), "cargo mutants ended with {status} on {files:?}");
    Ok(())
}

/// The mutants that came to such an end: a line each.
fn listed(results: &Path, outcome: &str) -> anyhow::Result<Vec<String>> {
    let path = results.join(format!("{outcome}.txt"));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// A change that no test noticed.
struct Survivor {
    /// In core/src.
    file: String,
    mutant: String,
    /// The line of code it is in.
    line: String,
}

impl Survivor {
    /// Reads what cargo-mutants says of it: PATH:LINE:COLUMN: NAME.
    fn read(workspace: &Path, missed: &str) -> anyhow::Result<Self> {
        let mut parts = missed.splitn(4, ':');
        let (Some(path), Some(number), Some(name)) = (parts.next(), parts.next(), parts.nth(1)) else {
            bail!("cargo mutants tells of a survivor in some new way: {missed}");
        };
        let text = fs::read_to_string(workspace.join(path)).with_context(|| path.to_owned())?;
        let number: usize = number.parse().context("a line's number")?;
        let line = text.lines().nth(number.saturating_sub(1)).context("the line of a survivor")?;
        let file = path.strip_prefix("core/src/").unwrap_or(path).to_owned();
        Ok(Self { file, mutant: name.trim().to_owned(), line: line.trim().to_owned() })
    }

    fn is(&self, excuse: &Excused) -> bool {
        self.file == excuse.file && self.mutant == excuse.mutant && self.line == excuse.line
    }
}
