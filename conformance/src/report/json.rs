use serde_json::{Value, json};

use crate::suite::{Results, ScenarioResult, Verdict};

/// All results; what was seen, for those that failed alone.
pub(super) fn json(results: &Results) -> serde_json::Result<String> {
    let scenarios: Vec<Value> = results.results.iter().map(scenario).collect();
    let driver = json!({"language": results.driver.language, "version": results.driver.version});
    serde_json::to_string_pretty(&json!({"driver": driver, "scenarios": scenarios}))
}

fn scenario(result: &ScenarioResult) -> Value {
    let ScenarioResult { scenario, verdict, outcome } = result;
    let mut members = json!({
        "id": scenario.id, "case": scenario.case, "req": scenario.req, "verdict": word(verdict),
        "took_ms": u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX), "problems": outcome.problems,
    });
    match verdict {
        Verdict::Failed => members["evidence"] = json!(outcome.evidence),
        Verdict::FailedAsExpected { reason } => members["reason"] = reason.as_str().into(),
        Verdict::NotRun { needs } => members["needs"] = needs.as_str().into(),
        Verdict::Passed => {}
    }
    members
}

/// The word for a verdict.
pub(super) fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::FailedAsExpected { .. } => "failed as expected",
        Verdict::NotRun { .. } => "not run",
    }
}
