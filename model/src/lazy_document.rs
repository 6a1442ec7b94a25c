use std::borrow::Cow;
use std::fmt;

use crate::answer::Answer;
use crate::document::{DecodeError, Document};
use crate::lenient::{Keeps, Lenient, Reading};
use crate::outline::Places;
use crate::section::Section;
use crate::signal::Signal;

/// An analysis as the service sent it, of which a field of the Signal is read when it is asked for.
///
/// It is read once to find what is wrong with it, of which nothing is kept, and says the same as a [`Document`]. That is
/// quicker where only a part of the Signal is looked at, or where another thread looks at it.
///
/// ```
/// use axiomo_model::{LazyDocument, RiskLevel};
///
/// let text = r#"{"signal": {"risk": {"level": "high", "score": "0.7"}, "triage": {"effort": "quick"}}}"#;
/// let (document, warnings) = LazyDocument::from_json(text)?;
///
/// assert_eq!(document.signal().risk().level, Some(RiskLevel::High));
/// assert_eq!(warnings, ["signal.risk.score"]);
/// # Ok::<(), axiomo_model::DecodeError>(())
/// ```
///
/// The default is one of an empty text, in which everything is absent.
#[derive(Clone, Default)]
pub struct LazyDocument {
    raw: String,
    signal_id: Option<String>,
    signal_url: Option<String>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    /// Where the fields of the Signal are in the text.
    Places(Places),
    /// It was read before, or cannot be read in parts.
    Signal(Box<Signal>),
}

impl LazyDocument {
    /// Finds what is wrong with an analysis: with it come the paths of known fields that cannot be read, such as
    /// `signal.risk.drivers[2].title`.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, or holds neither `signal` nor a bare Signal.
    pub fn from_json(text: impl Into<String>) -> Result<(Self, Vec<String>), DecodeError> {
        let raw = text.into();
        let Answer { signal, signal_id, signal_url, warnings } = Answer::read(&raw, Keeps::Outline)?;
        let content = match signal.places_in(&raw) {
            Some(places) => Content::Places(places),
            None => Content::Signal(Box::new(Answer::read(&raw, Keeps::All)?.signal.signal)),
        };
        Ok((Self { raw, signal_id, signal_url, content }, warnings))
    }

    /// An analysis of which the whole Signal was read before.
    #[must_use]
    pub fn of_signal(raw: String, signal: Signal, signal_id: Option<String>, signal_url: Option<String>) -> Self {
        Self { raw, signal_id, signal_url, content: Content::Signal(Box::new(signal)) }
    }

    /// The text as it was received, to the byte.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.raw
    }

    /// The Signal's own part of the text: all of it, if the Signal is bare.
    #[must_use]
    pub fn signal_text(&self) -> &str {
        Document::signal_text_of(&self.raw)
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

    /// The Signal, to be read field by field.
    #[must_use]
    pub fn signal(&self) -> LazySignal<'_> {
        LazySignal(self)
    }
}

/// The Signal of a [`LazyDocument`]. Each of its methods reads one field, and reads it anew each time.
#[derive(Debug, Clone, Copy)]
pub struct LazySignal<'d>(&'d LazyDocument);

impl<'d> LazySignal<'d> {
    /// Reads one field, unless that was done before.
    pub(crate) fn field<F>(self, name: &str, of: impl FnOnce(&'d Signal) -> &'d F) -> Cow<'d, F>
    where
        F: FromValue + Clone,
    {
        let places = match &self.0.content {
            Content::Signal(signal) => return Cow::Borrowed(of(signal)),
            Content::Places(places) => places,
        };
        let mut value = None;
        if let Some(text) = places.value_of(name, &self.0.raw) {
            let mut json = serde_json::Deserializer::from_str(text);
            // It was read before, and what is wrong with it was noted then.
            let _ = Reading::default().item(&mut json, &mut value);
        }
        Cow::Owned(F::from_value(value))
    }
}

/// What a field of the Signal is, by what its value is read as.
pub(crate) trait FromValue {
    type Value: Lenient;

    fn from_value(value: Option<Self::Value>) -> Self;
}

impl<T: Lenient> FromValue for Option<T> {
    type Value = T;

    fn from_value(value: Self) -> Self {
        value
    }
}

impl<T: Lenient> FromValue for Vec<T> {
    type Value = Self;

    fn from_value(value: Option<Self>) -> Self {
        value.unwrap_or_default()
    }
}

impl<T: Lenient> FromValue for Section<T> {
    type Value = T;

    fn from_value(value: Option<T>) -> Self {
        value.into()
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Places(Places::default())
    }
}

impl fmt::Debug for LazyDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LazyDocument").field("signal_id", &self.signal_id).finish_non_exhaustive()
    }
}
