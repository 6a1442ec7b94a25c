//! The only place that reads time or sleeps: real time, by which a scenario that hangs is ended.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

use std::time::{Duration, Instant};

/// Real time since it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// What a future gives, or none when it takes longer.
pub(crate) async fn within<F: Future>(longest: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(longest, future).await.ok()
}

/// The day that it is, in UTC.
#[must_use]
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
