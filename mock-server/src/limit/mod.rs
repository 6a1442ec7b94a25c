//! Limits: who may ask how often, and what the headers say of it.
//!
//! A [`Limiter`] counts; it knows nothing of HTTP and reads no clock, so that any number of requests
//! can be tried against it in no time. [`headers`] says what it found as the server does.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use axiomo_mock_server::limit::{self, Limiter, Partition, Quota, ResetFormat, ResetMeans, Shown, SlidingLog};
//!
//! let limiter = SlidingLog::default();
//! let (alice, quota) = (Partition::User("alice".into()), Quota::new(60, Duration::from_secs(60)));
//! let now = Duration::from_secs(5);
//! let admission = limiter.admit(&alice, quota, now);
//! let recovery = limiter.recovery(&alice, quota, now);
//! let is_refused = !admission.is_admitted;
//! let shown = Shown { quota, admission, recovery, at: SystemTime::UNIX_EPOCH, is_refused };
//! let headers = limit::headers(&shown, ResetFormat::Delta, ResetMeans::Full);
//! assert_eq!((&headers["x-ratelimit-remaining"], &headers["x-ratelimit-reset"]), (&"59".parse()?, &"60".parse()?));
//! # Ok::<(), http::header::InvalidHeaderValue>(())
//! ```

mod fixed_window;
mod gcra;
mod headers;
mod kind;
#[cfg(test)]
mod laws;
mod partitions;
mod sliding_counter;
mod sliding_log;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use fixed_window::FixedWindow;
pub use gcra::Gcra;
pub use headers::{ResetFormat, ResetMeans, Shown, Stamp, headers};
pub use kind::LimiterKind;
pub use sliding_counter::SlidingWindowCounter;
pub use sliding_log::SlidingLog;

/// Whose units are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partition {
    /// All keys of one user.
    User(Arc<str>),
    /// Everybody without a key at one address; an IPv6 network of 64 bits counts as one.
    Address(IpAddr),
}

/// How many units there are in how much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: u32,
    window: Duration,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Whether there was a unit for it.
    pub is_admitted: bool,
    /// Units left after it: how many further requests would be admitted at the same instant.
    pub remaining: u32,
}

/// How long until units are back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovery {
    /// Until all of them are; zero when none is missing.
    pub full: Duration,
    /// Until one more request than now would be admitted, which for whoever has used up the quota is the
    /// wait for the next; zero when none is missing.
    pub next: Duration,
}

/// A way of counting. All times are what passed since one moment of the caller's choice.
///
/// Exact whatever happens at once: of all requests of one partition, as many are admitted as there
/// are units. A request that is counted after one with a later time counts as of that time. The limit
/// may be another from request to request and partition to partition; the window is the same for all.
pub trait Limiter: fmt::Debug + Send + Sync {
    /// Takes a unit, if one is left.
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission;

    /// When units are back, as it stands; takes nothing.
    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery;

    /// Gives all of a partition's units back.
    fn forget(&self, partition: &Partition);

    /// Everything that is counted, for [`restore`](Self::restore) of the same kind of limiter.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    fn save(&self) -> Result<Value, serde_json::Error>;

    /// Counts what was saved, and nothing else, as of the same times.
    ///
    /// # Errors
    ///
    /// When it was not saved by this kind of limiter. Then everything is as before.
    fn restore(&self, saved: Value) -> Result<(), serde_json::Error>;
}

impl Partition {
    /// The partition of an address. An IPv4 address that is written as IPv6 is the IPv4 address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        const NETWORK: u128 = !0 << 64;
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl Quota {
    /// Stands for no limit: more than anybody uses up in a window, and a number that every client can
    /// read, so that nobody who looks at the headers takes it for an empty quota.
    pub const UNLIMITED: u32 = i32::MAX.unsigned_abs();

    /// So many units a window; 0 means [`UNLIMITED`](Self::UNLIMITED). A window is a nanosecond at least.
    #[must_use]
    pub const fn new(limit: u32, window: Duration) -> Self {
        Self {
            limit: if limit == 0 { Self::UNLIMITED } else { limit },
            window: if window.is_zero() { Duration::from_nanos(1) } else { window },
        }
    }

    /// Units a window.
    #[must_use]
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// The window's length.
    #[must_use]
    pub const fn window(self) -> Duration {
        self.window
    }

    /// When the window began that holds a time, if they begin at the multiples of their length.
    fn window_start(self, now: Duration) -> Duration {
        now.saturating_sub(nanoseconds(now.as_nanos() % self.window.as_nanos()))
    }
}

/// So many of them, or the longest time there is.
fn nanoseconds(count: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let parts = (u64::try_from(count / SECOND), u32::try_from(count % SECOND));
    if let (Ok(seconds), Ok(rest)) = parts { Duration::new(seconds, rest) } else { Duration::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_an_ipv6_network_share_a_partition() {
        let of = |text: &str| Partition::of_address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
