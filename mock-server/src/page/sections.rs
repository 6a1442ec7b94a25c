//! The sections of a Signal besides the risk.

use axiomo_model::{
    Contributor, ContributorRole, Conventions, Dependency, Evidence, Focus, FocusFile, Governance, Intent, Meta,
    PolicyFinding, Section, SupplyChain,
};
use maud::{Markup, html};

use super::words::{UNKNOWN, bar, counted, folded, moment, name, path, prose, reasons, said, short};

/// How much of a list is seen at once.
const SEEN: usize = 10;

/// A section that is there; one with nothing to say says so.
fn section(id: &str, title: &str, is_empty: bool, content: &Markup) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (title) }
            @if is_empty { p.note { "Nothing is listed." } } @else { (content) }
        }
    }
}

pub(super) fn focus(focus: &Section<Focus>) -> Markup {
    let files: Vec<Markup> = focus.files.iter().map(focus_file).collect();
    html! {
        @if !focus.is_absent() {
            (section("focus", "Where to look first", files.is_empty(), &folded(&files, SEEN, true)))
        }
    }
}

fn focus_file(file: &FocusFile) -> Markup {
    html! {
        (path(said(file.path.as_ref()).unwrap_or(UNKNOWN)))
        (reasons(&file.reasons))
    }
}

pub(super) fn people(contributors: &[Contributor]) -> Markup {
    let people: Vec<Markup> = contributors.iter().map(person).collect();
    html! {
        @if !people.is_empty() {
            (section("people", "Who wrote it", false, &folded(&people, SEEN, false)))
        }
    }
}

fn person(person: &Contributor) -> Markup {
    let login = said(person.login.as_ref()).or(said(person.id.as_ref())).unwrap_or(UNKNOWN);
    let facts = [
        person.commits.map(|commits| format!("{} of this change", counted(commits, "commit", "commits"))),
        person.account_age_days.map(|days| format!("account {} old", counted(days, "day", "days"))),
    ];
    html! {
        p.row {
            strong { (name(login)) }
            @match &person.trust_level {
                Some(level) => span.tag { "Trust: " (name(level.as_str())) },
                None => span.tag { "Trust: " (UNKNOWN) },
            }
            @match &person.role {
                Some(ContributorRole::Author) => span.note { "author" },
                Some(ContributorRole::CoAuthor) => span.note { "co-author" },
                Some(other) => span.note { (name(other.as_str())) },
                None => {},
            }
            @if person.is_bot == Some(true) { span.note { "automated" } }
        }
        (reasons(&[past(person), facts.into_iter().flatten().collect()].concat()))
    }
}

/// What the trust rests on: the words for it, else the numbers.
fn past(person: &Contributor) -> Vec<String> {
    if !person.reasons.is_empty() {
        return person.reasons.clone();
    }
    let numbers = [
        person.prior_contributions.map(|commits| counted(commits, "earlier commit", "earlier commits")),
        person.prior_merges.map(|merges| counted(merges, "merge of others' changes", "merges of others' changes")),
        person.tenure_days.map(|days| format!("first seen {} ago", counted(days, "day", "days"))),
    ];
    numbers.into_iter().flatten().collect()
}

pub(super) fn supply_chain(chain: &Section<SupplyChain>) -> Markup {
    let files = [
        ("Lockfiles", &chain.lockfiles),
        ("Continuous integration", &chain.ci_files),
        ("Build scripts", &chain.build_scripts),
    ];
    let dependencies: Vec<Markup> = chain.dependencies.iter().map(dependency).collect();
    let is_empty =
        dependencies.is_empty() && chain.findings.is_empty() && files.iter().all(|(_, files)| files.is_empty());
    let content = html! {
        (texts(&chain.findings))
        @if !dependencies.is_empty() {
            h3 { "Dependencies" }
            (folded(&dependencies, SEEN, false))
        }
        @for (title, files) in files.iter().filter(|(_, files)| !files.is_empty()) {
            h3 { (title) }
            (folded(&files.iter().map(|file| path(file)).collect::<Vec<_>>(), SEEN, false))
        }
    };
    html! { @if !chain.is_absent() { (section("supply-chain", "Supply chain", is_empty, &content)) } }
}

fn dependency(dependency: &Dependency) -> Markup {
    let version = |version: &Option<String>| html! { code { (name(said(version.as_ref()).unwrap_or(UNKNOWN))) } };
    html! {
        p.row {
            strong { (name(said(dependency.name.as_ref()).unwrap_or(UNKNOWN))) }
            @match (&dependency.from, &dependency.to) {
                (None, None) => {},
                (None, to) => span { "to " (version(to)) },
                (from, None) => span { "from " (version(from)) },
                (from, to) => span { (version(from)) " to " (version(to)) },
            }
            @if let Some(change) = said(dependency.change.as_ref()) { span.tag { (name(change)) } }
            @if let Some(ecosystem) = said(dependency.ecosystem.as_ref()) { span.note { (name(ecosystem)) } }
        }
    }
}

pub(super) fn evidence(evidence: &Section<Evidence>) -> Markup {
    let checks: Vec<Markup> = evidence
        .checks
        .iter()
        .map(|check| {
            let (mark, ending) = match said(check.conclusion.as_ref()) {
                Some(ending @ "success") => ("✓", ending),
                Some(ending @ "failure") => ("✗", ending),
                Some(ending) => ("–", ending),
                None => ("–", said(check.status.as_ref()).unwrap_or(UNKNOWN)),
            };
            html! {
                p.row {
                    span.mark aria-hidden="true" { (mark) }
                    strong { (name(said(check.name.as_ref()).unwrap_or(UNKNOWN))) }
                    span { (name(ending)) }
                    @if let Some(kind) = said(check.kind.as_ref()) { span.note { (name(kind)) } }
                }
            }
        })
        .collect();
    let content = html! {
        @match evidence.completeness_score {
            Some(score) => { p { "Complete to " (short(score)) " of 1" } (bar(score)) },
            None => p { "Completeness: " (UNKNOWN) },
        }
        @if !checks.is_empty() { (folded(&checks, SEEN, false)) }
        @if !evidence.missing.is_empty() {
            h3 { "Missing" }
            (texts(&evidence.missing))
        }
    };
    html! { @if !evidence.is_absent() { (section("evidence", "Evidence", false, &content)) } }
}

pub(super) fn conventions(conventions: &Section<Conventions>) -> Markup {
    let checks: Vec<Markup> = conventions
        .checks
        .iter()
        .map(|check| {
            let (mark, word) = match check.passed {
                Some(true) => ("✓", "kept"),
                Some(false) => ("✗", "not kept"),
                None => ("–", UNKNOWN),
            };
            html! {
                p.row {
                    span.mark aria-hidden="true" { (mark) }
                    strong { (name(said(check.id.as_ref()).unwrap_or(UNKNOWN))) }
                    span { (word) }
                }
                @if let Some(detail) = said(check.detail.as_ref()) { (prose(detail)) }
            }
        })
        .collect();
    html! {
        @if !conventions.is_absent() {
            (section("conventions", "Conventions", checks.is_empty(), &folded(&checks, SEEN, false)))
        }
    }
}

pub(super) fn governance(governance: &Section<Governance>) -> Markup {
    let findings: Vec<Markup> = governance.findings.iter().map(finding).collect();
    let content = html! {
        @if !findings.is_empty() { (folded(&findings, SEEN, false)) }
        @if !governance.policies.is_empty() {
            p.note {
                "Evaluated: "
                @for (index, policy) in governance.policies.iter().enumerate() {
                    @if index > 0 { ", " }
                    (name(policy))
                }
            }
        }
    };
    let is_empty = findings.is_empty() && governance.policies.is_empty();
    html! { @if !governance.is_absent() { (section("policies", "Policies", is_empty, &content)) } }
}

fn finding(finding: &PolicyFinding) -> Markup {
    let rule: Vec<&str> =
        [&finding.policy_id, &finding.rule_id].into_iter().filter_map(|part| said(part.as_ref())).collect();
    html! {
        p.row {
            span.tag { (name(said(finding.outcome.as_ref()).unwrap_or(UNKNOWN))) }
            @if let Some(message) = said(finding.message.as_ref()) { strong dir="auto" { (message) } }
        }
        @if let Some(remediation) = said(finding.remediation.as_ref()) { (prose(remediation)) }
        @if !rule.is_empty() { p.note { (name(&rule.join(" / "))) } }
    }
}

pub(super) fn intent(intent: Option<&Intent>) -> Markup {
    let Some(intent) = intent else { return html! {} };
    let content = html! {
        @if let Some(goal) = said(intent.goal.as_ref()) { (prose(goal)) }
        @if !intent.acceptance_criteria.is_empty() {
            h3 { "It succeeds when" }
            (texts(&intent.acceptance_criteria))
        }
        @if !intent.non_goals.is_empty() {
            h3 { "It leaves alone" }
            (texts(&intent.non_goals))
        }
        p.note {
            @match said(intent.source.as_ref()) {
                Some(source) => { "Read from the " (name(source)) ", with a confidence of " },
                None => "Confidence: ",
            }
            (intent.confidence.map_or(UNKNOWN.to_owned(), |confidence| format!("{} of 1", short(confidence))))
        }
    };
    section("intent", "What it wants", false, &content)
}

/// What could not be read of the pull request, and of the Signal.
pub(super) fn unread(meta: &Meta, warnings: &[String]) -> Markup {
    let gaps: Vec<Markup> = meta
        .unavailable
        .iter()
        .map(|gap| {
            html! {
                (path(said(gap.what.as_ref()).unwrap_or(UNKNOWN)))
                @if let Some(reason) = said(gap.reason.as_ref()) { (prose(reason)) }
            }
        })
        .collect();
    let fields: Vec<Markup> = warnings.iter().map(|field| path(field)).collect();
    let content = html! {
        @if !gaps.is_empty() {
            p { "This was not seen, and so not taken for safe." }
            (folded(&gaps, SEEN, false))
        }
        @if !fields.is_empty() {
            p { "These fields of the Signal are not what they should be, and are left out." }
            (folded(&fields, SEEN, false))
        }
    };
    let is_empty = gaps.is_empty() && fields.is_empty();
    html! { @if !is_empty { (section("unread", "What could not be read", false, &content)) } }
}

/// When and by what the Signal was made, and its name.
pub(super) fn origin(meta: &Meta, signal_id: Option<&str>) -> Markup {
    html! {
        ul.facts role="list" {
            @if let Some(generated) = meta.generated_at { li { "made " (moment(generated)) } }
            @if let Some(generator) = said(meta.generator.as_ref()) { li { "by " (name(generator)) } }
            @if let Some(duration) = meta.duration_ms { li { "in " (counted(duration, "millisecond", "milliseconds")) } }
            @if let Some(as_of) = meta.as_of { li { "ages counted to " (moment(as_of)) } }
        }
        @if let Some(id) = signal_id { p { (path(id)) } }
        p { "Advice, not a decision." }
    }
}

fn texts(texts: &[String]) -> Markup {
    let texts: Vec<Markup> = texts.iter().map(|text| html! { span.prose dir="auto" { (text) } }).collect();
    html! { @if !texts.is_empty() { (folded(&texts, SEEN, false)) } }
}
