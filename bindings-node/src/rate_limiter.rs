//! What keeps calls under the rate limit, as JavaScript has it.

use axiomo::{Error, RateLimiter};
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde_json::json;

use crate::client::told;
use crate::options::{count, pacing};

/// A rate limiter as JavaScript's own class uses it.
#[napi]
pub struct NativeRateLimiter(pub(crate) RateLimiter);

/// A limiter of this process's own, or what is wrong with how it is to be.
#[napi]
pub fn rate_limiter(limit: Option<f64>, how: Option<String>) -> Either<NativeRateLimiter, String> {
    let make = || paced(RateLimiter::new(count("limit", limit)?.unwrap_or(KEY_LIMIT)), how.as_deref());
    told(make())
}

/// The limiter of this name, the same one for the whole process.
#[napi]
pub fn shared_rate_limiter(name: String, how: Option<String>) -> Either<NativeRateLimiter, String> {
    told(paced(RateLimiter::shared(&name), how.as_deref()))
}

/// One whose quota is kept in Redis. Connects when it is first needed.
#[napi]
pub fn redis_rate_limiter(url: String, how: Option<String>) -> Either<NativeRateLimiter, String> {
    told(RateLimiter::redis(&url).and_then(|limiter| paced(limiter, how.as_deref())))
}

/// Requests a minute with a key, by the service's documentation.
const KEY_LIMIT: u32 = 60;

fn paced(limiter: RateLimiter, how: Option<&str>) -> Result<NativeRateLimiter, Error> {
    Ok(NativeRateLimiter(match pacing(how)? {
        Some(pacing) => limiter.pacing(pacing),
        None => limiter,
    }))
}

#[napi]
impl NativeRateLimiter {
    /// What it knows now, in JSON.
    #[napi]
    pub fn snapshot(&self) -> String {
        let snapshot = self.0.snapshot();
        let paused_for_ms = snapshot.paused_for.map(|length| length.as_secs_f64() * 1e3);
        json!({
            "limit": snapshot.limit, "own": snapshot.own, "others": snapshot.others, "waiting": snapshot.waiting,
            "pausedForMs": paused_for_ms, "told": snapshot.told,
        })
        .to_string()
    }
}
