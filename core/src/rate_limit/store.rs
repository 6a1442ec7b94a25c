//! Where a user's quota is kept that several processes share.
//!
//! Each process has a [`RateLimiter`](crate::RateLimiter) of its own, which asks the store for each unit; see
//! [`RateLimiter::with_store`](crate::RateLimiter::with_store). There is one in Redis, one in this process, and
//! whoever has another place can implement [`Store`] for it.

mod in_process;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use in_process::InProcessStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;

use super::Pacing;
use super::headers::RateLimitReading;

/// What a store answers, when it does.
pub type Reply<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 's>>;

/// Keeps one user's quota for all processes that use it, by the rules of the ledger. It has a clock of its own.
///
/// What it answers is one quota's state after it did what it was asked to: each answer is the outcome of one step that
/// no other process saw the middle of.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Says whose quota it is: a fingerprint, never a key. Called before anything else, and perhaps again; the first
    /// counts. By default nothing.
    fn of_user(&self, fingerprint: &str) {
        let _ = fingerprint;
    }

    /// Asks for a unit, for whoever is first in this process.
    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)>;

    /// Tells what became of a unit.
    fn tell(&self, news: News) -> Reply<'_, Standing>;

    /// Tells that this process is there, and what it did while the store did not hear of it.
    fn join(&self, joining: Joining) -> Reply<'_, Standing>;
}

/// The store cannot be reached, or does not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the rate limit's store gives no answer: {0}")]
pub struct StoreError(pub String);

/// A unit is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Take {
    /// The number of the unit in its process.
    pub unit: u64,
    /// The limit, where the store knows of none.
    pub limit: u64,
    /// How this process spreads out requests.
    pub pacing: Pacing,
    /// Anything from 0 to 1, for what is left to chance.
    pub chance: f64,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A unit.
    Lease(Lease),
    /// None yet: it is there then at the latest, unless the service tells something new, and never earlier than
    /// the other.
    Wait {
        /// From now.
        at: Duration,
        /// From now.
        not_before: Duration,
        /// Whether the service asked to be left alone.
        is_penalty: bool,
    },
    /// The store has not heard of this process for some time. It has to join.
    Unknown,
}

/// A unit of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The number of the unit in its process.
    pub unit: u64,
    /// Which probe it is, if it is one.
    pub probe: Option<u64>,
    /// How long it holds up the next one.
    pub spacing: Duration,
    /// When it was given, by the store's clock.
    pub given: Duration,
}

/// What became of a unit.
#[derive(Debug, Clone, Copy)]
pub enum News {
    /// Its request left so long after it was given.
    Sent(Lease, Duration),
    /// Its request surely never left.
    Unsent(Lease),
    /// Nobody waits for the answer any longer.
    GivenUp(Lease),
    /// The answer to a request that left so long after its unit was given.
    Answered {
        /// The unit of the request.
        lease: Lease,
        /// How long after it was given the request left.
        left_after: Duration,
        /// Of the answer.
        status: u16,
        /// What its headers say.
        reading: RateLimitReading,
    },
}

/// A process comes, or comes back.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The limit, as far as it knows.
    pub limit: u64,
    /// How long the service wants to be left alone.
    pub pause: Duration,
    /// Whether the store gave it no answer for some time. Others may have had none either, and have something to
    /// tell before anybody gets a unit.
    pub was_lost: bool,
    /// Its units of the last window: the number of each, and how long ago its request left.
    pub units: Vec<(u64, Duration)>,
}

/// How the quota stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Units a window.
    pub limit: u64,
    /// Units that all processes hold.
    pub own: u64,
    /// Units that others hold.
    pub debt: u64,
    /// How many processes there are.
    pub members: u64,
}

/// A process that is silent for so long is not counted.
pub(super) const ALIVE: Duration = Duration::from_secs(15);
/// A process tells so often that it is there.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);
/// After something was lost, the others are waited for so long.
pub(super) const SETTLE: Duration = Duration::from_secs(7);

#[cfg(test)]
#[cfg(feature = "redis")]
pub(super) mod tests;
