// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::open_enum::open_enum;
use crate::section::Empty;
use crate::text::VisitText;
use crate::timestamp::Timestamp;
use serde::Serialize;
use serde::de::MapAccess;

/// The pull request (a merge request on GitLab) as the provider knows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PullRequest {
    /// Where the repository is hosted; absent for a repository known only from disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The repository's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The pull request's number in its repository; null for a plain range of commits.
    pub number: Option<u64>,
    /// Its title. From a local repository: the title in the merge message, else the subject of its first commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The author's user name; null when it cannot be known.
    pub author: Option<String>,
    /// Its page at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it is open, closed or merged; absent when a local repository cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<PullRequestState>,
    /// Whether it is marked as not ready for review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<bool>,
    /// The branch it is to be merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_branch: Option<String>,
    /// The branch it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_branch: Option<String>,
    /// The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_sha: Option<String>,
    /// Its newest commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_sha: Option<String>,
    /// When it was opened. From a local repository: when its first commit was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it last changed. From a local repository: when its newest commit was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Lines added, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    pub additions: Option<u64>,
    /// Lines deleted, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    pub deletions: Option<u64>,
    /// Files it changes; a renamed file counts once.
    ///
    /// Unit: files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_files: Option<u64>,
    /// Commits it consists of; null where it was squashed and they are gone.
    ///
    /// Unit: commits.
    pub commits: Option<u64>,
}

impl Fields for PullRequest {
    const SHAPE: &'static Shape = &Shape(&[
        ("provider", None),
        ("owner", None),
        ("repo", None),
        ("number", None),
        ("title", None),
        ("author", None),
        ("url", None),
        ("state", None),
        ("draft", None),
        ("base_branch", None),
        ("head_branch", None),
        ("base_sha", None),
        ("head_sha", None),
        ("created_at", None),
        ("updated_at", None),
        ("additions", None),
        ("deletions", None),
        ("changed_files", None),
        ("commits", None),
    ]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "provider" => reading.field(map, "provider", &mut self.provider),
            "owner" => reading.field(map, "owner", &mut self.owner),
            "repo" => reading.field(map, "repo", &mut self.repo),
            "number" => reading.nullable(map, "number", &mut self.number),
            "title" => reading.field(map, "title", &mut self.title),
            "author" => reading.nullable(map, "author", &mut self.author),
            "url" => reading.field(map, "url", &mut self.url),
            "state" => reading.field(map, "state", &mut self.state),
            "draft" => reading.field(map, "draft", &mut self.draft),
            "base_branch" => reading.field(map, "base_branch", &mut self.base_branch),
            "head_branch" => reading.field(map, "head_branch", &mut self.head_branch),
            "base_sha" => reading.field(map, "base_sha", &mut self.base_sha),
            "head_sha" => reading.field(map, "head_sha", &mut self.head_sha),
            "created_at" => reading.field(map, "created_at", &mut self.created_at),
            "updated_at" => reading.field(map, "updated_at", &mut self.updated_at),
            "additions" => reading.nullable(map, "additions", &mut self.additions),
            "deletions" => reading.nullable(map, "deletions", &mut self.deletions),
            "changed_files" => reading.field(map, "changed_files", &mut self.changed_files),
            "commits" => reading.nullable(map, "commits", &mut self.commits),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for PullRequest {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.provider.visit_text(visit);
        self.owner.visit_text(visit);
        self.repo.visit_text(visit);
        self.title.visit_text(visit);
        self.author.visit_text(visit);
        self.url.visit_text(visit);
        self.state.visit_text(visit);
        self.base_branch.visit_text(visit);
        self.head_branch.visit_text(visit);
        self.base_sha.visit_text(visit);
        self.head_sha.visit_text(visit);
    }
}

impl Empty for PullRequest {
    fn empty() -> &'static Self {
        static EMPTY: PullRequest = PullRequest {
            provider: None,
            owner: None,
            repo: None,
            number: None,
            title: None,
            author: None,
            url: None,
            state: None,
            draft: None,
            base_branch: None,
            head_branch: None,
            base_sha: None,
            head_sha: None,
            created_at: None,
            updated_at: None,
            additions: None,
            deletions: None,
            changed_files: None,
            commits: None,
        };
        &EMPTY
    }
}

/// A host of repositories.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// `github`: GitHub, github.com or self-hosted.
    GitHub,
    /// `gitlab`: GitLab, gitlab.com or self-hosted.
    GitLab,
    /// `bitbucket`: Bitbucket Cloud or Data Center.
    Bitbucket,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl Provider {
    /// Every value this version knows.
    pub const KNOWN: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Bitbucket];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Bitbucket => "bitbucket",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for Provider {
    fn from(text: &str) -> Self {
        match text {
            "github" => Self::GitHub,
            "gitlab" => Self::GitLab,
            "bitbucket" => Self::Bitbucket,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(Provider);

/// Where a pull request is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PullRequestState {
    /// `open`: Waiting to be merged.
    Open,
    /// `closed`: Closed without a merge.
    Closed,
    /// `merged`: Merged into its base branch.
    Merged,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl PullRequestState {
    /// Every value this version knows.
    pub const KNOWN: [Self; 3] = [Self::Open, Self::Closed, Self::Merged];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for PullRequestState {
    fn from(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "closed" => Self::Closed,
            "merged" => Self::Merged,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(PullRequestState);
