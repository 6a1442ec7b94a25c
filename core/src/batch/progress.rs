use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::rate_limit::headers::WINDOW;
use crate::rate_limit::limiter::RateLimiter;

/// Tells how far a [`Batch`](crate::Batch) is. Clones tell of the same batch, from any thread.
#[derive(Debug, Clone)]
pub struct BatchProgress {
    limiter: RateLimiter,
    counts: Arc<Mutex<Counts>>,
}

/// How far a [`Batch`](crate::Batch) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgressSnapshot {
    /// Items whose result was taken, failed ones included.
    pub done: usize,
    /// Those of them that failed.
    pub failed: usize,
    /// Items whose result was not taken yet; where the source does not say how many are left, at least so many.
    pub waiting: usize,
    /// How long the rest takes about, by the quota and the mean time of an analysis. None before the first
    /// analysis, and where the source does not say how many items are left.
    pub eta: Option<Duration>,
}

#[derive(Debug)]
struct Counts {
    taken: usize,
    /// How many the source still has, at least and at most.
    left: (usize, Option<usize>),
    done: usize,
    failed: usize,
    latency: Option<Duration>,
}

impl BatchProgress {
    pub(super) fn new(limiter: RateLimiter, left: (usize, Option<usize>)) -> Self {
        let counts = Counts { taken: 0, left, done: 0, failed: 0, latency: None };
        Self { limiter, counts: Arc::new(Mutex::new(counts)) }
    }

    /// How far it is now.
    #[must_use]
    pub fn snapshot(&self) -> BatchProgressSnapshot {
        let Counts { taken, left: (least, most), done, failed, latency } = *self.counts();
        let waiting = least.saturating_add(taken - done);
        let eta = latency.filter(|_| most == Some(least)).map(|latency| {
            if waiting == 0 {
                return Duration::ZERO;
            }
            let limiter = self.limiter.snapshot();
            let units = least.saturating_add(limiter.waiting) as f64;
            let seconds = units * WINDOW.as_secs_f64() / limiter.limit.max(1) as f64;
            Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).saturating_add(latency)
        });
        BatchProgressSnapshot { done, failed, waiting, eta }
    }

    pub(super) fn taken(&self, taken: usize, left: (usize, Option<usize>)) {
        let mut counts = self.counts();
        (counts.taken, counts.left) = (taken, left);
    }

    pub(super) fn given(&self, has_failed: bool) {
        let mut counts = self.counts();
        counts.done += 1;
        counts.failed += usize::from(has_failed);
    }

    pub(super) fn seen_latency(&self, mean: Duration) {
        self.counts().latency = Some(mean);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many calls a batch makes at once.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// As many as were asked for.
    pub(super) given: Option<usize>,
    /// How long an analysis takes, once one was seen.
    mean: Option<Duration>,
    count: u32,
}

/// The time of an analysis before one was seen: the service says 10 to 30 seconds.
const USUAL: Duration = Duration::from_secs(20);
/// Analyses that the mean is taken over, so that it follows a service that becomes slower.
const REMEMBERED: u32 = 32;
/// Short of this, one slow analysis would hold up the others.
const FEWEST: f64 = 4.0;
/// Each call has a connection of its own, of which systems let a program have a few hundred; and a service without
/// a limit would be given ever more, since more at once make each slower.
const MOST: f64 = 100.0;

impl Pace {
    /// Takes the time of one more analysis into the mean, and gives it.
    pub(super) fn saw(&mut self, took: Duration) -> Duration {
        self.count = (self.count + 1).min(REMEMBERED);
        let mean = self.mean.unwrap_or(took);
        let mean = (mean.saturating_mul(self.count - 1).saturating_add(took)) / self.count;
        self.mean = Some(mean);
        mean
    }

    /// As many as are under way at any moment where the whole of so many units a window is used (Little's law).
    pub(super) fn concurrency(&self, limit: u64) -> usize {
        if let Some(given) = self.given {
            return given;
        }
        let limit = limit.max(1) as f64;
        let under_way = limit * self.mean.unwrap_or(USUAL).as_secs_f64() / WINDOW.as_secs_f64();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the most")]
        let concurrency = under_way.ceil().max(FEWEST).min(limit).min(MOST) as usize;
        concurrency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_under_way_are_the_limit_a_second_times_the_time_of_one() {
        let at = |limit, seconds: &[u64]| {
            let mut pace = Pace::default();
            for seconds in seconds {
                pace.saw(Duration::from_secs(*seconds));
            }
            pace.concurrency(limit)
        };
        assert_eq!((at(60, &[]), at(60, &[10, 20]), at(600, &[1, 2, 3]), at(61, &[15])), (20, 15, 20, 16));
        assert_eq!((at(600, &[20]), at(u64::MAX, &[1])), (100, 100));
        assert_eq!((at(60, &[1]), at(60, &[3600]), at(2, &[60]), at(0, &[])), (4, 60, 2, 1));
        let mut pace = Pace { given: Some(100), ..Pace::default() };
        pace.saw(Duration::from_secs(1));
        assert_eq!(pace.concurrency(60), 100);
    }

    #[test]
    fn the_mean_follows_a_service_that_becomes_slower() {
        let mut pace = Pace::default();
        for _ in 0..1000 {
            pace.saw(Duration::from_secs(1));
        }
        for _ in 0..100 {
            pace.saw(Duration::from_secs(40));
        }
        assert!(pace.concurrency(60) > 35, "{pace:?}");
    }
}
