use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::lenient::{Fields, Keeps, Shape};
use crate::signal::Signal;

/// An analysis as the service sent it: the text, unchanged, and a typed view of it.
///
/// Both shapes are read: the envelope `{"signal_id", "signal_url", "signal": {…}}` and a bare Signal.
#[derive(Clone)]
pub struct Document {
    raw: String,
    signal: Signal,
    signal_id: Option<String>,
    signal_url: Option<String>,
    warnings: Vec<String>,
}

/// What a [`Document`] holds, for whoever keeps it otherwise.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DocumentParts {
    /// The text as it was received; see [`Document::to_json`].
    pub raw: String,
    /// The typed view; see [`Document::signal`].
    pub signal: Signal,
    /// The Signal's id; see [`Document::signal_id`].
    pub signal_id: Option<String>,
    /// Where a person can read the Signal; see [`Document::signal_url`].
    pub signal_url: Option<String>,
    /// The paths of known fields that could not be read; see [`Document::warnings`].
    pub warnings: Vec<String>,
}

/// A text is not an analysis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The text is not JSON.
    #[error("expected an analysis as JSON, but the text is not JSON: {problem} at line {line}, column {column}")]
    NotJson {
        /// What is wrong with it.
        problem: String,
        /// The line, from 1; 0 when the text is empty.
        line: usize,
        /// The column in bytes, from 1; 0 when the text is empty.
        column: usize,
    },
    /// The text is JSON, but not an object.
    #[error("expected an analysis, a JSON object, at `$`, but found {found}")]
    NotAnObject {
        /// What the text holds, such as `an array`.
        found: &'static str,
    },
    /// The text is a JSON object that holds no Signal.
    #[error("expected a Signal at `$.signal`, or a bare Signal at `$`, but found neither")]
    NoSignal,
}

impl DecodeError {
    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let problem = text.split(" at line ").next().unwrap_or(&text).to_owned();
        Self::NotJson { problem, line: error.line(), column: error.column() }
    }

    /// The JSON path of what is not as it should be.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self {
            Self::NotJson { .. } | Self::NotAnObject { .. } => "$",
            Self::NoSignal => "$.signal",
        }
    }
}

impl Document {
    /// Reads an analysis.
    ///
    /// Known fields that are not what they should be read as absent and are listed in
    /// [`warnings`](Self::warnings); unknown fields are kept in the text.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, or holds neither `signal` nor a bare Signal.
    pub fn from_json(text: impl Into<String>) -> Result<Self, DecodeError> {
        let raw = text.into();
        let Answer { signal, signal_id, signal_url, warnings } = Answer::read(&raw, Keeps::All)?;
        Ok(Self { raw, signal: signal.signal, signal_id, signal_url, warnings })
    }

    /// The text as it was received, to the byte.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.raw
    }

    /// The typed view.
    #[must_use]
    pub fn signal(&self) -> &Signal {
        &self.signal
    }

    /// The Signal's id, from the envelope or else from the Signal.
    #[must_use]
    pub fn signal_id(&self) -> Option<&str> {
        self.signal_id.as_deref()
    }

    /// Where a person can read the Signal, from the envelope or else from the Signal.
    #[must_use]
    pub fn signal_url(&self) -> Option<&str> {
        self.signal_url.as_deref()
    }

    /// The paths of known fields that could not be read, such as `signal.risk.drivers[2].title`.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The members of the object at `path` that this version does not know, parsed now. The path is
    /// written as in [`warnings`](Self::warnings); an empty one means the whole text. Empty where
    /// there is no object.
    #[must_use]
    pub fn extra(&self, path: &str) -> BTreeMap<String, &RawValue> {
        Self::extra_of(&self.raw, path)
    }

    /// The same as [`extra`](Self::extra), of a text that was kept without its document.
    #[must_use]
    pub fn extra_of<'t>(text: &'t str, path: &str) -> BTreeMap<String, &'t RawValue> {
        let shape = if enveloped(text).is_some() { ENVELOPE } else { Signal::SHAPE };
        unknown(text.trim(), shape, path)
    }

    /// The same with a path from the Signal on, such as `risk.drivers[2]`, whether the text is an envelope or a bare
    /// Signal.
    #[must_use]
    pub fn extra_of_signal<'t>(text: &'t str, path: &str) -> BTreeMap<String, &'t RawValue> {
        unknown(Self::signal_text_of(text), Signal::SHAPE, path)
    }

    /// The Signal's own part of a text that was kept without its document: all of it, if the Signal is bare.
    #[must_use]
    pub fn signal_text_of(text: &str) -> &str {
        enveloped(text).unwrap_or_else(|| text.trim())
    }

    /// Takes the document apart.
    #[must_use]
    pub fn into_parts(self) -> DocumentParts {
        let Self { raw, signal, signal_id, signal_url, warnings } = self;
        DocumentParts { raw, signal, signal_id, signal_url, warnings }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Document");
        shown.field("signal_id", &self.signal_id).field("signal", &self.signal).field("warnings", &self.warnings);
        shown.finish_non_exhaustive()
    }
}

/// Two documents are equal when their texts are.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Document {}

fn members(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
}

fn items(text: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(text).ok()
}

/// The Signal within an envelope, as its text; none where there is none.
fn enveloped(text: &str) -> Option<&str> {
    let signal = members(text.trim())?.get("signal")?.get();
    signal.starts_with('{').then_some(signal)
}

/// The members of the object at a path that its shape does not know.
fn unknown<'t>(text: &'t str, shape: &'static Shape, path: &str) -> BTreeMap<String, &'t RawValue> {
    let (mut value, mut shape) = (text, Some(shape));
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = if let Some(index) = step.strip_suffix(']') {
            index.parse().ok().and_then(|index: usize| items(value)?.get(index).copied())
        } else {
            shape = shape.and_then(|shape| shape.within(step));
            members(value).and_then(|members| members.get(step).copied())
        };
        let Some(next) = next else { return BTreeMap::new() };
        value = next.get();
    }
    let mut members = members(value).unwrap_or_default();
    members.retain(|name, _| !shape.is_some_and(|shape| shape.knows(name)));
    members
}

const ENVELOPE: &Shape = &Shape(&[("signal_id", None), ("signal_url", None), ("signal", Some(Signal::SHAPE))]);
