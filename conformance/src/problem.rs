//! What is wrong with a scenario that was run.

use std::fmt;

use serde::Serialize;

use crate::driver::DriverError;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Of which kind it is.
    pub kind: Kind,
    /// Where the scenario says otherwise, what was expected and what was seen.
    pub message: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A call did not end as it should have.
    Expectation,
    /// Other requests came over the wire.
    Wire,
    /// Something else was waited for.
    Waits,
    /// There were other connections.
    Connections,
    /// What must not be shown was shown.
    Never,
    /// A part of the script was not used.
    ScriptLeft,
    /// What was waited for did not happen.
    Unreached,
    /// A call was still open in the end.
    OpenCall,
    /// Nothing was logged, so that nothing could be found in it.
    NoLog,
    /// The driver died, or did not do what it was told.
    Driver,
    /// The server did not do what it was told, or time could not pass.
    Server,
    /// It took too long in real time.
    Time,
    /// It was expected to fail.
    ExpectedFailure,
}

impl Problem {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn server(error: impl fmt::Display) -> Self {
        Self::new(Kind::Server, error.to_string())
    }
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expectation => "expectation",
            Self::Wire => "wire",
            Self::Waits => "waits",
            Self::Connections => "connections",
            Self::Never => "never",
            Self::ScriptLeft => "script_left",
            Self::Unreached => "unreached",
            Self::OpenCall => "open_call",
            Self::NoLog => "no_log",
            Self::Driver => "driver",
            Self::Server => "server",
            Self::Time => "time",
            Self::ExpectedFailure => "expected_failure",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.kind.as_str(), self.message)
    }
}

impl From<DriverError> for Problem {
    fn from(error: DriverError) -> Self {
        Self::new(Kind::Driver, error.to_string())
    }
}
