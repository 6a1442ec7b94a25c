use std::fmt::Write as _;

use serde_json::Value;

use crate::suite::{Results, ScenarioResult, Verdict};

/// What a person is told: what failed and everything that was seen of it, then the counts.
#[must_use]
pub fn terminal(results: &Results) -> String {
    let mut text = String::new();
    for result in &results.results {
        match &result.verdict {
            Verdict::Passed => {}
            Verdict::Failed => {
                let _ = writeln!(text, "FAILED {}\n{}", result.scenario.name(), evidence(result));
            }
            Verdict::FailedAsExpected { reason } => {
                let _ = writeln!(text, "fails as expected: {}: {reason}", result.scenario.name());
            }
            Verdict::NotRun { needs } => {
                let _ = writeln!(text, "not run: {}: the client has no {needs}", result.scenario.name());
            }
        }
    }
    let count =
        |is_meant: fn(&Verdict) -> bool| results.results.iter().filter(|result| is_meant(&result.verdict)).count();
    let passed = count(|verdict| *verdict == Verdict::Passed);
    let failed = count(|verdict| *verdict == Verdict::Failed);
    let excused = count(|verdict| matches!(verdict, Verdict::FailedAsExpected { .. }));
    let not_run = count(|verdict| matches!(verdict, Verdict::NotRun { .. }));
    let driver = &results.driver.language;
    let _ =
        writeln!(text, "{driver}: {passed} passed, {failed} failed, {excused} failed as expected, {not_run} not run");
    text
}

/// How many lines of a log are shown.
const MOST_LINES: usize = 60;

/// What is wrong with a scenario, which requirements it proves, and what was seen.
pub(super) fn evidence(result: &ScenarioResult) -> String {
    let (scenario, evidence) = (&result.scenario, &result.outcome.evidence);
    let mut text = format!("  file: {}\n  requirements: {}\n", scenario.file.display(), scenario.req.join(", "));
    for problem in &result.outcome.problems {
        let _ = writeln!(text, "  problem: {problem}");
    }
    let mut section = |title: &str, lines: &mut dyn Iterator<Item = String>| {
        let lines: Vec<String> = lines.collect();
        let _ = writeln!(text, "  {title}: {}", if lines.is_empty() { "none" } else { "" });
        let skipped = lines.len().saturating_sub(MOST_LINES);
        if skipped > 0 {
            let _ = writeln!(text, "    ({skipped} more before)");
        }
        for line in lines.into_iter().skip(skipped) {
            let _ = writeln!(text, "    {line}");
        }
    };
    section("calls", &mut evidence.outcomes.iter().map(|(name, outcome)| format!("{name}: {}", short(outcome))));
    section("journal", &mut evidence.journal.iter().map(|entry| serde_json::to_string(entry).unwrap_or_default()));
    section("waits", &mut evidence.waits.iter().map(ToString::to_string));
    section("logged", &mut evidence.logs.iter().cloned());
    let stderr = evidence.shown.iter().filter(|shown| !shown.starts_with('{') && !shown.trim().is_empty());
    section("shown", &mut stderr.cloned());
    text
}

/// An outcome without what says nothing new.
fn short(outcome: &Value) -> String {
    let mut outcome = outcome.clone();
    for (part, member) in [("ok", "signal"), ("ok", "debug"), ("error", "debug")] {
        if let Some(members) = outcome.get_mut(part).and_then(Value::as_object_mut) {
            members.remove(member);
        }
    }
    outcome.to_string()
}
