use std::time::{Duration, SystemTime};

use axiomo_model::Timestamp;

use crate::clock::last_moment;

/// A header's value with places for moments, as in `${epoch+60}`.
#[derive(Debug)]
pub(crate) struct Template<'t>(Vec<Part<'t>>);

/// A value has a place that stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` stands for nothing; expected `${{epoch+60}}`, `${{epoch_ms+60000}}`, `${{http_date+60}}` or \
     `${{rfc3339+60}}`, with `-` instead of `+`, or neither and no number"
)]
pub(crate) struct TemplateError(String);

#[derive(Debug)]
enum Part<'t> {
    Text(&'t str),
    Moment { form: Form, offset: i64 },
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Epoch,
    EpochMs,
    HttpDate,
    Rfc3339,
}

impl<'t> Template<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (place, after) = after.split_once('}').ok_or_else(|| TemplateError(format!("${{{after}")))?;
            parts.push(Part::Text(before));
            parts.push(moment(place).ok_or_else(|| TemplateError(format!("${{{place}}}")))?);
            rest = after;
        }
        parts.push(Part::Text(rest));
        Ok(Self(parts))
    }

    pub(crate) fn at(&self, now: SystemTime) -> String {
        let written = |part: &Part<'_>| match *part {
            Part::Text(text) => text.to_owned(),
            Part::Moment { form: Form::Epoch, offset } => {
                (whole_milliseconds(now) / 1000 + i128::from(offset)).to_string()
            }
            Part::Moment { form: Form::EpochMs, offset } => (whole_milliseconds(now) + i128::from(offset)).to_string(),
            Part::Moment { form: Form::HttpDate, offset } => httpdate::fmt_http_date(shifted(now, offset)),
            Part::Moment { form: Form::Rfc3339, offset } => Timestamp::from(shifted(now, offset)).to_string(),
        };
        self.0.iter().map(written).collect()
    }
}

fn moment(place: &str) -> Option<Part<'static>> {
    let (name, offset) = match place.find(['+', '-']) {
        Some(sign) => (place.get(..sign)?, place.get(sign..)?.parse().ok()?),
        None => (place, 0),
    };
    let form = match name {
        "epoch" => Form::Epoch,
        "epoch_ms" => Form::EpochMs,
        "http_date" => Form::HttpDate,
        "rfc3339" => Form::Rfc3339,
        _ => return None,
    };
    Some(Part::Moment { form, offset })
}

fn whole_milliseconds(now: SystemTime) -> i128 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_millis()).unwrap_or(i128::MAX)
}

/// So many seconds later, within what a date can say.
pub(crate) fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let length = Duration::from_secs(seconds.unsigned_abs());
    let shifted = if seconds < 0 { now.checked_sub(length) } else { now.checked_add(length) };
    let last = last_moment();
    shifted.unwrap_or(if seconds < 0 { SystemTime::UNIX_EPOCH } else { last }).clamp(SystemTime::UNIX_EPOCH, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_with_moments() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
        let rows = [
            ("7", "7"),
            ("${epoch+60}", "1767225660"),
            ("${epoch}", "1767225600"),
            ("${epoch_ms-250}", "1767225600000"),
            ("\"${http_date+7}\"", "\"Thu, 01 Jan 2026 00:00:07 GMT\""),
            ("${rfc3339-60};${epoch}", "2025-12-31T23:59:00.25Z;1767225600"),
            ("${http_date-99999999999999}", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("${http_date+99999999999999}", "Thu, 30 Dec 9999 22:00:00 GMT"),
            ("${rfc3339+99999999999999}", "9999-12-30T22:00:00Z"),
        ];
        for (template, expected) in rows {
            assert_eq!(Template::parse(template).unwrap().at(now), expected, "{template}");
        }
    }

    #[test]
    fn a_place_that_stands_for_nothing_is_named() {
        for (template, named) in [("${delta+7}", "${delta+7}"), ("a${epoch+x}", "${epoch+x}"), ("${epoch", "${epoch")] {
            assert_eq!(Template::parse(template).unwrap_err(), TemplateError(named.to_owned()));
        }
    }
}
