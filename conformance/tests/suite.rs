//! Whole runs: what is excused, what is not run, and what the death of a driver costs.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axiomo_conformance::driver::Command;
use axiomo_conformance::scenario::{Scenario, read};
use axiomo_conformance::suite::{Results, Verdict, run_all};
use axiomo_conformance::{ExpectedFailures, Kind, report, today};

const PASSES: &str = "{kind: not_found}";
const FAILS: &str = "{kind: server}";

/// A scenario whose error has to be as written, with so many combinations.
fn scenarios(folder: &Path, error: &str, combinations: usize) -> Vec<Scenario> {
    let path = folder.join("scenarios.yaml");
    let ids: Vec<String> = (0..combinations).map(|number| format!("x{number}")).collect();
    let text = format!(
        "schema: \"1.0\"\ngroup: suite\nscenarios:\n  - id: suite/one\n    req: [AUTH-1]\n    matrix: {{id: [{}]}}\n    \
         steps:\n      - {{call: scan, args: {{scan_id: \"${{id}}\"}}, as: r1}}\n      \
         - {{expect: r1, error: {error}}}\n    wire: [{{}}]\n",
        ids.join(", ")
    );
    fs::write(&path, text).unwrap();
    read(&path).unwrap()
}

fn excused(folder: &Path) -> ExpectedFailures {
    let path = folder.join("failures.yaml");
    fs::write(&path, "- {id: suite/one, reason: a reason, until: 9999-12-31}").unwrap();
    ExpectedFailures::read(&path, &BTreeSet::from(["suite/one"]), today()).unwrap()
}

fn rust() -> Command {
    let program = vec![env!("CARGO_BIN_EXE_axiomo-driver-rust").to_owned()];
    Command { name: "rust".to_owned(), program, folder: env!("CARGO_MANIFEST_DIR").into() }
}

async fn run(scenarios: Vec<Scenario>, failures: &ExpectedFailures) -> Results {
    run_all(scenarios, &rust(), failures).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_failure_is_excused_until_it_passes() {
    let folder = tempfile::tempdir().unwrap();
    let excused = excused(folder.path());
    let results = run(scenarios(folder.path(), FAILS, 2), &excused).await;
    let reason = "a reason".to_owned();
    assert!(
        results.results.iter().all(|result| result.verdict == Verdict::FailedAsExpected { reason: reason.clone() })
    );
    assert!(results.is_success());
    let results = run(scenarios(folder.path(), PASSES, 2), &excused).await;
    assert!(!results.is_success());
    assert!(report::terminal(&results).contains("suite/one passes; take it out of the expected failures"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_client_does_not_have_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenarios = scenarios(folder.path(), FAILS, 1);
    scenarios[0].needs = vec!["telepathy".to_owned()];
    let results = run(scenarios, &ExpectedFailures::default()).await;
    assert_eq!(results.results[0].verdict, Verdict::NotRun { needs: "telepathy".to_owned() });
    assert!(results.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_a_driver_costs_only_what_it_was_busy_with() {
    let folder = tempfile::tempdir().unwrap();
    // It dies of one call, whenever it hears it.
    let dying = format!("sed -u -n '/\"x20\"/q; p' | {}", env!("CARGO_BIN_EXE_axiomo-driver-rust"));
    let command = Command { program: vec!["sh".to_owned(), "-c".to_owned(), dying], ..rust() };
    let scenarios = scenarios(folder.path(), PASSES, 40);
    let results = run_all(scenarios, &command, &ExpectedFailures::default()).await.unwrap();
    let failed: Vec<_> = results.results.iter().filter(|result| result.verdict == Verdict::Failed).collect();
    assert!(failed.iter().any(|result| result.scenario.case == "id=x20"));
    // As many run at once.
    assert!(failed.len() <= 8, "{}", report::terminal(&results));
    for result in failed {
        assert!(
            result.outcome.problems.iter().all(|problem| problem.kind == Kind::Driver),
            "{:?}",
            result.outcome.problems
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_written_for_people_and_for_tools() {
    let folder = tempfile::tempdir().unwrap();
    let results = run(scenarios(folder.path(), FAILS, 1), &ExpectedFailures::default()).await;
    let reports = folder.path().join("reports");
    report::write(&reports, &results).unwrap();
    let text = |name: &str| fs::read_to_string(reports.join(name)).unwrap();
    let seen = "r1.error.kind: expected &quot;server&quot;, seen &quot;not_found&quot;";
    assert!(text("junit-rust.xml").contains(seen) && text("junit-rust.xml").contains("failures=\"1\""));
    assert_eq!(text("matrix.md"), "| requirement | rust |\n|---|---|\n| AUTH-1 | failed (1) |\n");
    let json: serde_json::Value = serde_json::from_str(&text("results-rust.json")).unwrap();
    assert_eq!(json["scenarios"][0]["evidence"]["journal"][1]["target"], "/api/scans/x0");
    let shown = report::terminal(&results);
    for part in ["FAILED suite/one[id=x0]", "requirements: AUTH-1", "\"event\":\"request\"", "axiomo: request"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}
