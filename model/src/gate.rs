use std::fmt;

use crate::signal::{Risk, RiskLevel};

/// Whether a risk stays below a threshold. What cannot be decided does not pass.
///
/// ```
/// use axiomo_model::{Gate, Risk, RiskLevel};
///
/// let mut risk = Risk::default();
/// assert!(!risk.gate(&RiskLevel::High).passes(), "a missing level does not pass");
///
/// risk.level = Some(RiskLevel::Medium);
/// assert!(risk.gate(&RiskLevel::High).passes());
/// assert_eq!(risk.gate(&RiskLevel::Medium), Gate::Failed);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// The risk is below the threshold.
    Passed,
    /// The risk is at the threshold or above it.
    Failed,
    /// There is no telling; to be treated like [`Gate::Failed`].
    Undecided(UndecidedReason),
}

/// Why a [`Gate`] could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndecidedReason {
    /// The Signal holds no risk level.
    Missing,
    /// The Signal, or the threshold, holds a level that this version does not know.
    Unknown(String),
}

impl Gate {
    /// Whether the risk is known to be below the threshold.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Passed)
    }
}

impl fmt::Display for UndecidedReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("the Signal holds no risk level"),
            Self::Unknown(level) => write!(formatter, "the risk level {level:?} is not known to this version"),
        }
    }
}

impl Risk {
    /// Compares the level with a threshold.
    #[must_use]
    pub fn gate(&self, threshold: &RiskLevel) -> Gate {
        let Some(level) = &self.level else { return Gate::Undecided(UndecidedReason::Missing) };
        match (level.rank(), threshold.rank()) {
            (Some(level), Some(threshold)) if level < threshold => Gate::Passed,
            (Some(_), Some(_)) => Gate::Failed,
            (None, _) => Gate::Undecided(UndecidedReason::Unknown(level.to_string())),
            (_, None) => Gate::Undecided(UndecidedReason::Unknown(threshold.to_string())),
        }
    }
}
