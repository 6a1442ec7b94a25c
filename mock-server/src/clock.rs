//! The only place that reads time or sleeps.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axiomo_model::Timestamp;
use tokio::sync::watch;

/// Where a server's time comes from: the machine (the default), or a test. Clones share one time.
///
/// It decides when limits recover, what every answer is dated, and when a slow or idle connection is
/// cut off.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine { began: Instant },
    Manual(ManualClock),
}

/// A clock that stands still until it is moved. Clones share one time.
///
/// ```
/// use std::time::Duration;
/// use axiomo_mock_server::{Clock, Config};
///
/// let time = Clock::manual();
/// let mut config = Config::default();
/// config.clock = time.clone().into();
/// // … the limit is used up …
/// time.advance(Duration::from_secs(60));
/// // … and full again.
/// assert_eq!(time.elapsed(), Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    passed: Arc<watch::Sender<Passed>>,
}

/// How much time has passed since a manual clock was made.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    /// For whoever asks.
    now: Duration,
    /// For whoever sleeps, who may wake a moment later.
    slept: Duration,
}

/// 2026-01-01T00:00:00Z, when a manual clock begins.
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);

impl Default for Clock {
    fn default() -> Self {
        Self(Source::Machine { began: Instant::now() })
    }
}

impl Clock {
    /// A clock that stands at 2026-01-01T00:00:00Z until it is moved.
    #[must_use]
    pub fn manual() -> ManualClock {
        ManualClock { passed: Arc::new(watch::Sender::new(Passed::default())) }
    }

    /// The clock itself, if it is moved by hand.
    pub(crate) fn as_manual(&self) -> Option<&ManualClock> {
        match &self.0 {
            Source::Machine { .. } => None,
            Source::Manual(clock) => Some(clock),
        }
    }

    /// How much time has passed since the clock was made; never goes back.
    pub(crate) fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::Machine { began } => began.elapsed(),
            Source::Manual(clock) => clock.elapsed(),
        }
    }

    /// The time of day, which stands still at the last one that can be written.
    pub(crate) fn time_of_day(&self) -> SystemTime {
        let now = match &self.0 {
            Source::Machine { .. } => Some(SystemTime::now()),
            Source::Manual(clock) => (SystemTime::UNIX_EPOCH + BEGINNING).checked_add(clock.elapsed()),
        };
        let last = last_moment();
        now.map_or(last, |now| now.min(last))
    }

    /// The time of day in milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn unix_milliseconds(&self) -> i64 {
        let since = self.time_of_day().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Returns once so much time has passed since the clock was made.
    pub(crate) async fn sleep_until(&self, elapsed: Duration) {
        match &self.0 {
            Source::Machine { began } => tokio::time::sleep_until((*began + elapsed).into()).await,
            Source::Manual(clock) => {
                let mut passed = clock.passed.subscribe();
                // It fails when the clock is gone, which this very borrow prevents.
                let _ = passed.wait_for(|passed| passed.slept >= elapsed).await;
            }
        }
    }

    /// Returns once the time is over.
    pub(crate) async fn sleep(&self, length: Duration) {
        self.sleep_until(self.elapsed().saturating_add(length)).await;
    }
}

/// The last moment that both HTTP and RFC 3339 can write, at the end of the year 9999.
pub(crate) fn last_moment() -> SystemTime {
    Timestamp::from_unix_seconds(i64::MAX).into()
}

/// Returns once the time is over by the machine's clock: for an end that comes whether or not a test
/// moves its own.
pub(crate) async fn sleep_on_the_machine(length: Duration) {
    tokio::time::sleep(length).await;
}

impl ManualClock {
    /// Lets time pass; whatever is due by then happens.
    pub fn advance(&self, length: Duration) {
        self.show(self.elapsed().saturating_add(length));
        self.wake();
    }

    /// Has it show another time; nobody who sleeps until then wakes yet.
    pub(crate) fn show(&self, now: Duration) {
        self.passed.send_modify(|passed| passed.now = passed.now.max(now));
    }

    /// Wakes everybody who sleeps until the time that it shows, or less.
    pub(crate) fn wake(&self) {
        self.passed.send_modify(|passed| passed.slept = passed.now);
    }

    /// How much time has passed since the clock was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.passed.borrow().now
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self(Source::Manual(clock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_day_can_be_written_however_much_time_has_passed() {
        let time = Clock::manual();
        let clock = Clock::from(time.clone());
        let written = || {
            let now = clock.time_of_day();
            (httpdate::fmt_http_date(now), Timestamp::from(now).to_string())
        };
        for length in [Duration::from_secs(260_000_000_000), Duration::MAX] {
            time.advance(length);
            assert_eq!(written(), ("Thu, 30 Dec 9999 22:00:00 GMT".to_owned(), "9999-12-30T22:00:00Z".to_owned()));
        }
        assert_eq!(clock.elapsed(), Duration::MAX);
    }
}
