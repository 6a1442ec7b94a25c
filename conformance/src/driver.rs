//! Drivers: small programs, one a language, that call their client as they are told. `PROTOCOL.md` says how.

mod process;
mod session;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::clock::within;
use process::Process;
pub use session::{Call, Session};

/// Whose driver it is, and how it is started.
#[derive(Debug, Clone)]
pub struct Command {
    /// The language: `rust`, `python`, …
    pub name: String,
    /// The program and its arguments.
    pub program: Vec<String>,
    /// Where it is started.
    pub folder: PathBuf,
}

/// By which time the clients of a driver live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Time {
    /// That of a conductor, which is told with every session. Real time is forbidden.
    Conducted,
    /// The machine's.
    Real,
}

/// What a driver says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hello {
    /// The language.
    pub language: String,
    /// The client's version.
    pub version: String,
    /// What it has to offer of what not every client has to.
    pub capabilities: Vec<String>,
}

/// What a client is made with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opening {
    /// Where the service is.
    pub base_url: String,
    /// None for a client without a key.
    pub api_key: Option<String>,
    /// Options by their names, as an object.
    pub options: Value,
    /// The conductor's address; none for real time.
    pub conductor: Option<String>,
    /// A certificate to trust beside the system's.
    pub ca_pem: Option<String>,
}

/// A driver does not do what it is told.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// It cannot be started.
    #[error("the driver cannot be started: {0}")]
    Start(String),
    /// It has ended, or was ended.
    #[error("the driver died: {0}")]
    Died(String),
    /// It does not keep to the protocol.
    #[error("the driver does not keep to the protocol: {0}")]
    Protocol(String),
    /// It refuses, with an error in its wire form.
    #[error("the driver refuses: {0}")]
    Refused(Value),
}

/// A driver that is started when it is needed, and again when it died.
#[derive(Debug)]
pub struct Driver {
    command: Command,
    time: Time,
    running: Mutex<Option<(Arc<Process>, Hello)>>,
}

const PROTOCOL: u32 = 1;
/// The longest that a language's runtime may take to start.
const LONGEST_GREETING: Duration = Duration::from_secs(60);

impl Driver {
    /// One that is not started yet.
    #[must_use]
    pub fn new(command: Command, time: Time) -> Self {
        Self { command, time, running: Mutex::new(None) }
    }

    /// What it says of itself.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or greets wrongly.
    pub async fn hello(&self) -> Result<Hello, DriverError> {
        self.running().await.map(|(_, hello)| hello)
    }

    /// Makes a client.
    ///
    /// # Errors
    ///
    /// [`DriverError::Refused`] with the client's own error when it refuses its settings.
    pub async fn open(&self, opening: &Opening) -> Result<Session, DriverError> {
        let (process, _) = self.running().await?;
        Session::open(process, opening).await
    }

    async fn running(&self) -> Result<(Arc<Process>, Hello), DriverError> {
        let mut running = self.running.lock().await;
        if let Some((process, hello)) = running.as_ref().filter(|(process, _)| process.is_alive()) {
            return Ok((Arc::clone(process), hello.clone()));
        }
        let process = Process::start(&self.command)?;
        let time = match self.time {
            Time::Conducted => "conducted",
            Time::Real => "real",
        };
        let greeting = process.ask(None, json!({"op": "hello", "protocol": PROTOCOL, "time": time}));
        let hello = within(LONGEST_GREETING, greeting).await;
        let hello = hello.unwrap_or_else(|| Err(DriverError::Start("it does not answer `hello`".to_owned())))?;
        let hello: Hello =
            serde_json::from_value(hello).map_err(|error| DriverError::Protocol(format!("hello: {error}")))?;
        *running = Some((Arc::clone(&process), hello.clone()));
        Ok((process, hello))
    }
}
