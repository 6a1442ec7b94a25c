use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde::Serialize;

/// One thing that happened at a server.
///
/// ```json
/// {"n": 3, "at_ms": 0, "event": "answer", "request": 1, "status": 200, "headers": [["date", "…"]], "request_id": "req_…"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its number; the first is 1, and none is left out.
    pub n: u64,
    /// Milliseconds of the server's clock since the server started.
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What can happen at a server. In JSON, the member `event` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A connection was accepted.
    Opened {
        /// The connection's number; the first is 1.
        connection: u64,
        /// The name of the listener that accepted it.
        listener: String,
    },
    /// A request came. It is written when its body was read or given up, and before its answer.
    Request(Received),
    /// The head of a request's answer was handed over to be written.
    Answer(Answered),
    /// A request's client, or its connection, went away before an answer was handed over.
    Gone {
        /// The request's number.
        request: u64,
    },
    /// A connection ended.
    Closed {
        /// The connection's number.
        connection: u64,
        /// Who ended it first.
        by: By,
        /// How it ended.
        how: How,
    },
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Received {
    /// The number of the connection that it came over.
    pub connection: u64,
    /// The request's number; the first is 1.
    pub request: u64,
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The headers with their names in lower case; over HTTP/2, `:authority` is the first. Bytes beyond ASCII stand
    /// as the letters of ISO 8859-1.
    pub headers: Vec<(String, String)>,
    /// The body as far as it was read.
    #[serde(flatten)]
    pub body: Content,
}

/// The head of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Answered {
    /// The number of the request.
    pub request: u64,
    /// The status.
    pub status: u16,
    /// The headers, as those of requests.
    pub headers: Vec<(String, String)>,
    /// What `X-Request-Id` says; none if the answer has no such header.
    pub request_id: Option<String>,
}

/// A body. In JSON the member `body` holds a text and `body_base64` anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Content {
    /// One that is UTF-8.
    #[serde(rename = "body")]
    Text(String),
    /// One that is not, in Base64 (RFC 4648, section 4).
    #[serde(rename = "body_base64")]
    Base64(String),
}

/// Who ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// With an orderly end.
    Fin,
    /// With a reset.
    Reset,
}

impl Content {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Base64(STANDARD.encode(error.as_bytes())), Self::Text)
    }

    fn len(&self) -> usize {
        let (Self::Text(text) | Self::Base64(text)) = self;
        text.len()
    }
}

impl Event {
    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let of_headers = |headers: &[(String, String)]| -> usize {
            headers.iter().map(|(name, value)| size_of::<(String, String)>() + name.len() + value.len()).sum()
        };
        let held = match self {
            Self::Opened { listener, .. } => listener.len(),
            Self::Request(request) => {
                request.method.len() + request.target.len() + of_headers(&request.headers) + request.body.len()
            }
            Self::Answer(answer) => of_headers(&answer.headers) + answer.request_id.as_ref().map_or(0, String::len),
            Self::Gone { .. } | Self::Closed { .. } => 0,
        };
        size_of::<Entry>() + held
    }
}

/// Headers as they stand in the journal.
pub(crate) fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| value.as_bytes().iter().copied().map(char::from).collect();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// `HTTP/1.1`, as in a request's first line.
pub(crate) fn version(version: http::Version) -> String {
    let mut text = String::new();
    let _ = write!(text, "{version:?}");
    text
}
