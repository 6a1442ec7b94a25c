use axiomo_model::{ContributorRole, Provider, Timestamp};

use crate::path_class::{self, PathClass};

/// A pull request as the analyzer judges it: everything that is known of it, from wherever it was
/// read, without file contents, patches, e-mail addresses or real names.
///
/// `None` always means "not known", never "zero".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Where it was made.
    pub place: Place,
    /// Its title.
    pub title: Option<String>,
    /// Whether it has been merged; `None` when that cannot be told.
    pub merged: Option<bool>,
    /// The branch it is to be merged into.
    pub base_branch: Option<String>,
    /// The branch it comes from.
    pub head_branch: Option<String>,
    /// The commit of the base branch it is compared with; `None` for a first commit.
    pub base_sha: Option<String>,
    /// Its newest commit.
    pub head_sha: String,
    /// When its first commit was made.
    pub created_at: Option<Timestamp>,
    /// When its newest commit was made.
    pub updated_at: Option<Timestamp>,
    /// How many commits it has; `None` when it was squashed.
    pub commits: Option<u64>,
    /// The files it changes, in the order of their paths.
    pub files: Vec<FileChange>,
    /// Whether it changes more files than these, beyond what is looked at of any change.
    pub has_more_files: bool,
    /// Who wrote it, the author first.
    pub people: Vec<Person>,
    /// What is known of the time before it.
    pub history: History,
    /// What could not be read.
    pub unavailable: Vec<Gap>,
}

/// The repository, and the number of the pull request in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// The provider; `None` for a repository known only from disk.
    pub provider: Option<Provider>,
    /// The provider's host; empty when it is not known.
    pub host: String,
    /// The owner; empty when it is not known.
    pub owner: String,
    /// The repository.
    pub repo: String,
    /// The number; `None` for a plain range of commits.
    pub number: Option<u64>,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileChange {
    /// Where it is after the change, or was when it is deleted. Bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Where it was before, if it was renamed.
    pub previous_path: Option<String>,
    /// What happened to it.
    pub status: FileStatus,
    /// How much of it changed.
    pub lines: Lines,
    /// What kind of file it is, by its path and by what the base says of it.
    pub class: PathClass,
    /// What happened to it before.
    pub past: FilePast,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// Its content, mode or type changed.
    Modified,
    /// It moved, with or without a change of content.
    Renamed,
}

/// How much of a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lines {
    /// As git counts them.
    Counted {
        /// Lines added.
        added: u64,
        /// Lines deleted.
        deleted: u64,
    },
    /// One side is no text.
    Binary,
    /// One side could not be read, for this reason.
    Unavailable(String),
}

/// What happened to a file before the change, as far as the history was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilePast {
    /// Commits that changed it.
    pub changes: u64,
    /// Those of them that say they fix something.
    pub fixes: u64,
    /// How many people made them.
    pub developers: u64,
}

/// Someone who wrote a part of the change.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The user name at the provider.
    pub login: Option<String>,
    /// `git-` and 8 hex digits, the same for one person throughout one repository.
    pub id: String,
    /// The part played.
    pub role: ContributorRole,
    /// Whether this is an automated account.
    pub is_bot: bool,
    /// Commits of this change; `None` when it was squashed.
    pub commits: Option<u64>,
    /// What this person did here before; `None` when the history could not be read.
    pub past: Option<PersonPast>,
}

/// What someone did in a repository before the change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonPast {
    /// Commits, merges aside.
    pub commits: u64,
    /// Merges of other people's changes.
    pub merges: u64,
    /// The first of them all.
    pub first_at: Option<Timestamp>,
}

/// How much of the history before the change was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Commits that were read.
    pub commits: u64,
    /// Why older ones were not; `None` when there are none.
    pub cut: Option<HistoryCut>,
}

/// Why a history ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryCut {
    /// It is longer than what is read of any history.
    Limit,
    /// The clone is shallow.
    Shallow,
    /// Objects are missing, or cannot be read.
    Missing,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// A path, `history`, `files` where a change has more than are looked at, or how many more files could
    /// not be read for the same reason.
    pub what: String,
    /// Why, in words.
    pub reason: String,
}

impl FileChange {
    /// Lines added that a person wrote and should read; none where they cannot be counted.
    #[must_use]
    pub fn countable_added(&self) -> u64 {
        match self.lines {
            Lines::Counted { added, .. } if self.class.is_countable() => added,
            _ => 0,
        }
    }

    /// Lines deleted of what a person wrote; none where they cannot be counted.
    #[must_use]
    pub fn countable_deleted(&self) -> u64 {
        match self.lines {
            Lines::Counted { deleted, .. } if self.class.is_countable() => deleted,
            _ => 0,
        }
    }
}

impl FileChange {
    /// Whether nobody can tell what is in it: it could not be read, or it is binary and no picture,
    /// font, sound or the like.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        match self.lines {
            Lines::Counted { .. } => false,
            Lines::Binary => self.status != FileStatus::Deleted && !path_class::is_media(&self.path),
            Lines::Unavailable(_) => true,
        }
    }
}

impl HistoryCut {
    /// The reason, in words that follow "older commits".
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Limit => "older commits are beyond what is read of a history",
            Self::Shallow => "older commits are not in this shallow clone",
            Self::Missing => "older commits, or their trees, are missing from this clone or cannot be read",
        }
    }
}
