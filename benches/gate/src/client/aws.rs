//! The standard mode of the AWS SDK for Rust, which it has by default:
//! [smithy-rs](https://github.com/smithy-lang/smithy-rs), aws-smithy-runtime 1.16.2.
//!
//! A refusal, taken here as the throttling error that it is, is retried until three attempts were made
//! (`src/retry.rs:423-435` of aws-smithy-types 1.9.3), after full jitter below min(1 s × 2ⁿ, 20 s)
//! (`src/client/retries/strategy/standard.rs:152-162` and 369-392). Only `x-amz-retry-after` would be looked at
//! (line 164), which no other service sends. All calls of a client share a bucket of 500 tokens, of which a
//! retry takes five (`src/client/retries/token_bucket.rs:16` and 32). An answer gives back those of the
//! client's last retry if no other answer has, or else one (`standard.rs:56-88`).

use std::cell::Cell;
use std::time::Duration;

use super::Policy;

pub(crate) struct Standard {
    tokens: Cell<u32>,
    /// Those of the last retry, until an answer gives them back or another retry takes their place.
    held: Cell<u32>,
}

const ATTEMPTS: u32 = 3;
const INITIAL: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(20);
const CAPACITY: u32 = 500;
const COST: u32 = 5;

impl Default for Standard {
    fn default() -> Self {
        Self { tokens: Cell::new(CAPACITY), held: Cell::new(0) }
    }
}

impl Policy for Standard {
    fn wait(&self, refusals: u32, _: Option<Duration>, chance: f64) -> Option<Duration> {
        if refusals >= ATTEMPTS {
            return None;
        }
        self.tokens.set(self.tokens.get().checked_sub(COST)?);
        self.held.set(COST);
        Some((INITIAL * 2_u32.saturating_pow(refusals - 1)).min(LONGEST).mul_f64(chance))
    }

    fn answered(&self) {
        let tokens = match self.held.take() {
            0 => (self.tokens.get() + 1).min(CAPACITY),
            held => self.tokens.get() + held,
        };
        self.tokens.set(tokens);
    }
}
