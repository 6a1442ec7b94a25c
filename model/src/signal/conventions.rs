// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// How a pull request keeps to the contribution guidelines.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Conventions {
    /// One entry a guideline.
    pub checks: Vec<ConventionCheck>,
}

impl Fields for Conventions {
    const SHAPE: &'static Shape = &Shape(&[("checks", Some(ConventionCheck::SHAPE))]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "checks" => reading.list(map, "checks", &mut self.checks),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Conventions {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.checks.visit_text(visit);
    }
}

impl Empty for Conventions {
    fn empty() -> &'static Self {
        static EMPTY: Conventions = Conventions { checks: Vec::new() };
        &EMPTY
    }
}

/// One guideline and whether it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConventionCheck {
    /// A stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
    /// What was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Fields for ConventionCheck {
    const SHAPE: &'static Shape = &Shape(&[("id", None), ("passed", None), ("detail", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { id: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "id" => reading.field(map, "id", &mut self.id),
            "passed" => reading.field(map, "passed", &mut self.passed),
            "detail" => reading.field(map, "detail", &mut self.detail),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for ConventionCheck {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.id.visit_text(visit);
        self.detail.visit_text(visit);
    }
}
