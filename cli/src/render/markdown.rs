use std::io::{self, Write};

use axiomo_model::{RiskLevel, Signal};

use super::clean::{for_markdown as text, for_markdown_code as code};
use super::facts;

/// How much of each list is shown: a comment has a limit, and a reader too. The Signal lists more.
const LISTED: usize = 10;

/// Prints a Signal as a comment for its pull request.
pub(crate) fn markdown(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    let risk = &signal.risk;
    let level = risk.level.as_ref().map_or(facts::UNKNOWN.to_owned(), |level| text(level.as_str()));
    let score = risk.score.map(|score| format!(" ({score:.2})")).unwrap_or_default();
    writeln!(output, "### {} Risk: {level}{score}\n", mark(risk.level.as_ref()))?;
    if let Some(rationale) = &signal.review.rationale {
        writeln!(output, "{}\n", text(rationale))?;
    }
    let about = [facts::extent(signal), facts::advice(signal)];
    let about: Vec<String> = about.iter().filter(|fact| !fact.is_empty()).map(|fact| text(fact)).collect();
    writeln!(output, "{}\n", about.join(" — "))?;

    writeln!(output, "| Why | Share | Seen |\n|---|---:|---|")?;
    for driver in facts::drivers(signal) {
        let title = text(driver.title.as_deref().unwrap_or_default());
        let detail = text(driver.detail.as_deref().unwrap_or_default());
        writeln!(output, "| {title} | {} | {detail} |", facts::share(driver))?;
    }

    if !signal.focus.files.is_empty() {
        writeln!(output, "\n**Look first**\n")?;
        for file in signal.focus.files.iter().take(LISTED) {
            let path = code(file.path.as_deref().unwrap_or_default());
            writeln!(output, "1. {path}: {}", text(&file.reasons.join(", ")))?;
        }
    }
    let mut supply_chain = facts::supply_chain(signal);
    supply_chain.truncate(2 * LISTED);
    if !supply_chain.is_empty() {
        let files: Vec<String> = supply_chain.into_iter().map(code).collect();
        writeln!(output, "\n**Supply chain**: {}", files.join(", "))?;
    }
    if !signal.contributors.is_empty() {
        writeln!(output, "\n**Who**\n")?;
        for contributor in signal.contributors.iter().take(LISTED) {
            let trust = contributor.trust_level.as_ref().map(|level| format!(" ({})", text(level.as_str())));
            let reasons = text(&contributor.reasons.join(", "));
            writeln!(output, "- {}{}: {reasons}", code(facts::name(contributor)), trust.unwrap_or_default())?;
        }
        more(signal.contributors.len(), output)?;
    }
    if !signal.meta.unavailable.is_empty() {
        writeln!(output, "\n**Not read**\n")?;
        for unavailable in signal.meta.unavailable.iter().take(LISTED) {
            let what = code(unavailable.what.as_deref().unwrap_or_default());
            writeln!(output, "- {what}: {}", text(unavailable.reason.as_deref().unwrap_or_default()))?;
        }
        more(signal.meta.unavailable.len(), output)?;
    }
    Ok(())
}

/// How many of a list were not shown.
fn more(all: usize, output: &mut impl Write) -> io::Result<()> {
    match all.saturating_sub(LISTED) {
        0 => Ok(()),
        left => writeln!(output, "- and {left} more"),
    }
}

fn mark(level: Option<&RiskLevel>) -> &'static str {
    match level {
        Some(RiskLevel::Low) => "🟢",
        Some(RiskLevel::Medium) => "🟡",
        Some(RiskLevel::High) => "🟠",
        Some(RiskLevel::Critical) => "🔴",
        _ => "⚪",
    }
}
