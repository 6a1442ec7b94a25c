use serde_json::json;

use super::settings::{Language, count, pacing};
use crate::error::Error;
use crate::rate_limit::KEY_LIMIT;
use crate::rate_limit::limiter::RateLimiter;

/// A limiter of this process's own.
///
/// # Errors
///
/// `configuration` when the limit is no number of requests, or there is no such pacing.
pub fn new_limiter(limit: Option<f64>, how: Option<&str>, language: Language) -> Result<RateLimiter, Error> {
    paced(RateLimiter::new(count("limit", limit, language)?.unwrap_or(KEY_LIMIT)), how)
}

/// The limiter of this name, the same one for the whole process.
///
/// # Errors
///
/// `configuration` when there is no such pacing.
pub fn shared_limiter(name: &str, how: Option<&str>) -> Result<RateLimiter, Error> {
    paced(RateLimiter::shared(name), how)
}

/// One whose quota is kept in Redis. Connects when it is first needed.
///
/// # Errors
///
/// `configuration` when the address is none, or there is no such pacing.
pub fn redis_limiter(url: &str, how: Option<&str>) -> Result<RateLimiter, Error> {
    paced(RateLimiter::redis(url)?, how)
}

/// What a limiter knows now, in JSON.
#[must_use]
pub fn limiter_snapshot(limiter: &RateLimiter) -> String {
    let snapshot = limiter.snapshot();
    let paused_for_ms = snapshot.paused_for.map(|length| length.as_secs_f64() * 1e3);
    json!({
        "limit": snapshot.limit, "own": snapshot.own, "others": snapshot.others, "waiting": snapshot.waiting,
        "pausedForMs": paused_for_ms, "told": snapshot.told,
    })
    .to_string()
}

fn paced(limiter: RateLimiter, how: Option<&str>) -> Result<RateLimiter, Error> {
    Ok(match pacing(how)? {
        Some(pacing) => limiter.pacing(pacing),
        None => limiter,
    })
}
