use std::io;
use std::process::ExitCode;

use axiomo_analyzer::git::Error as RepositoryError;
use axiomo_model::{ErrorKind, RiskLevel, UndecidedReason};
use serde_json::json;

/// Why the command ends with something else than success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the risk is {level}{}, and --fail-on asks for less than {threshold}", shown(*score))]
    Gate { level: RiskLevel, score: Option<f64>, threshold: RiskLevel },
    #[error("whether the risk is below {threshold} cannot be told: {reason}; --fail-on takes that for a failure")]
    GateUndecided { reason: UndecidedReason, threshold: RiskLevel },
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    #[error(transparent)]
    Service(#[from] axiomo::Error),
    #[error(transparent)]
    Server(#[from] axiomo_mock_server::RunError),
    #[error("{0}")]
    Configuration(String),
    #[error("interrupted")]
    Interrupted,
    #[error("{message}")]
    Batch { message: String, exit_code: u8 },
    #[error("the result cannot be written: {0}")]
    Output(io::Error),
    #[error("{what}: {source}")]
    System { what: &'static str, source: io::Error },
}

fn shown(score: Option<f64>) -> String {
    score.map(|score| format!(" ({score:.4})")).unwrap_or_default()
}

/// The exit code for a failed call.
pub(crate) fn code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Authentication | ErrorKind::Permission => 3,
        ErrorKind::RateLimited => 4,
        ErrorKind::NotFound => 5,
        ErrorKind::Configuration | ErrorKind::InvalidRequest => 2,
        ErrorKind::Cancelled => 130,
        _ => 6,
    }
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Gate { .. } | Self::GateUndecided { .. } => 1,
            Self::Server(error) => error.exit_code(),
            Self::Interrupted => 130,
            Self::Batch { exit_code, .. } => *exit_code,
            _ => code_of(self.kind()),
        })
    }

    /// The failure in the words that all parts of the product share.
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Service(error) => error.kind(),
            Self::Repository(RepositoryError::PullRequestNotFound { .. }) => ErrorKind::NotFound,
            Self::Repository(RepositoryError::Unreadable { .. })
            | Self::Output(_)
            | Self::System { .. }
            | Self::Server(_) => ErrorKind::Server,
            Self::Repository(_) | Self::Gate { .. } | Self::GateUndecided { .. } | Self::Batch { .. } => {
                ErrorKind::InvalidRequest
            }
            Self::Configuration(_) => ErrorKind::Configuration,
            Self::Interrupted => ErrorKind::Cancelled,
        }
    }

    /// The failure as one JSON object. A gate that fails is no error of a call, and says so by its kind.
    pub(crate) fn json(&self) -> String {
        let value = match self {
            Self::Service(error) => return serde_json::to_string(error).unwrap_or_default(),
            Self::Gate { .. } | Self::GateUndecided { .. } => json!({"kind": "gate", "message": self.to_string()}),
            _ => json!({
                "kind": self.kind().as_str(), "message": self.to_string(), "http_status": null, "code": null,
                "request_id": null, "retry_after_ms": null, "reset_at": null, "queue_depth": null, "local": true,
                "rate_limit": null, "attempts": [], "sent": "no",
            }),
        };
        value.to_string()
    }
}
