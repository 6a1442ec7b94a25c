//! Finding the commits of a pull request in a clone.

use std::collections::{HashSet, VecDeque};
use std::str::FromStr;

use axiomo_model::Provider;
use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::diff;
use super::error::Error;
use super::merge_base::merge_base;
use super::merge_message::MergeMessage;
use super::objects::{Commit, Objects};

/// Which change of a repository is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The pull request (or merge request) with this number.
    PullRequest(u64),
    /// The commits that `head` has and `base` has not.
    Range {
        /// A branch, a tag or a commit.
        base: String,
        /// A branch, a tag or a commit.
        head: String,
    },
    /// The branch that is checked out, if it has commits of its own; else the change that was merged
    /// last, or the last commit where nothing was ever merged.
    Latest,
}

impl FromStr for Selection {
    type Err = Error;

    /// Reads a range, `BASE..HEAD`. Three dots mean the same, as on the providers' pages.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (base, head) = text.split_once("..").ok_or_else(|| Error::Range(text.to_owned()))?;
        let head = head.strip_prefix('.').unwrap_or(head);
        if head.is_empty() || head.contains("..") || base.is_empty() {
            return Err(Error::Range(text.to_owned()));
        }
        Ok(Self::Range { base: base.to_owned(), head: head.to_owned() })
    }
}

/// What the commits of a pull request are found from: where the refs that decide it stand. As long as
/// these are equal, so is the change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tips {
    /// The pull request's own ref, where it was fetched.
    head: Option<ObjectId>,
    /// The trial merge that GitHub keeps of it.
    trial: Option<ObjectId>,
    /// The branch that pull requests go to, and its name.
    default: (ObjectId, Option<String>),
}

/// The ends of a change, and what the repository says about it.
#[derive(Debug)]
pub(super) struct Located {
    /// The base branch as it was; none for a first commit.
    pub(super) base: Option<ObjectId>,
    pub(super) head: ObjectId,
    pub(super) number: Option<u64>,
    pub(super) provider: Option<Provider>,
    pub(super) title: Option<String>,
    /// The owner of the repository the branch came from, where a merge message names it.
    pub(super) owner: Option<String>,
    pub(super) base_branch: Option<String>,
    pub(super) head_branch: Option<String>,
    pub(super) merged: Option<bool>,
    /// Whether its own commits are gone.
    pub(super) squashed: bool,
}

/// How far back a merge is looked for.
const LONGEST_SEARCH: usize = 100_000;

/// Where the providers, and the usual ways to fetch from them, keep the heads of pull requests.
fn pull_request_refs(number: u64) -> [(String, Provider); 6] {
    [
        (format!("refs/pull/{number}/head"), Provider::GitHub),
        (format!("refs/remotes/origin/pull/{number}/head"), Provider::GitHub),
        (format!("refs/remotes/origin/pr/{number}"), Provider::GitHub),
        (format!("refs/merge-requests/{number}/head"), Provider::GitLab),
        (format!("refs/remotes/origin/merge-requests/{number}"), Provider::GitLab),
        (format!("refs/pull-requests/{number}/from"), Provider::Bitbucket),
    ]
}

pub(super) fn locate(objects: &Objects, selection: &Selection) -> Result<Located, Error> {
    let locator = Locator { objects };
    match selection {
        Selection::PullRequest(number) => locator.pull_request(*number),
        Selection::Range { base, head } => locator.range(base, head),
        Selection::Latest => locator.latest(),
    }
}

pub(super) fn tips(objects: &Objects, number: u64) -> Result<Tips, Error> {
    let locator = Locator { objects };
    let default = locator.default_branch()?;
    let head = locator.fetched(number).map(|(head, _)| head);
    Ok(Tips { head, trial: locator.trial_merge(number), default })
}

struct Locator<'r> {
    objects: &'r Objects,
}

impl Locator<'_> {
    fn range(&self, base: &str, head: &str) -> Result<Located, Error> {
        Ok(Located {
            base: Some(self.revision(base)?),
            head: self.revision(head)?,
            base_branch: self.branch_name(base),
            head_branch: self.branch_name(head),
            ..Located::of(ObjectId::null(gix::hash::Kind::Sha1))
        })
    }

    fn latest(&self) -> Result<Located, Error> {
        let checked_out = self.head()?;
        let (default, base_branch) = self.default_branch()?;
        if checked_out != default && !self.contains(default, checked_out) {
            let head_branch = self.objects.repository.head_name().ok().flatten().map(|name| name.shorten().to_string());
            let located = Located::of(checked_out);
            return Ok(Located { base: Some(default), base_branch, head_branch, ..located });
        }
        let found = self.first_parents(checked_out, |commit| {
            let message = commit.merge.as_deref().cloned();
            if commit.parents.len() > 1 {
                return Some(Located::merge(commit, message.unwrap_or_default()));
            }
            message.map(|message| Located::squash(commit, message))
        })?;
        let located = if let Some(located) = found {
            located
        } else {
            let commit = self.objects.commit(checked_out)?;
            Located { base: commit.parents.first().copied(), ..Located::of(checked_out) }
        };
        Ok(Located { base_branch: located.base_branch.clone().or(base_branch), ..located })
    }

    fn pull_request(&self, number: u64) -> Result<Located, Error> {
        let (default, base_branch) = self.default_branch()?;
        let fetched = self.fetched(number);
        let merge = self.merge_of(number, default, fetched.as_ref().map(|(head, _)| *head))?;
        let located = match (fetched, merge) {
            (Some((head, provider)), Some(merge)) => {
                // Of a squashed one the fetched commits are the ones it had; of a merged one, what
                // was merged is what counts.
                let head = if merge.squashed { head } else { merge.head };
                Located { head, provider: Some(provider), squashed: false, ..merge }
            }
            (None, Some(merge)) => merge,
            (Some((head, provider)), None) => {
                let base = self.base_of_open(number, head, default)?;
                if self.contains(base, head) {
                    let base = base_branch.unwrap_or_else(|| base.to_string());
                    return Err(Error::BaseUnknown { number, base });
                }
                Located { base: Some(base), provider: Some(provider), ..Located::of(head) }
            }
            (None, None) => return Err(Error::PullRequestNotFound { number }),
        };
        // A base that is not on the default branch belongs to another one, whose name is not known.
        let on_default = match located.base {
            Some(base) => self.contains(default, base),
            None => true,
        };
        let base_branch = located.base_branch.clone().or(base_branch.filter(|_| on_default));
        Ok(Located { number: Some(number), base_branch, ..located })
    }

    /// What an unmerged pull request is to be merged into: GitHub's trial merge tells, else it is the
    /// default branch.
    fn base_of_open(&self, number: u64, head: ObjectId, default: ObjectId) -> Result<ObjectId, Error> {
        if let Some(trial) = self.trial_merge(number) {
            let commit = self.objects.commit(trial)?;
            if let [base, merged] = commit.parents[..]
                && merged == head
            {
                return Ok(base);
            }
        }
        Ok(default)
    }

    /// The head of a pull request as it was fetched, and whose refs look like that.
    fn fetched(&self, number: u64) -> Option<(ObjectId, Provider)> {
        let mut refs = pull_request_refs(number).into_iter();
        refs.find_map(|(name, provider)| Some((self.reference(&name)?, provider)))
    }

    /// GitHub's trial merge of a pull request, where it was fetched.
    fn trial_merge(&self, number: u64) -> Option<ObjectId> {
        self.reference(&format!("refs/pull/{number}/merge"))
    }

    fn reference(&self, name: &str) -> Option<ObjectId> {
        let found = self.objects.repository.try_find_reference(name).ok()??;
        found.into_fully_peeled_id().ok().map(gix::Id::detach)
    }

    /// The commit that brought a pull request in: on the branch itself first, since a merge found
    /// elsewhere may be of a fork, whose numbers are its own.
    fn merge_of(&self, number: u64, tip: ObjectId, head: Option<ObjectId>) -> Result<Option<Located>, Error> {
        let brought_in = |commit: &Commit| {
            let message = commit.merge.as_deref().filter(|found| found.number == number);
            // Anybody can write a number into a message. Where the head is known, it decides.
            let message = message.filter(|_| head.is_none_or(|head| self.brings_in(commit, head))).cloned();
            let merges_head = head.is_some_and(|head| commit.parents.iter().skip(1).any(|parent| *parent == head));
            match (commit.parents.len(), message) {
                (2.., message) if merges_head => Some(Located::merge(commit, message.unwrap_or_default())),
                (2.., Some(message)) => Some(Located::merge(commit, message)),
                (0 | 1, Some(message)) => Some(Located::squash(commit, message)),
                _ => None,
            }
        };
        if let Some(found) = self.first_parents(tip, brought_in)? {
            return Ok(Some(found));
        }
        let (mut next, mut seen) = (VecDeque::from([tip]), HashSet::from([tip]));
        while let Some(id) = next.pop_front() {
            let commit = match self.objects.commit(id) {
                Ok(commit) => commit,
                Err(_) if self.objects.is_too_large(id) => continue,
                // The end of what a partial clone holds.
                Err(_) => break,
            };
            if commit.parents.len() > 1
                && let Some(found) = brought_in(&commit)
            {
                return Ok(Some(found));
            }
            if seen.len() < LONGEST_SEARCH && !self.objects.is_shallow_edge(&id) {
                next.extend(commit.parents.iter().filter(|parent| seen.insert(**parent)));
            }
        }
        Ok(None)
    }

    /// Whether a merge has a head among what it merged, or a squash changes the same files as the
    /// commits up to that head do.
    fn brings_in(&self, commit: &Commit, head: ObjectId) -> bool {
        match commit.parents[..] {
            [_, merged, ..] => self.contains(merged, head),
            [base] => self.changes_the_same(commit, base, head).unwrap_or(false),
            [] => false,
        }
    }

    fn changes_the_same(&self, squash: &Commit, base: ObjectId, head: ObjectId) -> Result<bool, Error> {
        let Some(forked) = merge_base(self.objects, base, head) else { return Ok(false) };
        let tree = |id: ObjectId| self.objects.commit(id).map(|commit| commit.tree);
        let squashed = diff::changed_paths(self.objects, tree(base)?, squash.tree)?;
        Ok(squashed == diff::changed_paths(self.objects, tree(forked)?, tree(head)?)?)
    }

    /// The first answer along a branch, from its newest commit back.
    fn first_parents(
        &self,
        tip: ObjectId,
        answer: impl Fn(&Commit) -> Option<Located>,
    ) -> Result<Option<Located>, Error> {
        let mut next = Some(tip);
        for _ in 0..LONGEST_SEARCH {
            let Some(id) = next else { break };
            let commit = match self.objects.commit(id) {
                Ok(commit) => commit,
                // One such commit must not be the end of every later pull request.
                Err(_) if self.objects.is_too_large(id) => break,
                Err(error) => return Err(error),
            };
            if let Some(found) = answer(&commit) {
                return Ok(Some(found));
            }
            next = commit.parents.first().copied().filter(|_| !self.objects.is_shallow_edge(&id));
        }
        Ok(None)
    }

    fn head(&self) -> Result<ObjectId, Error> {
        self.objects.repository.head_id().map(gix::Id::detach).map_err(|_| Error::NoCommit)
    }

    /// The branch that pull requests go to: what the remote says, else what is checked out.
    fn default_branch(&self) -> Result<(ObjectId, Option<String>), Error> {
        let remote = self.objects.repository.try_find_reference("refs/remotes/origin/HEAD").ok().flatten();
        if let Some(remote) = remote {
            let name = remote.target().try_name().map(|name| name.as_bstr().to_str_lossy().into_owned());
            if let Ok(id) = remote.into_fully_peeled_id() {
                let name = name.and_then(|name| name.strip_prefix("refs/remotes/origin/").map(str::to_owned));
                return Ok((id.detach(), name));
            }
        }
        let checked_out = self.objects.repository.head_name().ok().flatten().map(|name| name.shorten().to_string());
        // A clone that does not record its default: what nearly all of them are called.
        if !matches!(checked_out.as_deref(), Some("main" | "master")) {
            for name in ["main", "master"] {
                for reference in [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")] {
                    let found = self.objects.repository.try_find_reference(reference.as_str()).ok().flatten();
                    if let Some(id) = found.and_then(|found| found.into_fully_peeled_id().ok()) {
                        return Ok((id.detach(), Some(name.to_owned())));
                    }
                }
            }
        }
        Ok((self.head()?, checked_out))
    }

    fn revision(&self, name: &str) -> Result<ObjectId, Error> {
        let unknown = || Error::UnknownRevision(name.to_owned());
        let id = self.objects.repository.rev_parse_single(name).map_err(|_| unknown())?;
        let commit = id.object().map_err(|_| unknown())?.peel_to_commit().map_err(|_| unknown())?;
        Ok(commit.id)
    }

    /// The name of a branch, where a revision is one.
    fn branch_name(&self, revision: &str) -> Option<String> {
        let found = self.objects.repository.try_find_reference(revision).ok().flatten()?;
        let name = found.name().as_bstr().to_str_lossy().into_owned();
        let local = name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/remotes/origin/"));
        local.map(str::to_owned)
    }

    fn contains(&self, tip: ObjectId, commit: ObjectId) -> bool {
        merge_base(self.objects, tip, commit) == Some(commit)
    }
}

impl Located {
    fn of(head: ObjectId) -> Self {
        Self {
            base: None,
            head,
            number: None,
            provider: None,
            title: None,
            owner: None,
            base_branch: None,
            head_branch: None,
            merged: None,
            squashed: false,
        }
    }

    /// What a merge commit brought in. Of one with more than two parents there is no telling whose
    /// changes are whose: everything it brought in is taken together.
    fn merge(commit: &Commit, message: MergeMessage) -> Self {
        let head = if let [_, head] = commit.parents[..] { head } else { commit.id };
        Self { base: commit.parents.first().copied(), ..Self::named(head, message) }
    }

    fn squash(commit: &Commit, message: MergeMessage) -> Self {
        Self { base: commit.parents.first().copied(), squashed: true, ..Self::named(commit.id, message) }
    }

    fn named(head: ObjectId, message: MergeMessage) -> Self {
        Self {
            number: Some(message.number).filter(|number| *number > 0),
            provider: message.provider,
            title: message.title,
            owner: message.owner,
            base_branch: message.base_branch,
            head_branch: message.head_branch,
            merged: Some(true),
            ..Self::of(head)
        }
    }
}
