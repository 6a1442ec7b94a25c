// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::open_enum::open_enum;
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// How much work a review is, and how long the pull request has waited.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Triage {
    /// The size of the review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// How long a review is likely to take.
    ///
    /// Unit: minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_minutes: Option<u64>,
    /// Days without a change; null once merged or closed.
    ///
    /// Unit: days.
    pub stale_days: Option<u64>,
    /// The waiting time in a word; absent once merged or closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staleness: Option<Staleness>,
}

impl Fields for Triage {
    const SHAPE: &'static Shape =
        &Shape(&[("effort", None), ("estimated_minutes", None), ("stale_days", None), ("staleness", None)]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "effort" => reading.field(map, "effort", &mut self.effort),
            "estimated_minutes" => reading.field(map, "estimated_minutes", &mut self.estimated_minutes),
            "stale_days" => reading.nullable(map, "stale_days", &mut self.stale_days),
            "staleness" => reading.field(map, "staleness", &mut self.staleness),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Triage {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.effort.visit_text(visit);
        self.staleness.visit_text(visit);
    }
}

impl Empty for Triage {
    fn empty() -> &'static Self {
        static EMPTY: Triage = Triage { effort: None, estimated_minutes: None, stale_days: None, staleness: None };
        &EMPTY
    }
}

/// The size of a review, from least to most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effort {
    /// `xs`: A glance.
    ExtraSmall,
    /// `s`: A few minutes.
    Small,
    /// `m`: A sitting.
    Medium,
    /// `l`: A good part of a day.
    Large,
    /// `xl`: More than one sitting can do well.
    ExtraLarge,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl Effort {
    /// Every value this version knows, from least to most.
    pub const KNOWN: [Self; 5] = [Self::ExtraSmall, Self::Small, Self::Medium, Self::Large, Self::ExtraLarge];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ExtraSmall => "xs",
            Self::Small => "s",
            Self::Medium => "m",
            Self::Large => "l",
            Self::ExtraLarge => "xl",
            Self::Unknown(text) => text,
        }
    }

    /// The place on the scale, from 0; none for an unknown value, which has no place on it.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|known| known == self)
    }
}

impl From<&str> for Effort {
    fn from(text: &str) -> Self {
        match text {
            "xs" => Self::ExtraSmall,
            "s" => Self::Small,
            "m" => Self::Medium,
            "l" => Self::Large,
            "xl" => Self::ExtraLarge,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(Effort);

/// How long a pull request has waited, from least to most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Staleness {
    /// `fresh`: Changed within the last week.
    Fresh,
    /// `aging`: Changed within the last month.
    Aging,
    /// `stale`: Not changed for a month or more.
    Stale,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl Staleness {
    /// Every value this version knows, from least to most.
    pub const KNOWN: [Self; 3] = [Self::Fresh, Self::Aging, Self::Stale];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Fresh => "fresh",
            Self::Aging => "aging",
            Self::Stale => "stale",
            Self::Unknown(text) => text,
        }
    }

    /// The place on the scale, from 0; none for an unknown value, which has no place on it.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|known| known == self)
    }
}

impl From<&str> for Staleness {
    fn from(text: &str) -> Self {
        match text {
            "fresh" => Self::Fresh,
            "aging" => Self::Aging,
            "stale" => Self::Stale,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(Staleness);
