use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use axiomo_model::{RiskLevel, Signal};

use super::clean::for_terminal as clean;
use super::facts;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// How wide a full bar is.
const BAR: usize = 20;
/// How much of each list is shown; the Signal lists more.
const LISTED: usize = 10;

/// Prints a Signal for people at a terminal.
pub(crate) fn pretty(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    header(signal, output)?;
    risk(signal, output)?;
    who(signal, output)?;
    focus(signal, output)?;
    list(output, "SUPPLY CHAIN", facts::supply_chain(signal).into_iter().map(clean))?;
    let left = signal.meta.unavailable.len().saturating_sub(LISTED);
    let left = (left > 0).then(|| format!("{DIM}and {left} more{DIM:#}"));
    let unavailable = signal.meta.unavailable.iter().take(LISTED).map(|unavailable| {
        let part = |text: &Option<String>| clean(text.as_deref().unwrap_or_default());
        format!("{}: {}", part(&unavailable.what), part(&unavailable.reason))
    });
    list(output, "NOT READ", unavailable.chain(left))?;
    let advice = facts::advice(signal);
    let rationale = clean(signal.review.rationale.as_deref().unwrap_or_default());
    list(output, "WHAT TO DO", [advice, rationale].into_iter().filter(|line| !line.is_empty()))?;
    writeln!(output)
}

fn header(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    let title = clean(signal.pr.title.as_deref().unwrap_or("(no title)"));
    writeln!(output, "\n  {BOLD}{title}{BOLD:#}")?;
    let facts = [facts::place(signal), facts::branches(signal), facts::extent(signal)];
    let facts: Vec<String> = facts.iter().map(|fact| clean(fact)).filter(|fact| !fact.is_empty()).collect();
    writeln!(output, "  {DIM}{}{DIM:#}", facts.join("  ·  "))
}

fn risk(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    let risk = &signal.risk;
    let colour = colour(risk.level.as_ref());
    let level = risk.level.as_ref().map_or(facts::UNKNOWN.to_owned(), |level| clean(level.as_str()));
    let level = level.to_uppercase();
    heading(output, "RISK")?;
    let strong = colour.bold();
    write!(output, "    {strong}{level}{strong:#}  ")?;
    match risk.score {
        Some(score) => writeln!(output, "{score:.2}  {colour}{}{colour:#}\n", bar(score, 1.0))?,
        None => writeln!(output, "score {}\n", facts::UNKNOWN)?,
    }
    let drivers: Vec<_> = facts::drivers(signal).collect();
    let largest = drivers.iter().filter_map(|driver| driver.contribution).fold(0.0, f64::max);
    let titles: Vec<String> = drivers.iter().map(|driver| clean(driver.title.as_deref().unwrap_or_default())).collect();
    let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or_default();
    let shares: Vec<String> = drivers.iter().map(|driver| facts::share(driver)).collect();
    let widest = shares.iter().map(String::len).max().unwrap_or_default();
    for ((driver, title), share) in drivers.iter().zip(titles).zip(shares) {
        let detail = clean(driver.detail.as_deref().unwrap_or_default());
        let bar = driver.contribution.map(|share| bar(share, largest)).unwrap_or_default();
        writeln!(output, "    {title:width$}  {share:>widest$}  {colour}{bar:BAR$}{colour:#}  {DIM}{detail}{DIM:#}")?;
    }
    Ok(())
}

fn who(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    let lines = signal.contributors.iter().take(LISTED).map(|contributor| {
        let trust = contributor.trust_level.as_ref().map(|level| clean(level.as_str())).unwrap_or_default();
        let reasons: Vec<String> = contributor.reasons.iter().map(|reason| clean(reason)).collect();
        format!("{BOLD}{}{BOLD:#}  {trust}  {DIM}{}{DIM:#}", clean(facts::name(contributor)), reasons.join(", "))
    });
    list(output, "WHO", lines)
}

fn focus(signal: &Signal, output: &mut impl Write) -> io::Result<()> {
    let files = &signal.focus.files;
    let shown: Vec<_> = files.iter().take(LISTED).collect();
    let paths: Vec<String> = shown.iter().map(|file| clean(file.path.as_deref().unwrap_or_default())).collect();
    let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or_default();
    let lines = shown.iter().zip(&paths).map(|(file, path)| {
        let reasons: Vec<String> = file.reasons.iter().map(|reason| clean(reason)).collect();
        format!("{path:width$}  {DIM}{}{DIM:#}", reasons.join(" · "))
    });
    let more = files.len() - shown.len();
    let more = (more > 0).then(|| format!("{DIM}and {more} more{DIM:#}"));
    list(output, "LOOK FIRST", lines.chain(more))
}

/// A heading with lines below it; nothing without lines.
fn list(output: &mut impl Write, title: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    heading(output, title)?;
    lines.try_for_each(|line| writeln!(output, "    {line}"))
}

fn heading(output: &mut impl Write, title: &str) -> io::Result<()> {
    writeln!(output, "\n  {BOLD}{title}{BOLD:#}")
}

/// A bar in eighths of a letter.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the eighths of a full bar")]
fn bar(value: f64, full: f64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = if full > 0.0 { (value / full).clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * (BAR * 8) as f64).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), PARTS[eighths % 8])
}

fn colour(level: Option<&RiskLevel>) -> Style {
    let colour = match level {
        Some(RiskLevel::Low) => AnsiColor::Green,
        Some(RiskLevel::Medium) => AnsiColor::Yellow,
        Some(RiskLevel::High) => AnsiColor::Red,
        Some(RiskLevel::Critical) => AnsiColor::BrightRed,
        _ => AnsiColor::Magenta,
    };
    Style::new().fg_color(Some(colour.into()))
}
