//! What several tests need: an answer of the service, written by hand, and a server that misbehaves.

#![allow(dead_code, unreachable_pub, reason = "a module of several tests, none of which needs all of it")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

pub const URL: &str = "https://github.com/owner/repo/pull/123";

pub const ANALYSIS: &str = r#"{
  "signal_id": "ax-owner-repo-123-a1b2c3d4",
  "signal_url": "https://axiomo.app/signal/ax-owner-repo-123-a1b2c3d4",
  "signal": {
    "version": "axiomo.signal.v1",
    "pr": {"number": 123, "title": "Renew sessions"},
    "risk": {"level": "high", "score": 0.76, "mood": "grim", "drivers": [{"id": "size", "contribution": "much"}]}
  }
}"#;

/// What a raw server does with one request.
#[derive(Debug, Clone)]
pub enum Action {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Closes the connection with a reset.
    Reset,
    /// Sends these bytes, once there is a permit for it, and keeps the connection.
    SendWithPermit(Arc<Semaphore>, Vec<u8>),
    /// Answers nothing, for as long as the client holds on.
    Hang,
}

impl Action {
    /// The same answer, once there is a permit for it.
    pub fn with_permit(self, permits: &Arc<Semaphore>) -> Self {
        match self {
            Self::Send(bytes) => Self::SendWithPermit(Arc::clone(permits), bytes),
            other => other,
        }
    }
}

/// An answer as it goes over the wire.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Action {
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    Action::Send(
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{}\r\n{body}", headers.concat()).into_bytes(),
    )
}

/// A server that does with each request what it is told, in order, and hangs after the last.
pub struct RawServer {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    choose: Box<dyn Fn(&str) -> Action + Send + Sync>,
    requests: Mutex<Vec<String>>,
    arrived: Notify,
    sent: Notify,
    closed: Notify,
}

impl RawServer {
    pub async fn start(actions: impl IntoIterator<Item = Action>) -> Self {
        let actions: Mutex<VecDeque<_>> = Mutex::new(actions.into_iter().collect());
        Self::choosing(move |_| actions.lock().unwrap().pop_front().unwrap_or(Action::Hang)).await
    }

    /// A server that does what is chosen by the text of each request.
    pub async fn choosing(choose: impl Fn(&str) -> Action + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            choose: Box::new(choose),
            requests: Mutex::default(),
            arrived: Notify::default(),
            sent: Notify::default(),
            closed: Notify::default(),
        });
        let accepting = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&accepting)));
            }
        });
        Self { address, state }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    /// Every request so far: its head and its body.
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Returns when a request has arrived that this was not called for before.
    pub async fn arrived(&self) {
        self.state.arrived.notified().await;
    }

    /// Returns when the bytes of an action have left, those that no buffer holds being read already.
    pub async fn sent(&self) {
        self.state.sent.notified().await;
    }

    /// Returns when the client has closed a connection on which a request hangs.
    pub async fn closed(&self) {
        self.state.closed.notified().await;
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    while let Some(request) = read_request(&mut stream).await {
        let action = (state.choose)(&request);
        state.requests.lock().unwrap().push(request);
        state.arrived.notify_one();
        match action {
            Action::SendWithPermit(permits, bytes) => {
                permits.acquire().await.unwrap().forget();
                let _ = stream.write_all(&bytes).await;
            }
            Action::Send(bytes) => {
                // A client that gave up meanwhile is none of the server's business.
                let _ = stream.write_all(&bytes).await;
                state.sent.notify_one();
            }
            Action::SendAndClose(bytes) => return stream.write_all(&bytes).await.unwrap(),
            Action::Reset => return stream.set_zero_linger().unwrap(),
            Action::Hang => {
                while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
                return state.closed.notify_one();
            }
        }
    }
}

/// The head and the body of the next request; none when there is none.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let so_far = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(so_far);
        }
    }
}
