// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// Where a reviewer should look first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Focus {
    /// The files most worth a look, the first first; at most 20.
    pub files: Vec<FocusFile>,
}

impl Fields for Focus {
    const SHAPE: &'static Shape = &Shape(&[("files", Some(FocusFile::SHAPE))]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "files" => reading.list(map, "files", &mut self.files),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Focus {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.files.visit_text(visit);
    }
}

impl Empty for Focus {
    fn empty() -> &'static Self {
        static EMPTY: Focus = Focus { files: Vec::new() };
        &EMPTY
    }
}

/// One file worth a look.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FocusFile {
    /// The file's path in the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its place in the list, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// Its share of the attention.
    ///
    /// Unit: 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Why, in words.
    pub reasons: Vec<String>,
}

impl Fields for FocusFile {
    const SHAPE: &'static Shape = &Shape(&[("path", None), ("rank", None), ("score", None), ("reasons", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { path: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "path" => reading.field(map, "path", &mut self.path),
            "rank" => reading.field(map, "rank", &mut self.rank),
            "score" => reading.field(map, "score", &mut self.score),
            "reasons" => reading.list(map, "reasons", &mut self.reasons),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for FocusFile {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.path.visit_text(visit);
        self.reasons.visit_text(visit);
    }
}
