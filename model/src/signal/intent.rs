// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// What a pull request says it wants.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Intent {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// What it leaves alone on purpose.
    pub non_goals: Vec<String>,
    /// How to tell that it succeeded.
    pub acceptance_criteria: Vec<String>,
    /// How sure this reading is.
    ///
    /// Unit: 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Where it was found, such as `title` or `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Fields for Intent {
    const SHAPE: &'static Shape = &Shape(&[
        ("goal", None),
        ("non_goals", None),
        ("acceptance_criteria", None),
        ("confidence", None),
        ("source", None),
    ]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "goal" => reading.field(map, "goal", &mut self.goal),
            "non_goals" => reading.list(map, "non_goals", &mut self.non_goals),
            "acceptance_criteria" => reading.list(map, "acceptance_criteria", &mut self.acceptance_criteria),
            "confidence" => reading.field(map, "confidence", &mut self.confidence),
            "source" => reading.field(map, "source", &mut self.source),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Intent {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.goal.visit_text(visit);
        self.non_goals.visit_text(visit);
        self.acceptance_criteria.visit_text(visit);
        self.source.visit_text(visit);
    }
}
