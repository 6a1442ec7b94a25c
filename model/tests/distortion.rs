//! Whatever a service makes of an analysis, it is read, what cannot be read is named, and the text
//! stays as it was.
//!
//! What ought to be named is worked out from `spec/signal.schema.json`, not from the code under test.

#![allow(clippy::unwrap_used, reason = "tests")]

mod lazily;

use axiomo_model::{Document, RiskLevel};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

const ANALYSIS: &str = include_str!("data/analysis.json");
const SCHEMA: &str = include_str!("../../spec/signal.schema.json");

/// JSON that may hold what no Rust type does.
#[derive(Debug, Clone)]
enum Json {
    /// A scalar, as its text.
    Scalar(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn from_value(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::Array(items.iter().map(Self::from_value).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::from_value(value))).collect())
            }
            scalar => Self::Scalar(scalar.to_string()),
        }
    }

    fn print(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::Array(items) => format!("[{}]", items.iter().map(Self::print).collect::<Vec<_>>().join(", ")),
            Self::Object(members) => {
                let print =
                    |(name, value): &(String, Self)| format!("{}: {}", Value::from(name.as_str()), value.print());
                format!("{{ {} }}", members.iter().map(print).collect::<Vec<_>>().join(","))
            }
        }
    }

    fn count(&self) -> usize {
        1 + match self {
            Self::Scalar(_) => 0,
            Self::Array(items) => items.iter().map(Self::count).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The node that a walk in document order reaches after `steps` others.
    fn at(&mut self, steps: usize) -> &mut Self {
        if steps == 0 {
            return self;
        }
        let mut left = steps - 1;
        let children: Vec<&mut Self> = match self {
            Self::Scalar(_) => Vec::new(),
            Self::Array(items) => items.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
        };
        for child in children {
            let size = child.count();
            if left < size {
                return child.at(left);
            }
            left -= size;
        }
        unreachable!("fewer steps than nodes")
    }

    /// The paths of known fields that do not fit their schema.
    fn misfits(&self, schema: &Value, root: &Value, path: &str, found: &mut Vec<String>) {
        if let Some(any) = schema["anyOf"].as_array().filter(|_| schema["type"].is_null()) {
            // A nullable type: the first alternative, or null.
            if !matches!(self, Self::Scalar(text) if text == "null") {
                self.misfits(&any[0], root, path, found);
            }
            return;
        }
        let (schema, bare_text_fits) = match schema["$ref"].as_str() {
            Some(reference) => {
                let definition = &root["$defs"][reference.trim_start_matches("#/$defs/")];
                // Only these are read from a bare string; see `text` in spec/model.yaml.
                let named = [
                    "Contributor",
                    "RiskDriver",
                    "Check",
                    "Dependency",
                    "ConventionCheck",
                    "FocusFile",
                    "PolicyFinding",
                    "Unavailable",
                ];
                (definition, named.iter().any(|name| reference.ends_with(&format!("/{name}"))))
            }
            None => (schema, false),
        };
        let types: Vec<&str> = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            single => single.as_str().into_iter().collect(),
        };
        match self {
            Self::Object(members) if types == ["object"] => {
                for (name, value) in members {
                    let property = &schema["properties"][name];
                    if !property.is_null() {
                        value.misfits(property, root, &format!("{path}.{name}"), found);
                    }
                }
            }
            Self::Array(items) if types == ["array"] => {
                for (index, item) in items.iter().enumerate() {
                    item.misfits(&schema["items"], root, &format!("{path}[{index}]"), found);
                }
            }
            Self::Scalar(text) if scalar_fits(text, &types, schema["format"].as_str()) => {}
            Self::Scalar(text) if bare_text_fits && is_text(text) => {}
            _ => found.push(path.trim_start_matches('.').to_owned()),
        }
    }
}

fn is_text(scalar: &str) -> bool {
    serde_json::from_str::<String>(scalar).is_ok()
}

fn scalar_fits(scalar: &str, types: &[&str], format: Option<&str>) -> bool {
    let number = || scalar.parse::<f64>().ok().filter(|number| number.is_finite());
    types.iter().any(|name| match *name {
        "null" => scalar == "null",
        "boolean" => scalar == "true" || scalar == "false",
        "string" if format == Some("date-time") => scalar.starts_with("\"20"),
        "string" => is_text(scalar),
        "integer" => {
            scalar.parse::<u64>().is_ok()
                || number()
                    .is_some_and(|number| number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number))
        }
        "number" => number().is_some(),
        _ => false,
    })
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"\"".to_owned()),
        Just(r#""half a pair: \ud800""#.to_owned()),
        Just(r#""\u0000\u202e\"""#.to_owned()),
        Just("\"2026-01-01T00:00:00+02:00\"".to_owned()),
        Just("-0".to_owned()),
        Just("-1".to_owned()),
        Just("3.0".to_owned()),
        Just("2e3".to_owned()),
        Just("0.5".to_owned()),
        Just("1e999".to_owned()),
        Just("-1E+400".to_owned()),
        Just("18446744073709551615".to_owned()),
        Just("18446744073709551616".to_owned()),
        Just(format!("1{}", "0".repeat(400))),
        "[a-z]{1,8}".prop_map(|text| format!("\"{text}\"")),
        any::<u64>().prop_map(|number| number.to_string()),
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    let name = prop_oneof![
        Just("risk".to_owned()),
        Just("level".to_owned()),
        Just("files".to_owned()),
        Just("signal_id".to_owned()),
        "[a-z_\\\\\" ]{0,6}",
    ];
    scalar().prop_map(Json::Scalar).prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            proptest::collection::vec((name.clone(), inner), 0..4).prop_map(|members| {
                let mut unique: Vec<(String, Json)> = Vec::new();
                for (name, value) in members {
                    if unique.iter().all(|(known, _)| *known != name) {
                        unique.push((name, value));
                    }
                }
                Json::Object(unique)
            }),
        ]
    })
}

#[derive(Debug, Clone)]
enum Distortion {
    Replace(Index, Json),
    Extend(Index, String, Json),
}

fn distortion() -> impl Strategy<Value = Distortion> {
    prop_oneof![
        (any::<Index>(), any_json()).prop_map(|(at, json)| Distortion::Replace(at, json)),
        (any::<Index>(), "x_[a-z]{1,6}", any_json()).prop_map(|(at, name, json)| Distortion::Extend(at, name, json)),
    ]
}

fn distort(json: &mut Json, distortions: &[Distortion]) {
    for distortion in distortions {
        let (Distortion::Replace(index, _) | Distortion::Extend(index, ..)) = distortion;
        // The whole text stays an object.
        let at = json.at(1 + index.index(json.count() - 1));
        match (distortion, at) {
            (Distortion::Replace(_, new), at) => *at = new.clone(),
            (Distortion::Extend(_, name, new), Json::Object(members))
                if members.iter().all(|(known, _)| known != name) =>
            {
                members.push((name.clone(), new.clone()));
            }
            (Distortion::Extend(_, _, new), Json::Array(items)) => items.push(new.clone()),
            _ => {}
        }
    }
}

fn check(signal: &Json, text: &str, prefix: &str) -> Result<(), TestCaseError> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut expected = Vec::new();
    signal.misfits(&schema["$defs"]["Signal"], &schema, prefix, &mut expected);
    let document = Document::from_json(text).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mut named = document.warnings().to_vec();
    named.sort();
    expected.sort();
    prop_assert_eq!(named, expected);
    prop_assert_eq!(document.to_json(), text);
    lazily::check(text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn a_distorted_bare_signal_is_read_and_its_misfits_named(distortions in proptest::collection::vec(distortion(), 1..6)) {
        let whole: Value = serde_json::from_str(ANALYSIS).unwrap();
        let mut signal = Json::from_value(&whole["signal"]);
        distort(&mut signal, &distortions);
        check(&signal, &signal.print(), "")?;
    }

    #[test]
    fn a_distorted_signal_in_an_envelope_is_read_and_its_misfits_named(distortions in proptest::collection::vec(distortion(), 1..6), extra in any_json()) {
        let whole: Value = serde_json::from_str(ANALYSIS).unwrap();
        let mut signal = Json::from_value(&whole["signal"]);
        distort(&mut signal, &distortions);
        let text = format!(r#"{{"x_extra": {}, "signal": {}, "signal_id": "ax-1"}}"#, extra.print(), signal.print());
        check(&signal, &text, "signal")?;
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}|[\\[\\]{}\":,0-9a-z\\\\ ]{0,60}") {
        lazily::check(&text);
    }
}

#[test]
fn an_undistorted_analysis_is_read_whole() {
    let document = Document::from_json(ANALYSIS).unwrap();
    assert!(document.warnings().is_empty(), "{:?}", document.warnings());
    let signal = document.signal();
    assert_eq!(signal.risk.level, Some(RiskLevel::Medium));
    assert_eq!(signal.contributors[1].login, None);
    assert_eq!(signal.pr.created_at.unwrap().to_string(), "2026-01-30T09:00:00Z");
    // Written again, nothing is lost.
    let whole: Value = serde_json::from_str(ANALYSIS).unwrap();
    assert_eq!(serde_json::to_value(signal).unwrap(), whole["signal"]);
}
