use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axiomo_model::{DecodeError, ErrorKind, ParsePullRequestError, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::auth::ApiKeyError;
use crate::response::{Attempt, RateLimit, Sent, milliseconds};

/// What went wrong with a call, the same in every language.
///
/// [`kind`](Self::kind) says in one word what to do about it, the message says it in a sentence.
/// Nothing in an error, its causes included, holds the key or a token.
///
/// In JSON: `{"kind", "message", "http_status", "code", "request_id", "retry_after_ms", "reset_at",
/// "queue_depth", "local", "rate_limit", "attempts", "sent"}`.
#[derive(Clone)]
pub struct Error(Box<Contents>);

#[derive(Clone)]
pub(crate) struct Contents {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) http_status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) queue_depth: Option<usize>,
    pub(crate) local: bool,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) sent: Sent,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
    /// The options that the message names, as Rust does.
    pub(crate) named: &'static [&'static str],
}

impl Error {
    /// An error that arose here, with nothing sent.
    pub(crate) fn local(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Contents {
            kind,
            message: message.into(),
            http_status: None,
            code: None,
            request_id: None,
            retry_after: None,
            queue_depth: None,
            local: true,
            rate_limit: None,
            attempts: Vec::new(),
            sent: Sent::No,
            source: None,
            named: &[],
        }))
    }

    /// The same, told which options its message names, so that they can be called otherwise in another language.
    pub(crate) fn naming(mut self, options: &'static [&'static str]) -> Self {
        self.contents_mut().named = options;
        self
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::local(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::local(ErrorKind::InvalidRequest, message)
    }

    pub(crate) fn contents_mut(&mut self) -> &mut Contents {
        &mut self.0
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The service refused the key, and whoever gives keys gave no other.
    pub(crate) fn without_another_key(mut self, reason: &Self) -> Self {
        self.0.message = format!("{}; {}", self.0.message, reason.message());
        self
    }

    /// What went wrong, in one word.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, what was expected, and what to do next, in a sentence fit for a user.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The status of the last answer, if there was one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The word for it that the service gave, or one of our own such as `unexpected_redirect`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's name for the request, to be given when asking it for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long to wait before it makes sense to try again, from the moment of the error.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// When the quota comes back, by this machine's clock.
    #[must_use]
    pub fn reset_at(&self) -> Option<Timestamp> {
        self.0.rate_limit.and_then(|rate_limit| rate_limit.reset_at)
    }

    /// How many calls waited at the rate limit when this one was refused for want of time.
    #[must_use]
    pub fn queue_depth(&self) -> Option<usize> {
        self.0.queue_depth
    }

    /// Whether the call was refused here and not by the service: a setting or a request that cannot be, no
    /// key from the provider, or a wait at the rate limit that would be too long. Attempts before that may
    /// have reached the service all the same; [`sent`](Self::sent) tells.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.local
    }

    /// The rate limit as the service last told it to this call.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.0.rate_limit
    }

    /// Every attempt of the call; empty when nothing was tried.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Whether any attempt reached the service.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.0.sent
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contents = &self.0;
        formatter.write_str(&contents.message)?;
        let mut facts = Vec::new();
        if let Some(status) = contents.http_status {
            facts.push(format!("HTTP {status}"));
        }
        facts.extend(contents.code.clone());
        facts.extend(contents.request_id.as_ref().map(|id| format!("request {id}")));
        if contents.attempts.len() > 1 {
            facts.push(format!("{} attempts", contents.attempts.len()));
        }
        if facts.is_empty() { Ok(()) } else { write!(formatter, " [{}]", facts.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contents = &self.0;
        let mut shown = formatter.debug_struct("Error");
        shown.field("kind", &contents.kind).field("message", &contents.message);
        shown.field("http_status", &contents.http_status).field("code", &contents.code);
        shown.field("request_id", &contents.request_id).field("retry_after", &contents.retry_after);
        shown.field("local", &contents.local).field("rate_limit", &contents.rate_limit);
        shown.field("attempts", &contents.attempts).field("sent", &contents.sent);
        shown.field("source", &contents.source.as_ref().map(ToString::to_string)).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(12))?;
        map.serialize_entry("kind", self.kind().as_str())?;
        map.serialize_entry("message", self.message())?;
        map.serialize_entry("http_status", &self.http_status())?;
        map.serialize_entry("code", &self.code())?;
        map.serialize_entry("request_id", &self.request_id())?;
        map.serialize_entry("retry_after_ms", &self.retry_after().map(milliseconds))?;
        map.serialize_entry("reset_at", &self.reset_at())?;
        map.serialize_entry("queue_depth", &self.queue_depth())?;
        map.serialize_entry("local", &self.is_local())?;
        map.serialize_entry("rate_limit", &self.rate_limit())?;
        map.serialize_entry("attempts", self.attempts())?;
        map.serialize_entry("sent", self.sent().as_str())?;
        map.end()
    }
}

impl From<ParsePullRequestError> for Error {
    fn from(error: ParsePullRequestError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// Of a text that was kept, and not of an answer.
impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::local(ErrorKind::Decode, error.to_string()).with_source(error)
    }
}

impl From<ApiKeyError> for Error {
    fn from(error: ApiKeyError) -> Self {
        Self::configuration(format!("the API key cannot be used: {error}"))
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
