use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::wire::{Http2, Wire};

/// What becomes of one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// What the server does by itself; `"real"` in JSON.
    Real,
    /// Something else, or something more.
    Fault(Box<Fault>),
}

/// What becomes of one connection when it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStep {
    /// What the server does by itself; `"real"` in JSON.
    Real,
    /// It ends, or nothing is done about it; `{"accept": "fin"}` in JSON.
    Accept(ConnectionEnd),
    /// Its TLS handshake is not done; `{"tls": "stall"}` in JSON. Over a listener without TLS its requests are
    /// answered with 500 `script_error`.
    Tls(HoldUp),
}

/// What is done with a connection instead of reading from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionEnd {
    /// It is ended.
    Fin,
    /// It is reset.
    Reset,
    /// Nothing, for ever.
    Stall,
}

/// What is done instead of a TLS handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldUp {
    /// Nothing, for ever.
    Stall,
}

/// What is done to one request and its answer. All members can be combined unless they say otherwise; the default
/// changes nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Fault {
    /// This answer instead of the server's own; the request is neither authenticated nor counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond: Option<Respond>,
    /// A redirection instead of the server's own answer; not with `respond`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// Changes of the answer's body, which has to be JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// Changes of the answer's headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HeaderChanges>,
    /// Seconds that the answer's `Date` is ahead of the server's clock; behind it if negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_skew_s: Option<i64>,
    /// Whether the value of the request's `Authorization` is put into the error's message, into the header `x-echo`
    /// and into the body.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub echo_authorization: bool,
    /// Packs the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compress: Option<Compress>,
    /// Pads the body, which has to be a JSON object, with a member `padding`, so that it has so many bytes; at most
    /// 64 MiB where it has to be in memory, as `mock-server/FAULTS.md` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huge_bytes: Option<u64>,
    /// Milliseconds of the server's clock between the answer and its head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// What is done before the request's body was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestFault>,
    /// What is done to the bytes of an answer over HTTP/1.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
    /// What is done to an answer over HTTP/2; not with `wire`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http2: Option<Http2>,
}

/// An answer. Its body is one of `json`, `text` and `base64`, or empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Respond {
    /// The status, from 100 to 999; those below 200 over HTTP/1.1 alone.
    pub status: u16,
    /// Headers besides `Date`, `X-Request-Id` and the `Content-Type` that goes with the body, or instead of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A body of JSON.
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// A body of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A body of any bytes, in Base64 (RFC 4648, section 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Redirect {
    /// The status, such as 302.
    pub status: u16,
    /// Where to: `same`, the same path at this listener; `other`, the same path at another listener, which is opened
    /// if there is none; `loop`, an address that leads to itself; or an address that begins with `http://` or
    /// `https://`.
    pub to: String,
}

/// Changes of a body of JSON. Places are JSON pointers (RFC 6901) of at most 100 steps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Edit {
    /// What stands where; objects on the way are made.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// What is taken out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// Changes of headers, in this order: those removed, those set, those added.
///
/// In values, `${epoch+60}` stands for the second 60 s from now, since 1970; `${epoch_ms+60000}` for the millisecond
/// in 60,000 ms; `${http_date+60}` and `${rfc3339+60}` for the same moment as a date. `-` goes back, and nothing is
/// now. Now is when the head is written, by the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct HeaderChanges {
    /// Headers with their one value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Values beside those that a header has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub add: BTreeMap<String, String>,
    /// Headers that the answer does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compress {
    /// By gzip.
    Gzip,
    /// By gzip, and damaged.
    Corrupt,
    /// By gzip, after it was padded as by `huge_bytes` to so many bytes; `{"bomb_bytes": 1073741824}` in JSON.
    BombBytes(u64),
}

/// What is done before a request's body was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestFault {
    /// The connection is ended.
    CloseAfterHead,
    /// The connection is reset.
    ResetAfterHead,
    /// The connection is reset once so many bytes of the body were read, or all of it.
    ResetAfterBytes(u64),
    /// The body is not read, for ever.
    Stall,
    /// The answer comes before the body is read, and ends the connection; 413 `body_too_large` unless another is
    /// given.
    EarlyAnswer,
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StepVisitor;
        impl<'de> Visitor<'de> for StepVisitor {
            type Value = Step;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`\"real\"`, or an object such as `{\"respond\": {\"status\": 503}}`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Step, E> {
                if text == "real" { Ok(Step::Real) } else { Err(E::invalid_value(Unexpected::Str(text), &self)) }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Step, A::Error> {
                let fault = Fault::deserialize(MapAccessDeserializer::new(map))?;
                fault.check().map_err(A::Error::custom)?;
                Ok(Step::Fault(Box::new(fault)))
            }
        }
        deserializer.deserialize_any(StepVisitor)
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Real => serializer.serialize_str("real"),
            Self::Fault(fault) => fault.serialize(serializer),
        }
    }
}

impl From<Fault> for Step {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// `null` is a body too.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
