//! The clients that are compared.

mod aws;
mod bare;
mod governed;
mod openai;
mod ours;
mod reqwest_retry;

use std::time::Duration;

use crate::scenario::Scenario;
use crate::service::Call;
use crate::world::{Run, run};

/// What one process has.
pub(crate) trait Client: 'static {
    /// Makes a call; gives whether there was an analysis in the end.
    async fn call(&self, call: &Call<'_>) -> bool;
}

/// How a client without a rate limiter that reads the headers deals with refusals.
pub(crate) trait Policy: 'static {
    /// Waits until a request may leave.
    async fn leave(&self, _: &Call<'_>) {}

    /// How long to wait before the next attempt when so many were refused, the last one included; none to
    /// give up.
    fn wait(&self, refusals: u32, retry_after: Option<Duration>, chance: f64) -> Option<Duration>;

    /// An attempt was answered.
    fn answered(&self) {}
}

impl<P: Policy> Client for P {
    async fn call(&self, call: &Call<'_>) -> bool {
        let mut refusals = 0;
        loop {
            self.leave(call).await;
            let answer = call.attempt().await;
            if !answer.is_refused() {
                self.answered();
                return true;
            }
            refusals += 1;
            let Some(wait) = self.wait(refusals, answer.retry_after(), call.chance()) else { return false };
            call.clock().sleep(wait).await;
        }
    }
}

/// Which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Governed,
    Bare,
    ReqwestRetry,
    OpenAi,
    Aws,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Ours, Self::Governed, Self::Bare, Self::ReqwestRetry, Self::OpenAi, Self::Aws];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "axiomo",
            Self::Governed => "governor, one a second",
            Self::Bare => "sleep on 429, try again",
            Self::ReqwestRetry => "reqwest-retry",
            Self::OpenAi => "openai-python's policy",
            Self::Aws => "AWS SDK for Rust's policy",
        }
    }

    pub(crate) fn run(self, scenario: &Scenario, seed: u64) -> Run {
        match self {
            Self::Ours => run(scenario, seed, ours::Ours::new),
            Self::Governed => run(scenario, seed, governed::Governed::new),
            Self::Bare => run(scenario, seed, |_| bare::Bare),
            Self::ReqwestRetry => run(scenario, seed, |_| reqwest_retry::Exponential),
            Self::OpenAi => run(scenario, seed, |_| openai::OpenAi),
            Self::Aws => run(scenario, seed, |_| aws::Standard::default()),
        }
    }
}

#[cfg(test)]
mod tests;
