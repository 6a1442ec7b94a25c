use std::io;
use std::process::ExitCode;

use axiomo_analyzer::git::Error;
use axiomo_model::{RiskLevel, UndecidedReason};

/// Why the command ends with something else than success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the risk is {level} ({score:.4}), and --fail-on asks for less than {threshold}")]
    Gate { level: RiskLevel, score: f64, threshold: RiskLevel },
    #[error("whether the risk is below {threshold} cannot be told: {reason}; --fail-on takes that for a failure")]
    GateUndecided { reason: UndecidedReason, threshold: RiskLevel },
    #[error(transparent)]
    Repository(#[from] Error),
    #[error("the result cannot be written: {0}")]
    Output(io::Error),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Gate { .. } | Self::GateUndecided { .. } => 1,
            Self::Repository(Error::PullRequestNotFound { .. }) => 5,
            Self::Repository(Error::Unreadable { .. }) | Self::Output(_) => 6,
            Self::Repository(_) => 2,
        })
    }
}
