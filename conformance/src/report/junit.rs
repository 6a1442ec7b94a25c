use std::fmt::Write as _;

use super::terminal::evidence;
use crate::suite::{Results, ScenarioResult, Verdict};

/// All results, as tools for continuous integration read them.
pub(super) fn junit(results: &Results) -> String {
    let count =
        |is_meant: fn(&Verdict) -> bool| results.results.iter().filter(|result| is_meant(&result.verdict)).count();
    let failed = count(|verdict| *verdict == Verdict::Failed);
    let skipped = count(|verdict| matches!(verdict, Verdict::FailedAsExpected { .. } | Verdict::NotRun { .. }));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = escaped(&format!("conformance.{}", results.driver.language));
    let total = results.results.len();
    let _ = writeln!(
        text,
        "<testsuites>\n<testsuite name=\"{name}\" tests=\"{total}\" failures=\"{failed}\" skipped=\"{skipped}\">"
    );
    for result in &results.results {
        case(&mut text, &name, result);
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, suite: &str, result: &ScenarioResult) {
    let (name, seconds) = (escaped(&result.scenario.name()), result.outcome.took.as_secs_f64());
    let _ = write!(text, "<testcase classname=\"{suite}\" name=\"{name}\" time=\"{seconds:.3}\">");
    match &result.verdict {
        Verdict::Passed => {}
        Verdict::Failed => {
            let message = result.outcome.problems.first().map(ToString::to_string).unwrap_or_default();
            let (message, details) = (escaped(&message), escaped(&evidence(result)));
            let _ = write!(text, "<failure message=\"{message}\">{details}</failure>");
        }
        Verdict::FailedAsExpected { reason } => {
            let _ = write!(text, "<skipped message=\"{}\"/>", escaped(&format!("fails as expected: {reason}")));
        }
        Verdict::NotRun { needs } => {
            let _ = write!(text, "<skipped message=\"{}\"/>", escaped(&format!("the client has no {needs}")));
        }
    }
    text.push_str("</testcase>\n");
}

/// A text for XML 1.0, without the characters that it cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_seen_can_stand_in_the_file() {
        assert_eq!(escaped("<a b=\"&\">\u{1b}\n"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}\n");
    }
}
