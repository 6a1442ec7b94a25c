//! What [reqwest-retry](https://github.com/TrueLayer/reqwest-middleware) 0.9.1 does as its front page shows
//! it, with `ExponentialBackoff::builder().build_with_max_retries(3)` (`src/lib.rs:14`).
//!
//! A 429 is transient (`src/retryable_strategy.rs:124-125`), and `Retry-After` is not looked at: the policy
//! alone says how long to wait (`src/middleware.rs:161-184`). The policy is that of retry-policies 0.5.2, in
//! `src/policies/exponential_backoff.rs:80-111`, with its defaults of lines 131-140 and full jitter
//! (`src/retry_policy.rs:48-53`). The crate reads the real clock and draws its own chance, so that it is
//! written out here.

use std::time::Duration;

use super::Policy;

pub(crate) struct Exponential;

const RETRIES: u32 = 3;
const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(30 * 60);
const BASE: u32 = 2;

impl Policy for Exponential {
    fn wait(&self, refusals: u32, _: Option<Duration>, chance: f64) -> Option<Duration> {
        let past_retries = refusals - 1;
        (past_retries < RETRIES).then(|| (LEAST * BASE.saturating_pow(past_retries)).min(MOST).mul_f64(chance))
    }
}
