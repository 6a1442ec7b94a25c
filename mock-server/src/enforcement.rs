//! The limits that hold now, which a test may change while the server runs.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;

use crate::config::Limits;
use crate::limit::{Admission, Limiter, Partition, Quota, Recovery};

/// Limits cannot be as they are wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitsError {
    /// The window has no length.
    #[error("the window has no length; expected one such as 60s")]
    NoWindow,
    /// More is to be left than there is.
    #[error("{remaining} of {limit} units cannot be left; expected at most as many as there are")]
    TooMany {
        /// What is to be left.
        remaining: u32,
        /// Units a window.
        limit: u32,
    },
    /// Without a limit nothing can be used up.
    #[error("there is no limit here, so nothing can be used up; set one first")]
    Unlimited,
}

/// What every request asks.
#[derive(Debug)]
pub(crate) struct Enforced(RwLock<Arc<Rules>>);

/// Limits, and the counts that go with them. A request is under the same ones from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) limits: Limits,
    limiter: Arc<dyn Limiter>,
}

impl Enforced {
    pub(crate) fn new(limits: Limits) -> Self {
        let limiter = limits.limiter.limiter().into();
        Self(RwLock::new(Arc::new(Rules { limits, limiter })))
    }

    pub(crate) fn rules(&self) -> Arc<Rules> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on these hold, with what they have counted.
    pub(crate) fn replace(&self, rules: Rules) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// Counts are kept where they still mean something: with the same window and the same way of counting.
    pub(crate) fn change(&self, limits: Limits) -> Result<(), LimitsError> {
        if limits.window.is_zero() {
            return Err(LimitsError::NoWindow);
        }
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_same = rules.limits.window == limits.window && rules.limits.limiter == limits.limiter;
        let limiter = if is_same { rules.limiter.clone() } else { limits.limiter.limiter().into() };
        *rules = Arc::new(Rules { limits, limiter });
        Ok(())
    }
}

impl Rules {
    /// Limits, and what was counted under them.
    pub(crate) fn of(limits: Limits, counted: Value) -> Result<Self, serde_json::Error> {
        if limits.window.is_zero() {
            return Err(serde::de::Error::custom("window_ms is 0; expected 1 or more"));
        }
        let limiter: Arc<dyn Limiter> = limits.limiter.limiter().into();
        limiter.restore(counted)?;
        Ok(Self { limits, limiter })
    }

    /// What was counted, for [`of`](Self::of).
    pub(crate) fn counted(&self) -> Result<Value, serde_json::Error> {
        self.limiter.save()
    }

    pub(crate) fn quota(&self, partition: &Partition) -> Quota {
        let limit = match partition {
            Partition::User(_) => self.limits.key,
            Partition::Address(_) => self.limits.address,
        };
        Quota::new(limit, self.limits.window)
    }

    pub(crate) fn admit(&self, partition: &Partition, now: Duration) -> Admission {
        self.limiter.admit(partition, self.quota(partition), now)
    }

    pub(crate) fn recovery(&self, partition: &Partition, now: Duration) -> Recovery {
        self.limiter.recovery(partition, self.quota(partition), now)
    }

    /// Forgets what was counted for a partition, and takes as many units as leave so many.
    pub(crate) fn leave(&self, partition: &Partition, remaining: u32, now: Duration) -> Result<(), LimitsError> {
        let limit = self.quota(partition).limit();
        if limit == Quota::UNLIMITED {
            return Err(LimitsError::Unlimited);
        }
        let used = limit.checked_sub(remaining).ok_or(LimitsError::TooMany { remaining, limit })?;
        self.limiter.forget(partition);
        for _ in 0..used {
            self.admit(partition, now);
        }
        Ok(())
    }
}
