use std::fmt::Display;
use std::path::PathBuf;

/// A change could not be read from a repository.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder is no git repository.
    #[error("{path} is no git repository that can be read: {reason}", path = path.display())]
    NotARepository {
        /// The folder.
        path: PathBuf,
        /// Why it cannot be read.
        reason: String,
    },
    /// The repository has no commit.
    #[error("the repository has no commit yet")]
    NoCommit,
    /// A range is not written as one.
    #[error("`{0}` is no range; expected `BASE..HEAD`, as in `main..my-branch`")]
    Range(String),
    /// A name leads to no commit.
    #[error("`{0}` names no commit here; expected a branch, a tag or a commit's hash that this clone has")]
    UnknownRevision(String),
    /// The pull request cannot be found.
    #[error(
        "pull request {number} is not in this clone: neither a ref such as refs/pull/{number}/head nor a merge or \
         squash commit names it; fetch it with `git fetch origin refs/pull/{number}/head:refs/pull/{number}/head`, or \
         give its commits as a range"
    )]
    PullRequestNotFound {
        /// The number that was asked for.
        number: u64,
    },
    /// The commits of a pull request are in the base branch, and nothing tells since when.
    #[error(
        "the commits of pull request {number} are already in {base} without a merge commit, so there is nothing to \
         compare them with; give them as a range"
    )]
    BaseUnknown {
        /// The number that was asked for.
        number: u64,
        /// The base branch.
        base: String,
    },
    /// A shallow clone ends where the change begins.
    #[error(
        "this clone is shallow and ends at the commits of the change, so there is nothing to compare them with; \
         fetch more with `git fetch --deepen=100`, or clone without --depth"
    )]
    Shallow,
    /// An object that everything rests on cannot be read.
    #[error("{what} cannot be read: {reason}")]
    Unreadable {
        /// What it is.
        what: String,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Error {
    pub(super) fn unreadable(what: impl Display, reason: impl Display) -> Self {
        Self::Unreadable { what: what.to_string(), reason: reason.to_string() }
    }
}
