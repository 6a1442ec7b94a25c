//! What was seen of a scenario: at the server, at the conductor, and from the driver.

use std::collections::BTreeMap;

use axiomo_mock_server::ConductedWait;
use axiomo_mock_server::journal::{By, Content, Entry, Event, How};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What was seen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Evidence {
    /// The server's journal.
    pub journal: Vec<Entry>,
    /// What was waited for, in order.
    pub waits: Vec<Value>,
    /// Everything that came out of the driver: its frames, what it shows, its stderr.
    pub shown: Vec<String>,
    /// What the clients logged.
    pub logs: Vec<String>,
    /// The calls and how they ended.
    pub outcomes: BTreeMap<String, Value>,
}

/// A shorter wait for the sake of pacing alone says nothing: it is there, or not, by how quick threads are.
const SHORTEST_PACING_MS: f64 = 50.0;

impl Evidence {
    /// The requests, as `wire` sees them.
    pub(crate) fn wire(&self) -> Value {
        let mut listeners = BTreeMap::new();
        let mut requests: Vec<(u64, Map<String, Value>)> = Vec::new();
        for entry in &self.journal {
            let mut set = |request: u64, name: &str, value: Value| {
                if let Some((_, members)) = requests.iter_mut().find(|(number, _)| *number == request) {
                    members.insert(name.to_owned(), value);
                }
            };
            match &entry.event {
                Event::Opened { connection, listener } => {
                    listeners.insert(*connection, listener.clone());
                }
                Event::Request(received) => {
                    let (body, text) = body(&received.body);
                    let members = json!({
                        "method": received.method, "target": received.target, "version": received.version,
                        "path": received.target.split('?').next(), "at_ms": entry.at_ms,
                        "connection": received.connection, "listener": listeners.get(&received.connection),
                        "headers": headers(&received.headers), "body": body, "text": text,
                    });
                    requests.push((received.request, members.as_object().cloned().unwrap_or_default()));
                }
                Event::Answer(answer) => set(answer.request, "status", answer.status.into()),
                Event::Gone { request } => set(*request, "gone", true.into()),
                _ => {}
            }
        }
        requests.into_iter().map(|(_, members)| Value::Object(members)).collect()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> Value {
        let (mut opened, mut ended) = (0, BTreeMap::from(ENDS.map(|(_, name)| (name, 0))));
        for entry in &self.journal {
            match &entry.event {
                Event::Opened { .. } => opened += 1,
                Event::Closed { by, how, .. } => {
                    let name = ENDS.iter().find(|(end, _)| *end == (*by, *how)).map_or("", |(_, name)| name);
                    *ended.entry(name).or_default() += 1;
                }
                _ => {}
            }
        }
        let mut counts = json!(ended);
        counts["opened"] = opened.into();
        counts
    }

    /// Whether every connection has ended.
    pub(crate) fn all_connections_ended(&self) -> bool {
        let count = |is_meant: fn(&Event) -> bool| self.journal.iter().filter(|entry| is_meant(&entry.event)).count();
        count(|event| matches!(event, Event::Opened { .. })) == count(|event| matches!(event, Event::Closed { .. }))
    }

    /// The waits that count, as `waits` sees them.
    pub(crate) fn counted_waits(&self) -> Value {
        let is_short = |wait: &Value| wait["reason"] == "pacing" && wait["ms"].as_f64() < Some(SHORTEST_PACING_MS);
        self.waits.iter().filter(|wait| !is_short(wait)).cloned().collect()
    }
}

const ENDS: [((By, How), &str); 4] = [
    ((By::Client, How::Fin), "closed_by_client"),
    ((By::Client, How::Reset), "reset_by_client"),
    ((By::Server, How::Fin), "closed_by_server"),
    ((By::Server, How::Reset), "reset_by_server"),
];

/// A wait, as `waits` sees it.
pub(crate) fn wait(wait: &ConductedWait) -> Value {
    json!({"at_ms": milliseconds(wait.began_ns), "ms": milliseconds(wait.length_ns), "reason": wait.reason})
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

/// A header that is there once is a text, otherwise a list.
fn headers(listed: &[(String, String)]) -> Value {
    let mut headers = Map::new();
    for (name, value) in listed {
        let value = Value::from(value.clone());
        match headers.get_mut(name) {
            None => {
                headers.insert(name.clone(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first.clone(), value]),
        }
    }
    headers.into()
}

/// A body as JSON, if it is; and as text.
fn body(content: &Content) -> (Value, String) {
    let (Content::Text(text) | Content::Base64(text)) = content;
    (serde_json::from_str(text).unwrap_or_else(|_| text.clone().into()), text.clone())
}
