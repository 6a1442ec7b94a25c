use axiomo_model::{Provider, PullRequest, PullRequestRef, PullRequestState};

use crate::change::{Change, Lines};
use crate::digest;
use crate::redact;

/// Stands for the owner of a repository that is known only from disk.
const LOCAL: &str = "local";

pub(crate) fn pull_request(change: &Change) -> PullRequest {
    let place = &change.place;
    let mut pr = PullRequest::default();
    pr.provider.clone_from(&place.provider);
    pr.owner = Some(if place.owner.is_empty() { LOCAL.to_owned() } else { place.owner.clone() });
    pr.repo = Some(place.repo.clone());
    pr.number = place.number;
    pr.title.clone_from(&change.title);
    pr.author = change.people.first().and_then(|author| author.login.clone());
    pr.url = url(change);
    pr.state = change.merged.filter(|merged| *merged).map(|_| PullRequestState::Merged);
    pr.base_branch.clone_from(&change.base_branch);
    pr.head_branch.clone_from(&change.head_branch);
    pr.base_sha.clone_from(&change.base_sha);
    pr.head_sha = Some(change.head_sha.clone());
    pr.created_at = change.created_at;
    pr.updated_at = change.updated_at;
    let lines = lines(change);
    pr.additions = lines.map(|(added, _)| added);
    pr.deletions = lines.map(|(_, deleted)| deleted);
    pr.changed_files = (!change.has_more_files).then_some(change.files.len() as u64);
    pr.commits = change.commits;
    pr
}

/// `ax-{owner}-{repo}-{number}-{8 hex}`: the same for the same commits of the same pull request. Nothing that
/// must not leave is in it.
pub(crate) fn signal_id(change: &Change) -> String {
    let place = &change.place;
    let number = place.number.unwrap_or_default();
    let provider = place.provider.as_ref().map_or("", Provider::as_str);
    let base = change.base_sha.as_deref().unwrap_or_default();
    let number_text = number.to_string();
    let hex = digest::short(&[provider, &place.host, &place.owner, &place.repo, &number_text, base, &change.head_sha]);
    let owner = if place.owner.is_empty() || place.number.is_none() { LOCAL } else { &place.owner };
    format!("ax-{}-{}-{number}-{hex}", plain(owner), plain(&place.repo))
}

/// A name as a part of an id, which is one line and one segment of an address.
fn plain(name: &str) -> String {
    let ends_it = |letter: char| letter.is_control() || ['/', '\u{2028}', '\u{2029}'].contains(&letter);
    redact::redact(name).replace(redact::REDACTED, "redacted").replace(ends_it, "-")
}

/// The page at the provider, where the place makes one.
fn url(change: &Change) -> Option<String> {
    let place = &change.place;
    let provider = place.provider.clone().filter(|_| !place.host.is_empty())?;
    let reference = PullRequestRef::new(provider, &place.host, &place.owner, &place.repo, place.number?).ok()?;
    Some(reference.to_string())
}

/// The sums over all files; none when one of them could not be read.
fn lines(change: &Change) -> Option<(u64, u64)> {
    if change.has_more_files {
        return None;
    }
    change.files.iter().try_fold((0, 0), |(all_added, all_deleted), file| match file.lines {
        Lines::Counted { added, deleted } => Some((all_added + added, all_deleted + deleted)),
        Lines::Binary => Some((all_added, all_deleted)),
        Lines::Unavailable(_) => None,
    })
}
