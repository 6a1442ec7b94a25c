use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// What is done to the bytes of an answer over HTTP/1.1. The connection ends with the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Wire {
    /// What is wrong with the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// A `Content-Length` that is wrong; not with `chunks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<ContentLength>,
    /// The body in chunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunks: Option<Chunks>,
    /// The body in small pieces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drip: Option<Drip>,
    /// An end before the answer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Cut>,
    /// The connection's end after an answer that promises a next one; not with `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_idle: Option<CloseIdle>,
}

/// What is wrong with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Head {
    /// It is no HTTP.
    Garbage,
    /// One of its lines is no header.
    MalformedHeader,
    /// The value of its header `x-oversized` has so many bytes, at most 16 MiB; `{"oversized_header": 100000}` in JSON.
    OversizedHeader(u64),
    /// An interim answer with this status, from 100 to 199, comes before it.
    Interim(u16),
    /// Its second half comes so many milliseconds of the server's clock after the first.
    SlowMs(u64),
}

/// How a `Content-Length` is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentLength {
    /// It is half of what the body has; all of it comes.
    Short,
    /// It is 100 bytes more than the body has.
    Long,
}

/// A body in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chunks {
    /// As they should be.
    Whole,
    /// The second chunk has a length that is no number.
    Bad,
    /// The last chunk, which has no bytes, is missing.
    Unfinished,
}

/// Small pieces of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drip {
    /// Bytes a piece.
    pub bytes: u64,
    /// Milliseconds of the server's clock between two pieces.
    pub every_ms: u64,
}

/// An end before the answer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// What comes before it.
    pub after: CutAfter,
    /// What it is.
    pub by: CutBy,
}

/// What comes of an answer before it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutAfter {
    /// Nothing; `"nothing"` in JSON.
    Nothing,
    /// Its head; `"head"` in JSON.
    Head,
    /// Its head and so many bytes of its body, as they are sent; a number in JSON.
    Bytes(u64),
}

/// How an answer is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutBy {
    /// The connection is ended.
    Fin,
    /// The connection is reset.
    Reset,
    /// Nothing more comes, for ever.
    Stall,
}

/// The end of a connection after a whole answer without `Connection: close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseIdle {
    /// It is ended at once.
    Fin,
    /// It is reset at once.
    Reset,
    /// It is reset when the next request comes, before anything is done about it.
    ResetNext,
}

/// What is done to an answer over HTTP/2: one of `reset` and `goaway`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Http2 {
    /// The stream is reset with this error, by its name in RFC 9113, section 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// With `reset`: the head and so many bytes of the body come before it; otherwise nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_after: Option<u64>,
    /// The connection takes no more requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goaway: Option<Goaway>,
}

/// The end of an HTTP/2 connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Goaway {
    /// The last request that counts as processed. With `this` and `NO_ERROR` it is answered, and the connection ends
    /// after that; otherwise the connection ends without an answer.
    pub last_stream: LastStream,
    /// The error, by its name in RFC 9113, section 7; `NO_ERROR` by default.
    #[serde(default = "no_error")]
    pub error: String,
}

/// The last request that counts as processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastStream {
    /// This one.
    This,
    /// The one before: this one was not looked at, so it may be sent again.
    Before,
}

fn no_error() -> String {
    "NO_ERROR".to_owned()
}

impl Serialize for CutAfter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_str("nothing"),
            Self::Head => serializer.serialize_str("head"),
            Self::Bytes(bytes) => serializer.serialize_u64(*bytes),
        }
    }
}

impl<'de> Deserialize<'de> for CutAfter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CutVisitor;
        impl Visitor<'_> for CutVisitor {
            type Value = CutAfter;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`\"nothing\"`, `\"head\"` or a number of bytes of the body")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<CutAfter, E> {
                match text {
                    "nothing" => Ok(CutAfter::Nothing),
                    "head" => Ok(CutAfter::Head),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }

            fn visit_u64<E: Error>(self, bytes: u64) -> Result<CutAfter, E> {
                Ok(CutAfter::Bytes(bytes))
            }
        }
        deserializer.deserialize_any(CutVisitor)
    }
}
