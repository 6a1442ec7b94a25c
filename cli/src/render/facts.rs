//! What both renderings say, in the same words.

use axiomo_model::{Contributor, Effort, ReviewAction, RiskDriver, Signal};

/// The place of the pull request: `owner/repo #12`.
pub(crate) fn place(signal: &Signal) -> String {
    let pr = &signal.pr;
    let repository = [pr.owner.as_deref(), pr.repo.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("/");
    match pr.number {
        Some(number) => format!("{repository} #{number}"),
        None => repository,
    }
}

/// The branches, or the commits where there are no names: `main ← fix`.
pub(crate) fn branches(signal: &Signal) -> String {
    let short = |sha: &Option<String>| sha.as_ref().map(|sha| sha.chars().take(9).collect::<String>());
    let base = signal.pr.base_branch.clone().or_else(|| short(&signal.pr.base_sha));
    let head = signal.pr.head_branch.clone().or_else(|| short(&signal.pr.head_sha));
    match (base, head) {
        (Some(base), Some(head)) => format!("{base} ← {head}"),
        (base, head) => base.or(head).unwrap_or_default(),
    }
}

/// How much of what changed: `3 commits, 6 files, +180 −42`.
pub(crate) fn extent(signal: &Signal) -> String {
    let pr = &signal.pr;
    let mut parts = Vec::new();
    parts.extend(pr.commits.map(|commits| counted(commits, "commit", "commits")));
    parts.extend(pr.changed_files.map(|files| counted(files, "file", "files")));
    if let (Some(added), Some(deleted)) = (pr.additions, pr.deletions) {
        parts.push(format!("+{added} −{deleted}"));
    }
    parts.join(", ")
}

/// How a contributor is called: the user name, else the id.
pub(crate) fn name(contributor: &Contributor) -> &str {
    contributor.login.as_deref().or(contributor.id.as_deref()).unwrap_or(UNKNOWN)
}

/// The drivers worth showing: those that add something.
pub(crate) fn drivers(signal: &Signal) -> impl Iterator<Item = &RiskDriver> {
    signal.risk.drivers.iter().filter(|driver| driver.contribution.is_none_or(|share| share > 0.0))
}

/// What stands where a Signal says nothing.
pub(crate) const UNKNOWN: &str = "unknown";

/// What a driver adds to the score.
pub(crate) fn share(driver: &RiskDriver) -> String {
    driver.contribution.map_or_else(|| UNKNOWN.to_owned(), |share| format!("{share:.3}"))
}

/// The files of the supply chain that changed, of whichever section tells.
pub(crate) fn supply_chain(signal: &Signal) -> Vec<&str> {
    let section = &signal.supply_chain;
    let listed = section.lockfiles.iter().chain(&section.ci_files).chain(&section.build_scripts);
    let driver = signal.risk.drivers.iter().filter(|driver| driver.id.as_deref() == Some("supply_chain"));
    let mut files: Vec<&str> = listed.chain(driver.flat_map(|driver| &driver.files)).map(String::as_str).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// What to do, and how much work that is: `review it; a medium review, about 35 minutes`.
pub(crate) fn advice(signal: &Signal) -> String {
    let action = signal.review.action.as_ref().map(|action| match action {
        ReviewAction::Approve => "approve".to_owned(),
        ReviewAction::Review => "review".to_owned(),
        ReviewAction::RequestChanges => "request changes".to_owned(),
        ReviewAction::Block => "block".to_owned(),
        other => other.to_string(),
    });
    let effort = signal.triage.effort.as_ref().map(|effort| match effort {
        Effort::ExtraSmall => "extra small review".to_owned(),
        Effort::Small => "small review".to_owned(),
        Effort::Medium => "medium review".to_owned(),
        Effort::Large => "large review".to_owned(),
        Effort::ExtraLarge => "extra large review".to_owned(),
        other => format!("review of size {other}"),
    });
    let minutes =
        signal.triage.estimated_minutes.map(|minutes| format!("about {}", counted(minutes, "minute", "minutes")));
    let waiting = signal.triage.stale_days.filter(|days| *days > 0);
    let waiting = waiting.map(|days| format!("unchanged for {}", counted(days, "day", "days")));
    [action, effort, minutes, waiting].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
