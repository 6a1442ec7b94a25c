//! What comes of one attempt: an analysis, or an error and what to think of it.

use std::time::Duration;

use axiomo_model::ErrorKind;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use crate::auth::{Credential, Secrets};
use crate::client::Shared;
use crate::error::Error;
use crate::error_body::read_redacted;
use crate::options::Limits;
use crate::request::Operation;
use crate::response::{Reading, Sent};
use crate::retry::{Class, class_of_status};
use crate::transport::Failure;

/// An attempt that failed, and what to think of it.
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) class: Class,
    /// How long the service asks to wait.
    pub(crate) asked: Option<Duration>,
    /// Whether the request reached the service.
    pub(crate) sent: Sent,
}

/// Why something was not waited for any longer.
#[derive(Clone, Copy)]
pub(crate) enum Interruption {
    Elapsed,
    Cancelled,
}

/// What the attempts of a call are judged by.
pub(crate) struct Judge<'c> {
    pub(crate) shared: &'c Shared,
    pub(crate) operation: &'c Operation,
    pub(crate) limits: &'c Limits,
    pub(crate) secrets: &'c Secrets,
}

impl Judge<'_> {
    /// What an answer means: an analysis, which is read into what is given, with the paths of what cannot be read, or an
    /// error.
    pub(crate) fn answer(
        &self,
        status: u16,
        headers: &HeaderMap,
        body: Vec<u8>,
        asked: Option<Duration>,
        into: &mut dyn Reading,
    ) -> Result<Vec<String>, Failed> {
        if !(200..300).contains(&status) {
            return Err(self.refused(status, headers, &body, asked));
        }
        let read = String::from_utf8(body)
            .map_err(|_| "the text is not UTF-8".to_owned())
            .and_then(|text| into.read(text).map_err(|error| error.to_string()));
        read.map_err(|problem| {
            let message = format!("the answer is a success but no analysis: {problem}; check the base URL");
            Failed {
                error: Error::local(ErrorKind::Decode, message),
                class: Class::Final,
                asked: None,
                sent: Sent::Yes,
            }
        })
    }

    /// The error for an answer that is no success.
    fn refused(&self, status: u16, headers: &HeaderMap, body: &[u8], asked: Option<Duration>) -> Failed {
        let kind = ErrorKind::for_status(status).unwrap_or(ErrorKind::Server);
        let said = read_redacted(body, &|text| self.secrets.redact_in_place(text));
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let said_message = said.message.unwrap_or_else(|| reason.unwrap_or("no reason was given").to_owned());
        let has_key = !matches!(self.shared.credential, Credential::Anonymous);
        let message = match (kind, status) {
            (_, 300..=399) => self.redirect(headers),
            (ErrorKind::Authentication, _) if has_key => {
                format!("the service refused the API key: {said_message}; check that it is whole and not revoked")
            }
            (ErrorKind::Authentication, _) => {
                format!("the service wants an API key: {said_message}; set AXIOMO_API_KEY")
            }
            (ErrorKind::Permission, _) => {
                format!(
                    "the service does not allow this: {said_message}; check what the key, or the access token, may do"
                )
            }
            (ErrorKind::NotFound, _) => {
                format!("the service finds no such thing: {said_message}; check the address, and who may see it")
            }
            (ErrorKind::RateLimited, _) => {
                let when = asked.map(|wait| format!("; try again in {} s", wait.as_secs_f64().ceil()));
                format!("the rate limit is used up: {said_message}{}", when.unwrap_or_default())
            }
            (ErrorKind::Timeout, _) => {
                format!("the service gave up waiting for the request: {said_message}; check the network, or try again")
            }
            (ErrorKind::Server, _) => format!("the service failed: {said_message}; try again later"),
            _ => format!("the service refused the request: {said_message}"),
        };
        let mut error = Error::local(kind, message);
        let contents = error.contents_mut();
        contents.code = if (300..400).contains(&status) { Some("unexpected_redirect".to_owned()) } else { said.code };
        contents.retry_after = asked;
        Failed { error, class: class_of_status(status, asked.is_some()), asked, sent: Sent::Yes }
    }

    fn redirect(&self, headers: &HeaderMap) -> String {
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| self.shared.transport.settings().base_url.url.join(target).ok());
        // Only the origin: the rest may hold anything.
        let target = target.map_or_else(|| "nowhere".to_owned(), |target| target.origin().ascii_serialization());
        format!(
            "the service redirects to {target}, which is not followed, so that the key stays with the service; check \
             the base URL"
        )
    }

    /// What a time limit or a cancellation did to an attempt.
    pub(crate) fn interrupted(&self, interruption: Interruption, is_over: bool, sent: Sent) -> Failed {
        let (error, class) = match interruption {
            Interruption::Cancelled => (cancelled(), Class::Final),
            Interruption::Elapsed if is_over => (out_of_time(self.limits), Class::Final),
            Interruption::Elapsed => {
                let seconds = self.limits.attempt_timeout.as_secs_f64();
                let what = format!("{seconds} s, the time of one attempt (attempt_timeout)");
                // The service may still be at it, and would be asked to do it all again.
                let is_safe = self.operation.is_idempotent() || sent == Sent::No;
                let class = if is_safe { Class::Transient } else { Class::Final };
                (timed_out(&what, &["attempt_timeout"]), class)
            }
        };
        Failed { error, class, asked: None, sent }
    }
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let Failure { kind, code, message, class, sent, source } = failure;
        let mut error = Error::local(kind, message);
        if let Some(source) = source {
            error = error.with_source(source);
        }
        error.contents_mut().code = Some(code.to_owned());
        Self { error, class, asked: None, sent }
    }
}

/// The time of the whole call is over.
pub(crate) fn out_of_time(limits: &Limits) -> Error {
    let seconds = limits.timeout.as_secs_f64();
    timed_out(&format!("{seconds} s, the time of the whole call (timeout)"), &["timeout"])
}

/// The limit is that of an option, whose name is the error's code.
fn timed_out(limit: &str, option: &'static [&'static str; 1]) -> Error {
    let message = format!("no whole answer came within {limit}; allow more, or try again later");
    let mut error = Error::local(ErrorKind::Timeout, message).naming(option);
    let contents = error.contents_mut();
    contents.local = false;
    contents.code = Some(option[0].to_owned());
    error
}

/// Somebody wants the call no longer.
pub(crate) fn cancelled() -> Error {
    let mut error = Error::local(ErrorKind::Cancelled, "the call was cancelled");
    error.contents_mut().local = false;
    error
}
