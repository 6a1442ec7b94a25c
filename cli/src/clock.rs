//! The only place that reads time.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

use std::time::{Instant, SystemTime};

use axiomo_model::Timestamp;

pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

/// Tells how long something took.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn milliseconds(&self) -> Option<u64> {
        u64::try_from(self.0.elapsed().as_millis()).ok()
    }
}
