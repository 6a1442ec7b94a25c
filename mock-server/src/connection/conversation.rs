use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::takeover::Takeover;
use crate::app::App;
use crate::journal::{By, Event, How};
use crate::port::Port;

/// What is kept of a connection for as long as anything is said over it.
pub(super) struct Conversation {
    pub(super) app: Arc<App>,
    pub(super) port: Arc<Port>,
    pub(super) peer: SocketAddr,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) number: u64,
    /// Why its requests cannot be answered as the script says.
    pub(super) misfit: Option<&'static str>,
    /// Whether an answer came before all of its request did.
    pub(super) is_early: AtomicBool,
    requests: AtomicU32,
    /// Bytes that were written.
    written: AtomicU64,
    has_written: Notify,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Who ended it, and how; the first end counts.
    end: Option<(By, How)>,
    intervention: Option<Intervention>,
    /// Whether nobody looks for interventions any more.
    is_over: bool,
}

/// What a request wants of its whole connection.
pub(super) enum Intervention {
    /// Its bytes.
    TakeOver(Takeover),
    /// That no more requests are taken.
    WindDown,
}

impl Conversation {
    pub(super) fn open(
        app: Arc<App>,
        port: Arc<Port>,
        peer: SocketAddr,
        closing: watch::Receiver<bool>,
        misfit: Option<&'static str>,
    ) -> Self {
        let number = app.journal.number_connection();
        if app.journal.is_on() {
            app.journal.record(Event::Opened { connection: number, listener: port.name.clone() });
        }
        Self {
            app,
            port,
            peer,
            closing,
            number,
            misfit,
            is_early: AtomicBool::new(false),
            requests: AtomicU32::new(0),
            written: AtomicU64::new(0),
            has_written: Notify::new(),
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Says who ends it.
    pub(super) fn ends(&self, by: By, how: How) {
        self.state().end.get_or_insert((by, how));
    }

    /// How many requests there were before one, which is the next.
    pub(super) fn count_request(&self) -> u32 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// A request has something done to the connection.
    pub(super) fn intervene(&self, intervention: Intervention) {
        let mut state = self.state();
        // One that nobody looks for would keep this, which keeps it.
        if !state.is_over {
            state.intervention = Some(intervention);
            self.changed.notify_one();
        }
    }

    /// Returns when a request wants something done to the connection.
    pub(super) async fn intervened(&self) -> Intervention {
        loop {
            if let Some(intervention) = self.state().intervention.take() {
                return intervention;
            }
            self.changed.notified().await;
        }
    }

    /// Nobody looks for interventions any more.
    pub(super) fn is_over(&self) {
        let left = {
            let mut state = self.state();
            state.is_over = true;
            state.intervention.take()
        };
        drop(left);
    }

    /// So many bytes were written.
    pub(super) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Release);
        self.has_written.notify_waiters();
    }

    /// How many bytes were written so far.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Returns when so many bytes were written.
    pub(super) async fn has_written(&self, bytes: u64) {
        loop {
            let written = self.has_written.notified();
            if self.written() >= bytes {
                return;
            }
            written.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // Whatever nobody ended was let go of by the server.
        let (by, how) = self.state().end.unwrap_or((By::Server, How::Fin));
        self.app.journal.record(Event::Closed { connection: self.number, by, how });
    }
}
