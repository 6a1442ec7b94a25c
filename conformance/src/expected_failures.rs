//! Scenarios that a driver is known to fail, each with a reason and a day after which that is no excuse.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

/// The known failures of one driver, by the ids of scenarios.
#[derive(Debug, Clone, Default)]
pub struct ExpectedFailures(BTreeMap<String, ExpectedFailure>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFailure {
    id: String,
    reason: String,
    until: String,
}

impl ExpectedFailures {
    /// Reads a file; one that is not there holds none.
    ///
    /// # Errors
    ///
    /// When it is no list of `{id, reason, until}`, or holds something that cannot be expected: an unknown scenario,
    /// no reason, or a day that has passed by `today`.
    pub fn read(path: &Path, ids: &BTreeSet<&str>, today: Date) -> Result<Self, String> {
        let wrong = |message: String| format!("{}: {message}", path.display());
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, ids, today).map_err(wrong),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    fn parse(text: &str, ids: &BTreeSet<&str>, today: Date) -> Result<Self, String> {
        let listed: Vec<ExpectedFailure> = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let mut failures = BTreeMap::new();
        for failure in listed {
            let ExpectedFailure { id, reason, until } = &failure;
            let last: Date = until
                .parse()
                .map_err(|_| format!("{id}: until: {until:?} is no day; expected one such as 2026-12-31"))?;
            if !ids.contains(id.as_str()) {
                return Err(format!("{id}: there is no such scenario"));
            }
            if reason.trim().is_empty() {
                return Err(format!("{id}: reason: expected one"));
            }
            if last < today {
                return Err(format!("{id}: it was to be mended by {until}"));
            }
            if failures.insert(id.clone(), failure.clone()).is_some() {
                return Err(format!("{id}: it is there twice"));
            }
        }
        Ok(Self(failures))
    }

    /// Why a scenario is known to fail, if it is.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|failure| failure.reason.as_str())
    }

    /// The ids of all.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parse(text: &str) -> Result<ExpectedFailures, String> {
        let today = jiff::civil::date(2026, 5, 1);
        ExpectedFailures::parse(text, &BTreeSet::from(["auth/one"]), today)
    }

    #[test]
    fn a_failure_is_excused_by_a_reason_until_a_day() {
        let failures = parse("- {id: auth/one, reason: because, until: 2026-05-01}").unwrap();
        assert_eq!(failures.reason("auth/one"), Some("because"));
        assert_eq!(failures.reason("auth/two"), None);
        assert_eq!(parse("[]").unwrap().ids().count(), 0);
    }

    #[test]
    fn what_cannot_be_excused_is_named() {
        for (text, expected) in [
            ("- {id: auth/gone, reason: because, until: 2026-05-02}", "no such scenario"),
            ("- {id: auth/one, reason: because, until: 2026-04-30}", "was to be mended by 2026-04-30"),
            ("- {id: auth/one, reason: ' ', until: 2026-05-02}", "reason: expected one"),
            ("- {id: auth/one, reason: because, until: soon}", "expected one such as 2026-12-31"),
            ("- {id: auth/one, reason: because}", "missing field `until`"),
            ("- {id: auth/one, reason: a, until: 2026-05-02}\n- {id: auth/one, reason: a, until: 2026-05-02}", "twice"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
