use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::process::Process;
use super::{DriverError, Opening};

/// A client of a driver's. It is closed when it is dropped.
#[derive(Debug)]
pub struct Session {
    process: Arc<Process>,
    name: String,
    /// How much of the driver's stderr is of before.
    first_of_stderr: usize,
    /// What the client shows of itself.
    debug: String,
    is_closed: bool,
}

/// One call of a client.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Call {
    /// Its name, one of its session's.
    pub name: String,
    /// `analyze`, `scan`, `analyze_many` or `rate_limit`.
    pub method: String,
    /// What the method takes.
    pub args: Value,
    /// Options of this call alone.
    pub options: Value,
    /// Paths of objects whose unknown members are wanted.
    pub extra: Vec<String>,
}

/// What a driver has told of a session.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) lines: Vec<String>,
    /// By the names of calls.
    done: HashMap<String, Value>,
    items: HashMap<String, Vec<Value>>,
    /// Results and items of calls that the client itself began.
    given: u64,
    /// Results of calls that it did not.
    rejected: u64,
}

impl Told {
    pub(super) fn take(&mut self, frame: Map<String, Value>) {
        let has_begun = frame.get("began").is_none_or(|began| began == true);
        *(if has_begun { &mut self.given } else { &mut self.rejected }) += 1;
        let call = frame.get("call").and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_item = frame.get("event").is_some_and(|event| event == "item");
        let frame = Value::Object(frame);
        if is_item {
            self.items.entry(call).or_default().push(frame);
            return;
        }
        self.done.insert(call, frame);
    }
}

impl Session {
    pub(super) async fn open(process: Arc<Process>, opening: &Opening) -> Result<Self, DriverError> {
        let (name, first_of_stderr) = (process.name_session(), process.stderr().len());
        let mut session = Self { process, name, first_of_stderr, debug: String::new(), is_closed: true };
        let Opening { base_url, api_key, options, conductor, ca_pem } = opening;
        let mut frame = json!({
            "op": "open", "session": session.name, "base_url": base_url, "api_key": api_key,
            "conductor": conductor, "ca_pem": ca_pem, "log_level": "trace",
        });
        if !options.is_null() {
            frame["options"] = options.clone();
        }
        let ok = session.process.ask(Some(&session.name), frame).await?;
        session.is_closed = false;
        ok["debug"].as_str().unwrap_or_default().clone_into(&mut session.debug);
        Ok(session)
    }

    /// Begins a call.
    ///
    /// # Errors
    ///
    /// When the driver is dead, or knows no such method.
    pub async fn call(&self, call: &Call) -> Result<(), DriverError> {
        let Call { name, method, args, options, extra } = call;
        let mut frame = json!({"op": "call", "session": self.name, "call": name, "method": method, "args": args});
        if !options.is_null() {
            frame["options"] = options.clone();
        }
        if !extra.is_empty() {
            frame["extra"] = json!(extra);
        }
        self.process.ask(Some(&self.name), frame).await.map(drop)
    }

    /// Cancels a call; its end is told as that of any other.
    ///
    /// # Errors
    ///
    /// When the driver is dead, or knows no such call.
    pub async fn cancel(&self, call: &str) -> Result<(), DriverError> {
        self.process.ask(Some(&self.name), json!({"op": "cancel", "session": self.name, "call": call})).await.map(drop)
    }

    /// Ends the client; gives what it logged.
    ///
    /// # Errors
    ///
    /// When the driver is dead.
    pub async fn close(&mut self) -> Result<Vec<String>, DriverError> {
        self.is_closed = true;
        // The log is given apart from what is shown.
        let ok = self.process.ask(None, json!({"op": "close", "session": self.name})).await?;
        let logs = ok["logs"].as_array().ok_or_else(|| DriverError::Protocol("close: no `logs`".to_owned()))?;
        Ok(logs.iter().map(|line| line.as_str().map_or_else(|| line.to_string(), str::to_owned)).collect())
    }

    /// How a call ended, with the items that it gave before as `items`; none while it is open.
    ///
    /// # Errors
    ///
    /// When the driver is dead.
    pub fn outcome(&self, call: &str) -> Result<Option<Value>, DriverError> {
        self.process.told(&self.name, |told| {
            let mut done = told.done.get(call)?.clone();
            if let (Some(items), Some(ok)) = (told.items.get(call), done.get_mut("ok").and_then(Value::as_object_mut)) {
                ok.insert("items".to_owned(), items.clone().into());
            }
            Some(done)
        })
    }

    /// How many items a call gave so far.
    ///
    /// # Errors
    ///
    /// When the driver is dead.
    pub fn items(&self, call: &str) -> Result<usize, DriverError> {
        self.process.told(&self.name, |told| told.items.get(call).map_or(0, Vec::len))
    }

    /// How many results and items it gave so far of calls that the client itself began, and how many results of
    /// calls that it did not, such as those that a language refuses by the types of its arguments.
    ///
    /// # Errors
    ///
    /// When the driver is dead.
    pub fn given(&self) -> Result<(u64, u64), DriverError> {
        self.process.told(&self.name, |told| (told.given, told.rejected))
    }

    /// Everything that came out of the driver about it so far, and what the driver wrote to stderr meanwhile.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        let mut shown = self.process.told(&self.name, |told| told.lines.clone()).unwrap_or_default();
        shown.push(self.debug.clone());
        shown.push(self.process.stderr().get(self.first_of_stderr..).unwrap_or_default().to_owned());
        shown
    }

    /// Changes whenever the driver says something.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.process.changes()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.is_closed {
            self.process.forget(&self.name);
        } else {
            self.process.close(&self.name);
        }
    }
}
