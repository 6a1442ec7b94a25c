//! Which pull request a page is about.

use axiomo_model::{PullRequest, PullRequestState, Section};
use maud::{Markup, html};

use super::words::{UNKNOWN, counted, grouped, moment, name, said, sentence, web_host};

/// How much of a commit's name tells it apart.
const SHORT_SHA: usize = 9;

pub(super) fn title(pr: &PullRequest) -> &str {
    said(pr.title.as_ref()).unwrap_or("(no title)")
}

/// `owner/repo #12`, or as much of that as there is.
pub(super) fn place(pr: &PullRequest) -> String {
    let repository = [&pr.owner, &pr.repo].into_iter().filter_map(|part| said(part.as_ref()));
    let repository = repository.collect::<Vec<_>>().join("/");
    let number = pr.number.map(|number| format!("#{number}"));
    [Some(repository), number].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn header(pr: &Section<PullRequest>, place: &str, title: &str) -> Markup {
    html! {
        p.place {
            @if !place.is_empty() { span { (name(place)) } }
            @if let Some(state) = &pr.state {
                span.tag {
                    @match state {
                        PullRequestState::Unknown(text) => (name(text)),
                        known => (sentence(known.as_str())),
                    }
                }
            }
            @if pr.draft == Some(true) { span.tag { "Draft" } }
            @if let Some((address, host)) = said(pr.url.as_ref()).and_then(|url| Some((url, web_host(url)?))) {
                a href=(address) rel="noreferrer noopener" { "View on " (host) }
            }
        }
        h1 dir="auto" { (title) }
        @if !pr.is_absent() {
            ul.facts role="list" {
                @if let Some(author) = said(pr.author.as_ref()) { li { "by " (name(author)) } }
                (branches(pr))
                (extent(pr))
                @if let Some(created) = pr.created_at { li { "begun " (moment(created)) } }
                @if let Some(updated) = pr.updated_at { li { "last changed " (moment(updated)) } }
            }
        }
    }
}

/// The branches, or the commits where there are no names.
fn branches(pr: &PullRequest) -> Markup {
    let ends = [(&pr.head_branch, &pr.head_sha), (&pr.base_branch, &pr.base_sha)].map(|(branch, sha)| {
        let short = said(sha.as_ref()).map(|sha| sha.chars().take(SHORT_SHA).collect());
        said(branch.as_ref()).map(str::to_owned).or(short)
    });
    html! {
        @match ends {
            [Some(head), Some(base)] => li { code { (name(&head)) } " into " code { (name(&base)) } },
            [Some(head), None] => li { code { (name(&head)) } },
            [None, Some(base)] => li { "into " code { (name(&base)) } },
            [None, None] => {},
        }
    }
}

fn extent(pr: &PullRequest) -> Markup {
    let known = |count: Option<u64>, one: &str, many: &str| match count {
        Some(count) => counted(count, one, many),
        None => format!("{many}: {UNKNOWN}"),
    };
    html! {
        li { (known(pr.commits, "commit", "commits")) }
        li { (known(pr.changed_files, "file", "files")) }
        @match (pr.additions, pr.deletions) {
            (Some(added), Some(deleted)) => li { "+" (grouped(added)) " −" (grouped(deleted)) " lines" },
            (None, None) => li { "lines: " (UNKNOWN) },
            (added, deleted) => {
                li { (known(added, "line added", "lines added")) }
                li { (known(deleted, "line deleted", "lines deleted")) }
            },
        }
    }
}
