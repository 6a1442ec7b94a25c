//! What the calls of one user share: what is known of the quota, and who waits for it.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

use axiomo_model::Timestamp;

use super::Pacing;
use super::fleet::Fleet;
use super::grant::Grant;
use super::headers::RateLimitReading;
use super::ledger::Ledger;
use super::lock::{Mutex, MutexGuard};
use super::queue::Queue;
use super::reset::ResetUnit;
use super::store::Store;
use crate::clock::{Clock, after};
use crate::response::RateLimit;

/// Keeps the calls of one user of the service under the user's rate limit.
///
/// A client has one by itself, which all clients of the process with the same service and key share. Make
/// one to choose what is shared: clones are the same limiter. Whoever talks to the service without a
/// client can keep to its limit with one too:
///
/// ```no_run
/// # async fn send() -> (u16, http::HeaderMap) { unimplemented!() }
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::{Duration, Instant};
/// use axiomo::{Priority, RateLimitReading, RateLimiter};
///
/// let limiter = RateLimiter::new(60);
/// let permit = limiter.acquire(Priority::Single, Instant::now() + Duration::from_secs(180)).await?;
/// permit.sent()?;
/// let (status, headers) = send().await;
/// permit.complete(status, RateLimitReading::of(&headers));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RateLimiter {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) clock: Clock,
    state: Mutex<State>,
    /// The other processes that share the quota.
    pub(super) fleet: Option<Arc<Fleet>>,
}

pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) queue: Queue,
    pub(super) told: Option<RateLimit>,
    reset_unit: ResetUnit,
}

/// What a [`RateLimiter`] knows at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimiterSnapshot {
    /// Units a window, as far as is known.
    pub limit: u64,
    /// Units that this limiter's own requests hold, those under way included.
    pub own: u64,
    /// Units that others seem to hold.
    pub others: u64,
    /// How many wait.
    pub waiting: usize,
    /// For how long the service wants to be left alone; none where it does not.
    pub paused_for: Option<Duration>,
    /// What the service last told.
    pub told: Option<RateLimit>,
}

impl RateLimiter {
    /// A limiter for one user, who has so many requests a minute until the service says otherwise: 60
    /// with a key, 10 without. 0 counts as 1.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self::with_clock(limit, Clock::System, None)
    }

    pub(crate) fn with_clock(limit: u32, clock: Clock, seed: Option<u64>) -> Self {
        Self::with_fleet(limit, clock, seed, None)
    }

    fn with_fleet(limit: u32, clock: Clock, seed: Option<u64>, store: Option<Arc<dyn Store>>) -> Self {
        let ledger = Ledger::new(limit.into(), Pacing::default(), seed, clock.now());
        let state = State { ledger, queue: Queue::default(), told: None, reset_unit: ResetUnit::default() };
        let fleet = store.map(|store| Arc::new(Fleet::new(store, clock.clone())));
        Self { shared: Arc::new(Shared { clock, state: Mutex::new(state), fleet }) }
    }

    /// One whose quota a store keeps, for all processes that use it. Each process paces itself by the limiter; while
    /// the store is lost, each gets its share of the limit.
    ///
    /// It serves the user of the first client that gets it.
    #[must_use]
    pub fn with_store(store: impl Store) -> Self {
        Self::with_fleet(super::KEY_LIMIT, Clock::System, None, Some(Arc::new(store)))
    }

    #[cfg(test)]
    pub(super) fn of_store(store: impl Store, clock: Clock, seed: Option<u64>) -> Self {
        Self::with_fleet(super::KEY_LIMIT, clock, seed, Some(Arc::new(store)))
    }

    /// One whose quota is kept in Redis 6.2 or later, or Valkey, at `redis://[user:password@]host[:port][/database]`,
    /// for all processes that use it. It connects when it is first needed.
    ///
    /// # Errors
    ///
    /// `configuration` when the address cannot be used.
    #[cfg(feature = "redis")]
    pub fn redis(url: &str) -> Result<Self, crate::Error> {
        Ok(Self::with_store(super::store::RedisStore::new(url)?))
    }

    /// Says for whom a client uses it, for a store.
    pub(crate) fn serve(&self, fingerprint: &str, limit: u32) {
        if let Some(fleet) = &self.shared.fleet
            && fleet.serve(fingerprint)
        {
            self.state().ledger.assume(limit.into());
        }
    }

    /// The same with time that a test moves, and with chance that a seed decides. A store keeps its own time.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn clock(self, clock: crate::testing::VirtualClock, seed: u64) -> Self {
        let state = self.state();
        let (limit, ..) = state.ledger.shown(self.shared.clock.now());
        let store = self.shared.fleet.as_ref().map(|fleet| fleet.store());
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let other = Self::with_fleet(limit, Clock::Virtual(clock), Some(seed), store);
        other.pacing(state.ledger.pacing())
    }

    /// Sets how requests are spread out, for everybody who shares the limiter.
    #[must_use]
    pub fn pacing(self, pacing: Pacing) -> Self {
        self.set_pacing(pacing);
        self
    }

    pub(crate) fn set_pacing(&self, pacing: Pacing) {
        self.change(|state, _| state.ledger.set_pacing(pacing));
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> RateLimiterSnapshot {
        let mut state = self.state();
        let now = self.shared.clock.now();
        state.ledger.advance(now);
        let (limit, own, mut others, paused_for) = state.ledger.shown(now);
        // While the store is lost, what others may hold is owed.
        if let Some(fleet) = &self.shared.fleet
            && state.ledger.look_again_at().is_none()
        {
            let standing = fleet.standing();
            others = others.saturating_add(standing.own.saturating_sub(own)).saturating_add(standing.debt);
        }
        RateLimiterSnapshot { limit, own, others, waiting: state.queue.len(), paused_for, told: state.told }
    }

    /// What the service last told.
    pub(crate) fn told(&self) -> Option<RateLimit> {
        self.state().told
    }

    /// Whether one more retry is within its share of the quota; it counts if so.
    pub(crate) fn may_retry(&self) -> bool {
        self.change(|state, now| state.ledger.may_retry(now))
    }

    /// Whether nobody has it, and nothing is known that holds anybody up.
    pub(super) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.shared) == 1 && self.change(|state, _| state.ledger.is_idle())
    }

    /// Changes the state, and calls those whose turn has come nearer by it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut wakers = Vec::new();
        let mut state = self.state();
        let now = self.shared.clock.now();
        state.ledger.advance(now);
        let result = change(&mut state, now);
        state.call_front(now, &mut wakers);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        result
    }

    /// An answer came, to the request of this permit where it was not given back. Gives what it told as users see
    /// it, and makes the reading what it means.
    pub(super) fn answered(
        &self,
        grant: Option<Grant>,
        status: u16,
        reading: &mut RateLimitReading,
    ) -> Option<RateLimit> {
        let mut wakers = Vec::new();
        let mut state = self.state();
        let now = self.shared.clock.now();
        *reading = state.reset_unit.settle(*reading, now);
        let told = told(&self.shared.clock, *reading);
        state.ledger.advance(now);
        // Whoever is not let in is told somebody else's limit.
        if let Some(told) = told
            && !matches!(status, 401 | 403)
        {
            state.told = Some(state.told.unwrap_or_default().with(told));
        }
        if grant.is_some_and(|grant| state.ledger.complete(grant, status, *reading, now)) {
            // For some it is too long now.
            state.queue.call_all(&mut wakers);
        } else {
            state.call_front(now, &mut wakers);
        }
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        told
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("RateLimiter").field(&self.snapshot()).finish()
    }
}

impl State {
    pub(super) fn call_front(&mut self, now: Instant, wakers: &mut Vec<Waker>) {
        let Self { ledger, queue, .. } = self;
        if queue.len() == 0 {
            return;
        }
        ledger.note_front(now);
        let look_again_at = ledger.look_again_at().unwrap_or_else(|| after(now, Duration::MAX));
        let turn = |before| {
            let at = ledger.turn(now, before).at;
            if before == 0 { at.min(look_again_at) } else { at }
        };
        queue.call_front(turn, wakers);
    }
}

fn told(clock: &Clock, reading: RateLimitReading) -> Option<RateLimit> {
    let RateLimitReading { limit, remaining, reset, .. } = reading;
    // Rounded up: whoever comes back then is not too early, and more exact the service is not.
    let reset_at = reset.and_then(|reset| {
        let since_1970 = clock.time_of_day().duration_since(SystemTime::UNIX_EPOCH).ok()?.checked_add(reset)?;
        let seconds = since_1970.as_secs() + u64::from(since_1970.subsec_nanos() > 0);
        i64::try_from(seconds).ok().map(Timestamp::from_unix_seconds)
    });
    let rate_limit = RateLimit { limit, remaining, reset_at };
    (rate_limit != RateLimit::default()).then_some(rate_limit)
}

#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod tests;
