//! Time that a test moves.

use axiomo::testing;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde_json::{Value, json};

use crate::client::told;
use crate::options::length;

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
        let advance = || {
            self.0.advance(length("milliseconds", Some(milliseconds))?.unwrap_or_default());
            Ok(())
        };
        told(advance())
    }

    /// How many milliseconds have passed.
    #[napi]
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }

    /// Every wait that was begun, in JSON.
    #[napi]
    pub fn waits(&self) -> String {
        let waits = self.0.waits().into_iter();
        let waits =
            waits.map(|wait| json!({"lengthMs": wait.length.as_secs_f64() * 1e3, "reason": wait.reason.as_str()}));
        Value::Array(waits.collect()).to_string()
    }
}
