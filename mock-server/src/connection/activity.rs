use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Timeouts;

/// What a connection is doing.
#[derive(Debug)]
pub(crate) struct Activity {
    clock: Clock,
    state: Mutex<State>,
    cut_off: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Duration,
    requests: usize,
    /// Whether anything came yet.
    is_new: bool,
    /// HTTP/2 sends more than requests, at any time: there, bytes do not mean that a head has begun.
    is_http2: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between requests.
    Idle,
    /// A request's head has begun.
    Head,
    /// A request is being answered.
    Busy,
}

/// A request that is being answered.
pub(super) struct Busy(Arc<Activity>);

impl Activity {
    pub(crate) fn new(clock: Clock) -> Self {
        let since = clock.elapsed();
        // Whoever connects means to ask something: a new connection is one whose head has begun.
        let state = State { phase: Phase::Head, since, requests: 0, is_new: true, is_http2: false };
        Self { clock, state: Mutex::new(state), cut_off: Notify::new() }
    }

    /// Bytes came.
    pub(super) fn received(&self, bytes: &[u8]) {
        let mut state = self.state();
        if state.is_new {
            state.is_new = false;
            state.is_http2 = bytes.starts_with(b"PRI");
        } else if state.phase == Phase::Idle && !state.is_http2 {
            state.phase = Phase::Head;
            state.since = self.clock.elapsed();
        }
    }

    /// A request's head is complete.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        let mut state = self.state();
        state.requests += 1;
        state.phase = Phase::Busy;
        drop(state);
        Busy(self.clone())
    }

    /// Since when nothing has been asked for; none while something is.
    pub(super) fn waiting_since(&self) -> Option<Duration> {
        let state = self.state();
        (state.phase != Phase::Busy).then_some(state.since)
    }

    /// Ends the connection.
    pub(super) fn cut(&self) {
        self.cut_off.notify_one();
    }

    /// Returns once the connection is to end for another.
    pub(super) async fn cut_off(&self) {
        self.cut_off.notified().await;
    }

    /// Returns once the connection has taken too long over a head, or has been idle for too long.
    ///
    /// It is polled with the connection itself, so it sees each change as it happens; a timer is set
    /// anew only when one has to be earlier than the one that is set.
    pub(super) async fn overdue(&self, timeouts: Timeouts) {
        type Timer<'t> = (Duration, Pin<Box<dyn Future<Output = ()> + Send + 't>>);
        let mut timer: Option<Timer<'_>> = None;
        poll_fn(|context| {
            loop {
                let due = self.due(timeouts);
                if due.is_some_and(|due| due <= self.clock.elapsed()) {
                    return Poll::Ready(());
                }
                if let Some(due) = due
                    && timer.as_ref().is_none_or(|(at, _)| due < *at)
                {
                    timer = Some((due, Box::pin(self.clock.sleep_until(due))));
                }
                let Some((_, sleep)) = &mut timer else { return Poll::Pending };
                if sleep.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                timer = None;
            }
        })
        .await;
    }

    fn due(&self, timeouts: Timeouts) -> Option<Duration> {
        let state = self.state();
        let length = match state.phase {
            Phase::Idle => timeouts.idle,
            Phase::Head => timeouts.head,
            Phase::Busy => return None,
        };
        Some(state.since.saturating_add(length))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests -= 1;
        if state.requests == 0 {
            state.phase = Phase::Idle;
            state.since = self.0.clock.elapsed();
        }
    }
}
