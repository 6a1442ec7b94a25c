use serde::Deserialize;
use serde_json::Value;

use super::client::check_call_options;
use super::server::Limits;
use crate::matcher::Matcher;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Step {
    /// A client is called.
    Call {
        /// The client.
        on: String,
        /// What the scenario calls it.
        name: String,
        /// `analyze`, `scan`, `analyze_many` or `rate_limit`.
        method: String,
        /// What the method takes.
        args: Value,
        /// Options of this call alone.
        options: Value,
        /// Paths of objects whose unknown members are wanted.
        extra: Vec<String>,
        /// Whether the next step comes before it has ended.
        is_open: bool,
    },
    /// Time passes until something is so.
    Await(Awaited),
    /// So many seconds pass.
    Advance(f64),
    /// A call is cancelled.
    Cancel(String),
    /// A key is revoked.
    Revoke(String),
    /// The limits become others.
    SetLimits(Limits),
    /// Rules take the place of those that are left.
    Script(Vec<Value>),
    /// A client is ended, and its open calls with it.
    Close(String),
    /// A call, or the making of a client, has ended in a way.
    Expect {
        /// The call, or the client.
        of: String,
        /// In which way.
        wished: Wished,
    },
}

/// What is waited for.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// What there has to be.
    pub what: What,
    /// How many of it, from the beginning of the scenario.
    pub count: usize,
    /// Of which reason; of waits alone.
    pub reason: Option<String>,
    /// Of which call; of items alone.
    pub of: Option<String>,
}

/// What can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Requests that came.
    Request,
    /// Answers whose head was written.
    Answer,
    /// Requests that the server holds and does nothing about.
    Parked,
    /// Waits that clients began.
    Wait,
    /// Items of a batch that were given.
    Item,
    /// Connections that have ended.
    Closed,
}

/// How a call has to have ended.
#[derive(Debug, Clone)]
pub struct Wished {
    /// With a result.
    pub ok: Option<Value>,
    /// With an error.
    pub error: Option<Value>,
    /// How the result was obtained.
    pub meta: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCall {
    call: String,
    #[serde(default = "client")]
    on: String,
    #[serde(default)]
    r#as: Option<String>,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    options: Value,
    #[serde(default)]
    extra: Vec<String>,
    #[serde(default)]
    open: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAwait {
    r#await: What,
    count: Option<usize>,
    reason: Option<String>,
    of: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExpect {
    expect: String,
    #[serde(default, deserialize_with = "even_null")]
    ok: Option<Value>,
    error: Option<Value>,
    meta: Option<Value>,
}

const METHODS: [&str; 4] = ["analyze", "scan", "analyze_many", "rate_limit"];
const REASONS: [&str; 5] = ["queue", "pacing", "penalty", "retry_after", "backoff"];
const KINDS: &str = "call, await, advance_s, cancel, revoke, set_limits, script, close_client, expect";

impl Step {
    pub(super) fn read(written: &Value) -> Result<Self, String> {
        let Some(members) = written.as_object() else { return Err(format!("expected an object with one of {KINDS}")) };
        let has = |name: &str| members.contains_key(name);
        if has("call") {
            return Self::read_call(from(written, "call")?);
        }
        if has("await") {
            return Self::read_await(from(written, "await")?);
        }
        if has("expect") {
            return Self::read_expect(from(written, "expect")?);
        }
        let (Some((kind, operand)), 1) = (members.iter().next(), members.len()) else {
            return Err(format!("expected one of {KINDS}"));
        };
        match kind.as_str() {
            "advance_s" => match operand.as_f64().filter(|seconds| *seconds > 0.0) {
                Some(seconds) => Ok(Self::Advance(seconds)),
                None => Err("advance_s: expected a number of seconds above 0".to_owned()),
            },
            "cancel" => from(operand, kind).map(Self::Cancel),
            "revoke" => from(operand, kind).map(Self::Revoke),
            "set_limits" => from(operand, kind).map(Self::SetLimits),
            "script" => from(operand, kind).map(Self::Script),
            "close_client" if operand == true => Ok(Self::Close(client())),
            "close_client" => from(operand, kind).map(Self::Close),
            _ => Err(format!("unknown step `{kind}`, expected one of {KINDS}")),
        }
    }

    fn read_call(written: WrittenCall) -> Result<Self, String> {
        let WrittenCall { call: method, on, r#as, args, options, extra, open } = written;
        if !METHODS.contains(&method.as_str()) {
            return Err(format!("call: unknown method `{method}`, expected one of {}", METHODS.join(", ")));
        }
        check_args(&method, &args).map_err(|error| format!("args: {error}"))?;
        check_call_options(&options).map_err(|error| format!("options: {error}"))?;
        let name = r#as.unwrap_or_else(|| method.clone());
        Ok(Self::Call { on, name, method, args, options, extra, is_open: open })
    }

    fn read_await(written: WrittenAwait) -> Result<Self, String> {
        let WrittenAwait { r#await: what, count, reason, of } = written;
        let count = count.unwrap_or(1);
        if count == 0 {
            return Err("count: expected a number from 1; 0 is always so".to_owned());
        }
        if reason.as_ref().is_some_and(|reason| what != What::Wait || !REASONS.contains(&reason.as_str())) {
            return Err(format!("reason: expected one of {}, and `await: wait`", REASONS.join(", ")));
        }
        if of.is_some() != (what == What::Item) {
            return Err("of: expected the call of `await: item`, and of nothing else".to_owned());
        }
        Ok(Self::Await(Awaited { what, count, reason, of }))
    }

    fn read_expect(written: WrittenExpect) -> Result<Self, String> {
        let WrittenExpect { expect: of, ok, error, meta } = written;
        if ok.is_some() == error.is_some() {
            return Err("expect: expected either `ok` or `error`".to_owned());
        }
        for (name, matcher) in [("ok", &ok), ("error", &error), ("meta", &meta)] {
            let parsed = matcher.as_ref().map(Matcher::parse).transpose();
            parsed.map_err(|error| error.below(name).to_string())?;
        }
        Ok(Self::Expect { of, wished: Wished { ok, error, meta } })
    }
}

/// Whether a method can take its arguments; what stands in them is the client's to judge.
fn check_args(method: &str, args: &Value) -> Result<(), String> {
    match method {
        "scan" if args["scan_id"].is_string() => Ok(()),
        "scan" => Err("expected {scan_id: a text}".to_owned()),
        "analyze" if args.is_object() => Ok(()),
        "analyze" => Err("expected {url: a text}, or a request as the API takes it".to_owned()),
        "analyze_many" if args["items"].is_array() => Ok(()),
        "analyze_many" => Err("expected {items: a list of addresses or requests}".to_owned()),
        _ if args.is_null() => Ok(()),
        _ => Err("expected none".to_owned()),
    }
}

fn client() -> String {
    "client".to_owned()
}

fn from<T: for<'de> Deserialize<'de>>(written: &Value, place: &str) -> Result<T, String> {
    T::deserialize(written).map_err(|error| format!("{place}: {error}"))
}

fn even_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
