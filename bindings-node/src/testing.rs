//! Time that a test moves.

use axiomo::background::bridge::{advance_clock, clock_waits};
use axiomo::testing;
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::client::told;

/// A clock as JavaScript's own class uses it.
#[napi]
pub struct NativeClock(pub(crate) testing::VirtualClock);

/// One that moves by hand.
#[napi]
pub fn virtual_clock() -> NativeClock {
    NativeClock(testing::VirtualClock::new())
}

/// One that a reference server moves, at the address of its conductor; or why it cannot.
#[napi]
pub fn conducted_clock(address: String) -> Either<NativeClock, String> {
    told(testing::VirtualClock::conducted(&address).map(NativeClock))
}

/// From now on, a client that takes its time from the machine panics, for tests that show that none does.
#[napi]
pub fn forbid_real_time() {
    testing::forbid_real_time();
}

#[napi]
impl NativeClock {
    /// Whether waits end at once, as if their time had passed.
    #[napi]
    pub fn skip_waits(&self, skip: bool) {
        self.0.skip_waits(skip);
    }

    /// Lets time pass, or says why it cannot.
    #[napi]
    pub fn advance(&self, milliseconds: f64) -> Either<(), String> {
        told(advance_clock(&self.0, milliseconds))
    }

    /// How many milliseconds have passed.
    #[napi]
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }

    /// Every wait that was begun, in JSON.
    #[napi]
    pub fn waits(&self) -> String {
        clock_waits(&self.0)
    }
}
