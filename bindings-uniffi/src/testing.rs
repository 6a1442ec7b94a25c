use std::sync::Arc;

use axiomo::background::bridge::{advance_clock, clock_waits};
use axiomo::testing;

use crate::Failure;

/// Time that a test moves.
#[derive(uniffi::Object)]
pub struct NativeClock(pub(crate) testing::VirtualClock);

#[uniffi::export]
impl NativeClock {
    /// One that moves by hand.
    #[uniffi::constructor]
    pub fn by_hand() -> Arc<Self> {
        Arc::new(Self(testing::VirtualClock::new()))
    }

    /// One that a reference server moves, at the address of its conductor.
    #[uniffi::constructor]
    pub fn conducted(address: String) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self(testing::VirtualClock::conducted(&address)?)))
    }

    /// Whether waits end at once, as if their time had passed.
    pub fn skip_waits(&self, skip: bool) {
        self.0.skip_waits(skip);
    }

    /// Lets so many milliseconds pass.
    pub fn advance(&self, milliseconds: f64) -> Result<(), Failure> {
        Ok(advance_clock(&self.0, milliseconds)?)
    }

    /// How many milliseconds have passed.
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }

    /// Every wait that was begun, in JSON.
    pub fn waits(&self) -> String {
        clock_waits(&self.0)
    }
}

/// From now on, a client that takes its time from the machine panics, for tests that show that none does.
#[uniffi::export]
pub fn forbid_real_time() {
    testing::forbid_real_time();
}
