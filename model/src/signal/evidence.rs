// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// Which automated checks exist for a pull request, and what they said.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// How much of the expected evidence is there.
    ///
    /// Unit: 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completeness_score: Option<f64>,
    /// The checks that ran or should have.
    pub checks: Vec<Check>,
    /// Expected evidence that is not there.
    pub missing: Vec<String>,
}

impl Fields for Evidence {
    const SHAPE: &'static Shape =
        &Shape(&[("completeness_score", None), ("checks", Some(Check::SHAPE)), ("missing", None)]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "completeness_score" => reading.field(map, "completeness_score", &mut self.completeness_score),
            "checks" => reading.list(map, "checks", &mut self.checks),
            "missing" => reading.list(map, "missing", &mut self.missing),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Evidence {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.checks.visit_text(visit);
        self.missing.visit_text(visit);
    }
}

impl Empty for Evidence {
    fn empty() -> &'static Self {
        static EMPTY: Evidence = Evidence { completeness_score: None, checks: Vec::new(), missing: Vec::new() };
        &EMPTY
    }
}

/// One automated check.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// Its name at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it checks, such as `test` or `lint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it is queued, running or completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How it ended, such as `success` or `failure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
}

impl Fields for Check {
    const SHAPE: &'static Shape = &Shape(&[("name", None), ("kind", None), ("status", None), ("conclusion", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { name: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "name" => reading.field(map, "name", &mut self.name),
            "kind" => reading.field(map, "kind", &mut self.kind),
            "status" => reading.field(map, "status", &mut self.status),
            "conclusion" => reading.field(map, "conclusion", &mut self.conclusion),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Check {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.name.visit_text(visit);
        self.kind.visit_text(visit);
        self.status.visit_text(visit);
        self.conclusion.visit_text(visit);
    }
}
