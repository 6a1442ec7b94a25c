//! What is judged: whatever gives leave to send.

use std::time::{Duration, Instant};

use axiomo::testing::VirtualClock;
use axiomo::{Pacing, Priority, RateLimitReading, RateLimiter};

/// Gives leave to send, one request at a time. Clones are the same gate.
pub trait Pacer: Clone + 'static {
    /// Leave to send one request.
    type Leave: Leave;

    /// Waits for leave; none when there is none until `latest`.
    fn acquire(&self, priority: Priority, latest: Instant) -> impl Future<Output = Option<Self::Leave>>;

    /// What it knows now.
    fn status(&self) -> Status;
}

/// Leave to send one request. Dropped, nobody waits for the answer any longer.
pub trait Leave {
    /// The request leaves now, if it still may.
    fn sent(&mut self) -> bool;
    /// The request surely never left.
    fn unsent(self);
    /// The answer is there.
    fn complete(self, status: u16, reading: RateLimitReading);
}

/// What a gate knows at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Units a window.
    pub limit: u64,
    /// Units of this gate's own requests.
    pub own: u64,
    /// Units that others hold.
    pub others: u64,
    /// How many wait.
    pub waiting: usize,
    /// Whether a refusal holds everybody back.
    pub is_paused: bool,
}

/// Who asks for a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The number of the process.
    pub process: usize,
    /// How many times the process has died.
    pub deaths: usize,
    /// Which of the user's keys is used.
    pub key: usize,
    /// Whether all processes share what they know.
    pub is_shared: bool,
}

/// Makes the gates of a scenario.
pub trait Maker {
    /// What it makes.
    type Gate: Pacer;

    /// Holders with the same number have the same gate.
    fn number(&self, holder: Holder) -> usize {
        if holder.is_shared { 0 } else { holder.process + holder.deaths * crate::scenario::MOST_PROCESSES }
    }

    /// A gate that knows of this limit and has seen nothing yet.
    fn open(&self, clock: &VirtualClock, limit: u32, pacing: Pacing, seed: u64) -> Self::Gate;
}

/// Makes the library's own [`RateLimiter`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Library;

impl Maker for Library {
    type Gate = RateLimiter;

    fn open(&self, clock: &VirtualClock, limit: u32, pacing: Pacing, seed: u64) -> RateLimiter {
        RateLimiter::new(limit).clock(clock.clone(), seed).pacing(pacing)
    }
}

impl Pacer for RateLimiter {
    type Leave = axiomo::Permit;

    async fn acquire(&self, priority: Priority, latest: Instant) -> Option<axiomo::Permit> {
        RateLimiter::acquire(self, priority, latest).await.ok()
    }

    fn status(&self) -> Status {
        let seen = self.snapshot();
        Status {
            limit: seen.limit,
            own: seen.own,
            others: seen.others,
            waiting: seen.waiting,
            is_paused: seen.paused_for.is_some_and(|length| length > Duration::ZERO),
        }
    }
}

impl Leave for axiomo::Permit {
    fn sent(&mut self) -> bool {
        axiomo::Permit::sent(self).is_ok()
    }

    fn unsent(self) {
        axiomo::Permit::unsent(self);
    }

    fn complete(self, status: u16, reading: RateLimitReading) {
        axiomo::Permit::complete(self, status, reading);
    }
}
