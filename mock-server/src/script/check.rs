use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use h2::Reason;
use http::HeaderName;

use super::step::{Compress, Edit, Fault, HeaderChanges, Redirect, Respond};
use super::template::Template;
use super::wire::{CutAfter, Head, Http2, Wire};

/// The most bytes of a header's value.
const LARGEST_HEADER: u64 = 16 << 20;
/// The most bytes of a body that has to be in memory.
const LARGEST_IN_MEMORY: u64 = 64 << 20;
/// The most steps of a pointer: what is written as JSON is written by recursion.
const DEEPEST: usize = 100;

/// What the types leave open.
impl Fault {
    /// What is wrong with it, and what was expected.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.respond.is_some() && self.redirect.is_some() {
            return Err("`respond` and `redirect` are both the answer; expected one of them".to_owned());
        }
        if self.wire.is_some() && self.http2.is_some() {
            return Err("`wire` is for HTTP/1.1 and `http2` for HTTP/2; expected one of them".to_owned());
        }
        self.respond.as_ref().map_or(Ok(()), Respond::check)?;
        self.redirect.as_ref().map_or(Ok(()), Redirect::check)?;
        self.headers.as_ref().map_or(Ok(()), HeaderChanges::check)?;
        self.wire.as_ref().map_or(Ok(()), Wire::check)?;
        self.http2.as_ref().map_or(Ok(()), Http2::check)?;
        self.edit.as_ref().map_or(Ok(()), Edit::check)?;
        match self.in_memory() {
            Some(bytes) if bytes > LARGEST_IN_MEMORY => Err(format!(
                "{bytes} bytes of a body would have to be in memory, as for `chunks`, `drip`, `corrupt`, `end_after`, \
                 and a packed body with `wire`; expected at most {LARGEST_IN_MEMORY}"
            )),
            _ => Ok(()),
        }
    }

    /// How much of a body that is made larger has to be in memory at once. As a rule it is sent as it is made.
    fn in_memory(&self) -> Option<u64> {
        let made = match self.compress {
            Some(Compress::BombBytes(bytes)) => bytes,
            _ => self.huge_bytes?,
        };
        let is_packed = self.compress.is_some();
        let is_in_parts = self.wire.as_ref().is_some_and(|wire| wire.chunks.is_some() || wire.drip.is_some());
        // An interim status is no answer to a library, and so it is written as with `wire`.
        let is_written_out = self.wire.is_some() || self.respond.as_ref().is_some_and(|answer| answer.status < 200);
        let cut = self.http2.as_ref().and_then(|http2| http2.end_after);
        let is_damaged = self.compress == Some(Compress::Corrupt);
        if is_damaged || is_in_parts || (is_packed && (is_written_out || cut.is_some())) {
            return Some(made);
        }
        cut.map(|cut| cut.min(made))
    }
}

impl Edit {
    fn check(&self) -> Result<(), String> {
        for pointer in self.set.keys().chain(&self.remove) {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                return Err(format!("`{pointer}` is no JSON pointer; expected one such as `/signal/pr`"));
            }
            let steps = pointer.matches('/').count();
            if steps > DEEPEST {
                return Err(format!("a JSON pointer has {steps} steps; expected at most {DEEPEST}"));
            }
        }
        Ok(())
    }
}

impl Respond {
    fn check(&self) -> Result<(), String> {
        status(self.status, 100..=999)?;
        names(self.headers.keys())?;
        values(&self.headers)?;
        let bodies = [self.json.is_some(), self.text.is_some(), self.base64.is_some()];
        if bodies.into_iter().filter(|is_there| *is_there).count() > 1 {
            return Err("a body is written twice; expected one of `json`, `text` and `base64`".to_owned());
        }
        if let Some(base64) = &self.base64 {
            STANDARD
                .decode(base64)
                .map_err(|error| format!("`base64` is none: {error}; expected RFC 4648, section 4"))?;
        }
        Ok(())
    }
}

impl Redirect {
    fn check(&self) -> Result<(), String> {
        status(self.status, 300..=399)?;
        let is_address = self.to.starts_with("http://") || self.to.starts_with("https://");
        if is_address || matches!(self.to.as_str(), "same" | "other" | "loop") {
            return Ok(());
        }
        Err(format!("`{}` is nowhere; expected `same`, `other`, `loop`, `http://…` or `https://…`", self.to))
    }
}

impl HeaderChanges {
    fn check(&self) -> Result<(), String> {
        names(self.set.keys().chain(self.add.keys()).chain(&self.remove))?;
        values(&self.set)?;
        values(&self.add)
    }
}

impl Wire {
    fn check(&self) -> Result<(), String> {
        if self.length.is_some() && self.chunks.is_some() {
            return Err("`length` and `chunks` both say how long the body is; expected one of them".to_owned());
        }
        if self.end.is_some() && self.close_idle.is_some() {
            return Err("`end` and `close_idle` both end the connection; expected one of them".to_owned());
        }
        match self.head {
            Some(Head::Interim(interim)) => status(interim, 100..=199)?,
            Some(Head::OversizedHeader(bytes)) if bytes > LARGEST_HEADER => {
                return Err(format!("a header of {bytes} bytes is too large; expected at most {LARGEST_HEADER}"));
            }
            _ => {}
        }
        if self.drip.is_some_and(|drip| drip.bytes == 0) {
            return Err("a drip of 0 bytes never ends; expected 1 or more".to_owned());
        }
        if self.end.is_some_and(|cut| cut.after == CutAfter::Nothing) && self.head.is_some() {
            return Err("with nothing before `end` there is no `head`; expected one of them".to_owned());
        }
        Ok(())
    }
}

impl Http2 {
    fn check(&self) -> Result<(), String> {
        match (&self.reset, &self.goaway) {
            (Some(error), None) => reason(error).map(drop),
            (None, Some(goaway)) if self.end_after.is_none() => reason(&goaway.error).map(drop),
            (None, Some(_)) => Err("`end_after` goes with `reset`, not with `goaway`".to_owned()),
            _ => Err("expected one of `reset` and `goaway`".to_owned()),
        }
    }
}

fn status(status: u16, range: std::ops::RangeInclusive<u16>) -> Result<(), String> {
    if range.contains(&status) {
        return Ok(());
    }
    Err(format!("the status {status} is out of range; expected one from {} to {}", range.start(), range.end()))
}

fn names<'n>(names: impl IntoIterator<Item = &'n String>) -> Result<(), String> {
    for name in names {
        name.parse::<HeaderName>()
            .map_err(|_| format!("`{name}` is no header's name; expected one such as `retry-after`"))?;
    }
    Ok(())
}

fn values(headers: &BTreeMap<String, String>) -> Result<(), String> {
    for value in headers.values() {
        Template::parse(value).map_err(|error| error.to_string())?;
        http::HeaderValue::from_str(value).map_err(|_| {
            format!("{value:?} is no header's value; expected visible letters; see `wire` for malformed headers")
        })?;
    }
    Ok(())
}

/// An error of HTTP/2 by its name.
pub(crate) fn reason(name: &str) -> Result<Reason, String> {
    let found = REASONS.iter().find(|(known, _)| *known == name);
    found.map(|(_, reason)| *reason).ok_or_else(|| {
        let known: Vec<&str> = REASONS.iter().map(|(known, _)| *known).collect();
        format!("`{name}` is no error of HTTP/2; expected one of {}", known.join(", "))
    })
}

const REASONS: [(&str, Reason); 14] = [
    ("NO_ERROR", Reason::NO_ERROR),
    ("PROTOCOL_ERROR", Reason::PROTOCOL_ERROR),
    ("INTERNAL_ERROR", Reason::INTERNAL_ERROR),
    ("FLOW_CONTROL_ERROR", Reason::FLOW_CONTROL_ERROR),
    ("SETTINGS_TIMEOUT", Reason::SETTINGS_TIMEOUT),
    ("STREAM_CLOSED", Reason::STREAM_CLOSED),
    ("FRAME_SIZE_ERROR", Reason::FRAME_SIZE_ERROR),
    ("REFUSED_STREAM", Reason::REFUSED_STREAM),
    ("CANCEL", Reason::CANCEL),
    ("COMPRESSION_ERROR", Reason::COMPRESSION_ERROR),
    ("CONNECT_ERROR", Reason::CONNECT_ERROR),
    ("ENHANCE_YOUR_CALM", Reason::ENHANCE_YOUR_CALM),
    ("INADEQUATE_SECURITY", Reason::INADEQUATE_SECURITY),
    ("HTTP_1_1_REQUIRED", Reason::HTTP_1_1_REQUIRED),
];

#[cfg(test)]
mod tests {
    use super::super::{Rule, Step};

    #[track_caller]
    fn wrong(step: &str) -> String {
        let rule = format!(r#"{{"on": {{}}, "do": ["real", {step}]}}"#);
        serde_json::from_str::<Rule>(&rule).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_step_is_said_with_what_was_expected() {
        let rows = [
            (r#""unreal""#, "invalid value: string \"unreal\", expected `\"real\"`, or an object"),
            (r#"{"respnd": {}}"#, "unknown field `respnd`, expected one of `respond`"),
            (r#"{"respond": {}}"#, "missing field `status`"),
            (r#"{"respond": {"status": 99}}"#, "the status 99 is out of range; expected one from 100 to 999"),
            (
                r#"{"respond": {"status": 200, "json": null, "text": ""}}"#,
                "expected one of `json`, `text` and `base64`",
            ),
            (r#"{"respond": {"status": 200, "base64": "?"}}"#, "expected RFC 4648"),
            (r#"{"respond": {"status": 200}, "redirect": {"status": 302, "to": "same"}}"#, "expected one of them"),
            (r#"{"redirect": {"status": 302, "to": "there"}}"#, "expected `same`, `other`, `loop`"),
            (r#"{"headers": {"set": {"a b": "c"}}}"#, "`a b` is no header's name"),
            (r#"{"headers": {"set": {"a": "${delta}"}}}"#, "`${delta}` stands for nothing"),
            (r#"{"edit": {"remove": ["signal"]}}"#, "expected one such as `/signal/pr`"),
            (r#"{"compress": {"bomb": 1}}"#, "unknown variant `bomb`, expected one of `gzip`"),
            (r#"{"request": "reset_after_bytes"}"#, "expected newtype variant"),
            (r#"{"wire": {"end": {"after": "body", "by": "fin"}}}"#, "expected `\"nothing\"`, `\"head\"` or a number"),
            (r#"{"wire": {"head": {"interim": 200}}}"#, "expected one from 100 to 199"),
            (r#"{"wire": {}, "http2": {"reset": "CANCEL"}}"#, "expected one of them"),
            (r#"{"http2": {"reset": "REFUSED"}}"#, "expected one of NO_ERROR"),
            (r#"{"http2": {}}"#, "expected one of `reset` and `goaway`"),
            (r#"{"wire": {"head": {"oversized_header": 18446744073709551615}}}"#, "expected at most 16777216"),
            (r#"{"wire": {"head": {"oversized_header": 16777217}}}"#, "expected at most 16777216"),
        ];
        for (step, expected) in rows {
            let said = wrong(step);
            assert!(said.starts_with("step 2: ") && said.contains(expected), "{step}: {said}");
        }
    }

    #[test]
    fn a_body_that_has_to_be_in_memory_has_a_bound() {
        let huge = |rest: &str| format!(r#"{{"huge_bytes": 67108865, {rest}}}"#);
        let bomb = |rest: &str| format!(r#"{{"compress": {{"bomb_bytes": 18446744073709551615}}, {rest}}}"#);
        for step in [
            huge(r#""wire": {"chunks": "whole"}"#),
            huge(r#""wire": {"drip": {"bytes": 1, "every_ms": 1}}"#),
            huge(r#""compress": "corrupt""#),
            huge(r#""compress": "gzip", "wire": {"close_idle": "fin"}"#),
            huge(r#""http2": {"reset": "CANCEL", "end_after": 67108865}"#),
            bomb(r#""wire": {"end": {"after": 1, "by": "fin"}}"#),
            bomb(r#""http2": {"reset": "CANCEL", "end_after": 1}"#),
            bomb(r#""respond": {"status": 101, "json": {}}"#),
        ] {
            let said = wrong(&step);
            assert!(said.contains(" would have to be in memory, "), "{step}: {said}");
            assert!(said.ends_with("; expected at most 67108864"), "{step}: {said}");
        }
        for step in [
            huge(r#""delay_ms": 1"#),
            huge(r#""compress": "gzip""#),
            huge(r#""wire": {"length": "short", "end": {"after": 67108865, "by": "reset"}}"#),
            huge(r#""http2": {"reset": "CANCEL", "end_after": 67108864}"#),
            bomb(r#""delay_ms": 1"#),
        ] {
            assert!(serde_json::from_str::<Step>(&step).is_ok(), "{step}");
        }
    }

    #[test]
    fn a_pointer_has_a_bound() {
        let step = |steps: usize| format!(r#"{{"edit": {{"set": {{"{}": 1}}}}}}"#, "/a".repeat(steps));
        assert!(wrong(&step(100_000)).ends_with("has 100000 steps; expected at most 100"));
        assert!(serde_json::from_str::<Step>(&step(100)).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said_with_what_was_expected() {
        let rows = [
            (r#"{"on": "request", "do": []}"#, "expected `\"connection\"`, or an object with `method`"),
            (
                r#"{"on": {"route": "/"}, "do": []}"#,
                "unknown field `route`, expected one of `method`, `path`, `listener`",
            ),
            (r#"{"on": {}}"#, "missing field `do`"),
            (r#"{"on": {}, "do": [], "times": 2}"#, "unknown field `times`"),
        ];
        for (rule, expected) in rows {
            let said = serde_json::from_str::<Rule>(rule).unwrap_err().to_string();
            assert!(said.contains(expected), "{rule}: {said}");
        }
    }
}
