//! Where calls wait for their turn.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use axiomo_model::{ErrorKind, Timestamp};

use super::fleet::{Asked, Fleet};
use super::grant::{Grant, Unit};
use super::headers::RateLimitReading;
use super::ledger::{Hold, Ledger, Turn};
use super::lock::{Mutex, MutexGuard};
use super::permit::Permit;
use super::queue::{Queue, Ticket};
use super::reset::ResetUnit;
use super::store::Store;
use super::{Pacing, Priority};
use crate::clock::{Clock, Purpose, after};
use crate::error::Error;
use crate::response::{RateLimit, WaitReason, milliseconds};

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
    queue: Queue,
    told: Option<RateLimit>,
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
    pub fn redis(url: &str) -> Result<Self, Error> {
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

    /// Waits for leave to send one request.
    ///
    /// # Errors
    ///
    /// `rate_limited`, with `local`, as soon as it is clear that the leave would come later than `latest`.
    /// `retry_after` then says how long it would take, `queue_depth` how many wait.
    pub async fn acquire(&self, priority: Priority, latest: Instant) -> Result<Permit, Error> {
        let mut waiting: Option<Waiting<'_>> = None;
        loop {
            let (turn, now) = match self.ask(priority, waiting.as_ref(), latest) {
                Answer::Granted(grant, now) => return Ok(self.permit(grant, waiting.as_mut(), now)),
                Answer::ToAsk => {
                    let Some(permit) = self.ask_store(priority, waiting.as_mut()).await else { continue };
                    return Ok(permit);
                }
                Answer::TooLong(error) => return Err(error),
                Answer::Joined(ticket, turn, now, reason) => {
                    waiting = Some(Waiting { limiter: self, ticket, since: now, reason, has_left: false });
                    (turn, now)
                }
                Answer::Again(turn, now) => (turn, now),
            };
            let Some(waiting) = &waiting else { continue };
            if turn.at <= now {
                continue;
            }
            let until = turn.at.min(latest);
            let reason = waiting.reason;
            tracing::debug!(target: "axiomo", wait_ms = milliseconds(until - now), reason = reason.as_str(), "wait");
            tokio::select! {
                biased;
                () = self.shared.clock.sleep_until(until, Purpose::Wait(reason)) => {}
                () = waiting.called() => {}
            }
        }
    }

    /// Whether there is leave, and else when.
    fn ask(&self, priority: Priority, waiting: Option<&Waiting<'_>>, latest: Instant) -> Answer {
        let mut wakers = Vec::new();
        let mut state = self.state();
        // Read under the lock, so that time never goes back from one look to the next.
        let now = self.shared.clock.now();
        state.ledger.advance(now);
        if state.queue.len() > 0 {
            state.ledger.note_front(now);
        }
        let before = match waiting {
            Some(waiting) => state.queue.before_ticket(waiting.ticket),
            None => state.queue.before_newcomer(priority),
        };
        let turn = state.ledger.turn(now, before);
        let fleet = self.shared.fleet.as_ref();
        let ask_again_at = state.ledger.look_again_at();
        let has_to_ask = fleet.is_some() && ask_again_at.is_none_or(|at| at <= now);
        // A lost store is looked for even while there is nothing to ask it for: it has to hear of this process.
        let may_ask = turn.at <= now || ask_again_at.is_some() && before == 0;
        let is_to_ask = has_to_ask && may_ask;
        let answer = if is_to_ask && waiting.is_some() {
            // Until there is an answer, nobody else asks.
            let again = now + LONGEST_ASKING;
            state.ledger.set_hold(Some(Hold { again, not_before: now, is_penalty: false }));
            Answer::ToAsk
        } else if turn.at <= now && !has_to_ask {
            state.leave_queue(priority, waiting);
            let mut grant = state.ledger.grant(now);
            if let Some(fleet) = fleet {
                grant.unit = Unit::Alone(fleet.take_alone(now));
            }
            Answer::Granted(grant, now)
        } else if !is_to_ask && (turn.not_before > latest || now >= latest) {
            let others = state.queue.len() - usize::from(waiting.is_some());
            Answer::TooLong(too_long(turn, now, others, state.told))
        } else {
            let look_again = ask_again_at.filter(|_| before == 0).map_or(turn.at, |at| turn.at.min(at));
            let until = look_again.min(latest);
            let turn = Turn { at: turn.at.min(until), ..turn };
            let ticket = match waiting {
                Some(waiting) => waiting.ticket,
                None => state.queue.join(priority, until),
            };
            if let Some(waiter) = state.queue.get(ticket) {
                (waiter.until, waiter.is_called) = (until, false);
            }
            if waiting.is_some() {
                return Answer::Again(turn, now);
            }
            let reason = match (turn.is_penalty, before) {
                (true, _) => WaitReason::Penalty,
                (false, 0) => WaitReason::Pacing,
                (false, _) => WaitReason::Queue,
            };
            return Answer::Joined(ticket, turn, now, reason);
        };
        state.call_front(now, &mut wakers);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        answer
    }

    fn permit(&self, grant: Grant, waiting: Option<&mut Waiting<'_>>, now: Instant) -> Permit {
        let waited = waiting.and_then(|waiting| {
            waiting.has_left = true;
            (now > waiting.since).then(|| (now - waiting.since, waiting.reason))
        });
        Permit::new(self.clone(), grant, waited)
    }

    /// Asks the store for a unit, for whoever is first. None where he has to look again.
    async fn ask_store(&self, priority: Priority, waiting: Option<&mut Waiting<'_>>) -> Option<Permit> {
        let fleet = self.shared.fleet.as_ref()?;
        let mut asking = Asking { limiter: self, is_answered: false };
        let (known, chance) = self.change(|state, now| (state.ledger.known(now), state.ledger.chance()));
        let asked = fleet.take(known, chance).await;
        let limit = fleet.standing().limit;
        let (grant, now) = self.change(|state, now| {
            let hold = match asked {
                Asked::Wait { again, not_before, is_penalty } => Some(Hold { again, not_before, is_penalty }),
                _ => None,
            };
            state.ledger.part(fleet.share(), now);
            state.ledger.set_hold(hold);
            if limit > 0 {
                state.ledger.assume(limit);
            }
            let Asked::Lease(lease) = asked else { return (None, now) };
            state.leave_queue(priority, waiting.as_deref());
            (Some(state.ledger.grant_leased(lease, now)), now)
        });
        asking.is_answered = true;
        grant.map(|grant| self.permit(grant, waiting, now))
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
            others += standing.own.saturating_sub(own) + standing.debt;
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

    /// Whether nobody has it, and nothing is known that a new one would not assume.
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
    /// Somebody leaves, from his place in the queue if he has one.
    fn leave_queue(&mut self, priority: Priority, waiting: Option<&Waiting<'_>>) {
        if let Some(waiting) = waiting {
            self.queue.leave(waiting.ticket);
        }
        self.queue.served(priority);
    }

    fn call_front(&mut self, now: Instant, wakers: &mut Vec<Waker>) {
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

enum Answer {
    Granted(Grant, Instant),
    Joined(Ticket, Turn, Instant, WaitReason),
    Again(Turn, Instant),
    TooLong(Error),
    /// The store has to be asked.
    ToAsk,
}

/// A store that takes longer to answer is not waited for by the others.
const LONGEST_ASKING: Duration = Duration::from_secs(5);

/// The store is asked; nobody else asks until there is an answer, or nobody waits for it any longer.
struct Asking<'l> {
    limiter: &'l RateLimiter,
    is_answered: bool,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.limiter.change(|state, _| state.ledger.set_hold(None));
        }
    }
}

/// A place in the queue, which is left when this is dropped.
struct Waiting<'l> {
    limiter: &'l RateLimiter,
    ticket: Ticket,
    since: Instant,
    reason: WaitReason,
    has_left: bool,
}

impl Waiting<'_> {
    /// Returns once there is something new to look at.
    async fn called(&self) {
        poll_fn(|context| {
            let mut state = self.limiter.state();
            match state.queue.get(self.ticket) {
                Some(waiter) if !waiter.is_called => {
                    waiter.waker = Some(context.waker().clone());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            }
        })
        .await;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.has_left {
            self.limiter.change(|state, now| {
                state.queue.leave(self.ticket);
                state.ledger.front_changed(now);
            });
        }
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

fn too_long(turn: Turn, now: Instant, others: usize, told: Option<RateLimit>) -> Error {
    let wait = turn.not_before.saturating_duration_since(now);
    let seconds = wait.as_secs_f64().ceil();
    let why = if turn.is_penalty { "the service asked to be left alone" } else { "the rate limit is used up" };
    let mut error = Error::local(
        ErrorKind::RateLimited,
        format!(
            "{why}: this call can be sent in {seconds} s at the earliest, with {others} others waiting, which is longer \
             than it may wait; try again then, or raise max_wait or timeout"
        ),
    );
    let contents = error.contents_mut();
    contents.retry_after = Some(wait);
    contents.queue_depth = Some(others);
    contents.rate_limit = told;
    error
}

#[cfg(test)]
#[cfg(feature = "shuttle")]
mod concurrency;
#[cfg(test)]
#[cfg(not(feature = "shuttle"))]
mod tests;
