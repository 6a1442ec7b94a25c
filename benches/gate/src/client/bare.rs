//! A loop that sleeps on a 429 for as long as it says, and tries again for as long as it takes.

use std::time::Duration;

use super::Policy;

pub(crate) struct Bare;

/// Where the answer does not say how long.
const VAGUE: Duration = Duration::from_secs(1);

impl Policy for Bare {
    fn wait(&self, _: u32, retry_after: Option<Duration>, _: f64) -> Option<Duration> {
        Some(retry_after.unwrap_or(VAGUE))
    }
}
