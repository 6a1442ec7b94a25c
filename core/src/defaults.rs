//! What a client does unless it is told otherwise.

use std::time::Duration;

/// Where the service is.
pub const BASE_URL: &str = "https://axiomo.app/api";
/// The whole time of one call, waits and retries included. Room for three analyses of the longest usual kind.
pub const TIMEOUT: Duration = Duration::from_secs(300);
/// The time of one attempt.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(90);
/// The time to connect.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest single wait.
pub const MAX_WAIT: Duration = Duration::from_secs(180);
/// Retries.
pub const MAX_RETRIES: u32 = 3;
/// Whether an analysis whose answer was lost is asked for once more.
pub const RETRY_AMBIGUOUS: bool = true;
