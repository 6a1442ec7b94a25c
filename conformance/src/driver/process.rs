use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot, watch};

use super::session::Told;
use super::{Command, DriverError};
use crate::clock::within;

/// A driver's process. It is told to end by the end of its input, when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    stdin: mpsc::UnboundedSender<String>,
    state: Mutex<State>,
    /// Goes up with every frame, and at its death.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    asked: u64,
    replies: HashMap<u64, (Option<String>, oneshot::Sender<Reply>)>,
    sessions: HashMap<String, Told>,
    opened: u64,
    stderr: String,
    /// Why it is not alive any more.
    death: Option<DriverError>,
}

type Reply = Result<Value, DriverError>;

/// How long the rest of its stderr may take once it is dead.
const LONGEST_LAST_WORDS: Duration = Duration::from_secs(10);
/// How much of the end of its stderr is shown when it died.
const SHOWN_OF_STDERR: usize = 2000;

impl Process {
    pub(super) fn start(command: &Command) -> Result<Arc<Self>, DriverError> {
        let (program, arguments) =
            command.program.split_first().ok_or_else(|| DriverError::Start("it has no program".to_owned()))?;
        let mut child = tokio::process::Command::new(program);
        child.args(arguments).current_dir(&command.folder).kill_on_drop(true);
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Neither the caller's key nor its proxy has a part in a scenario.
        for (name, _) in std::env::vars_os() {
            let lower = name.to_string_lossy().to_lowercase();
            if lower.starts_with("axiomo_") || lower.ends_with("_proxy") {
                child.env_remove(name);
            }
        }
        let mut child = child.spawn().map_err(|error| DriverError::Start(format!("{program}: {error}")))?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(DriverError::Start("it has no stdin, stdout or stderr".to_owned()));
        };
        let (sender, lines) = mpsc::unbounded_channel();
        let process = Arc::new(Self { stdin: sender, state: Mutex::default(), changed: watch::Sender::new(0) });
        tokio::spawn(write(stdin, lines));
        let weak = Arc::downgrade(&process);
        let listening = tokio::spawn(listen(stderr, Weak::clone(&weak)));
        tokio::spawn(async move {
            let wrong = hear(stdout, |line| weak.upgrade().is_some_and(|process| process.hear(line))).await;
            if wrong.is_some() {
                // Whoever says something that is no frame goes on for ever, if it is let.
                let _ = child.start_kill();
            }
            let status = child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
            // What it started may live on, and hold its stderr open.
            let _ = within(LONGEST_LAST_WORDS, listening).await;
            if let Some(process) = weak.upgrade() {
                process.die(&wrong.unwrap_or(status));
            }
        });
        Ok(process)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.state().death.is_none()
    }

    /// Asks for something; gives the answer.
    pub(super) async fn ask(&self, session: Option<&str>, mut frame: Value) -> Reply {
        let (sender, reply) = oneshot::channel();
        {
            let mut state = self.state();
            if let Some(death) = &state.death {
                return Err(death.clone());
            }
            state.asked += 1;
            frame["id"] = state.asked.into();
            let asked = state.asked;
            state.replies.insert(asked, (session.map(str::to_owned), sender));
        }
        // It fails when the process is dead, of which the reply tells.
        let _ = self.stdin.send(format!("{frame}\n"));
        reply.await.unwrap_or_else(|_| Err(self.death()))
    }

    /// The name of a session that is not in use.
    pub(super) fn name_session(&self) -> String {
        let mut state = self.state();
        state.opened += 1;
        let name = format!("s{}", state.opened);
        state.sessions.insert(name.clone(), Told::default());
        name
    }

    /// Looks at what was told of a session so far; fails once the process is dead.
    pub(super) fn told<T>(&self, session: &str, look: impl FnOnce(&Told) -> T) -> Result<T, DriverError> {
        let state = self.state();
        match (&state.death, state.sessions.get(session)) {
            (Some(death), _) => Err(death.clone()),
            (None, told) => Ok(look(told.unwrap_or(&Told::default()))),
        }
    }

    /// Closes a session of which nobody wants to know anything any more.
    pub(super) fn close(&self, session: &str) {
        self.forget(session);
        let mut state = self.state();
        state.asked += 1;
        let frame = serde_json::json!({"id": state.asked, "op": "close", "session": session});
        drop(state);
        let _ = self.stdin.send(format!("{frame}\n"));
    }

    pub(super) fn forget(&self, session: &str) {
        self.state().sessions.remove(session);
    }

    /// All that it wrote to stderr so far.
    pub(super) fn stderr(&self) -> String {
        self.state().stderr.clone()
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) fn death(&self) -> DriverError {
        self.state().death.clone().unwrap_or_else(|| DriverError::Died("it gave no answer".to_owned()))
    }

    /// Whether a line is a frame.
    fn hear(&self, line: &str) -> bool {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(line) else { return false };
        let mut state = self.state();
        if let Some(id) = frame.get("id").and_then(Value::as_u64) {
            if let Some((session, sender)) = state.replies.remove(&id) {
                if let Some(told) = session.and_then(|session| state.sessions.get_mut(&session)) {
                    told.lines.push(line.to_owned());
                }
                let reply = match (frame.remove("ok"), frame.remove("error")) {
                    (Some(ok), _) => Ok(ok),
                    (None, Some(error)) if error["kind"] == "protocol" => {
                        Err(DriverError::Protocol(error["message"].as_str().unwrap_or_default().to_owned()))
                    }
                    (None, Some(error)) => Err(DriverError::Refused(error)),
                    (None, None) => Err(DriverError::Protocol(line.to_owned())),
                };
                let _ = sender.send(reply);
            }
        } else if let Some(session) = frame.get("session").and_then(Value::as_str).map(str::to_owned) {
            if let Some(told) = state.sessions.get_mut(&session) {
                told.lines.push(line.to_owned());
                told.take(frame);
            }
        } else {
            return false;
        }
        drop(state);
        self.changed.send_modify(|changes| *changes += 1);
        true
    }

    fn die(&self, reason: &str) {
        let mut state = self.state();
        let from = state.stderr.len().saturating_sub(SHOWN_OF_STDERR);
        let from = (from..state.stderr.len()).find(|from| state.stderr.is_char_boundary(*from)).unwrap_or_default();
        let said = state.stderr.get(from..).unwrap_or_default().trim_end();
        state.death = Some(DriverError::Died(format!("{reason}\n{said}").trim_end().to_owned()));
        state.replies.clear();
        drop(state);
        self.changed.send_modify(|changes| *changes += 1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(mut stdin: ChildStdin, mut lines: mpsc::UnboundedReceiver<String>) {
    while let Some(line) = lines.recv().await {
        if stdin.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Takes lines until there are no more; gives what is wrong with the last, if it is.
async fn hear(stdout: ChildStdout, mut take: impl FnMut(&str) -> bool) -> Option<String> {
    let mut lines = BufReader::new(stdout).lines();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) if take(&line) => {}
            Ok(Some(line)) => return Some(format!("this is no frame: {line}")),
            Ok(None) => return None,
            Err(error) => return Some(error.to_string()),
        }
    }
}

async fn listen(mut stderr: ChildStderr, process: Weak<Process>) {
    let mut buffer = [0; 4096];
    while let Ok(count) = stderr.read(&mut buffer).await {
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
        if let Some(process) = process.upgrade() {
            process.state().stderr.push_str(&String::from_utf8_lossy(bytes));
        }
    }
}
