use std::sync::Arc;

use axiomo::RateLimiter;
use axiomo::background::bridge::{Language, limiter_snapshot, new_limiter, redis_limiter, shared_limiter};

use crate::Failure;

/// What keeps calls under the rate limit.
#[derive(uniffi::Object)]
pub struct NativeRateLimiter(pub(crate) RateLimiter);

#[uniffi::export]
impl NativeRateLimiter {
    /// A limiter of this process's own; 60 requests a minute unless told otherwise.
    #[uniffi::constructor]
    pub fn limited(limit: Option<f64>, pacing: Option<String>) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self(new_limiter(limit, pacing.as_deref(), Language::Ruby)?)))
    }

    /// The limiter of this name, the same one for the whole process.
    #[uniffi::constructor]
    pub fn shared(name: String, pacing: Option<String>) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self(shared_limiter(&name, pacing.as_deref())?)))
    }

    /// One whose quota is kept in Redis. Connects when it is first needed.
    #[uniffi::constructor]
    pub fn redis(url: String, pacing: Option<String>) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self(redis_limiter(&url, pacing.as_deref())?)))
    }

    /// What it knows now, in JSON.
    pub fn snapshot(&self) -> String {
        limiter_snapshot(&self.0)
    }
}
