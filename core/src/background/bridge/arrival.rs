use serde::Serialize;
use serde_json::{Value, json};

use super::settings::Language;
use crate::Document;
use crate::error::Error;
use crate::response::{Analysis, Reading};

/// What comes to the other language: what it is, the number of the call or of whoever is asked, two numbers, and texts.
#[derive(Debug)]
pub struct Arrival {
    /// What it is.
    pub kind: Kind,
    /// The number of the call, of the batch that wants an item, or of the client that wants a key.
    pub number: u32,
    /// See [`Kind`].
    pub numbers: [u32; 2],
    /// See [`Kind`].
    pub texts: [Option<String>; 5],
}

/// What an [`Arrival`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An analysis: the typed Signal, the text as it was received, how it was obtained, its id, its address. In a batch
    /// the first number is its place.
    Analysis = 0,
    /// An error in its wire form, and a list of what caused it. In a batch the first number is its place.
    Failed = 1,
    /// The call was broken off: it was aborted, or it is a defect.
    Broken = 2,
    /// An item of a batch that repeats another: its place, and that of the other.
    Repeated = 3,
    /// The end of a batch.
    Ended = 4,
    /// A batch wants its next item.
    Feed = 5,
    /// A client wants a key: the first number is that of the question.
    Key = 6,
    /// There are events.
    Events = 7,
}

impl Kind {
    /// Whether a call ends with it.
    #[must_use]
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Feed | Self::Key | Self::Events)
    }
}

impl Arrival {
    pub(super) fn new(kind: Kind, number: u32) -> Self {
        Self { kind, number, numbers: [0; 2], texts: [const { None }; 5] }
    }

    pub(super) fn with(mut self, numbers: [u32; 2]) -> Self {
        self.numbers = numbers;
        self
    }

    pub(super) fn of(number: u32, outcome: Result<Analysis, Error>, language: Language) -> Self {
        match outcome {
            Ok(analysis) => Self { texts: texts(analysis), ..Self::new(Kind::Analysis, number) },
            Err(error) => {
                let error = language.wording(error);
                let causes = serde_json::to_string(&causes(&error)).ok();
                Self { texts: [Some(json_text(&error)), causes, None, None, None], ..Self::new(Kind::Failed, number) }
            }
        }
    }
}

fn texts(analysis: Analysis) -> [Option<String>; 5] {
    let (signal, meta) = (json_text(&analysis.signal), json_text(&analysis.meta));
    [Some(signal), Some(analysis.raw), Some(meta), analysis.signal_id, analysis.signal_url]
}

/// The text of what always is JSON.
pub(super) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| Value::Null.to_string())
}

/// An error where there is no call that it ends: in its wire form, with its causes.
#[must_use]
pub fn failure(error: &Error) -> String {
    json!({"error": error, "causes": causes(error)}).to_string()
}

fn causes(error: &Error) -> Vec<String> {
    let first = std::error::Error::source(error);
    std::iter::successors(first, |error| error.source()).map(ToString::to_string).collect()
}

/// Reads an analysis from its text: what an arrival holds of one.
///
/// # Errors
///
/// `decode` when the text is no JSON object, or holds no Signal.
pub fn read_analysis(text: String) -> Result<[Option<String>; 5], Error> {
    let mut analysis = Analysis::unread();
    analysis.meta.decode_warnings = analysis.read(text)?;
    Ok(texts(analysis))
}

/// The members of a part of an analysis that this version does not know, in JSON.
#[must_use]
pub fn extra_of(text: &str, path: &str) -> String {
    json_text(&Document::extra_of(text, path))
}
