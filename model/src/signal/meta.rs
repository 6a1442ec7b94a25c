// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use crate::timestamp::Timestamp;
use serde::Serialize;
use serde::de::MapAccess;

/// When and how a Signal was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Meta {
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<Timestamp>,
    /// The moment that ages are counted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// How long it took.
    ///
    /// Unit: milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What made it, with its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// What could not be read, and so was not taken for safe.
    pub unavailable: Vec<Unavailable>,
}

impl Fields for Meta {
    const SHAPE: &'static Shape = &Shape(&[
        ("generated_at", None),
        ("as_of", None),
        ("duration_ms", None),
        ("generator", None),
        ("unavailable", Some(Unavailable::SHAPE)),
    ]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "generated_at" => reading.field(map, "generated_at", &mut self.generated_at),
            "as_of" => reading.field(map, "as_of", &mut self.as_of),
            "duration_ms" => reading.field(map, "duration_ms", &mut self.duration_ms),
            "generator" => reading.field(map, "generator", &mut self.generator),
            "unavailable" => reading.list(map, "unavailable", &mut self.unavailable),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Meta {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.generator.visit_text(visit);
        self.unavailable.visit_text(visit);
    }
}

impl Empty for Meta {
    fn empty() -> &'static Self {
        static EMPTY: Meta =
            Meta { generated_at: None, as_of: None, duration_ms: None, generator: None, unavailable: Vec::new() };
        &EMPTY
    }
}

/// Something that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Unavailable {
    /// The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Fields for Unavailable {
    const SHAPE: &'static Shape = &Shape(&[("what", None), ("reason", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { what: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "what" => reading.field(map, "what", &mut self.what),
            "reason" => reading.field(map, "reason", &mut self.reason),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Unavailable {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.what.visit_text(visit);
        self.reason.visit_text(visit);
    }
}
