use std::time::{Duration, SystemTime};

use axiomo_model::Timestamp;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Admission, Quota, Recovery};
use crate::clock::last_moment;

/// How `X-RateLimit-Reset` is written. Parts of a second (of a millisecond) are rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum ResetFormat {
    /// Seconds since 1970-01-01T00:00:00Z.
    #[default]
    Epoch,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    EpochMs,
    /// Seconds from now.
    Delta,
    /// As HTTP writes dates: `Thu, 01 Jan 2026 00:01:00 GMT`.
    Date,
    /// As in `2026-01-01T00:01:00Z`.
    Rfc3339,
}

/// What `X-RateLimit-Reset` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum ResetMeans {
    /// When the full quota is back.
    #[default]
    Full,
    /// When the next unit is back.
    Next,
}

/// When `X-RateLimit-Reset` and `Retry-After` are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum Stamp {
    /// When the answer's head is written.
    #[default]
    Answer,
    /// When the request was let in, however long ago that is.
    Admission,
}

/// What the headers of one answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Whose limit is `X-RateLimit-Limit`.
    pub quota: Quota,
    /// What is left is `X-RateLimit-Remaining`.
    pub admission: Admission,
    /// What `X-RateLimit-Reset` and `Retry-After` are computed from.
    pub recovery: Recovery,
    /// The time of day that `recovery` counts from.
    pub at: SystemTime,
    /// Whether the answer is 429, which alone has a `Retry-After`. An answer to a request without a unit
    /// can be another: a bad key is always 401.
    pub is_refused: bool,
}

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The headers of one answer. `X-RateLimit-Reset` is left out if its moment lies before 1970 or cannot be
/// written.
#[must_use]
pub fn headers(shown: &Shown, format: ResetFormat, means: ResetMeans) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(LIMIT, shown.quota.limit().into());
    headers.insert(REMAINING, shown.admission.remaining.into());
    let left = match means {
        ResetMeans::Full => shown.recovery.full,
        ResetMeans::Next => shown.recovery.next,
    };
    if let Some(value) = reset(format, left, shown.at) {
        headers.insert(RESET, value);
    }
    if shown.is_refused {
        headers.insert(RETRY_AFTER, seconds_up(shown.recovery.next).into());
    }
    headers
}

fn reset(format: ResetFormat, left: Duration, now: SystemTime) -> Option<HeaderValue> {
    let at = now.checked_add(left)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let day = || {
        let day = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds_up(at)));
        day.filter(|day| *day <= last_moment())
    };
    match format {
        ResetFormat::Epoch => Some(seconds_up(at).into()),
        ResetFormat::EpochMs => {
            let milliseconds = at.as_nanos().div_ceil(1_000_000);
            u64::try_from(milliseconds).ok().map(HeaderValue::from)
        }
        ResetFormat::Delta => Some(seconds_up(left).into()),
        ResetFormat::Date => HeaderValue::from_str(&httpdate::fmt_http_date(day()?)).ok(),
        ResetFormat::Rfc3339 => HeaderValue::from_str(&Timestamp::from(day()?).to_string()).ok(),
    }
}

fn seconds_up(length: Duration) -> u64 {
    length.as_secs().saturating_add(u64::from(length.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: ResetFormat, means: ResetMeans, is_refused: bool) -> HeaderMap {
        let shown = Shown {
            quota: Quota::new(60, Duration::from_secs(60)),
            admission: Admission { is_admitted: false, remaining: 7 },
            recovery: Recovery { full: Duration::from_millis(59_500), next: Duration::from_nanos(1_000_000_001) },
            at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250),
            is_refused,
        };
        headers(&shown, format, means)
    }

    #[test]
    fn every_format_rounds_up() {
        let rows = [
            (ResetFormat::Epoch, "1767225660"),
            (ResetFormat::EpochMs, "1767225659750"),
            (ResetFormat::Delta, "60"),
            (ResetFormat::Date, "Thu, 01 Jan 2026 00:01:00 GMT"),
            (ResetFormat::Rfc3339, "2026-01-01T00:01:00Z"),
        ];
        for (format, expected) in rows {
            assert_eq!(written(format, ResetMeans::Full, true)["x-ratelimit-reset"], expected, "{format:?}");
        }
    }

    #[test]
    fn a_moment_that_cannot_be_written_is_left_out() {
        let reset = |format, left: Duration| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
            super::reset(format, left, now).map(|value| value.to_str().unwrap().to_owned())
        };
        // 70,000,000 hours, and what is left until the last moment.
        let (beyond, last) = (Duration::from_secs(252_000_000_000), Duration::from_millis(251_634_981_599_750));
        assert_eq!(reset(ResetFormat::Date, last).unwrap(), "Thu, 30 Dec 9999 22:00:00 GMT");
        assert_eq!(reset(ResetFormat::Rfc3339, last).unwrap(), "9999-12-30T22:00:00Z");
        assert_eq!(reset(ResetFormat::Epoch, beyond).unwrap(), "253767225601");
        for format in [ResetFormat::Date, ResetFormat::Rfc3339] {
            for left in [last + Duration::from_millis(1), beyond, Duration::MAX] {
                assert_eq!(reset(format, left), None, "{format:?} {left:?}");
            }
        }
    }

    #[test]
    fn the_next_unit_is_what_retry_after_waits_for() {
        let full = written(ResetFormat::Delta, ResetMeans::Full, true);
        assert_eq!(full["retry-after"], "2");
        assert_eq!((&full["x-ratelimit-limit"], &full["x-ratelimit-remaining"]), (&60.into(), &7.into()));
        assert_eq!(written(ResetFormat::Delta, ResetMeans::Next, true)["x-ratelimit-reset"], "2");
        assert_eq!(written(ResetFormat::EpochMs, ResetMeans::Next, true)["x-ratelimit-reset"], "1767225601251");
    }

    #[test]
    fn only_a_refusal_says_when_to_come_back() {
        let names = |is_refused| written(ResetFormat::Delta, ResetMeans::Full, is_refused).len();
        assert_eq!((names(false), names(true)), (3, 4));
        assert!(!written(ResetFormat::Delta, ResetMeans::Full, false).contains_key(RETRY_AFTER));
    }
}
