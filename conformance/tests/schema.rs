//! That the schema, by which editors help authors, says what the runner reads.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn load() -> Self {
        let text = fs::read_to_string(folder().join("schema/scenario-1.1.json")).unwrap();
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("scenario.json", serde_json::from_str(&text).unwrap()).unwrap();
        let index = compiler.compile("scenario.json", &mut schemas).unwrap();
        Self(schemas, index)
    }

    /// What is wrong with a file by the schema, if it is YAML at all.
    fn error(&self, path: &Path) -> Option<String> {
        let options = serde_saphyr::options! { strict_booleans: true };
        let file: Value = serde_saphyr::from_str_with_options(&fs::read_to_string(path).unwrap(), options).ok()?;
        self.0.validate(&file, self.1).err().map(|error| format!("{}: {error}", path.display()))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_scenario_that_the_runner_takes_is_as_the_schema_says() {
    let schema = Schema::load();
    for name in ["scenarios", "selftest/passing", "selftest/failing"] {
        for path in files(&folder().join(name)) {
            assert_eq!(schema.error(&path), None);
        }
    }
}

/// What a schema cannot know: what names stand for, what is in a matcher, and what is no YAML.
const BEYOND_SCHEMA: [&str; 19] = [
    "bad-regex",
    "bad-rule",
    "call-twice",
    "mixed-matcher",
    "moment-elsewhere",
    "no-yaml",
    "other-group",
    "reason-of-nothing",
    "time-in-real-time",
    "twice",
    "unknown-call",
    "unknown-client",
    "unknown-key",
    "unknown-matcher",
    "unknown-place",
    "unused-matrix",
    "waits-in-real-time",
    "wrong-args",
    "wrong-operand",
];

#[test]
fn what_the_runner_refuses_by_its_form_the_schema_refuses_too() {
    let schema = Schema::load();
    let mut taken: Vec<String> = files(&folder().join("selftest/invalid"))
        .iter()
        .filter(|path| schema.error(path).is_none())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    taken.sort();
    assert_eq!(taken, BEYOND_SCHEMA);
}
