//! What happened at a server, in order.

mod entry;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
pub use entry::{Answered, By, Content, Entry, Event, How, Received};
pub(crate) use entry::{listed, version};

/// How much a journal holds. When there is more, reading it is an error: nothing is left out silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalLimits {
    /// Entries; 10,000 by default. 0 turns the journal off.
    pub entries: usize,
    /// Bytes of memory, about; 64 MiB by default.
    pub bytes: usize,
}

/// A journal cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// More happened than it holds.
    #[error("more happened than the journal holds; clear it earlier, or give it higher limits")]
    Overflowed,
    /// Nothing is written down.
    #[error("the journal is off; start the server with a limit of entries that is not 0")]
    Off,
}

/// Writes down what happens.
#[derive(Debug)]
pub(crate) struct Journal {
    clock: Clock,
    /// When the server started, by its clock.
    began: Duration,
    limits: JournalLimits,
    state: Mutex<State>,
    /// The number of the last entry; another value too when there are none any more.
    latest: watch::Sender<u64>,
    connections: AtomicU64,
    requests: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    bytes: usize,
    latest: u64,
    has_overflowed: bool,
}

impl Default for JournalLimits {
    fn default() -> Self {
        Self { entries: 10_000, bytes: 64 * 1024 * 1024 }
    }
}

impl Journal {
    pub(crate) fn new(limits: JournalLimits, clock: Clock) -> Self {
        Self {
            began: clock.elapsed(),
            clock,
            limits,
            state: Mutex::default(),
            latest: watch::Sender::new(0),
            connections: AtomicU64::new(1),
            requests: AtomicU64::new(1),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.limits.entries > 0
    }

    /// A number for a connection.
    pub(crate) fn number_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// A number for a request.
    pub(crate) fn number_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn record(&self, event: Event) {
        if !self.is_on() {
            return;
        }
        let mut state = self.state();
        state.latest += 1;
        let latest = state.latest;
        state.bytes = state.bytes.saturating_add(event.bytes());
        state.has_overflowed |= state.entries.len() >= self.limits.entries || state.bytes > self.limits.bytes;
        if state.has_overflowed {
            state.entries = Vec::new();
        } else {
            let passed = self.clock.elapsed().saturating_sub(self.began);
            let at_ms = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
            state.entries.push(Entry { n: latest, at_ms, event });
        }
        drop(state);
        self.latest.send_replace(latest);
    }

    /// The entries after the one with a number.
    pub(crate) fn since(&self, number: u64) -> Result<Vec<Entry>, JournalError> {
        let state = self.readable()?;
        let first = state.entries.partition_point(|entry| entry.n <= number);
        Ok(state.entries.get(first..).unwrap_or_default().to_vec())
    }

    /// Waits until so many entries are as they should be; then gives all that are.
    pub(crate) async fn wait(
        &self,
        mut is_meant: impl FnMut(&Entry) -> bool,
        count: usize,
    ) -> Result<Vec<Entry>, JournalError> {
        let mut latest = self.latest.subscribe();
        loop {
            latest.mark_unchanged();
            let meant: Vec<Entry> = self.readable()?.entries.iter().filter(|entry| is_meant(entry)).cloned().collect();
            if meant.len() >= count {
                return Ok(meant);
            }
            // It fails when the journal is gone, which this very borrow prevents.
            let _ = latest.changed().await;
        }
    }

    /// Forgets every entry; numbers go on.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        *state = State { latest: state.latest, ..State::default() };
    }

    fn readable(&self) -> Result<MutexGuard<'_, State>, JournalError> {
        if !self.is_on() {
            return Err(JournalError::Off);
        }
        let state = self.state();
        if state.has_overflowed { Err(JournalError::Overflowed) } else { Ok(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(entries: usize, bytes: usize) -> Journal {
        Journal::new(JournalLimits { entries, bytes }, Clock::manual().into())
    }

    #[test]
    fn what_does_not_fit_makes_every_read_an_error_until_it_is_cleared() {
        for journal in [journal(2, usize::MAX), journal(100, 2 * size_of::<Entry>())] {
            for request in 1..=2 {
                journal.record(Event::Gone { request });
            }
            assert_eq!(journal.since(0).unwrap().len(), 2);
            journal.record(Event::Gone { request: 3 });
            assert_eq!(journal.since(0), Err(JournalError::Overflowed));
            assert_eq!(journal.since(3), Err(JournalError::Overflowed));
            journal.clear();
            assert_eq!(journal.since(0), Ok(Vec::new()));
            journal.record(Event::Gone { request: 4 });
            assert_eq!(journal.since(0).unwrap().iter().map(|entry| entry.n).collect::<Vec<_>>(), [4]);
        }
    }

    #[test]
    fn a_journal_that_is_off_cannot_be_read() {
        let journal = journal(0, 1024);
        journal.record(Event::Gone { request: 1 });
        assert_eq!(journal.since(0), Err(JournalError::Off));
    }

    #[test]
    fn a_body_that_is_no_text_is_written_in_base64() {
        let json = |body: &[u8]| serde_json::to_value(Content::new(body.to_vec())).unwrap();
        assert_eq!(json("tøxt".as_bytes()), serde_json::json!({"body": "tøxt"}));
        assert_eq!(json(b"\xff\x00"), serde_json::json!({"body_base64": "/wA="}));
    }
}
