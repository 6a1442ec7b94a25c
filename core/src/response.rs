use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use axiomo_model::{DecodeError, Document, ErrorKind, Signal, Timestamp};
use http::HeaderMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// What the service made of a pull request, and how it was obtained.
#[derive(Clone)]
#[non_exhaustive]
pub struct Analysis {
    /// Names the Signal; opaque. Absent only if the service names none.
    pub signal_id: Option<String>,
    /// Where a person can read the Signal; opaque.
    pub signal_url: Option<String>,
    /// The Signal.
    pub signal: Signal,
    /// The text as the service sent it, to the byte.
    pub raw: String,
    /// How it was obtained.
    pub meta: ResponseMeta,
}

impl Analysis {
    /// Before it is read.
    pub(crate) fn unread() -> Self {
        let (raw, signal, meta) = (String::new(), Signal::default(), ResponseMeta::default());
        Self { signal_id: None, signal_url: None, signal, raw, meta }
    }

    /// The text as the service sent it, to the byte.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.raw
    }

    /// The members of the object at `path` that this version does not know, parsed now. A path is
    /// written as in [`ResponseMeta::decode_warnings`], such as `signal.risk.drivers[2]`; an empty one
    /// means the whole text. Empty where there is no object.
    #[must_use]
    pub fn extra(&self, path: &str) -> BTreeMap<String, &RawValue> {
        Document::extra_of(&self.raw, path)
    }
}

/// What the text of an answer is read into.
pub(crate) trait Reading: Send {
    /// Gives the paths of known fields that cannot be read.
    fn read(&mut self, text: String) -> Result<Vec<String>, DecodeError>;
}

impl Reading for Analysis {
    fn read(&mut self, text: String) -> Result<Vec<String>, DecodeError> {
        let parts = Document::from_json(text)?.into_parts();
        (self.signal_id, self.signal_url) = (parts.signal_id, parts.signal_url);
        (self.signal, self.raw) = (parts.signal, parts.raw);
        Ok(parts.warnings)
    }
}

impl fmt::Debug for Analysis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Analysis");
        shown.field("signal_id", &self.signal_id).field("signal_url", &self.signal_url).field("signal", &self.signal);
        shown.field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// How an answer was obtained.
///
/// In JSON, times are whole milliseconds: `{"status", "request_id", "rate_limit", "decode_warnings",
/// "headers", "attempts", "elapsed_ms"}`.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ResponseMeta {
    /// The HTTP status; 0, and null in JSON, where the analysis was read and not received.
    pub status: u16,
    /// The service's name for this request, to be given when asking it for help.
    pub request_id: Option<String>,
    /// The rate limit as the service last told it to this call.
    pub rate_limit: Option<RateLimit>,
    /// The paths of known fields that could not be read, such as `signal.risk.score`.
    pub decode_warnings: Vec<String>,
    /// The answer's headers. A value that holds the caller's own key or token is replaced.
    pub headers: HeaderMap,
    /// Every attempt of the call, the last one being the one that succeeded.
    pub attempts: Vec<Attempt>,
    /// The time of the whole call, waits included.
    pub elapsed: Duration,
}

impl ResponseMeta {
    /// The answer's headers by their names, in lower case; those that are sent more than once are joined as HTTP joins
    /// them.
    pub fn headers_joined(&self) -> impl Iterator<Item = (&str, String)> {
        self.headers.keys().map(|name| {
            let values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            (name.as_str(), values.collect::<Vec<_>>().join(", "))
        })
    }
}

impl Serialize for ResponseMeta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry("status", &Some(self.status).filter(|status| *status != 0))?;
        map.serialize_entry("request_id", &self.request_id)?;
        map.serialize_entry("rate_limit", &self.rate_limit)?;
        map.serialize_entry("decode_warnings", &self.decode_warnings)?;
        map.serialize_entry("headers", &Headers(self))?;
        map.serialize_entry("attempts", &self.attempts)?;
        map.serialize_entry("elapsed_ms", &milliseconds(self.elapsed))?;
        map.end()
    }
}

/// Headers as an object of texts.
struct Headers<'m>(&'m ResponseMeta);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.headers_joined())
    }
}

/// The rate limit as the service last told it, each value by the last answer that held it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests a window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// When the quota comes back, by this machine's clock.
    pub reset_at: Option<Timestamp>,
}

impl RateLimit {
    /// The same with what was told since; what was not told stays as it was.
    pub(crate) fn with(self, told: Self) -> Self {
        Self {
            limit: told.limit.or(self.limit),
            remaining: told.remaining.or(self.remaining),
            reset_at: told.reset_at.or(self.reset_at),
        }
    }
}

/// One attempt of a call.
///
/// In JSON, times are whole milliseconds: `{"n", "started_ms", "duration_ms", "waited_ms",
/// "wait_reason", "status", "error_kind", "request_id", "sent"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its place in the call, from 1.
    pub number: u32,
    /// When it began, from the beginning of the call.
    pub started: Duration,
    /// How long it took.
    pub duration: Duration,
    /// How long was waited before it.
    pub waited: Duration,
    /// Why was waited before it; for several reasons, the one that took longest.
    pub wait_reason: Option<WaitReason>,
    /// The HTTP status of the answer, if one began.
    pub status: Option<u16>,
    /// What went wrong with it; none for the one that succeeded.
    pub error_kind: Option<ErrorKind>,
    /// The service's name for this request.
    pub request_id: Option<String>,
    /// Whether it reached the service.
    pub sent: Sent,
}

impl Serialize for Attempt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("n", &self.number)?;
        map.serialize_entry("started_ms", &milliseconds(self.started))?;
        map.serialize_entry("duration_ms", &milliseconds(self.duration))?;
        map.serialize_entry("waited_ms", &milliseconds(self.waited))?;
        map.serialize_entry("wait_reason", &self.wait_reason.map(WaitReason::as_str))?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("error_kind", &self.error_kind.map(ErrorKind::as_str))?;
        map.serialize_entry("request_id", &self.request_id)?;
        map.serialize_entry("sent", self.sent.as_str())?;
        map.end()
    }
}

/// Why a call waited before an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// `queue`: Other calls were there before.
    Queue,
    /// `pacing`: The quota was used up, or calls are spaced out.
    Pacing,
    /// `penalty`: Another call was told to wait, and with it everyone.
    Penalty,
    /// `retry_after`: The service said when to try again.
    RetryAfter,
    /// `backoff`: The attempt before failed.
    Backoff,
}

impl WaitReason {
    /// The word that stands for this reason in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Pacing => "pacing",
            Self::Penalty => "penalty",
            Self::RetryAfter => "retry_after",
            Self::Backoff => "backoff",
        }
    }
}

impl fmt::Display for WaitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whether a request reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sent {
    /// `no`: It surely never left, or was refused unprocessed.
    No,
    /// `maybe`: It left, and got no answer.
    Maybe,
    /// `yes`: It got an answer, or the beginning of one.
    Yes,
}

impl Sent {
    /// The word that stands for this in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Yes => "yes",
        }
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

pub(crate) fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
