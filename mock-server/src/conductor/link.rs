//! A conducted clock's connection. Frames are JSON, one a line.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{ConductedWait, Shared};
use crate::exchange::Identity;

/// The connection to one client's clock.
#[derive(Debug)]
pub(super) struct Link {
    orders: mpsc::UnboundedSender<Order>,
    rest: Mutex<Rest>,
}

/// What a client waits for while nothing in it works.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Rest {
    /// The last order that it heard.
    pub(super) heard: u64,
    /// Calls and batches that it has begun.
    pub(super) begun: u64,
    /// Results of calls, items of batches and ends of batches that it has given to whoever asked for them.
    pub(super) given: u64,
    pub(super) timers: Vec<Timer>,
    pub(super) on_the_wire: Vec<Identity>,
    pub(super) waits: Vec<ConductedWait>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Timer {
    pub(super) due_ns: u64,
}

/// What time it is.
#[derive(Debug, Serialize)]
struct Order {
    order: u64,
    now_ns: u64,
}

/// The first frame.
#[derive(Deserialize)]
struct Greeting {
    protocol: u32,
    token: String,
}

const PROTOCOL: u32 = 1;

impl Link {
    pub(super) fn order(&self, order: u64, now_ns: u64) {
        // When it fails, the client is gone, which whoever reads notices.
        let _ = self.orders.send(Order { order, now_ns });
    }

    pub(super) fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, rest: Rest) {
        *self.rest() = rest;
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// Takes connections for as long as there is a conductor.
pub(super) async fn accept(listener: TcpListener, token: String, conductor: Weak<Shared>) {
    let token: Arc<str> = token.into();
    while let Ok((stream, _)) = listener.accept().await {
        if conductor.strong_count() == 0 {
            return;
        }
        tokio::spawn(serve(stream, token.clone(), conductor.clone()));
    }
}

async fn serve(stream: TcpStream, token: Arc<str>, conductor: Weak<Shared>) {
    let _ = stream.set_nodelay(true);
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let Some(Greeting { protocol, token: given }) = next(&mut lines).await else { return };
    if protocol != PROTOCOL || !bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
        tracing::warn!(protocol, "a clock was refused: another protocol, or a wrong token");
        return;
    }
    let (orders, mut outgoing) = mpsc::unbounded_channel::<Order>();
    let link = Arc::new(Link { orders, rest: Mutex::default() });
    if let Some(conductor) = conductor.upgrade() {
        conductor.enter(&link);
    }
    let telling = async {
        while let Some(order) = outgoing.recv().await {
            let Ok(mut frame) = serde_json::to_vec(&order) else { return };
            frame.push(b'\n');
            if writing.write_all(&frame).await.is_err() {
                return;
            }
        }
    };
    let hearing = async {
        while let Some(rest) = next(&mut lines).await {
            let Some(conductor) = conductor.upgrade() else { return };
            conductor.heard(rest, &link);
        }
    };
    tokio::select! {
        () = telling => {}
        () = hearing => {}
    }
    if let Some(conductor) = conductor.upgrade() {
        conductor.leave(&link);
    }
}

/// The next frame; none when there is none, or it is not one.
async fn next<T: for<'de> Deserialize<'de>>(lines: &mut Lines<BufReader<OwnedReadHalf>>) -> Option<T> {
    let line = lines.next_line().await.ok()??;
    serde_json::from_str(&line).inspect_err(|error| tracing::warn!(%error, "a clock said what is no frame")).ok()
}
