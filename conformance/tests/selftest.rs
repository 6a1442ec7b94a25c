//! The runner's own test: scenarios that have to pass, that have to fail for a reason, and that have to be refused.
//! The reason stands in the first line of a file, after `# because: `.

#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use axiomo_conformance::driver::Command;
use axiomo_conformance::scenario::{Scenario, read, read_folder};
use axiomo_conformance::suite::{Verdict, run_all};
use axiomo_conformance::{ExpectedFailures, report};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("selftest").join(name)
}

fn driver() -> Command {
    let program = vec![env!("CARGO_BIN_EXE_axiomo-driver-rust").to_owned()];
    Command { name: "rust".to_owned(), program, folder: folder("") }
}

fn reason(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().next().and_then(|line| line.strip_prefix("# because: ")).unwrap().to_owned()
}

async fn run(scenarios: Vec<Scenario>) -> axiomo_conformance::suite::Results {
    run_all(scenarios, &driver(), &ExpectedFailures::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_pass_passes() {
    let results = run(read_folder(&folder("passing")).unwrap()).await;
    assert!(results.is_success(), "{}", report::terminal(&results));
    assert!(results.results.iter().all(|result| result.verdict == Verdict::Passed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_fail_fails_for_its_reason() {
    let scenarios = read_folder(&folder("failing")).unwrap();
    let reasons: BTreeMap<PathBuf, String> =
        scenarios.iter().map(|scenario| (scenario.file.clone(), reason(&scenario.file))).collect();
    let results = run(scenarios).await;
    let mut wrong = Vec::new();
    for result in &results.results {
        let expected = &reasons[&result.scenario.file];
        let problems: Vec<String> = result.outcome.problems.iter().map(ToString::to_string).collect();
        if !problems.iter().any(|problem| problem.contains(expected)) || problems.len() != 1 {
            wrong.push(format!("{}\n  expected: {expected}\n  seen: {problems:#?}", result.scenario.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!results.is_success());
}

#[test]
fn what_has_to_be_refused_is_refused_for_its_reason() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder("invalid")).unwrap() {
        let path = entry.unwrap().path();
        let expected = reason(&path);
        count += 1;
        match read(&path) {
            Ok(_) => wrong.push(format!("{}: it is not refused", path.display())),
            Err(error) if error.to_string().contains(&expected) => {}
            Err(error) => wrong.push(format!("expected: {expected}\n  seen: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 12);
}
