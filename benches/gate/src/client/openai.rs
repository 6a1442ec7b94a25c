//! What [openai-python](https://github.com/openai/openai-python) 3.57.0 does, by its `src/openai/_base_client.py`.
//!
//! A 429 is retried (lines 953-956), twice (`_constants.py:8`), after what `Retry-After` says if that is more
//! than nothing and at most two minutes (lines 906-909, `_constants.py:15`). More than that is not waited for
//! (lines 923-930). Without it: lines 911-920.

use std::time::Duration;

use super::Policy;

pub(crate) struct OpenAi;

const RETRIES: u32 = 2;
const INITIAL: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(8);
const LONGEST_ASKED: Duration = Duration::from_secs(120);

impl Policy for OpenAi {
    fn wait(&self, refusals: u32, retry_after: Option<Duration>, chance: f64) -> Option<Duration> {
        let past_retries = refusals - 1;
        if past_retries >= RETRIES {
            return None;
        }
        match retry_after {
            Some(asked) if asked > LONGEST_ASKED => None,
            Some(asked) if asked > Duration::ZERO => Some(asked),
            _ => {
                let wait = (INITIAL * 2_u32.saturating_pow(past_retries)).min(LONGEST);
                Some(wait.mul_f64(1.0 - 0.25 * chance))
            }
        }
    }
}
