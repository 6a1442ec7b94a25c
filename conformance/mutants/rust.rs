//! Defects that the driver of the Rust client builds in by name, each of which a scenario has to notice: the client
//! goes on as before, and what is done wrong is done around it.

use std::str::FromStr;

use axiomo::{Analysis, Call, Client, ClientBuilder, Error, ErrorKind};
use serde_json::{Value, json};

/// One defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// Sends a request again at once that may have been processed.
    RetriesBlindly,
    /// Asks again at once, whatever the service said of when.
    IgnoresRetryAfter,
    /// Takes the moment of a reset for a length, which is longer than anybody waits.
    ReadsEpochAsDelta,
    /// Follows a redirect, with the key.
    LeaksKeyAcrossRedirect,
    /// Writes the key to the log.
    LogsKey,
    /// Takes the beginning of an answer for all of it.
    AcceptsTruncatedBody,
}

/// A client and what is wrong with how it is called.
pub(crate) struct Mutated<M, T> {
    pub(crate) client: Client,
    pub(crate) mutant: Option<Mutant>,
    /// Makes another client like this one, at another address if one is given.
    pub(crate) make: M,
    /// Tells of a result that is nobody's: each that the client gives is told of.
    pub(crate) tell: T,
}

impl FromStr for Mutant {
    type Err = std::io::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match name {
            "retries-blindly" => Self::RetriesBlindly,
            "ignores-retry-after" => Self::IgnoresRetryAfter,
            "reads-epoch-as-delta" => Self::ReadsEpochAsDelta,
            "leaks-key-across-redirect" => Self::LeaksKeyAcrossRedirect,
            "logs-key" => Self::LogsKey,
            "accepts-truncated-body" => Self::AcceptsTruncatedBody,
            _ => return Err(std::io::Error::other(format!("there is no mutant `{name}`"))),
        })
    }
}

impl Mutant {
    /// What is wrong from the beginning.
    pub(crate) fn of_client(self, builder: ClientBuilder, key: Option<&str>) -> ClientBuilder {
        match self {
            Self::LogsKey => tracing::info!(target: "axiomo", key, "open"),
            // What the client would do about a refusal is done wrong instead.
            Self::IgnoresRetryAfter | Self::ReadsEpochAsDelta => return builder.max_retries(0),
            _ => {}
        }
        builder
    }
}

impl<M: Fn(Option<&str>) -> Result<Client, Error>, T: Fn()> Mutated<M, T> {
    /// Calls the client. What it gives is shown as the driver shows it.
    pub(crate) async fn call(
        self,
        call: impl Fn(&Client) -> Call,
        show: impl Fn(&Analysis) -> Value,
    ) -> Result<Value, Error> {
        let error = match call(&self.client).await {
            Ok(analysis) => return Ok(show(&analysis)),
            Err(error) => error,
        };
        let is_limited = error.kind() == ErrorKind::RateLimited;
        let again = match self.mutant {
            Some(Mutant::RetriesBlindly) if error.kind() == ErrorKind::Connection => self.client,
            Some(Mutant::IgnoresRetryAfter) if is_limited => (self.make)(None)?,
            Some(Mutant::ReadsEpochAsDelta) if !is_limited && error.http_status() >= Some(500) => (self.make)(None)?,
            Some(Mutant::LeaksKeyAcrossRedirect) => match origin(&error) {
                Some(origin) => (self.make)(Some(&format!("{origin}/api")))?,
                None => return Err(error),
            },
            Some(Mutant::AcceptsTruncatedBody) if error.code() == Some("truncated") => {
                return Ok(json!({"ok": {"signal_id": null, "signal": {}}, "meta": {"status": error.http_status()}}));
            }
            _ => return Err(error),
        };
        (self.tell)();
        Ok(show(&call(&again).await?))
    }
}

/// Where a redirect leads, as its error tells.
fn origin(error: &Error) -> Option<String> {
    let text = error.to_string();
    let begin = text.find("http").filter(|_| error.code() == Some("unexpected_redirect"))?;
    let is_of_it = |letter: char| letter.is_ascii_alphanumeric() || ":/.".contains(letter);
    Some(text.get(begin..)?.chars().take_while(|letter| is_of_it(*letter)).collect())
}
