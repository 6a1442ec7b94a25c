//! Where calls wait for their turn.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axiomo_model::{ErrorKind, Timestamp};
use tokio::sync::Notify;

use super::headers::RateLimitReading;
use crate::clock::{Clock, Purpose, after};
use crate::error::Error;
use crate::response::{RateLimit, WaitReason, milliseconds};

/// What the calls of one client share: what the service last said of the limit, and until when it
/// wants to be left alone. A refusal pauses everyone, not only the call that was refused.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    rate_limit: Option<RateLimit>,
    paused_until: Option<Instant>,
    waiting: usize,
}

/// Leave to send one request.
#[derive(Debug)]
#[must_use]
pub(crate) struct Permit<'g> {
    gate: &'g Gate,
    /// How long it took to get, and why; none when nobody had to wait.
    pub(crate) waited: Option<(Duration, WaitReason)>,
}

impl Gate {
    /// Waits for leave to send one request.
    ///
    /// Fails at once when the wait would be longer than `max_wait` or reach beyond the deadline.
    pub(crate) async fn acquire(
        &self,
        clock: &Clock,
        deadline: Instant,
        max_wait: Duration,
    ) -> Result<Permit<'_>, Error> {
        let mut waiting: Option<Waiting<'_>> = None;
        loop {
            // Asked for before the state is read, so that no change in between is missed.
            let changed = self.changed.notified();
            let now = clock.now();
            let until = self.state().paused_until.filter(|until| *until > now);
            let Some(until) = until else {
                let waited = waiting.map(|waiting| (now - waiting.since, WaitReason::Penalty));
                return Ok(Permit { gate: self, waited });
            };
            let wait = until - now;
            if wait > max_wait || until >= deadline {
                let error = refused(wait, &self.state());
                return Err(error);
            }
            waiting.get_or_insert_with(|| Waiting::new(self, now));
            let penalty = Purpose::Wait(WaitReason::Penalty);
            tracing::debug!(target: "axiomo", wait_ms = milliseconds(wait), reason = %WaitReason::Penalty, "wait");
            tokio::select! {
                () = clock.sleep_until(until, penalty) => {}
                () = changed => {}
            }
        }
    }

    /// What the service last said.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().rate_limit
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Takes what an answer with this status says of the limit, and gives it back as users see it.
    pub(crate) fn complete(self, clock: &Clock, reading: RateLimitReading, status: u16) -> Option<RateLimit> {
        let rate_limit = rate_limit(clock, reading);
        let mut state = self.gate.state();
        // Whoever is not let in is told somebody else's limit.
        if let Some(told) = rate_limit
            && !matches!(status, 401 | 403)
        {
            state.rate_limit = Some(state.rate_limit.unwrap_or_default().with(told));
        }
        if status == 429
            && let Some(wait) = reading.wait()
        {
            let until = after(clock.now(), wait);
            if state.paused_until.is_none_or(|before| before < until) {
                state.paused_until = Some(until);
                drop(state);
                self.gate.changed.notify_waiters();
            }
        }
        rate_limit
    }
}

fn rate_limit(clock: &Clock, reading: RateLimitReading) -> Option<RateLimit> {
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

fn refused(wait: Duration, state: &State) -> Error {
    let seconds = wait.as_secs_f64().ceil();
    let mut error = Error::local(
        ErrorKind::RateLimited,
        format!(
            "the service asked to be left alone for another {seconds} s, which is longer than this call may wait; try \
             again then, or raise max_wait or timeout"
        ),
    );
    let contents = error.contents_mut();
    contents.retry_after = Some(wait);
    contents.queue_depth = Some(state.waiting);
    contents.rate_limit = state.rate_limit;
    error
}

/// Counts a waiting call for as long as it waits.
struct Waiting<'g> {
    gate: &'g Gate,
    since: Instant,
}

impl<'g> Waiting<'g> {
    fn new(gate: &'g Gate, since: Instant) -> Self {
        gate.state().waiting += 1;
        Self { gate, since }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.gate.state().waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::VirtualClock;

    /// A gate, and the time at it.
    struct Setup {
        gate: Gate,
        time: VirtualClock,
        clock: Clock,
    }

    impl Setup {
        fn new() -> Self {
            let time = VirtualClock::new();
            Self { gate: Gate::default(), clock: Clock::Virtual(time.clone()), time }
        }

        async fn acquire(&self, max_wait: u64) -> Result<Permit<'_>, Error> {
            let deadline = after(self.clock.now(), seconds(300));
            self.gate.acquire(&self.clock, deadline, seconds(max_wait)).await
        }

        /// Answers a request with a wish to be left alone for so many seconds.
        fn tell(&self, permit: Permit<'_>, status: u16, asked: u64) -> Option<RateLimit> {
            let retry_after = Some(seconds(asked));
            let reading = RateLimitReading { remaining: Some(0), retry_after, ..RateLimitReading::default() };
            permit.complete(&self.clock, reading, status)
        }
    }

    fn seconds(length: u64) -> Duration {
        Duration::from_secs(length)
    }

    #[tokio::test]
    async fn only_a_refusal_for_the_limit_pauses_and_whoever_is_not_let_in_learns_nothing() {
        for (status, pauses, is_ours) in
            [(200, false, true), (401, false, false), (403, false, false), (429, true, true), (503, false, true)]
        {
            let setup = Setup::new();
            let told = setup.tell(setup.acquire(0).await.unwrap(), status, 30);
            assert_eq!(told.unwrap().remaining, Some(0), "{status}: the call itself sees what it was told");
            assert_eq!(setup.gate.rate_limit(), told.filter(|_| is_ours), "{status}");
            assert_eq!(setup.acquire(0).await.is_err(), pauses, "{status}");
        }
    }

    #[tokio::test]
    async fn a_pause_may_be_as_long_as_the_longest_wait_and_is_never_shortened() {
        let setup = Setup::new();
        let (first, second) = (setup.acquire(0).await.unwrap(), setup.acquire(0).await.unwrap());
        setup.tell(first, 429, 30);
        setup.tell(second, 429, 5);
        assert_eq!(setup.acquire(29).await.unwrap_err().retry_after(), Some(seconds(30)));
        let (permit, ()) = tokio::join!(setup.acquire(30), async {
            assert_eq!(setup.time.next_wait().await.length, seconds(30));
            setup.time.advance(seconds(30));
        });
        assert_eq!(permit.unwrap().waited, Some((seconds(30), WaitReason::Penalty)));
    }

    #[tokio::test]
    async fn whoever_waits_learns_at_once_that_it_takes_longer() {
        let setup = Setup::new();
        let (first, second) = (setup.acquire(0).await.unwrap(), setup.acquire(0).await.unwrap());
        let third = setup.acquire(0).await.unwrap();
        setup.tell(first, 429, 30);
        let patient = async { setup.acquire(60).await.map(|permit| permit.waited) };
        let hasty = async { (setup.acquire(45).await.map(drop), setup.time.elapsed()) };
        let (patient, (hasty, gave_up_at), ()) = tokio::join!(patient, hasty, async {
            while setup.gate.state().waiting < 2 {
                tokio::task::yield_now().await;
            }
            setup.time.advance(seconds(10));
            setup.tell(second, 429, 50);
            for _ in 0..5 {
                setup.time.advance(seconds(1));
                tokio::task::yield_now().await;
            }
            setup.time.advance(seconds(45));
        });
        let error = hasty.unwrap_err();
        assert_eq!((error.kind(), error.is_local()), (ErrorKind::RateLimited, true));
        assert!(gave_up_at <= seconds(15), "and not when the first pause was over: {gave_up_at:?}");
        assert_eq!(error.rate_limit().unwrap().remaining, Some(0));
        assert_eq!(patient.unwrap(), Some((seconds(60), WaitReason::Penalty)), "from the beginning of the wait");
        setup.tell(third, 429, 90);
        assert_eq!(setup.acquire(1).await.unwrap_err().queue_depth(), Some(0), "nobody waits any more");
    }
}
