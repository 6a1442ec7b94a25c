use std::fmt;

use axiomo::Error;
use axiomo::background::bridge::failure;
use axiomo::background::configuration;

/// What is wrong with what was given: the error in its wire form, and what caused it, in JSON.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum Failure {
    /// Nothing was sent.
    Refused {
        /// `{"error": {…}, "causes": […]}`
        detail: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused { detail } = self;
        formatter.write_str(detail)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused { detail: failure(&error) }
    }
}

/// What is wrong with a setting, and only the other language can tell: an error of the kind `configuration`.
#[uniffi::export]
pub fn refuse(message: String) -> Result<(), Failure> {
    Err(configuration(message).into())
}
