use std::time::{Duration, Instant};

use super::headers::RateLimitReading;

/// What a `X-RateLimit-Reset` that counts down counts: seconds, or thousandths of them. One answer alone does
/// not tell, since 90 may be either; two that are apart do, since a countdown falls by the time that passed.
#[derive(Debug, Default)]
pub(super) struct ResetUnit {
    last: Option<(Duration, Instant)>,
    /// How many of them are a second, by the last two answers.
    supposed: Option<u32>,
    /// The same, once two pairs of answers in a row agree: one pair may do so by chance.
    known: Option<u32>,
}

/// Answers closer together tell little, since most countdowns are of whole seconds.
const APART: Duration = Duration::from_secs(2);
/// A countdown may be off by this much: by what it was rounded, and by the time that the answer took.
const INEXACT: Duration = Duration::from_millis(1250);

impl ResetUnit {
    /// The same reading with its reset as the service means it, as far as is known. It came now.
    pub(super) fn settle(&mut self, reading: RateLimitReading, now: Instant) -> RateLimitReading {
        let Some(countdown) = reading.countdown else { return reading };
        let passed = self.last.map(|(_, at)| now.saturating_duration_since(at));
        if self.known.is_none() && passed.is_none_or(|passed| passed >= APART) {
            let fell = self.last.and_then(|(before, _)| before.checked_sub(countdown));
            let fits = |parts: &u32| {
                fell.zip(passed).is_some_and(|(fell, passed)| (fell / *parts).abs_diff(passed) <= INEXACT)
            };
            let found = [1, 1000].into_iter().find(fits);
            self.known = found.filter(|_| found == self.supposed);
            self.supposed = found;
            self.last = Some((countdown, now));
        }
        RateLimitReading { reset: self.known.map_or(reading.reset, |parts| Some(countdown / parts)), ..reading }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};

    fn seconds(countdowns: &[(u64, u32)]) -> Vec<f64> {
        let (began, mut unit) = (crate::testing::VirtualClock::new().now(), ResetUnit::default());
        let read = |(at, value): &(u64, u32)| {
            let headers =
                HeaderMap::from_iter([(http::HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(*value))]);
            let reading = unit.settle(RateLimitReading::of(&headers), began + Duration::from_millis(*at));
            reading.reset.unwrap().as_secs_f64()
        };
        countdowns.iter().map(read).collect()
    }

    #[test]
    fn a_countdown_tells_by_its_fall_what_it_counts() {
        // An hour, in seconds, which one answer alone takes for thousandths.
        assert_eq!(seconds(&[(0, 3599), (2000, 3597), (4000, 3595)]), [3.599, 3.597, 3595.0]);
        // The end of a minute, in thousandths, which one answer alone takes for seconds.
        assert_eq!(seconds(&[(0, 10_000), (4900, 5100), (9900, 100), (9910, 90)]), [10.0, 5.1, 0.1, 0.09]);
        // What is known is kept over the end of a window.
        assert_eq!(seconds(&[(0, 10_000), (4900, 5100), (9900, 100), (10_100, 59_900)])[3..], [59.9]);
    }

    #[test]
    fn what_tells_nothing_is_taken_as_before() {
        for countdowns in [
            // It stands, as for a service whose quota always comes back a minute after the last request.
            &[(0, 60), (3000, 60), (6000, 60)][..],
            // One pair by chance.
            &[(0, 57), (2000, 55), (60_000, 90)],
            // Too close together.
            &[(0, 3600), (1000, 3599), (1900, 3598)],
            // Answers that overtake each other.
            &[(0, 30), (2000, 45), (4000, 20), (6000, 50)],
        ] {
            let expected: Vec<f64> =
                countdowns.iter().map(|(_, value)| f64::from(*value) / if *value > 120 { 1e3 } else { 1.0 }).collect();
            assert_eq!(seconds(countdowns), expected);
        }
    }
}
