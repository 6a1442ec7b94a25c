// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// Changes to what the project is built from and with.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SupplyChain {
    /// Dependencies added, removed or moved to another version.
    pub dependencies: Vec<Dependency>,
    /// Changed lockfiles.
    pub lockfiles: Vec<String>,
    /// Changed files of continuous integration.
    pub ci_files: Vec<String>,
    /// Changed files that run during a build.
    pub build_scripts: Vec<String>,
    /// What deserves a look, in words.
    pub findings: Vec<String>,
}

impl Fields for SupplyChain {
    const SHAPE: &'static Shape = &Shape(&[
        ("dependencies", Some(Dependency::SHAPE)),
        ("lockfiles", None),
        ("ci_files", None),
        ("build_scripts", None),
        ("findings", None),
    ]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "dependencies" => reading.list(map, "dependencies", &mut self.dependencies),
            "lockfiles" => reading.list(map, "lockfiles", &mut self.lockfiles),
            "ci_files" => reading.list(map, "ci_files", &mut self.ci_files),
            "build_scripts" => reading.list(map, "build_scripts", &mut self.build_scripts),
            "findings" => reading.list(map, "findings", &mut self.findings),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for SupplyChain {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.dependencies.visit_text(visit);
        self.lockfiles.visit_text(visit);
        self.ci_files.visit_text(visit);
        self.build_scripts.visit_text(visit);
        self.findings.visit_text(visit);
    }
}

impl Empty for SupplyChain {
    fn empty() -> &'static Self {
        static EMPTY: SupplyChain = SupplyChain {
            dependencies: Vec::new(),
            lockfiles: Vec::new(),
            ci_files: Vec::new(),
            build_scripts: Vec::new(),
            findings: Vec::new(),
        };
        &EMPTY
    }
}

/// One changed dependency.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Dependency {
    /// The package's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the package comes from, such as `cargo` or `npm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<String>,
    /// The version before; null when it was added.
    pub from: Option<String>,
    /// The version after; null when it was removed.
    pub to: Option<String>,
    /// What happened, such as `added` or `major`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

impl Fields for Dependency {
    const SHAPE: &'static Shape =
        &Shape(&[("name", None), ("ecosystem", None), ("from", None), ("to", None), ("change", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { name: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "name" => reading.field(map, "name", &mut self.name),
            "ecosystem" => reading.field(map, "ecosystem", &mut self.ecosystem),
            "from" => reading.nullable(map, "from", &mut self.from),
            "to" => reading.nullable(map, "to", &mut self.to),
            "change" => reading.field(map, "change", &mut self.change),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Dependency {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.name.visit_text(visit);
        self.ecosystem.visit_text(visit);
        self.from.visit_text(visit);
        self.to.visit_text(visit);
        self.change.visit_text(visit);
    }
}
