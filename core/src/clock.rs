//! The only place that reads time or sleeps.

#![allow(clippy::disallowed_methods, reason = "this is the place where time is read")]

#[cfg(any(test, feature = "testing"))]
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use crate::response::WaitReason;
#[cfg(any(test, feature = "testing"))]
use crate::testing::{Activity, OnTheWire, Request, VirtualClock};

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

/// Something that a client does. Virtual time does not pass while it works, only while it waits.
#[derive(Debug)]
pub(crate) struct Work {
    #[cfg(any(test, feature = "testing"))]
    activity: Option<Activity>,
}

/// A request on its way or being answered, until this is dropped.
pub(crate) struct Sending {
    #[cfg(any(test, feature = "testing"))]
    _request: Option<OnTheWire>,
}

/// Whether the machine's time is not to be used.
#[cfg(any(test, feature = "testing"))]
static IS_REAL_TIME_FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// From now on, every client in this process that takes its time from the machine panics when it does: for tests
/// that have to show that none does.
#[cfg(any(test, feature = "testing"))]
pub fn forbid_real_time() {
    IS_REAL_TIME_FORBIDDEN.store(true, Ordering::Relaxed);
}

impl Clock {
    pub(crate) fn now(&self) -> Instant {
        match self {
            Self::System => {
                Self::check();
                Instant::now()
            }
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.now(),
        }
    }

    /// The time of day. It may be wrong, and may jump; nothing is decided by it, it is only shown.
    pub(crate) fn time_of_day(&self) -> SystemTime {
        match self {
            Self::System => {
                Self::check();
                SystemTime::now()
            }
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.time_of_day(),
        }
    }

    /// Whether it can be slept here.
    pub(crate) fn can_sleep(&self) -> bool {
        match self {
            Self::System => tokio::runtime::Handle::try_current().is_ok(),
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(_) => true,
        }
    }

    /// Returns once the moment has come. With the machine's time, this needs a Tokio runtime.
    pub(crate) async fn sleep_until(&self, at: Instant, purpose: Purpose) {
        match self {
            Self::System => {
                Self::check();
                let _ = purpose;
                tokio::time::sleep_until(at.into()).await;
            }
            #[cfg(any(test, feature = "testing"))]
            Self::Virtual(clock) => clock.sleep_until(at, purpose).await,
        }
    }

    /// A call, or a batch, begins.
    pub(crate) fn begin(&self) -> Work {
        Work {
            #[cfg(any(test, feature = "testing"))]
            activity: match self {
                Self::System => None,
                Self::Virtual(clock) => {
                    let activity = Activity::giving(clock.clone());
                    clock.begin();
                    Some(activity)
                }
            },
        }
    }

    /// A part of what was begun, which goes on by itself.
    pub(crate) fn work(&self) -> Work {
        Work {
            #[cfg(any(test, feature = "testing"))]
            activity: match self {
                Self::System => None,
                Self::Virtual(clock) => Some(Activity::new(clock.clone())),
            },
        }
    }

    /// A request is sent.
    pub(crate) fn send(&self, method: &http::Method, path: &str, idempotency_key: Option<&str>) -> Sending {
        #[cfg(not(any(test, feature = "testing")))]
        let _ = (method, path, idempotency_key);
        Sending {
            #[cfg(any(test, feature = "testing"))]
            _request: match self {
                Self::System => None,
                Self::Virtual(clock) => Some(clock.send(Request {
                    method: method.as_str().to_owned(),
                    path: path.to_owned(),
                    idempotency_key: idempotency_key.map(str::to_owned),
                })),
            },
        }
    }

    /// Before the machine's time is used.
    fn check() {
        #[cfg(any(test, feature = "testing"))]
        assert!(
            !IS_REAL_TIME_FORBIDDEN.load(Ordering::Relaxed),
            "a client took its time from the machine, which `forbid_real_time` forbids; give it a virtual clock"
        );
    }
}

impl Work {
    /// Lets it go on until it waits for something.
    pub(crate) fn poll<T>(
        &self,
        context: &mut Context<'_>,
        go_on: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        #[cfg(any(test, feature = "testing"))]
        if let Some(activity) = &self.activity {
            return activity.poll(context, go_on);
        }
        go_on(context)
    }

    /// Whoever was given something by the last [`poll`](Self::poll) is about to ask for more.
    #[cfg_attr(not(any(test, feature = "testing")), expect(clippy::unused_self, reason = "nobody is told"))]
    pub(crate) fn hold(&self) {
        #[cfg(any(test, feature = "testing"))]
        if let Some(activity) = &self.activity {
            activity.hold();
        }
    }

    /// The same for all that a future does.
    pub(crate) async fn of<F: Future>(self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| self.poll(context, |context| future.as_mut().poll(context))).await
    }

    /// The same, which goes on for as long as what is given beside the result lives: until whoever waits for it
    /// elsewhere has it.
    pub(crate) async fn handing_over<F: Future>(self, future: F) -> (F::Output, Self) {
        let mut future = std::pin::pin!(future);
        let output = std::future::poll_fn(|context| {
            #[cfg(any(test, feature = "testing"))]
            if let Some(activity) = &self.activity {
                return activity.poll_on(context, |context| future.as_mut().poll(context));
            }
            future.as_mut().poll(context)
        });
        (output.await, self)
    }
}

/// The moment that lies `length` after another; a length too long for the platform ends at a far day.
pub(crate) fn after(moment: Instant, length: Duration) -> Instant {
    moment.checked_add(length.min(FAR)).unwrap_or(moment)
}
