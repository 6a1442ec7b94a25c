//! The only place that reads time or sleeps.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) async fn sleep_until(moment: Instant) {
    tokio::time::sleep_until(moment.into()).await;
}

/// The processor time of this process so far, its own and the system's for it.
pub(crate) fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}
