//! Options as JavaScript gives them: whoever calls has checked their names and types.

use std::time::Duration;

use axiomo::background::configuration;
use axiomo::{CallOptions, ClientBuilder, Error, Pacing};
use serde::Deserialize;
use tracing::level_filters::LevelFilter;

/// What one call, or one client, does differently. Lengths of time are in milliseconds.
#[derive(Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Options {
    pub(crate) timeout_ms: Option<f64>,
    pub(crate) attempt_timeout_ms: Option<f64>,
    pub(crate) max_wait_ms: Option<f64>,
    pub(crate) max_retries: Option<f64>,
    pub(crate) retry_ambiguous: Option<bool>,
}

impl Options {
    /// From their JSON; null for none.
    pub(crate) fn read(text: Option<&str>) -> Result<Self, Error> {
        text.map_or_else(|| Ok(Self::default()), read)
    }

    pub(crate) fn of_call(&self) -> Result<CallOptions, Error> {
        let mut options = CallOptions::new();
        if let Some(timeout) = length("timeoutMs", self.timeout_ms)? {
            options = options.timeout(timeout);
        }
        if let Some(timeout) = length("attemptTimeoutMs", self.attempt_timeout_ms)? {
            options = options.attempt_timeout(timeout);
        }
        if let Some(longest) = length("maxWaitMs", self.max_wait_ms)? {
            options = options.max_wait(longest);
        }
        if let Some(retries) = count("maxRetries", self.max_retries)? {
            options = options.max_retries(retries);
        }
        if let Some(retry) = self.retry_ambiguous {
            options = options.retry_ambiguous(retry);
        }
        Ok(options)
    }

    pub(crate) fn of_client(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        if let Some(timeout) = length("timeoutMs", self.timeout_ms)? {
            builder = builder.timeout(timeout);
        }
        if let Some(timeout) = length("attemptTimeoutMs", self.attempt_timeout_ms)? {
            builder = builder.attempt_timeout(timeout);
        }
        if let Some(longest) = length("maxWaitMs", self.max_wait_ms)? {
            builder = builder.max_wait(longest);
        }
        if let Some(retries) = count("maxRetries", self.max_retries)? {
            builder = builder.max_retries(retries);
        }
        if let Some(retry) = self.retry_ambiguous {
            builder = builder.retry_ambiguous(retry);
        }
        Ok(builder)
    }
}

/// What the package's own JavaScript wrote.
pub(crate) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| configuration(format!("an option cannot be read: {error}")))
}

/// A length of time in milliseconds.
pub(crate) fn length(name: &str, milliseconds: Option<f64>) -> Result<Option<Duration>, Error> {
    let Some(milliseconds) = milliseconds else { return Ok(None) };
    // Too long for the client's own check to be told: it is as much too long as the longest that can.
    let seconds = milliseconds / 1e3;
    let length = if seconds > 1e12 { Ok(Duration::MAX) } else { Duration::try_from_secs_f64(seconds) };
    length.map(Some).map_err(|_| {
        configuration(format!("{name} is {milliseconds}; expected a number of milliseconds that is not negative"))
    })
}

/// A number of things, which cannot be negative.
pub(crate) fn count(name: &str, number: Option<f64>) -> Result<Option<u32>, Error> {
    let Some(number) = number else { return Ok(None) };
    let whole = number.trunc();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the line before sees to that")]
    if whole.to_bits() == number.to_bits() && (0.0..=f64::from(u32::MAX)).contains(&number) {
        return Ok(Some(whole as u32));
    }
    Err(configuration(format!("{name} is {number}; expected a whole number, 0 or more")))
}

/// How requests are spread out, by its name.
pub(crate) fn pacing(name: Option<&str>) -> Result<Option<Pacing>, Error> {
    name.map(str::parse).transpose()
}

/// A level by its name; all events where there is no such level.
pub(crate) fn level(name: &str) -> LevelFilter {
    name.parse().unwrap_or(LevelFilter::TRACE)
}
