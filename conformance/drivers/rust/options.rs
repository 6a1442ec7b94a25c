//! Options by the names that they have in `spec/model.yaml`, lengths of time in seconds with `_s`.

use std::collections::BTreeMap;
use std::time::Duration;

use axiomo::{CallOptions, ClientBuilder, Pacing};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Options {
    #[serde(rename = "timeout_s")]
    timeout: Option<Seconds>,
    #[serde(rename = "attempt_timeout_s")]
    attempt_timeout: Option<Seconds>,
    #[serde(rename = "connect_timeout_s")]
    connect_timeout: Option<Seconds>,
    #[serde(rename = "max_wait_s")]
    max_wait: Option<Seconds>,
    max_retries: Option<u32>,
    retry_ambiguous: Option<bool>,
    pacing: Option<PacingName>,
    user_agent_suffix: Option<String>,
    allow_insecure_http: Option<bool>,
    default_headers: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Seconds(f64);

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PacingName {
    Eager,
    Smooth,
    Off,
}

macro_rules! set {
    ($target:ident, $options:expr, $($name:ident)*) => {
        $(if let Some(value) = &$options.$name {
            $target = $target.$name(value.clone().into());
        })*
    };
}

impl Options {
    pub(crate) fn of_client(&self, mut builder: ClientBuilder) -> ClientBuilder {
        set!(builder, self, timeout attempt_timeout connect_timeout max_wait max_retries retry_ambiguous pacing);
        set!(builder, self, allow_insecure_http);
        if let Some(suffix) = &self.user_agent_suffix {
            builder = builder.user_agent_suffix(suffix);
        }
        self.default_headers.iter().fold(builder, |builder, (name, value)| builder.default_header(name, value))
    }

    pub(crate) fn of_call(&self, mut options: CallOptions) -> CallOptions {
        set!(options, self, timeout attempt_timeout max_wait max_retries retry_ambiguous);
        options
    }
}

impl From<Seconds> for Duration {
    fn from(Seconds(count): Seconds) -> Self {
        Self::try_from_secs_f64(count).unwrap_or_default()
    }
}

impl From<PacingName> for Pacing {
    fn from(name: PacingName) -> Self {
        match name {
            PacingName::Eager => Self::Eager,
            PacingName::Smooth => Self::Smooth,
            PacingName::Off => Self::Off,
        }
    }
}
