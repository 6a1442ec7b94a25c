//! The service's rate limit: reading what it says of it, and keeping to it.

mod acquire;
mod debts;
mod fleet;
mod grant;
pub(crate) mod headers;
mod known_limit;
mod ledger;
pub(crate) mod limiter;
mod lock;
mod log;
mod penalty;
pub(crate) mod permit;
mod queue;
pub(crate) mod registry;
mod reset;
pub mod store;

use std::time::Duration;

/// Requests a window with a key, by the service's documentation.
pub(crate) const KEY_LIMIT: u32 = 60;
/// Requests a window without a key, by the service's documentation.
pub(crate) const ADDRESS_LIMIT: u32 = 10;
/// How long a request may be on its way before the service counts it: a unit is taken for free again only
/// so much later than a window after the request left.
const ALLOWANCE: Duration = Duration::from_millis(250);

/// Who goes first where several wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// A call that somebody waits for.
    #[default]
    Single,
    /// One of many. It lets single calls go first, and gets every fifth unit nevertheless.
    Batch,
}

/// How requests are spread out over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pacing {
    /// As soon as there are units, 20 ms apart and up to 10 ms more (less where the limit is above 1,500 a
    /// minute). Right for limits that are counted by windows, logs or buckets as large as the limit.
    Eager,
    /// Evenly over the window. Right for services that punish bursts.
    Smooth,
    /// As they come. Only what the service refuses is obeyed.
    Off,
}

/// From `eager`, `smooth` or `off`.
impl std::str::FromStr for Pacing {
    type Err = crate::error::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "eager" => Ok(Self::Eager),
            "smooth" => Ok(Self::Smooth),
            "off" => Ok(Self::Off),
            other => Err(Self::Err::configuration(format!(
                "pacing is `{}`; expected eager, smooth or off",
                axiomo_model::printable(other)
            ))),
        }
    }
}

impl Default for Pacing {
    fn default() -> Self {
        crate::defaults::PACING
    }
}

#[cfg(test)]
mod tests {
    use super::Pacing;

    #[test]
    fn pacing_is_read_by_its_name_and_by_no_other() {
        for (name, pacing) in [("eager", Pacing::Eager), ("smooth", Pacing::Smooth), ("off", Pacing::Off)] {
            assert_eq!(name.parse::<Pacing>().unwrap(), pacing);
        }
        let error = "Smooth\u{7}".parse::<Pacing>().unwrap_err();
        assert_eq!(error.kind(), axiomo_model::ErrorKind::Configuration);
        assert!(error.to_string().ends_with("expected eager, smooth or off"), "{error}");
    }
}
