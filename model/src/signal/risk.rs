// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::open_enum::open_enum;
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// How likely a pull request is to cause trouble, with every part of the score named.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Risk {
    /// The score in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// The sum of the drivers' contributions.
    ///
    /// Unit: 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// What the score is made of; the largest first.
    pub drivers: Vec<RiskDriver>,
}

impl Fields for Risk {
    const SHAPE: &'static Shape = &Shape(&[("level", None), ("score", None), ("drivers", Some(RiskDriver::SHAPE))]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "level" => reading.field(map, "level", &mut self.level),
            "score" => reading.field(map, "score", &mut self.score),
            "drivers" => reading.list(map, "drivers", &mut self.drivers),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Risk {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.level.visit_text(visit);
        self.drivers.visit_text(visit);
    }
}

impl Empty for Risk {
    fn empty() -> &'static Self {
        static EMPTY: Risk = Risk { level: None, score: None, drivers: Vec::new() };
        &EMPTY
    }
}

/// One named part of a risk score.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskDriver {
    /// A stable name, such as `size`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What was seen in this change, with its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it adds to the score, rounded to 0.0001.
    ///
    /// Unit: share of the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contribution: Option<f64>,
    /// The files it was seen in, the most important first; at most 20.
    pub files: Vec<String>,
}

impl Fields for RiskDriver {
    const SHAPE: &'static Shape =
        &Shape(&[("id", None), ("title", None), ("detail", None), ("contribution", None), ("files", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { title: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "id" => reading.field(map, "id", &mut self.id),
            "title" => reading.field(map, "title", &mut self.title),
            "detail" => reading.field(map, "detail", &mut self.detail),
            "contribution" => reading.field(map, "contribution", &mut self.contribution),
            "files" => reading.list(map, "files", &mut self.files),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for RiskDriver {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.id.visit_text(visit);
        self.title.visit_text(visit);
        self.detail.visit_text(visit);
        self.files.visit_text(visit);
    }
}

/// A risk score in a word, from least to most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RiskLevel {
    /// `low`: Like most changes, or safer.
    Low,
    /// `medium`: Worth a careful review.
    Medium,
    /// `high`: Among the riskiest tenth.
    High,
    /// `critical`: Among the riskiest few of a hundred.
    Critical,
    /// A value this version does not know, as it came.
    Unknown(String),
}

impl RiskLevel {
    /// Every value this version knows, from least to most.
    pub const KNOWN: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The text that stands for this value in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Unknown(text) => text,
        }
    }

    /// The place on the scale, from 0; none for an unknown value, which has no place on it.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|known| known == self)
    }
}

impl From<&str> for RiskLevel {
    fn from(text: &str) -> Self {
        match text {
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

open_enum!(RiskLevel);
