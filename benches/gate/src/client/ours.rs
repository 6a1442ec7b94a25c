//! The library's own rate limiter, with the retries of its client (`core/src/retry.rs`) for the calls of a
//! batch: neither `timeout` nor `max_wait` counts the time in the queue.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use axiomo::{Priority, RateLimitReading, RateLimiter, defaults};

use super::Client;
use crate::scenario::{LIMIT, WINDOW};
use crate::service::Call;
use crate::world::Start;

pub(crate) struct Ours {
    limiter: RateLimiter,
    /// When retries were made in the last window.
    retries: RefCell<VecDeque<Duration>>,
}

/// Longer than any run: a call of a batch waits for its turn however long that takes.
const FAR: Duration = Duration::from_secs(30 * 24 * 3600);
/// What chance adds to a wait that the service asks for is at most a tenth of it, but within these.
const JITTER: std::ops::RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(2);

impl Ours {
    pub(crate) fn new(start: &Start<'_>) -> Self {
        let limiter = RateLimiter::new(LIMIT).clock(start.clock.clone(), start.seed);
        Self { limiter, retries: RefCell::default() }
    }

    /// Whether one more retry is within the share of the quota that retries may take; it counts if so.
    fn may_retry(&self, now: Duration) -> bool {
        let mut retries = self.retries.borrow_mut();
        while retries.front().is_some_and(|retry| *retry + WINDOW <= now) {
            retries.pop_front();
        }
        let most = (self.limiter.snapshot().limit / 5).max(3);
        let may = (retries.len() as u64) < most;
        if may {
            retries.push_back(now);
        }
        may
    }
}

impl Client for Ours {
    async fn call(&self, call: &Call<'_>) -> bool {
        let mut retries = 0;
        loop {
            let latest = call.clock().now() + FAR;
            let Ok(permit) = self.limiter.acquire(Priority::Batch, latest).await else { return false };
            if permit.sent().is_err() {
                continue;
            }
            let answer = call.attempt().await;
            let reading = RateLimitReading::of(&answer.headers);
            permit.complete(answer.status, reading);
            if !answer.is_refused() {
                return true;
            }
            let asked = reading.retry_after.unwrap_or_default();
            if retries >= defaults::MAX_RETRIES || asked > defaults::MAX_WAIT || !self.may_retry(call.clock().elapsed())
            {
                return false;
            }
            retries += 1;
            let jitter =
                (asked / 10).clamp(*JITTER.start(), *JITTER.end()).min(defaults::MAX_WAIT.saturating_sub(asked));
            call.clock().sleep(asked + jitter.mul_f64(call.chance())).await;
        }
    }
}
