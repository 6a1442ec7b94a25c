//! The driver of the Rust client: calls it as it is told on stdin, and tells on stdout what came of it, as
//! `conformance/PROTOCOL.md` says. Whatever it would do by itself (ask again, wait, send something) would pass for
//! the client's doing, so it does nothing.

#[path = "../../mutants/rust.rs"]
mod mutant;
mod options;
mod session;

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tracing_subscriber::filter::LevelFilter;

use mutant::Mutant;
use session::Session;

/// Where frames to the runner are put.
type Frames = mpsc::UnboundedSender<Value>;

/// What the client and everything below it logs, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

struct Driver {
    frames: Frames,
    log: Log,
    mutant: Option<Mutant>,
    sessions: HashMap<String, Session>,
}

/// What not every language's client has to offer, and this one does.
const CAPABILITIES: [&str; 2] = ["default_headers", "user_agent_suffix"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Defects that a scenario has to notice are built in by the name of a mutant.
    let mutant = match arguments.as_slice() {
        [] => Ok(None),
        [option, name] if option == "--mutant" => name.parse().map(Some),
        _ => Err(std::io::Error::other("usage: axiomo-driver-rust [--mutant NAME]")),
    };
    let ended = mutant.and_then(|mutant| runtime()?.block_on(run(mutant)));
    ended.map_or_else(fail, |()| ExitCode::SUCCESS)
}

/// Of one thread, as the other languages' clients have: what follows an answer is then done before the next call.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

#[expect(clippy::print_stderr, clippy::needless_pass_by_value, reason = "stdout is for frames")]
fn fail(error: std::io::Error) -> ExitCode {
    eprintln!("axiomo-driver-rust: {error}");
    ExitCode::FAILURE
}

async fn run(mutant: Option<Mutant>) -> std::io::Result<()> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).without_time();
    let writer = log.clone();
    subscriber.with_writer(move || writer.clone()).init();
    let (frames, mut outgoing) = mpsc::unbounded_channel::<Value>();
    let writing = tokio::spawn(async move {
        let mut stdout = tokio::io::stdout();
        while let Some(frame) = outgoing.recv().await {
            stdout.write_all(format!("{frame}\n").as_bytes()).await?;
            stdout.flush().await?;
        }
        Ok(())
    });
    let mut driver = Driver { frames, log, mutant, sessions: HashMap::new() };
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let frame: Value = serde_json::from_str(&line)?;
        let (member, reply) = match driver.obey(&frame) {
            Ok(None) => continue,
            Ok(Some(ok)) => ("ok", ok),
            Err(error) => ("error", error),
        };
        // It fails when stdout is closed, and with it the end has come.
        let _ = driver.frames.send(json!({"id": frame["id"], member: reply}));
    }
    for session in driver.sessions.drain().map(|(_, session)| session) {
        session.finish().await;
    }
    drop(driver);
    writing.await.map_err(std::io::Error::other)?
}

impl Driver {
    /// Does what a frame says; gives the reply, unless that comes later.
    fn obey(&mut self, frame: &Value) -> Result<Option<Value>, Value> {
        let (name, call) = (text(frame, "session"), text(frame, "call"));
        match (frame["op"].as_str().unwrap_or_default(), self.sessions.get_mut(name)) {
            ("hello", _) if frame["protocol"] == 1 => {
                if frame["time"] == "conducted" {
                    axiomo::testing::forbid_real_time();
                }
                let version = env!("CARGO_PKG_VERSION");
                Ok(Some(json!({"language": "rust", "version": version, "capabilities": CAPABILITIES})))
            }
            ("open", None) => {
                let session = Session::open(frame, &self.frames, self.log.len(), self.mutant)?;
                let debug = session.debug();
                self.sessions.insert(name.to_owned(), session);
                Ok(Some(json!({"debug": debug})))
            }
            ("call", Some(session)) => session.call(name, call, frame).map(|()| Some(json!({}))),
            ("cancel", Some(session)) => session.cancel(call).map(|()| Some(json!({}))),
            ("close", Some(_)) => {
                let session = self.sessions.remove(name);
                let (frames, log, id) = (self.frames.clone(), self.log.clone(), frame["id"].clone());
                tokio::spawn(async move {
                    let Some(session) = session else { return };
                    let first = session.close().await;
                    let _ = frames.send(json!({"id": id, "ok": {"logs": log.since(first)}}));
                });
                Ok(None)
            }
            _ => Err(misuse("no such operation, or no such session")),
        }
    }
}

fn text<'f>(frame: &'f Value, member: &str) -> &'f str {
    frame[member].as_str().unwrap_or_default()
}

/// The runner, or this driver, does not keep to the protocol.
fn misuse(message: &str) -> Value {
    json!({"kind": "protocol", "message": message})
}

impl Log {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn since(&self, first: usize) -> Vec<String> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(log.get(first..).unwrap_or_default()).lines().map(str::to_owned).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
