use serde_json::{Map, Value};

/// What a client is made with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientSettings {
    /// None for a client without a key.
    pub api_key: Option<String>,
    /// The server's first listener by default.
    pub base_url: Option<String>,
    /// Whether it trusts the server's authority.
    pub trusts_server: bool,
    /// Options by their names.
    pub options: Map<String, Value>,
}

/// The options of clients: as in `spec/model.yaml`, lengths of time in seconds with `_s`, and what only a client
/// has.
const OF_CLIENTS: [&str; 10] = [
    "timeout_s",
    "attempt_timeout_s",
    "connect_timeout_s",
    "max_wait_s",
    "max_retries",
    "retry_ambiguous",
    "pacing",
    "allow_insecure_http",
    "default_headers",
    "user_agent_suffix",
];
/// Those that a single call may have too.
const OF_CALLS: [&str; 5] = ["timeout_s", "attempt_timeout_s", "max_wait_s", "max_retries", "retry_ambiguous"];

impl ClientSettings {
    pub(super) fn read(written: &Value) -> Result<Self, String> {
        let Value::Object(members) = written else { return Err("expected an object".to_owned()) };
        let mut options = members.clone();
        let text = |value: Option<Value>, name: &str| match value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name}: expected a text")),
        };
        let api_key = text(options.remove("api_key"), "api_key")?;
        let base_url = text(options.remove("base_url"), "base_url")?;
        let trusts_server = match options.remove("trusts_server") {
            None => false,
            Some(Value::Bool(trusts)) => trusts,
            Some(_) => return Err("trusts_server: expected true or false".to_owned()),
        };
        known(&options, &OF_CLIENTS, "api_key, base_url, trusts_server, ")?;
        Ok(Self { api_key, base_url, trusts_server, options })
    }
}

/// Whether a call may have options.
pub(super) fn check_call_options(options: &Value) -> Result<(), String> {
    match options {
        Value::Null => Ok(()),
        Value::Object(options) => known(options, &OF_CALLS, ""),
        _ => Err("expected an object".to_owned()),
    }
}

fn known(options: &Map<String, Value>, names: &[&str], others: &str) -> Result<(), String> {
    match options.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("unknown option `{name}`, expected one of {others}{}", names.join(", "))),
        None => Ok(()),
    }
}
