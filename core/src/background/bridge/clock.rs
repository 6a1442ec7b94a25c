use std::time::Duration;

use serde_json::{Value, json};

use crate::error::Error;
use crate::testing::VirtualClock;

/// Lets so many milliseconds pass on a clock.
///
/// # Errors
///
/// `configuration` when that is no length of time.
pub fn advance_clock(clock: &VirtualClock, milliseconds: f64) -> Result<(), Error> {
    let length = Duration::try_from_secs_f64(milliseconds / 1e3).map_err(|_| {
        Error::configuration(format!(
            "time cannot pass by {milliseconds} ms; expected a length of time that is not negative"
        ))
    })?;
    clock.advance(length);
    Ok(())
}

/// Every wait that was begun on a clock: a list in JSON of how long each was to be, and why.
#[must_use]
pub fn clock_waits(clock: &VirtualClock) -> String {
    let waits = clock.waits().into_iter();
    let waits = waits.map(|wait| json!({"lengthMs": wait.length.as_secs_f64() * 1e3, "reason": wait.reason.as_str()}));
    Value::Array(waits.collect()).to_string()
}
