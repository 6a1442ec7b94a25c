use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::lenient::{Lenient, Reading};

/// A moment in time, written as RFC 3339 in UTC: `2026-01-31T12:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text is no RFC 3339 timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no timestamp; expected RFC 3339, such as 2026-01-31T12:00:00Z")]
pub struct ParseTimestampError {
    text: String,
}

/// 0000-01-01T00:00:00Z
const YEAR_ZERO: i64 = -62_167_219_200;

impl Timestamp {
    /// The moment that lies `seconds` after 1970-01-01T00:00:00Z; a moment outside the years 0 to 9999,
    /// which RFC 3339 cannot write, becomes the nearest one inside.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let bounded = seconds.clamp(YEAR_ZERO, jiff::Timestamp::MAX.as_second());
        Self(jiff::Timestamp::from_second(bounded).unwrap_or_default())
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }
}

impl From<SystemTime> for Timestamp {
    /// A moment outside the years -9999 to 9999 becomes 1970-01-01T00:00:00Z.
    fn from(time: SystemTime) -> Self {
        Self(jiff::Timestamp::try_from(time).unwrap_or_default())
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0.into()
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| ParseTimestampError { text: text.chars().take(40).collect() })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Lenient for Timestamp {
    fn from_text(text: &str, _: &Reading) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_offsets_and_fractions_and_writes_utc() {
        let read = |text: &str| text.parse::<Timestamp>().unwrap().to_string();
        assert_eq!(read("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00Z");
        assert_eq!(read("2026-01-31T12:00:00.250+02:00"), "2026-01-31T10:00:00.25Z");
    }

    #[test]
    fn names_what_is_no_timestamp() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#""yesterday" is no timestamp; expected RFC 3339, such as 2026-01-31T12:00:00Z"#
        );
    }

    #[test]
    fn keeps_to_the_years_it_can_write() {
        for seconds in [i64::MIN, -1, 0, 1, i64::MAX] {
            let timestamp = Timestamp::from_unix_seconds(seconds);
            assert_eq!(timestamp.to_string().parse::<Timestamp>().unwrap(), timestamp);
        }
        assert_eq!(Timestamp::from_unix_seconds(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_unix_seconds(86_400).to_string(), "1970-01-02T00:00:00Z");
    }
}
