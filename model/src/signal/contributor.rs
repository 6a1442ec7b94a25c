// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::open_enum::open_enum;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// Someone who wrote a part of the pull request.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contributor {
    /// The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
    pub login: Option<String>,
    /// Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The part this person has in the pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<ContributorRole>,
    /// How well this person is known in the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_level: Option<TrustLevel>,
    /// Age of the account at the provider; null when the provider was not asked.
    ///
    /// Unit: days.
    pub account_age_days: Option<u64>,
    /// Time since the first commit here, before this change; null without one.
    ///
    /// Unit: days.
    pub tenure_days: Option<u64>,
    /// Commits in the base branch before this change; null when its history could not be read.
    ///
    /// Unit: commits.
    pub prior_contributions: Option<u64>,
    /// Merges of other changes made here before this one; null when the history could not be read.
    ///
    /// Unit: merges.
    pub prior_merges: Option<u64>,
    /// Commits of this pull request; null where it was squashed.
    ///
    /// Unit: commits.
    pub commits: Option<u64>,
    /// Whether this is an automated account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_bot: Option<bool>,
    /// What the trust level rests on, in words.
    pub reasons: Vec<String>,
}

impl Fields for Contributor {
    const SHAPE: &'static Shape = &Shape(&[
        ("login", None),
        ("id", None),
        ("role", None),
        ("trust_level", None),
        ("account_age_days", None),
        ("tenure_days", None),
        ("prior_contributions", None),
        ("prior_merges", None),
        ("commits", None),
        ("is_bot", None),
        ("reasons", None),
    ]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { login: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "login" => reading.nullable(map, "login", &mut self.login),
            "id" => reading.field(map, "id", &mut self.id),
            "role" => reading.field(map, "role", &mut self.role),
            "trust_level" => reading.field(map, "trust_level", &mut self.trust_level),
            "account_age_days" => reading.nullable(map, "account_age_days", &mut self.account_age_days),
            "tenure_days" => reading.nullable(map, "tenure_days", &mut self.tenure_days),
            "prior_contributions" => reading.nullable(map, "prior_contributions", &mut self.prior_contributions),
            "prior_merges" => reading.nullable(map, "prior_merges", &mut self.prior_merges),
            "commits" => reading.nullable(map, "commits", &mut self.commits),
            "is_bot" => reading.field(map, "is_bot", &mut self.is_bot),
            "reasons" => reading.list(map, "reasons", &mut self.reasons),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Contributor {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.login.visit_text(visit);
        self.id.visit_text(visit);
        self.role.visit_text(visit);
        self.trust_level.visit_text(visit);
        self.reasons.visit_text(visit);
    }
}

/// The part a contributor has in a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContributorRole {
    /// `author`: Opened it.
    Author,
    /// `co_author`: Wrote commits of it, or is named in a `Co-authored-by` line.
    CoAuthor,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl ContributorRole {
    /// Every value this version knows.
    pub const KNOWN: [Self; 2] = [Self::Author, Self::CoAuthor];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Author => "author",
            Self::CoAuthor => "co_author",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for ContributorRole {
    fn from(text: &str) -> Self {
        match text {
            "author" => Self::Author,
            "co_author" => Self::CoAuthor,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(ContributorRole);

/// How well a contributor is known in a repository, from least to most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrustLevel {
    /// `new`: Nothing before this change.
    New,
    /// `low`: A first few contributions.
    Low,
    /// `established`: A steady record of contributions.
    Established,
    /// `trusted`: A long record of contributions.
    Trusted,
    /// `maintainer`: Merges other people's changes here.
    Maintainer,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl TrustLevel {
    /// Every value this version knows, from least to most.
    pub const KNOWN: [Self; 5] = [Self::New, Self::Low, Self::Established, Self::Trusted, Self::Maintainer];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::New => "new",
            Self::Low => "low",
            Self::Established => "established",
            Self::Trusted => "trusted",
            Self::Maintainer => "maintainer",
            Self::Unknown(text) => text,
        }
    }

    /// The place on the scale, from 0; none for an unknown value, which has no place on it.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|known| known == self)
    }
}

impl From<&str> for TrustLevel {
    fn from(text: &str) -> Self {
        match text {
            "new" => Self::New,
            "low" => Self::Low,
            "established" => Self::Established,
            "trusted" => Self::Trusted,
            "maintainer" => Self::Maintainer,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(TrustLevel);
