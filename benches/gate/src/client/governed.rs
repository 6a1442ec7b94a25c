//! The limit as the service documents it, kept by the crate governor 0.10.4: one request a second, with a
//! burst of one. Who is refused all the same sleeps and tries again, as in [`Bare`].

use std::num::NonZeroU32;
use std::time::Duration;

use axiomo::testing::VirtualClock;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Policy;
use super::bare::Bare;
use crate::service::Call;
use crate::world::Start;

pub(crate) struct Governed {
    limiter: RateLimiter<NotKeyed, InMemoryState, Time, NoOpMiddleware<Nanos>>,
}

pub(crate) struct Time(VirtualClock);

impl Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

impl Governed {
    pub(crate) fn new(start: &Start<'_>) -> Self {
        let quota = Quota::per_second(NonZeroU32::MIN);
        Self { limiter: RateLimiter::direct_with_clock(quota, Time(start.clock.clone())) }
    }
}

impl Policy for Governed {
    /// As `until_ready` (`src/state/direct/future.rs:45-57`), which sleeps in real time.
    async fn leave(&self, call: &Call<'_>) {
        while let Err(early) = self.limiter.check() {
            let wait = early.wait_time_from(call.clock().elapsed().into());
            call.clock().sleep(wait).await;
        }
    }

    fn wait(&self, refusals: u32, retry_after: Option<Duration>, chance: f64) -> Option<Duration> {
        Bare.wait(refusals, retry_after, chance)
    }
}
