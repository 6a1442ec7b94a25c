//! What an answer's headers say of the rate limit.

use std::time::{Duration, SystemTime};

use axiomo_model::Timestamp;
use http::HeaderMap;

/// What an answer's headers say of the rate limit. Durations count from the moment the answer came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitReading {
    /// Requests a window.
    pub limit: Option<u64>,
    /// Requests left.
    pub remaining: Option<u64>,
    /// How long until the quota comes back.
    pub reset: Option<Duration>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
    /// The number that Reset is, as seconds, where it may as well be thousandths of them.
    pub(super) countdown: Option<Duration>,
}

/// The window of the service's limits, by its documentation.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
/// A Reset up to this far ahead is taken for a duration. Two windows leave room for a clock that is off.
const LONGEST_DELTA: f64 = 2.0 * WINDOW.as_secs() as f64;
/// A Reset this close to the answer's `Date` is taken for a moment.
const EPOCH_TOLERANCE: f64 = 86_400.0;
/// Longer than anybody waits; more would only overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

fn read(headers: &HeaderMap) -> RateLimitReading {
    let fields = Fields::of(headers);
    let date = fields.date.and_then(http_date);
    let milliseconds = fields.retry_after_ms.and_then(number);
    let retry_after = milliseconds
        .map(|milliseconds| duration(milliseconds / 1000.0))
        .or_else(|| fields.retry_after.and_then(|text| wait(text, date)));
    if fields.age.and_then(number).is_some_and(|age| age > 0.0) {
        return RateLimitReading { retry_after, ..RateLimitReading::default() };
    }
    let policies = fields.policies.join(",");
    let structured = structured(&fields.structured.join(","), &policies);
    let count = |field: Option<&str>| field.and_then(first_number).map(whole);
    RateLimitReading {
        limit: structured
            .limit
            .or_else(|| count(fields.limit))
            .or_else(|| quota(&policies, |_| true))
            .or_else(|| count(fields.x_limit)),
        remaining: structured.remaining.or_else(|| count(fields.remaining)).or_else(|| count(fields.x_remaining)),
        reset: structured
            .reset
            .or_else(|| fields.reset.and_then(first_number).map(duration))
            .or_else(|| fields.x_reset.and_then(|text| reset(text, date))),
        retry_after,
        countdown: fields.x_reset.and_then(countdown).filter(|_| structured.reset.is_none() && fields.reset.is_none()),
    }
}

/// The header fields that are read, found in one pass, since most answers have none of most of them.
#[derive(Default)]
struct Fields<'h> {
    date: Option<&'h str>,
    age: Option<&'h str>,
    retry_after_ms: Option<&'h str>,
    retry_after: Option<&'h str>,
    limit: Option<&'h str>,
    remaining: Option<&'h str>,
    reset: Option<&'h str>,
    x_limit: Option<&'h str>,
    x_remaining: Option<&'h str>,
    x_reset: Option<&'h str>,
    /// These two are lists, which may be spread over several fields of one name.
    structured: Vec<&'h str>,
    policies: Vec<&'h str>,
}

impl<'h> Fields<'h> {
    fn of(headers: &'h HeaderMap) -> Self {
        let mut fields = Self::default();
        for (name, value) in headers {
            let field = match name.as_str() {
                "date" => &mut fields.date,
                "age" => &mut fields.age,
                "retry-after-ms" => &mut fields.retry_after_ms,
                "retry-after" => &mut fields.retry_after,
                "ratelimit-limit" => &mut fields.limit,
                "ratelimit-remaining" => &mut fields.remaining,
                "ratelimit-reset" => &mut fields.reset,
                "x-ratelimit-limit" => &mut fields.x_limit,
                "x-ratelimit-remaining" => &mut fields.x_remaining,
                "x-ratelimit-reset" => &mut fields.x_reset,
                "ratelimit" => {
                    fields.structured.extend(value.to_str());
                    continue;
                }
                "ratelimit-policy" => {
                    fields.policies.extend(value.to_str());
                    continue;
                }
                _ => continue,
            };
            // Of several fields where one is expected, the first counts.
            *field = field.or_else(|| value.to_str().ok().map(str::trim));
        }
        fields
    }
}

impl RateLimitReading {
    /// Reads the headers of an answer.
    ///
    /// For the wait that is asked for, `Retry-After-Ms` wins over `Retry-After`, which may be seconds or
    /// a date. For limit, remaining and reset, the IETF's `RateLimit` (draft-ietf-httpapi-ratelimit-headers,
    /// both its forms) wins over `X-RateLimit-*`. The unit of `X-RateLimit-Reset` is not documented: a
    /// value within a day of the answer's own `Date`, as seconds, milliseconds or microseconds, is a
    /// moment; one of up to two windows is a number of seconds, a thousand times that a number of
    /// milliseconds; a date reads as one. Moments are compared with the answer's `Date`, never with this
    /// machine's clock, which may be wrong. What cannot be read is left out, and so is everything but the
    /// wait when the answer comes from a cache (`Age`), since it speaks of another request.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        read(headers)
    }

    /// How long to wait after a refusal: what was asked for, else until the quota comes back, if there
    /// is none left of it.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.retry_after.or_else(|| self.reset.filter(|_| self.remaining.is_none_or(|remaining| remaining == 0)))
    }
}

/// A whole text that is a number from 0.
fn number(text: &str) -> Option<f64> {
    // `parse` also takes `inf`, `nan`, signs and exponents, which no header has.
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    // Most are whole and small, which is read far more quickly.
    text.parse::<u32>().map(f64::from).or_else(|_| text.parse()).ok()
}

/// The first number of a list such as `60, 60;w=60`.
fn first_number(text: &str) -> Option<f64> {
    number(text.split([',', ';']).next()?.trim())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0, and saturating")]
fn whole(number: f64) -> u64 {
    number as u64
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).map_or(LONGEST, |duration| duration.min(LONGEST))
}

fn http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

fn wait(text: &str, date: Option<SystemTime>) -> Option<Duration> {
    number(text).map(duration).or_else(|| until(http_date(text)?, date))
}

/// How long it is from the moment of the answer to another one; nothing when that is over.
fn until(moment: SystemTime, date: Option<SystemTime>) -> Option<Duration> {
    Some(moment.duration_since(date?).unwrap_or_default().min(LONGEST))
}

fn reset(text: &str, date: Option<SystemTime>) -> Option<Duration> {
    let Some(value) = first_number(text) else {
        let moment = http_date(text).or_else(|| text.parse::<Timestamp>().ok().map(SystemTime::from));
        return until(moment?, date);
    };
    if let Some(date) = date.and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok()) {
        let epoch = [1.0, 1e3, 1e6].map(|unit| value / unit - date.as_secs_f64());
        if let Some(ahead) = epoch.into_iter().find(|ahead| ahead.abs() <= EPOCH_TOLERANCE) {
            return Some(duration(ahead));
        }
    }
    [1.0, 1e3].iter().map(|unit| value / unit).find(|seconds| *seconds <= LONGEST_DELTA).map(duration)
}

fn countdown(text: &str) -> Option<Duration> {
    first_number(text).filter(|value| *value <= LONGEST_DELTA * 1e3).map(duration)
}

/// What the IETF's one field says: `"burst";r=50;t=30` or, in older drafts, `limit=100, remaining=50,
/// reset=30`.
#[derive(Default)]
struct Structured {
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<Duration>,
}

fn structured(text: &str, policies: &str) -> Structured {
    if text.is_empty() {
        return Structured::default();
    }
    // Of several policies, the one with the least left counts, and of several with nothing left the one
    // that stays so longest.
    let left = text.split(',').filter_map(|policy| Some((policy, parameter(policy, "r")?, parameter(policy, "t"))));
    let tightest = left.min_by(|(_, one, reset), (_, other, other_reset)| {
        one.total_cmp(other).then_with(|| other_reset.unwrap_or(0.0).total_cmp(&reset.unwrap_or(0.0)))
    });
    if let Some((tightest, remaining, reset)) = tightest {
        let limit = quota(policies, |policy| name(policy) == name(tightest));
        return Structured { limit, remaining: Some(whole(remaining)), reset: reset.map(duration) };
    }
    let member = |name| parameter(text, name);
    Structured {
        limit: member("limit").map(whole),
        remaining: member("remaining").map(whole),
        reset: member("reset").map(duration),
    }
}

/// What a list of policies such as `"burst";q=100;w=60` allows a window, if only one of them is meant.
fn quota(policies: &str, is_meant: impl Fn(&str) -> bool) -> Option<u64> {
    let mut meant = policies.split(',').filter(|policy| is_meant(policy));
    let policy = meant.next().filter(|_| meant.next().is_none())?;
    parameter(policy, "q").map(whole)
}

fn name(policy: &str) -> &str {
    policy.split(';').next().unwrap_or_default().trim()
}

/// The number behind `name=` in a list of parameters.
fn parameter(text: &str, name: &str) -> Option<f64> {
    text.split([',', ';']).find_map(|part| {
        let (found, value) = part.split_once('=')?;
        number(value.trim()).filter(|_| found.trim() == name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    /// 2026-01-01T00:00:00Z
    const DATE: (&str, &str) = ("date", "Thu, 01 Jan 2026 00:00:00 GMT");

    fn read(headers: &[(&str, &str)]) -> RateLimitReading {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap()));
        RateLimitReading::of(&pairs.collect())
    }

    fn seconds(duration: Option<Duration>) -> Option<f64> {
        duration.map(|duration| duration.as_secs_f64())
    }

    #[test]
    fn the_documented_headers_are_read() {
        let reading =
            read(&[("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "59"), ("x-ratelimit-reset", "30")]);
        assert_eq!((reading.limit, reading.remaining, seconds(reading.reset)), (Some(60), Some(59), Some(30.0)));
        assert_eq!(reading.retry_after, None);
    }

    #[test]
    fn the_unit_of_reset_is_recognised() {
        for (value, expected) in [
            ("0", Some(0.0)),
            ("30", Some(30.0)),
            ("30.5", Some(30.5)),
            ("120", Some(120.0)),
            ("121", Some(0.121)),
            ("30000", Some(30.0)),
            ("120000", Some(120.0)),
            ("120001", None),
            ("1767225630", Some(30.0)),
            ("1767225590", Some(0.0)),
            ("1767225630500", Some(30.5)),
            ("1767225630000000", Some(30.0)),
            ("1767312000", Some(86_400.0)),
            ("1767312001", None),
            ("Thu, 01 Jan 2026 00:00:30 GMT", Some(30.0)),
            ("2026-01-01T00:00:30Z", Some(30.0)),
            ("2026-01-01T01:00:30+01:00", Some(30.0)),
            ("30, 30;w=60", Some(30.0)),
            ("soon", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
        ] {
            assert_eq!(seconds(read(&[DATE, ("x-ratelimit-reset", value)]).reset), expected, "{value}");
        }
    }

    #[test]
    fn without_a_date_no_moment_is_believed() {
        for value in ["1767225630", "1767225630500", "Thu, 01 Jan 2026 00:00:30 GMT", "2026-01-01T00:00:30Z"] {
            assert_eq!(read(&[("x-ratelimit-reset", value)]).reset, None, "{value}");
        }
        assert_eq!(read(&[("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")]).retry_after, None);
        assert_eq!(seconds(read(&[("x-ratelimit-reset", "30")]).reset), Some(30.0));
    }

    #[test]
    fn the_wait_is_the_most_exact_one_given() {
        let rows: [(&[(&str, &str)], f64); 6] = [
            (&[("retry-after-ms", "1500"), ("retry-after", "7")], 1.5),
            (&[("retry-after-ms", "soon"), ("retry-after", "7")], 7.0),
            (&[("retry-after", "7"), ("x-ratelimit-reset", "30")], 7.0),
            (&[("retry-after", "2.5")], 2.5),
            (&[DATE, ("retry-after", "Thu, 01 Jan 2026 00:01:00 GMT")], 60.0),
            (&[DATE, ("retry-after", "Wed, 31 Dec 2025 00:00:00 GMT")], 0.0),
        ];
        for (headers, expected) in rows {
            assert_eq!(seconds(read(headers).wait()), Some(expected), "{headers:?}");
        }
        assert_eq!(seconds(read(&[("ratelimit", "\"a\";r=0;t=9"), ("x-ratelimit-reset", "30")]).wait()), Some(9.0));
        assert_eq!(read(&[("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", "30")]).wait(), None);
        let endless = "99999999999999999999999999999999999999";
        assert_eq!(read(&[("retry-after", endless)]).retry_after, Some(Duration::from_secs(31_536_000)));
    }

    #[test]
    fn a_countdown_is_only_what_nothing_more_exact_stands_beside() {
        let countdown = |more: &[(&str, &str)]| {
            let headers: Vec<_> = more.iter().copied().chain([("x-ratelimit-reset", "30")]).collect();
            seconds(read(&headers).countdown)
        };
        assert_eq!(countdown(&[]), Some(30.0));
        assert_eq!(countdown(&[("ratelimit-reset", "300")]), None);
        assert_eq!(countdown(&[("ratelimit", "\"minute\";r=3;t=12")]), None);
    }

    #[test]
    fn the_fields_of_the_ietf_are_read() {
        type Row = (&'static [(&'static str, &'static str)], (Option<u64>, Option<u64>, Option<f64>));
        let rows: [Row; 11] = [
            (&[("ratelimit", "\"burst\";r=50;t=30")], (None, Some(50), Some(30.0))),
            (
                &[
                    ("ratelimit", "\"day\";r=900;t=80000, \"minute\";r=3;t=12"),
                    ("ratelimit-policy", "\"day\";q=1000;w=86400,\"minute\" ;q=60;w=60"),
                ],
                (Some(60), Some(3), Some(12.0)),
            ),
            (
                &[
                    ("ratelimit", "\"day\";r=900;t=80000"),
                    ("ratelimit", "\"minute\";r=3;t=12"),
                    ("ratelimit-policy", "\"day\";q=1000;w=86400"),
                    ("ratelimit-policy", "\"minute\";q=60;w=60"),
                ],
                (Some(60), Some(3), Some(12.0)),
            ),
            (&[("ratelimit", "\"minute\";r=0;t=12, \"day\";r=0;t=80000")], (None, Some(0), Some(80_000.0))),
            (
                &[("ratelimit-policy", "\"day\";q=1000, \"minute\";q=60"), ("x-ratelimit-limit", "50")],
                (Some(50), None, None),
            ),
            (&[("ratelimit-policy", "\"minute\";q=60;w=60")], (Some(60), None, None)),
            (
                &[
                    ("ratelimit", "\"minute\";r=3;t=12"),
                    ("ratelimit-policy", "\"minute\";q=60;w=60"),
                    ("x-ratelimit-limit", "50"),
                    ("x-ratelimit-remaining", "4"),
                    ("x-ratelimit-reset", "30"),
                ],
                (Some(60), Some(3), Some(12.0)),
            ),
            (
                &[
                    ("ratelimit", "\"day\";r=900;t=80000, \"minute\";r=3;t=12"),
                    ("ratelimit-policy", "\"minute\";q=60;w=60"),
                ],
                (Some(60), Some(3), Some(12.0)),
            ),
            (&[("ratelimit", "limit=100, remaining=50, reset=30")], (Some(100), Some(50), Some(30.0))),
            (
                &[("ratelimit-limit", "100"), ("ratelimit-remaining", "50"), ("ratelimit-reset", "300")],
                (Some(100), Some(50), Some(300.0)),
            ),
            (&[("ratelimit", "garbage"), ("x-ratelimit-remaining", "4")], (None, Some(4), None)),
        ];
        for (headers, expected) in rows {
            let reading = read(headers);
            assert_eq!((reading.limit, reading.remaining, seconds(reading.reset)), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_cached_answer_speaks_of_another_request() {
        let headers = [("age", "5"), ("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0"), ("retry-after", "3")];
        let reading = read(&headers);
        assert_eq!((reading.limit, reading.remaining, seconds(reading.retry_after)), (None, None, Some(3.0)));
        assert_eq!(read(&[("age", "0"), ("x-ratelimit-limit", "60")]).limit, Some(60));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(values in proptest::collection::vec(any::<Vec<u8>>(), 10)) {
            const NAMES: [&str; 10] = ["date", "age", "retry-after", "retry-after-ms", "ratelimit", "ratelimit-policy",
                "ratelimit-reset", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
            let headers = NAMES.iter().zip(values).filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?))
            });
            let reading = RateLimitReading::of(&headers.collect());
            prop_assert!(reading.wait().is_none_or(|wait| wait <= LONGEST));
        }
    }
}
