//! The shapes of an answer, and what is no analysis.

#![allow(clippy::unwrap_used, reason = "tests")]

mod lazily;

use axiomo_model::{DecodeError, Document, LazyDocument, RiskLevel, Signal, VisitText};

fn read(text: &str) -> Document {
    lazily::check(text);
    Document::from_json(text).unwrap()
}

#[test]
fn an_envelope_and_a_bare_signal_read_alike() {
    let bare = read(r#"{"version": "axiomo.signal.v1", "signal_id": "a", "risk": {"level": "low"}}"#);
    let envelope = read(r#"{"signal": {"risk": {"level": "low"}}, "signal_id": "a", "signal_url": "u"}"#);
    assert_eq!((bare.signal_id(), bare.signal_url()), (Some("a"), None));
    assert_eq!((envelope.signal_id(), envelope.signal_url()), (Some("a"), Some("u")));
    assert_eq!(bare.signal().risk, envelope.signal().risk);
}

#[test]
fn an_id_is_found_in_the_envelope_first_and_in_the_signal_else() {
    let text = r#"{"signal_id": 5, "signal": {"signal_id": "inner", "pr": 1}}"#;
    let document = read(text);
    assert_eq!(document.signal_id(), Some("inner"));
    assert_eq!(document.warnings(), ["signal.pr", "signal_id"]);
}

#[test]
fn an_empty_signal_is_one_in_which_everything_is_absent() {
    let document = read(r#"{"signal": {}}"#);
    assert_eq!(document.signal(), &Signal::default());
    assert!(document.signal().risk.is_absent());
    assert_eq!(document.signal().risk.level, None);
    assert!(document.warnings().is_empty());
}

#[test]
fn strings_stand_for_drivers_files_and_checks() {
    let document = read(
        r#"{"signal": {"risk": {"drivers": ["Large", {"id": "churn"}, 7]},
                       "focus": {"files": ["a.rs"]}, "evidence": {"checks": ["ci"]}}}"#,
    );
    let signal = document.signal();
    assert_eq!(signal.risk.drivers.len(), 2);
    assert_eq!(signal.risk.drivers[0].title.as_deref(), Some("Large"));
    assert_eq!(signal.focus.files[0].path.as_deref(), Some("a.rs"));
    assert_eq!(signal.evidence.checks[0].name.as_deref(), Some("ci"));
    assert_eq!(document.warnings(), ["signal.risk.drivers[2]"]);
}

#[test]
fn an_unknown_value_keeps_its_text_and_is_no_warning() {
    let document = read(r#"{"signal": {"risk": {"level": "apocalyptic"}}}"#);
    assert_eq!(document.signal().risk.level, Some(RiskLevel::Unknown("apocalyptic".to_owned())));
    assert!(document.warnings().is_empty());
}

#[test]
fn the_last_of_two_members_with_one_name_counts() {
    assert_eq!(read(r#"{"signal": {"risk": {"score": 0.1, "score": 0.2}}}"#).signal().risk.score, Some(0.2));
}

#[test]
fn numbers_are_read_exactly() {
    let document = read(r#"{"signal": {"risk": {"score": 1.8446744071709526e19}}}"#);
    assert_eq!(document.signal().risk.score, "1.8446744071709526e19".parse().ok());
}

#[test]
fn unknown_members_are_reachable_at_any_depth() {
    let document = read(
        r#"{"more": 1, "signal": {"mood": [1], "risk": {"level": "low", "drivers": [{}, {"id": "x", "weight": 1e400}]},
            "weather": {"wind": 3}}}"#,
    );
    let names = |path: &str| document.extra(path).into_keys().collect::<Vec<_>>().join(" ");
    assert_eq!(names(""), "more");
    assert_eq!(names("signal"), "mood weather");
    assert_eq!(names("signal.risk"), "");
    assert_eq!(names("signal.risk.drivers[1]"), "weight");
    assert_eq!(document.extra("signal.risk.drivers[1]")["weight"].get(), "1e400");
    assert_eq!(names("signal.weather"), "wind");
    assert_eq!(names("signal.nowhere[3]"), "");
    assert_eq!(read(r#"{"risk": {"level": "low", "mood": 1}}"#).extra("risk").len(), 1);
}

#[test]
fn what_is_no_analysis_is_told_apart() {
    let error = |text: &str| {
        lazily::check(text);
        Document::from_json(text).unwrap_err()
    };
    for (text, found) in [("[{}]", "an array"), ("3", "a number"), ("1e999", "a string or a number"), ("null", "null")]
    {
        assert_eq!(error(text), DecodeError::NotAnObject { found }, "{text}");
        assert_eq!(error(text).path(), "$");
    }
    for text in ["{}", r#"{"detail": "no"}"#, r#"{"signal": null}"#, r#"{"meta": {}}"#, r#"{"version": "1.0"}"#] {
        assert_eq!(error(text), DecodeError::NoSignal, "{text}");
        assert_eq!(error(text).path(), "$.signal");
    }
    for text in ["", "<html>", r#"{"signal": {}} x"#, r#"{"signal": {"risk": }}"#] {
        assert!(matches!(error(text), DecodeError::NotJson { .. }), "{text}");
    }
    let message = error("{\"signal\": {}\n!").to_string();
    assert!(message.contains("line 2, column 1"), "{message}");
}

#[test]
fn of_a_name_that_comes_twice_the_last_value_counts() {
    for unfit in ["{}", "[]", "null", "1"] {
        let document = read(&format!(r#"{{"signal": {{"version": "a", "version": {unfit}}}}}"#));
        assert_eq!(document.signal().version, None, "{unfit}");
        assert_eq!(document.warnings(), ["signal.version"], "{unfit}");
    }
    let document = read(r#"{"signal": {"triage": {"stale_days": 1, "stale_days": null}, "triage": {"effort": "m"}}}"#);
    assert_eq!(document.signal().triage.stale_days, None);
    assert!(document.warnings().is_empty());
}

#[test]
fn a_field_is_found_however_its_name_is_written() {
    for text in [
        r#"{"signal": {"r\u0069sk": {"level": "low"}, "triage" : {"effort":"quick"}}}"#,
        r#"{"signal": {"risk": {"level": "high"}, "r\u0069sk": {"level": "low"}}}"#,
        r#"{"signal": {"r\u0069sk": {"level": "high"}, "risk"
            :
            {"level": "low"}}}"#,
        r#"{"signal": {"risk": {"level": "high"}}, "signal": {"risk": {"level": "low"}}}"#,
        r#"{"risk": {"level": "high"}, "signal": {"risk": {"level": "low"}}, "signal_id": 1}"#,
        r#"{"signal": 1, "risk": {"level": "low"}}"#,
    ] {
        assert_eq!(read(text).signal().risk.level, Some(RiskLevel::Low), "{text}");
    }
}

#[test]
fn what_was_read_at_once_can_be_kept_as_what_is_read_lazily() {
    let document = read(include_str!("data/analysis.json"));
    let parts = document.clone().into_parts();
    let lazy = LazyDocument::of_signal(parts.raw, parts.signal, parts.signal_id, parts.signal_url);
    assert_eq!(*lazy.signal().risk(), document.signal().risk);
    assert_eq!((lazy.to_json(), lazy.signal_id()), (document.to_json(), document.signal_id()));
    assert_eq!(lazy.signal_url(), document.signal_url());
}

#[test]
fn deep_nesting_is_read() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let document = read(&format!(r#"{{"signal": {{"x": {deep}, "risk": {deep}}}}}"#));
    assert_eq!(document.warnings(), ["signal.risk"]);
    // The same when the quick way gives up.
    let document =
        read(&format!(r#"{{"signal": {{"x": {deep}, "pr": {deep}, "risk": {{"score": 1e999, "y": {deep}}}}}}}"#));
    assert_eq!(document.warnings(), ["signal.pr", "signal.risk.score"]);
}

#[test]
fn a_visitor_reaches_every_text() {
    let document = read(include_str!("data/analysis.json"));
    let mut signal = document.into_parts().signal;
    signal.visit_text(&mut |text| *text = "seen".to_owned());
    let written = serde_json::to_value(&signal).unwrap();
    let mut stack = vec![(String::new(), &written)];
    while let Some((path, value)) = stack.pop() {
        match value {
            serde_json::Value::Array(items) => stack.extend(items.iter().map(|item| (path.clone(), item))),
            serde_json::Value::Object(members) => {
                stack.extend(members.iter().map(|(name, value)| (format!("{path}.{name}"), value)));
            }
            serde_json::Value::String(text) => {
                let closed = [
                    "provider",
                    "state",
                    "role",
                    "trust_level",
                    "level",
                    "effort",
                    "staleness",
                    "action",
                    "conclusion",
                    "_at",
                    "as_of",
                ];
                let is_text = !closed.iter().any(|name| path.ends_with(name)) || path.contains("checks");
                assert!(!is_text || text == "seen", "{path} holds {text}");
            }
            _ => {}
        }
    }
}
