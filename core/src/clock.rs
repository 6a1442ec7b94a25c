//! The only place that reads time or sleeps.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

use std::time::{Duration, Instant, SystemTime};

use crate::response::WaitReason;
#[cfg(any(test, feature = "testing"))]
use crate::testing::VirtualClock;

/// Where a client's time comes from: the machine, or a test.
#[derive(Clone, Debug, Default)]
pub(crate) enum Clock {
    #[default]
    System,
    #[cfg(any(test, feature = "testing"))]
    Virtual(VirtualClock),
}

/// What somebody sleeps for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To let time pass before the next attempt.
    Wait(WaitReason),
    /// To give up on something if it has not come until then.
    Limit,
}

/// Further ahead than any wait a client accepts, and near enough for every platform's clock to reach.
pub(crate) const FAR: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

impl Clock {
    pub(crate) fn now(&self) -> Instant {
        match self {
            Self::System => Instant::now(),
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.now(),
        }
    }

    /// The time of day. It may be wrong, and may jump; nothing is decided by it, it is only shown.
    pub(crate) fn time_of_day(&self) -> SystemTime {
        match self {
            Self::System => SystemTime::now(),
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.time_of_day(),
        }
    }

    /// Returns once the moment has come. With the machine's time, this needs a Tokio runtime.
    pub(crate) async fn sleep_until(&self, at: Instant, purpose: Purpose) {
        match self {
            Self::System => {
                let _ = purpose;
                tokio::time::sleep_until(at.into()).await;
            }
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.sleep_until(at, purpose).await,
        }
    }
}

/// The moment that lies `length` after another; a length too long for the platform ends at a far day.
pub(crate) fn after(moment: Instant, length: Duration) -> Instant {
    moment.checked_add(length.min(FAR)).unwrap_or(moment)
}
