//! What keeps calls under the rate limit, as JavaScript has it.

use axiomo::RateLimiter;
use axiomo::background::bridge::{Language, limiter_snapshot, new_limiter, redis_limiter, shared_limiter};
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::client::told;

/// A rate limiter as JavaScript's own class uses it.
#[napi]
pub struct NativeRateLimiter(pub(crate) RateLimiter);

/// A limiter of this process's own, or what is wrong with how it is to be.
#[napi]
pub fn rate_limiter(limit: Option<f64>, how: Option<String>) -> Either<NativeRateLimiter, String> {
    told(new_limiter(limit, how.as_deref(), Language::Node).map(NativeRateLimiter))
}

/// The limiter of this name, the same one for the whole process.
#[napi]
pub fn shared_rate_limiter(name: String, how: Option<String>) -> Either<NativeRateLimiter, String> {
    told(shared_limiter(&name, how.as_deref()).map(NativeRateLimiter))
}

/// One whose quota is kept in Redis. Connects when it is first needed.
#[napi]
pub fn redis_rate_limiter(url: String, how: Option<String>) -> Either<NativeRateLimiter, String> {
    told(redis_limiter(&url, how.as_deref()).map(NativeRateLimiter))
}

#[napi]
impl NativeRateLimiter {
    /// What it knows now, in JSON.
    #[napi]
    pub fn snapshot(&self) -> String {
        limiter_snapshot(&self.0)
    }
}
