//! What a server is told before it starts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::address::Network;
use crate::clock::Clock;
use crate::journal::JournalLimits;
use crate::key::ManagementToken;
use crate::limit::{LimiterKind, ResetFormat, ResetMeans, Stamp};
use crate::repositories::Mount;
use crate::store::StoreLocation;

/// How a server is set up. The default is one for tests in the same process: any free port of the
/// loopback interface, everything in memory, no repository, the documented limits.
///
/// ```
/// use axiomo_mock_server::{Config, Mount, StoreLocation};
///
/// let mut config = Config::default();
/// config.mounts.push(Mount::public("https://github.com/owner/repo".parse()?, "path/to/clone"));
/// config.store = StoreLocation::Sqlite("axiomo.sqlite".into());
/// # Ok::<(), axiomo_mock_server::ParseRepositoryUrlError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The address or name to listen at. `127.0.0.1` by default; any but the loopback interface's needs
    /// a [`management_token`](Self::management_token).
    pub host: String,
    /// The port; 0, the default, takes any that is free.
    pub port: u16,
    /// Where keys and scans are kept; in memory by default.
    pub store: StoreLocation,
    /// The repositories. None by default.
    pub mounts: Vec<Mount>,
    /// Who may ask how often.
    pub limits: Limits,
    /// Proxies whose `X-Forwarded-For` is believed. None by default.
    pub trusted_proxies: Vec<Network>,
    /// From where keys can be managed; only from this machine by default.
    pub manage_from: ManageFrom,
    /// The token that opens the key routes; a new random one by default.
    pub management_token: Option<ManagementToken>,
    /// Where time comes from; the machine by default.
    pub clock: Clock,
    /// How long a connection may take for what.
    pub timeouts: Timeouts,
    /// Open connections; beyond them the longest idle one is closed for a new one. 900 by default: most
    /// systems let a process have 1,024 open files.
    pub max_connections: usize,
    /// Analyses that run at once; as many as there are processors by default.
    pub analyses_at_once: usize,
    /// Analyses that wait for their turn; beyond them the answer is 503 `overloaded`. 256 by default: a
    /// few seconds of work.
    pub analyses_waiting: usize,
    /// How much of what happens is written down, for tests to read.
    pub journal: JournalLimits,
}

impl Config {
    /// One for tests whose time is virtual: as the default, with a manual clock, by which no connection is cut off
    /// for being slow or idle.
    #[must_use]
    pub fn conducted() -> Self {
        let far = Duration::from_secs(365 * 24 * 3600);
        let timeouts = Timeouts { head: far, body: far, idle: far, ..Timeouts::default() };
        Self { clock: Clock::manual().into(), timeouts, ..Self::default() }
    }
}

/// Who may ask how often. In JSON, what is left out is the default, and the window is `window_ms`, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Limits {
    /// Requests a window for all keys of one user together; 60 by default, 0 for no limit. Without a
    /// limit requests still count, and the headers say [`Quota::UNLIMITED`](crate::limit::Quota::UNLIMITED).
    pub key: u32,
    /// Requests a window for everybody without a key at one address; 10 by default, 0 for no limit.
    pub address: u32,
    /// The window's length; 60 s by default.
    #[serde(rename = "window_ms", with = "milliseconds")]
    pub window: Duration,
    /// How requests are counted; in a fixed window by default.
    pub limiter: LimiterKind,
    /// How `X-RateLimit-Reset` is written.
    pub reset_format: ResetFormat,
    /// What `X-RateLimit-Reset` means.
    pub reset_means: ResetMeans,
    /// When the headers are computed.
    pub stamp: Stamp,
}

/// How long a connection may take for what, before it is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// From the first byte of a request to the end of its head; 10 s by default.
    pub head: Duration,
    /// For a request's body, from its head on; 30 s by default, then 408.
    pub body: Duration,
    /// Between two requests; 75 s by default.
    pub idle: Duration,
    /// For everything in flight when the server is closed; 5 s by default, in real time.
    pub shutdown: Duration,
}

/// From where keys can be managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum ManageFrom {
    /// From this machine.
    #[default]
    Loopback,
    /// From anywhere; the token alone protects them.
    Any,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 0,
            store: StoreLocation::Memory,
            mounts: Vec::new(),
            limits: Limits::default(),
            trusted_proxies: Vec::new(),
            manage_from: ManageFrom::Loopback,
            management_token: None,
            clock: Clock::default(),
            timeouts: Timeouts::default(),
            max_connections: 900,
            analyses_at_once: std::thread::available_parallelism().map_or(2, usize::from),
            analyses_waiting: 256,
            journal: JournalLimits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            key: 60,
            address: 10,
            window: Duration::from_secs(60),
            limiter: LimiterKind::default(),
            reset_format: ResetFormat::default(),
            reset_means: ResetMeans::default(),
            stamp: Stamp::default(),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// A length of time as a number of milliseconds.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(length: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(length.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
