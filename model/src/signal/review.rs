// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::open_enum::open_enum;
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// What to do with a pull request. Advice, not a decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Review {
    /// The suggested next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<ReviewAction>,
    /// The same as the conclusion of a check run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<ReviewConclusion>,
    /// Why, in a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
}

impl Fields for Review {
    const SHAPE: &'static Shape = &Shape(&[("action", None), ("conclusion", None), ("rationale", None)]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "action" => reading.field(map, "action", &mut self.action),
            "conclusion" => reading.field(map, "conclusion", &mut self.conclusion),
            "rationale" => reading.field(map, "rationale", &mut self.rationale),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Review {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.action.visit_text(visit);
        self.conclusion.visit_text(visit);
        self.rationale.visit_text(visit);
    }
}

impl Empty for Review {
    fn empty() -> &'static Self {
        static EMPTY: Review = Review { action: None, conclusion: None, rationale: None };
        &EMPTY
    }
}

/// A suggested next step, from lightest to strictest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReviewAction {
    /// `approve`: Nothing speaks against it.
    Approve,
    /// `review`: Someone should read it.
    Review,
    /// `request_changes`: It should be changed, or split, before it goes on.
    RequestChanges,
    /// `block`: It should not be merged as it is.
    Block,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl ReviewAction {
    /// Every value this version knows, from least to most.
    pub const KNOWN: [Self; 4] = [Self::Approve, Self::Review, Self::RequestChanges, Self::Block];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Approve => "approve",
            Self::Review => "review",
            Self::RequestChanges => "request_changes",
            Self::Block => "block",
            Self::Unknown(text) => text,
        }
    }

    /// The place on the scale, from 0; none for an unknown value, which has no place on it.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|known| known == self)
    }
}

impl From<&str> for ReviewAction {
    fn from(text: &str) -> Self {
        match text {
            "approve" => Self::Approve,
            "review" => Self::Review,
            "request_changes" => Self::RequestChanges,
            "block" => Self::Block,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(ReviewAction);

/// The conclusion of a check run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReviewConclusion {
    /// `success`: The check passes.
    Success,
    /// `neutral`: The check neither passes nor fails.
    Neutral,
    /// `failure`: The check fails.
    Failure,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl ReviewConclusion {
    /// Every value this version knows.
    pub const KNOWN: [Self; 3] = [Self::Success, Self::Neutral, Self::Failure];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Neutral => "neutral",
            Self::Failure => "failure",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for ReviewConclusion {
    fn from(text: &str) -> Self {
        match text {
            "success" => Self::Success,
            "neutral" => Self::Neutral,
            "failure" => Self::Failure,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(ReviewConclusion);
