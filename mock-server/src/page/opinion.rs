//! The risk with its reasons, and what to do.

use axiomo_model::{Effort, Review, ReviewAction, Risk, RiskDriver, RiskLevel, Section, Signal, Staleness, Triage};
use maud::{Markup, html};

use super::words::{UNKNOWN, bar, counted, exact, exact_or_unknown, folded, name, path, prose, said, sentence};

/// The level in a word.
pub(super) fn level(risk: &Risk) -> String {
    match &risk.level {
        Some(RiskLevel::Unknown(text)) => text.clone(),
        Some(known) => sentence(known.as_str()),
        None => sentence(UNKNOWN),
    }
}

/// The colour of a level: a class of the stylesheet, never a text of the Signal.
fn colour(risk: &Risk) -> &'static str {
    match &risk.level {
        Some(RiskLevel::Low) => "low",
        Some(RiskLevel::Medium) => "medium",
        Some(RiskLevel::High) => "high",
        Some(RiskLevel::Critical) => "critical",
        _ => "uncertain",
    }
}

/// The answer: how risky, and what to do. A risk that is missing is said to be, since nobody may take
/// that for safe.
pub(super) fn summary(signal: &Signal) -> Markup {
    let risk = &signal.risk;
    let unread = signal.meta.unavailable.len() as u64;
    html! {
        div.summary {
            section.card.(colour(risk)) aria-labelledby="risk" {
                h2 #risk { "Risk" }
                p.verdict { (name(&level(risk))) }
                @match risk.score {
                    Some(score) => { p.score { (exact(score)) " of 1" } (bar(score)) },
                    None => p.score { "Score: " (UNKNOWN) },
                }
                @if unread > 0 {
                    p.note { a href="#unread" { (counted(unread, "thing", "things")) " could not be read" } }
                }
            }
            @if !signal.review.is_absent() || !signal.triage.is_absent() {
                section.card aria-labelledby="review" {
                    h2 #review { "What to do" }
                    (action(&signal.review))
                    (triage(&signal.triage))
                    (conclusion(&signal.review))
                }
            }
        }
    }
}

fn action(review: &Section<Review>) -> Markup {
    let action = match &review.action {
        Some(ReviewAction::Unknown(text)) => text.clone(),
        Some(known) => sentence(known.as_str()),
        None => sentence(UNKNOWN),
    };
    html! {
        @if !review.is_absent() {
            p.verdict { (name(&action)) }
            @if let Some(rationale) = said(review.rationale.as_ref()) { (prose(rationale)) }
        }
    }
}

fn conclusion(review: &Review) -> Markup {
    html! {
        @if let Some(conclusion) = &review.conclusion {
            p.note { "As the conclusion of a check: " (name(conclusion.as_str())) }
        }
    }
}

fn triage(triage: &Triage) -> Markup {
    let effort = triage.effort.as_ref().map(|effort| match effort {
        Effort::ExtraSmall => html! { "an extra small review" },
        Effort::Small => html! { "a small review" },
        Effort::Medium => html! { "a medium review" },
        Effort::Large => html! { "a large review" },
        Effort::ExtraLarge => html! { "an extra large review" },
        other => html! { "a review of size " (name(other.as_str())) },
    });
    let minutes = triage.estimated_minutes.map(|minutes| html! { "about " (counted(minutes, "minute", "minutes")) });
    let staleness = triage.staleness.as_ref().map(|staleness| match staleness {
        Staleness::Unknown(text) => name(text),
        known => html! { (known.as_str()) },
    });
    let waiting = triage.stale_days.map(|days| html! { "unchanged for " (counted(days, "day", "days")) });
    let facts: Vec<Markup> = [effort, minutes, staleness, waiting].into_iter().flatten().collect();
    html! {
        @if !facts.is_empty() {
            ul.reasons role="list" { @for fact in facts { li { (fact) } } }
        }
    }
}

/// What the score is made of, and that it adds up.
pub(super) fn drivers(risk: &Section<Risk>) -> Markup {
    let shares = risk.drivers.iter().filter_map(|driver| driver.contribution);
    let largest = shares.clone().fold(0.0, f64::max);
    let sum: f64 = shares.sum();
    let missing = risk.drivers.iter().filter(|driver| driver.contribution.is_none()).count() as u64;
    // As many digits as are shown.
    let is_score = risk.score.is_some_and(|score| (score - sum).abs() < 0.000_05);
    html! {
        @if !risk.drivers.is_empty() {
            section aria-labelledby="drivers" {
                h2 #drivers { "Why this score" }
                ol.drivers.(colour(risk)) role="list" {
                    @for each in &risk.drivers { (driver(each, largest)) }
                }
                p.sum {
                    span { "Together" }
                    span.number { (exact(sum)) }
                }
                @if missing > 0 {
                    p.note { (counted(missing, "share is", "shares are")) " not known" }
                } @else if !is_score {
                    p.note { "The score is given as " (exact_or_unknown(risk.score)) ", which is not their sum." }
                }
            }
        }
    }
}

fn driver(driver: &RiskDriver, largest: f64) -> Markup {
    let title = said(driver.title.as_ref()).or(said(driver.id.as_ref())).unwrap_or(UNKNOWN);
    let files: Vec<Markup> = driver.files.iter().map(|file| path(file)).collect();
    html! {
        li {
            span.title { (name(title)) }
            span.number { (exact_or_unknown(driver.contribution)) }
            span.gauge {
                @if let Some(share) = driver.contribution {
                    (bar(if largest > 0.0 { share / largest } else { 0.0 }))
                }
            }
            div.detail {
                @if let Some(detail) = said(driver.detail.as_ref()) { (prose(detail)) }
                @match &files[..] {
                    [] => {},
                    [file] => p { (file) },
                    files => details {
                        summary { (files.len()) " files" }
                        (folded(files, files.len(), false))
                    },
                }
            }
        }
    }
}
