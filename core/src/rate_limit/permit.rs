//! Leave to send one request, from when it is given to what becomes of it.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::grant::{Grant, Unit};
use super::headers::RateLimitReading;
use super::ledger::Ledger;
use super::limiter::RateLimiter;
use super::lock::Mutex;
use super::store::News;
use crate::response::{RateLimit, WaitReason};

/// Leave to send one request, and a unit of the quota.
///
/// Dropped before [`sent`](Self::sent), the unit is free again; dropped after, it counts for as long as the
/// service counts it.
#[must_use = "a permit that is dropped gives its unit back"]
pub struct Permit {
    limiter: RateLimiter,
    waited: Option<(Duration, WaitReason)>,
    /// None once it is given back. Shared with whoever tells that the request leaves.
    grant: Arc<Mutex<Option<Grant>>>,
}

/// A permit holds no longer: the service refused another request since it was given, and wants to be left
/// alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service refused another request since this permit was given; send nothing, and acquire a new one")]
#[non_exhaustive]
pub struct Withdrawn;

/// Tells that a permit's request leaves, from wherever that is seen.
#[derive(Clone)]
pub(crate) struct Departure {
    limiter: RateLimiter,
    grant: Arc<Mutex<Option<Grant>>>,
}

/// What became of a permit.
#[derive(Clone, Copy)]
enum Fate {
    /// Its request surely never left.
    Unsent,
    /// Nobody waits for the answer any longer.
    GivenUp,
    /// The answer came, with this status.
    Answered(u16, RateLimitReading),
}

impl Permit {
    pub(super) fn new(limiter: RateLimiter, grant: Grant, waited: Option<(Duration, WaitReason)>) -> Self {
        Self { limiter, waited, grant: Arc::new(Mutex::new(Some(grant))) }
    }

    /// How long it took to get, and why; none when nobody had to wait.
    #[must_use]
    pub fn waited(&self) -> Option<(Duration, WaitReason)> {
        self.waited
    }

    /// The request leaves now: the connection is there and takes it. Told again, the request counts as having
    /// left now at the latest.
    ///
    /// # Errors
    ///
    /// [`Withdrawn`], the first time only, when the request is not to leave: somebody was refused while its
    /// connection was made. The permit's unit is free again once it is dropped.
    pub fn sent(&self) -> Result<(), Withdrawn> {
        self.departure().leave()
    }

    /// A part of the request left, although it was not to.
    pub(crate) fn left_anyway(&self) {
        let _ = self.departure().stamp(|ledger, grant, now| {
            ledger.left_anyway(grant, now);
            Ok(())
        });
    }

    /// Whether its request left.
    pub(crate) fn has_left(&self) -> bool {
        let grant = self.grant.lock().unwrap_or_else(PoisonError::into_inner);
        grant.is_some_and(|grant| grant.has_left())
    }

    /// Whether its request was to leave and may not any more.
    pub(crate) fn is_withdrawn(&self) -> bool {
        let grant = self.grant.lock().unwrap_or_else(PoisonError::into_inner);
        grant.is_some_and(|grant| grant.is_withdrawn)
    }

    /// The request surely never left: its unit is free at once.
    pub fn unsent(self) {
        if let Some(grant) = take(&self.grant) {
            self.limiter.change(|state, _| state.ledger.unsent(grant));
            self.tell(grant, Fate::Unsent);
        }
    }

    /// The answer is there, with this status and this reading of its headers. Whoever tells nothing of
    /// having sent the request gets its unit back.
    pub fn complete(self, status: u16, mut reading: RateLimitReading) {
        self.completed(status, &mut reading);
    }

    /// Gives what the answer told as users see it, and makes the reading what it means.
    pub(crate) fn completed(self, status: u16, reading: &mut RateLimitReading) -> Option<RateLimit> {
        let grant = take(&self.grant);
        let told = self.limiter.answered(grant, status, reading);
        if let Some(grant) = grant {
            self.tell(grant, if grant.has_left() { Fate::Answered(status, *reading) } else { Fate::Unsent });
        }
        told
    }

    /// What tells that the request leaves, for whoever sees it leave.
    pub(crate) fn departure(&self) -> Departure {
        Departure { limiter: self.limiter.clone(), grant: Arc::clone(&self.grant) }
    }

    /// Tells the other processes what became of a permit.
    fn tell(&self, grant: Grant, fate: Fate) {
        let Some(fleet) = &self.limiter.shared.fleet else { return };
        match (grant.unit, fate) {
            (Unit::Leased(lease), Fate::Unsent) => fleet.tell(News::Unsent(lease)),
            (Unit::Leased(lease), Fate::GivenUp) if lease.probe.is_some() => fleet.tell(News::GivenUp(lease)),
            (Unit::Leased(lease), Fate::Answered(status, reading)) => {
                let left_after = grant.left().saturating_duration_since(grant.given);
                fleet.tell(News::Answered { lease, left_after, status, reading });
            }
            (Unit::Alone(unit), Fate::Unsent) => fleet.give_back(unit),
            _ => {}
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(grant) = take(&self.grant) {
            self.limiter.change(|state, now| state.ledger.abandoned(grant, now));
            self.tell(grant, if grant.has_left() { Fate::GivenUp } else { Fate::Unsent });
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Permit").field("waited", &self.waited).finish_non_exhaustive()
    }
}

impl Departure {
    /// The request leaves now, if it still may. One that is given up leaves and counts no more.
    pub(crate) fn leave(&self) -> Result<(), Withdrawn> {
        self.stamp(Ledger::sent)
    }

    fn stamp(
        &self,
        stamp: impl FnOnce(&mut Ledger, &mut Grant, Instant) -> Result<(), Withdrawn>,
    ) -> Result<(), Withdrawn> {
        let mut state = self.limiter.state();
        let now = self.limiter.shared.clock.now();
        match &mut *self.grant.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(grant) => {
                stamp(&mut state.ledger, grant, now)?;
                match (&self.limiter.shared.fleet, grant.unit) {
                    (Some(fleet), Unit::Leased(lease)) => fleet.sent(lease, grant.given, now),
                    (Some(fleet), Unit::Alone(unit)) => fleet.left(unit, now),
                    _ => {}
                }
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn take(grant: &Mutex<Option<Grant>>) -> Option<Grant> {
    grant.lock().unwrap_or_else(PoisonError::into_inner).take()
}
