// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

//! What a client does unless it is told otherwise.

use std::time::Duration;

/// Where the service is; the paths of the API are appended to it.
///
/// The public service.
pub const BASE_URL: &str = "https://axiomo.app/api";

/// The whole time of one call, waits and retries included.
///
/// Room for a wait of one or two windows of the rate limit and an analysis of the longest usual kind after it.
pub const TIMEOUT: Duration = Duration::from_secs(300);

/// The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer.
///
/// Three times as long as the longest usual analysis, which takes 30 seconds.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(90);

/// The time to connect, TLS included.
///
/// Several round trips around the world, with a lost packet sent again.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest single wait; one that would be longer is an error at once.
///
/// Three windows of the rate limit.
pub const MAX_WAIT: Duration = Duration::from_secs(180);

/// How many attempts may follow the first.
///
/// What passes at all has mostly passed by then, and each attempt costs quota.
pub const MAX_RETRIES: u32 = 3;

/// Whether an analysis whose answer was lost is asked for once more.
///
/// The repeated request carries the same idempotency key, so that the service can join it to the first.
pub const RETRY_AMBIGUOUS: bool = true;

/// How requests are spread out, for everybody who shares the client's rate limiter.
///
/// The whole quota is used as early as it can be, and a service that turns out to punish bursts is met with `smooth` for ten windows.
pub const PACING: crate::Pacing = crate::Pacing::Eager;
