//! Holds the reference server to the document it serves: Schemathesis makes up requests from the
//! document, and compares every answer with it. Its rules, and the exceptions with their reasons, stand
//! in `spec/schemathesis.toml`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tally, snippets};
use crate::example;
use crate::server::{Profile, Server};

/// The document's examples speak of this repository.
const REPOSITORY: &str = "https://github.com/acme/shop";

/// One run of Schemathesis over a part of the API.
struct Run {
    name: &'static str,
    server: &'static [&'static str],
    arguments: &'static [&'static str],
}

const RUNS: [Run; 3] = [
    Run {
        name: "without a limit",
        server: &["--limit-key", "0", "--limit-address", "0"],
        arguments: &["--exclude-tag", "keys"],
    },
    // Apart from the others, since it revokes whatever key it finds.
    Run { name: "keys", server: &["--limit-address", "0"], arguments: &["--include-tag", "keys"] },
    // Most answers are 429 here, which is no reason for a warning.
    Run {
        name: "at the limit",
        server: &["--limit-key", "20", "--limit-address", "20", "--window", "1h"],
        arguments: &["--exclude-tag", "keys", "--max-examples", "20", "--warnings", "off"],
    },
];

/// What a run says of itself.
#[derive(Deserialize)]
struct Report {
    complete: bool,
    operations: Operations,
    test_cases: Cases,
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Operations {
    total: usize,
    selected: usize,
    tested: usize,
}

#[derive(Deserialize)]
struct Cases {
    generated: usize,
}

#[derive(Deserialize)]
struct Failure {
    operations: Vec<String>,
}

/// Each operation of each run counts as one test, and so do the document's examples.
pub fn run(tally: &mut Tally) -> anyhow::Result<()> {
    let folder = crate::workspace().join("target/openapi");
    fs::create_dir_all(&folder)?;
    crate::build::workspace()?;
    let python = environment(&folder)?;
    let repository = folder.join("shop");
    example::repository(&repository)?;

    let document = crate::workspace().join("mock-server/src/openapi.json");
    tally.count(examples_are_valid(&python, &document)?);
    let server = Server::start(Profile::Debug, REPOSITORY, &repository, &[])?;
    tally.count(is_served(&server, &document)?);
    tally.count(example_is_true(&server, &document)?);
    snippets::run(&folder, &python, tally)?;
    for run in &RUNS {
        let server = Server::start(Profile::Debug, REPOSITORY, &repository, run.server)?;
        schemathesis(run, &server, &python, &document, tally)?;
    }
    Ok(())
}

fn read(document: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(document).with_context(|| document.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

/// A Python with everything that `spec/schemathesis.txt` names, and nothing else.
fn environment(folder: &Path) -> anyhow::Result<PathBuf> {
    let requirements = crate::workspace().join("spec/schemathesis.txt");
    let wanted = fs::read_to_string(&requirements).context("spec/schemathesis.txt")?;
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    let installed = environment.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|present| present == wanted) {
        return Ok(python);
    }
    let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment).status();
    let made = made.context("python3, 3.10 or newer")?;
    ensure!(made.success(), "python3 makes no virtual environment; on Debian that is `apt-get install python3-venv`");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let status = Command::new(&python).args(pip).arg(&requirements).status().context("pip")?;
    ensure!(status.success(), "pip does not install what spec/schemathesis.txt names");
    fs::write(installed, wanted)?;
    Ok(python)
}

/// Every example fits the schema that it stands beside.
fn examples_are_valid(python: &Path, document: &Path) -> anyhow::Result<bool> {
    let status = Command::new(python).arg("-c").arg(include_str!("examples.py")).arg(document).status();
    Ok(status.context("python")?.success())
}

/// The server serves the document. Schemathesis reads the file, since it would not test the address that
/// it read the document from.
fn is_served(server: &Server, document: &Path) -> anyhow::Result<bool> {
    let is_same = server.send("GET", "/openapi.json", None, &Value::Null)? == read(document)?;
    if !is_same {
        println!("failed: /openapi.json is not what {} holds", document.display());
    }
    Ok(is_same)
}

/// The analysis that the document shows is what the server answers, but for when and where.
fn example_is_true(server: &Server, document: &Path) -> anyhow::Result<bool> {
    let document = read(document)?;
    let shown = document.pointer("/components/examples/Analysis/value").context("the example of an analysis")?;
    let request = json!({"url": format!("{REPOSITORY}/pull/{}", example::PULL_REQUEST)});
    let answer = server.send("POST", "/api/analyze", Some(&server.key), &request)?;
    let timeless = |analysis: &Value| {
        let mut analysis = analysis.clone();
        // Who wrote it is told with ages.
        for later in ["/signal_url", "/signal/signal_url", "/signal/meta", "/signal/contributors"] {
            if let Some(value) = analysis.pointer_mut(later) {
                *value = Value::Null;
            }
        }
        analysis
    };
    let is_true = timeless(shown) == timeless(&answer);
    if !is_true {
        println!("failed: the example of an analysis in spec/openapi.yaml; the server answers:\n{answer:#}");
    }
    Ok(is_true)
}

fn schemathesis(run: &Run, server: &Server, python: &Path, document: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let path = crate::workspace().join("target/openapi/report.json");
    if path.exists() {
        fs::remove_file(&path)?;
    }
    let output = Command::new(python.with_file_name("schemathesis"))
        .arg("--config-file")
        .arg(crate::workspace().join("spec/schemathesis.toml"))
        .arg("run")
        .arg(document)
        .args(["--url", &server.origin, "--checks", "all", "--no-color"])
        .args(["--report", "json", "--report-json-path"])
        .arg(&path)
        .args(run.arguments)
        .env("AXIOMO_API_KEY", &server.key)
        .env("AXIOMO_MANAGEMENT_TOKEN", &server.token)
        .output()
        .context("schemathesis")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(report) = fs::read(&path).ok().and_then(|report| serde_json::from_slice::<Report>(&report).ok()) else {
        bail!("schemathesis made no report:\n{text}{}", String::from_utf8_lossy(&output.stderr));
    };
    println!("{}: {} operations, {} requests", run.name, report.operations.tested, report.test_cases.generated);
    let document = read(document)?;
    let paths = document["paths"].as_object().context("the document's paths")?;
    let declared = paths.values().filter_map(Value::as_object).map(serde_json::Map::len).sum();
    let failed = failed(&report, declared, output.status);
    if failed > 0 {
        println!("{text}");
    }
    tally.failed += failed;
    tally.passed += report.operations.tested.saturating_sub(failed);
    Ok(())
}

/// How many operations failed; one at least where the run did not go well, or left something out.
fn failed(report: &Report, declared: usize, status: ExitStatus) -> usize {
    let mut failed: Vec<&String> = report.failures.iter().flat_map(|failure| &failure.operations).collect();
    failed.sort_unstable();
    failed.dedup();
    let Operations { total, selected, tested } = report.operations;
    let is_whole = report.complete && total == declared && tested == selected && tested > 0;
    if failed.is_empty() && !(status.success() && is_whole) { 1 } else { failed.len() }
}
