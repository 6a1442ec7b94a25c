// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::fmt;

/// What went wrong, in one word that is the same in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `configuration`: A key, address or option is wrong; nothing was sent.
    Configuration,
    /// `invalid_request`: The request is wrong, by the service's word or before it was sent.
    InvalidRequest,
    /// `authentication`: The key is missing, wrong or revoked.
    Authentication,
    /// `permission`: The key may not do this.
    Permission,
    /// `not_found`: There is no such thing, or the key may not see it.
    NotFound,
    /// `rate_limited`: The limit is used up, by the service's word or by our own count.
    RateLimited,
    /// `timeout`: An attempt or the whole call took too long.
    Timeout,
    /// `connection`: The name could not be resolved, or the connection failed, was cut, or ended early.
    Connection,
    /// `server`: The service failed, or answered with a redirect, which is never followed.
    Server,
    /// `decode`: The answer is a success but not what it should be.
    Decode,
    /// `cancelled`: The caller cancelled.
    Cancelled,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Configuration,
        Self::InvalidRequest,
        Self::Authentication,
        Self::Permission,
        Self::NotFound,
        Self::RateLimited,
        Self::Timeout,
        Self::Connection,
        Self::Server,
        Self::Decode,
        Self::Cancelled,
    ];

    /// The word that stands for this kind in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidRequest => "invalid_request",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Server => "server",
            Self::Decode => "decode",
            Self::Cancelled => "cancelled",
        }
    }

    /// The kind of an HTTP answer; none for 1xx and 2xx, which are no errors, and for numbers that
    /// are no status.
    #[must_use]
    pub const fn for_status(status: u16) -> Option<Self> {
        match status {
            401 => Some(Self::Authentication),
            403 => Some(Self::Permission),
            404 => Some(Self::NotFound),
            429 => Some(Self::RateLimited),
            408 => Some(Self::Timeout),
            400..=499 => Some(Self::InvalidRequest),
            500..=599 | 300..=399 => Some(Self::Server),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
