//! The attempts of one call, from the first to the last.

use std::future::Future;
use std::time::{Duration, Instant};

use axiomo_model::{Document, ErrorKind, printable};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::auth::{ApiKey, Credential, Secrets};
use crate::client::Shared;
use crate::clock::{Purpose, after};
use crate::error::Error;
use crate::error_body::read_error_body;
use crate::options::Limits;
use crate::rate_limit::gate::Permit;
use crate::rate_limit::headers::read_rate_limit;
use crate::request::Operation;
use crate::response::{Analysis, Attempt, RateLimit, ResponseMeta, Sent, WaitReason, milliseconds};
use crate::retry::{Class, FailedAttempt, RetryState, class_of_status};
use crate::transport::{Failure, Head};

/// Longer names of requests than this are cut.
const LONGEST_REQUEST_ID: usize = 128;

/// One call under way.
pub(crate) struct Attempts<'c> {
    shared: &'c Shared,
    operation: &'c Operation,
    limits: &'c Limits,
    body: Option<Vec<u8>>,
    idempotency_key: Option<HeaderValue>,
    secrets: Secrets,
    retry: RetryState,
    random: fastrand::Rng,
    started: Instant,
    deadline: Instant,
    timeline: Vec<Attempt>,
    waits: Waits,
    rate_limit: Option<RateLimit>,
}

/// What was waited for since the last attempt.
#[derive(Default)]
struct Waits {
    total: Duration,
    longest: Duration,
    reason: Option<WaitReason>,
}

/// Why something was not waited for any longer.
enum Interruption {
    Elapsed,
    Cancelled,
}

/// An attempt that failed, and what to think of it.
struct Failed {
    error: Error,
    class: Class,
    asked: Option<Duration>,
}

impl<'c> Attempts<'c> {
    pub(crate) fn new(shared: &'c Shared, operation: &'c Operation, limits: &'c Limits) -> Result<Self, Error> {
        let mut secrets = Secrets::default();
        let (body, idempotency_key) = match operation {
            Operation::Analyze(request) => {
                if let Some(token) = request.token() {
                    secrets.add(token);
                }
                let body = request.body().map_err(|error| {
                    Error::invalid_request("the request cannot be written as JSON").with_source(error)
                })?;
                (Some(body), Some(idempotency_key()?))
            }
            Operation::Scan(_) => (None, None),
        };
        let started = shared.clock.now();
        Ok(Self {
            shared,
            operation,
            limits,
            body,
            idempotency_key,
            secrets,
            retry: RetryState {
                max_retries: limits.max_retries,
                retry_ambiguous: limits.retry_ambiguous,
                is_idempotent: operation.is_idempotent(),
                retries: 0,
                has_retried_ambiguous: false,
            },
            random: fastrand::Rng::new(),
            started,
            deadline: after(started, limits.timeout),
            timeline: Vec::new(),
            waits: Waits::default(),
            rate_limit: None,
        })
    }

    /// Makes attempts until one succeeds or no further one is to be made.
    pub(crate) async fn run(mut self) -> Result<Analysis, Error> {
        self.until_done().await.map_err(|mut error| {
            let contents = error.contents_mut();
            contents.sent = self.timeline.iter().map(|attempt| attempt.sent).max().unwrap_or(Sent::No);
            contents.rate_limit = contents.rate_limit.or(self.rate_limit);
            contents.attempts = std::mem::take(&mut self.timeline);
            error
        })
    }

    async fn until_done(&mut self) -> Result<Analysis, Error> {
        let shared = self.shared;
        let mut key = self.within_deadline(shared.credential.key()).await??;
        let mut has_new_key = false;
        loop {
            if let Some(key) = &key {
                self.secrets.add(key);
            }
            let failed = match self.attempt(key.as_ref()).await? {
                Ok(analysis) => return Ok(analysis),
                Err(failed) => failed,
            };
            if failed.error.http_status() == Some(401) && !has_new_key {
                let other = self.within_deadline(shared.credential.replacement(key.as_ref())).await??;
                if other.is_some() {
                    (key, has_new_key) = (other, true);
                    continue;
                }
            }
            self.wait_before_retry(failed).await?;
        }
    }

    /// One attempt, with its wait at the gate before it.
    async fn attempt(&mut self, key: Option<&ApiKey>) -> Result<Result<Analysis, Failed>, Error> {
        let Shared { transport, clock, gate, .. } = self.shared;
        // Reading certificates takes time, which is not the service's.
        let client = transport.client()?;
        let permit = self.cancellable(gate.acquire(clock, self.deadline, self.limits.max_wait)).await??;
        if let Some((length, reason)) = permit.waited {
            self.waits.add(length, reason);
        }
        let began = clock.now();
        let limit = after(began, self.limits.attempt_timeout).min(self.deadline);
        let (body, mut head) = (self.body.clone(), None);
        let exchange = transport.attempt(client, self.operation, key, self.idempotency_key.as_ref(), body, &mut head);
        let outcome = self.until(limit, exchange).await;
        let ended = clock.now();
        let waits = std::mem::take(&mut self.waits);
        let mut attempt = Attempt {
            number: u32::try_from(self.timeline.len() + 1).unwrap_or(u32::MAX),
            started: began - self.started,
            duration: ended - began,
            waited: waits.total,
            wait_reason: waits.reason,
            status: None,
            error_kind: None,
            request_id: None,
            sent: Sent::Yes,
        };
        let (headers, asked) = match head {
            Some(Head { status, mut headers }) => {
                let asked = self.take_headers(status, &mut headers, permit, &mut attempt);
                (headers, asked)
            }
            None => Default::default(),
        };
        let result = match outcome {
            Ok(Ok(body)) => self.judge(headers, body, asked, &attempt),
            Ok(Err(failure)) => Err(self.broken(failure, &mut attempt)),
            Err(interruption) => Err(self.interrupted(&interruption, ended, &mut attempt)),
        };
        attempt.error_kind = result.as_ref().err().map(|failed| failed.error.kind());
        self.log(&attempt);
        self.timeline.push(attempt);
        match result {
            Ok((document, headers)) => Ok(Ok(self.analysis(document, headers))),
            Err(failed) if failed.error.kind() == ErrorKind::Cancelled => Err(failed.error),
            Err(failed) => Ok(Err(failed)),
        }
    }

    /// What an answer means.
    fn judge(
        &self,
        headers: HeaderMap,
        body: Vec<u8>,
        asked: Option<Duration>,
        attempt: &Attempt,
    ) -> Result<(Document, HeaderMap), Failed> {
        if !attempt.status.is_some_and(|status| (200..300).contains(&status)) {
            return Err(self.refused(attempt, &headers, &body, asked));
        }
        let document = String::from_utf8(body)
            .map_err(|_| "the text is not UTF-8".to_owned())
            .and_then(|text| Document::from_json(text).map_err(|error| error.to_string()));
        let document = document.map_err(|problem| {
            let problem = self.secrets.redact(&problem);
            let mut error =
                Error::local(ErrorKind::Decode, format!("the answer is a success but no analysis: {problem}"));
            self.fill(&mut error, attempt);
            Failed { error, class: Class::Final, asked: None }
        })?;
        Ok((document, headers))
    }

    fn analysis(&mut self, document: Document, headers: HeaderMap) -> Analysis {
        let last = self.timeline.last();
        let meta = ResponseMeta {
            status: last.and_then(|attempt| attempt.status).unwrap_or_default(),
            request_id: last.and_then(|attempt| attempt.request_id.clone()),
            rate_limit: self.rate_limit,
            decode_warnings: Vec::new(),
            headers,
            attempts: std::mem::take(&mut self.timeline),
            elapsed: self.shared.clock.now() - self.started,
        };
        Analysis::new(document, meta)
    }

    /// Notes what the head of an answer tells, and gives the wait that it asks for.
    fn take_headers(
        &mut self,
        status: u16,
        headers: &mut HeaderMap,
        permit: Permit<'_>,
        attempt: &mut Attempt,
    ) -> Option<Duration> {
        let reading = read_rate_limit(headers);
        self.secrets.redact_headers(headers);
        let request_id = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        // Such a text is ASCII, so that it can be cut anywhere.
        attempt.request_id = request_id.map(|id| printable(id.get(..LONGEST_REQUEST_ID).unwrap_or(id)));
        attempt.status = Some(status);
        self.rate_limit = permit.complete(&self.shared.clock, reading, status).or(self.rate_limit);
        if status == 429 { reading.wait() } else { reading.retry_after }
    }

    /// The error for an answer that is no success.
    fn refused(&self, attempt: &Attempt, headers: &HeaderMap, body: &[u8], asked: Option<Duration>) -> Failed {
        let status = attempt.status.unwrap_or_default();
        let kind = ErrorKind::for_status(status).unwrap_or(ErrorKind::Server);
        // Before a long text is cut, which could leave a part of a secret, and again when it is read.
        let said = read_error_body(self.secrets.redact(&String::from_utf8_lossy(body)).as_bytes());
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let said_message = said.message.unwrap_or_else(|| reason.unwrap_or("no reason was given").to_owned());
        let said_message = self.secrets.redact(&said_message);
        let code = said.code.map(|code| self.secrets.redact(&code).into_owned());
        let has_key = !matches!(self.shared.credential, Credential::Anonymous);
        let (message, code) = match (kind, status) {
            (_, 300..=399) => (self.redirect(headers), Some("unexpected_redirect".to_owned())),
            (ErrorKind::Authentication, _) if has_key => (
                format!("the service refused the API key: {said_message}; check that it is whole and not revoked"),
                code,
            ),
            (ErrorKind::Authentication, _) => {
                (format!("the service wants an API key: {said_message}; set AXIOMO_API_KEY"), code)
            }
            (ErrorKind::Permission, _) => (format!("the service does not allow this: {said_message}"), code),
            (ErrorKind::NotFound, _) => (
                format!("the service finds no such thing: {said_message}; check the address, and who may see it"),
                code,
            ),
            (ErrorKind::RateLimited, _) => {
                let when = asked.map(|wait| format!("; try again in {} s", wait.as_secs_f64().ceil()));
                (format!("the rate limit is used up: {said_message}{}", when.unwrap_or_default()), code)
            }
            (ErrorKind::Timeout, _) => (format!("the service gave up waiting for the request: {said_message}"), code),
            (ErrorKind::Server, _) => (format!("the service failed: {said_message}"), code),
            _ => (format!("the service refused the request: {said_message}"), code),
        };
        let mut error = Error::local(kind, message);
        self.fill(&mut error, attempt);
        let contents = error.contents_mut();
        contents.code = code;
        contents.retry_after = asked;
        Failed { error, class: class_of_status(status, asked.is_some()), asked }
    }

    fn redirect(&self, headers: &HeaderMap) -> String {
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| self.shared.transport.settings().base_url.url.join(target).ok());
        // Only the origin: the rest may hold anything.
        let target = target.map_or_else(|| "nowhere".to_owned(), |target| target.origin().ascii_serialization());
        format!(
            "the service redirects to {target}, which is not followed, so that the key stays with the service; check the base URL"
        )
    }

    /// What the transport failed with.
    fn broken(&self, failure: Failure, attempt: &mut Attempt) -> Failed {
        let Failure { kind, code, message, class, sent, source } = failure;
        attempt.sent = sent;
        let message = self.secrets.redact(&message).into_owned();
        let mut error = Error::local(kind, message);
        self.fill(&mut error, attempt);
        if let Some(source) = source {
            error = error.with_source(source);
        }
        error.contents_mut().code = Some(code.to_owned());
        Failed { error, class, asked: None }
    }

    /// What a time limit or a cancellation did to an attempt, which may have reached the service.
    fn interrupted(&self, interruption: &Interruption, now: Instant, attempt: &mut Attempt) -> Failed {
        attempt.sent = if attempt.status.is_some() { Sent::Yes } else { Sent::Maybe };
        let (mut error, class) = match interruption {
            Interruption::Cancelled => (cancelled(), Class::Final),
            Interruption::Elapsed if now >= self.deadline => (self.out_of_time(), Class::Final),
            Interruption::Elapsed => {
                let seconds = self.limits.attempt_timeout.as_secs_f64();
                let message =
                    format!("no whole answer came within {seconds} s, the time of one attempt (attempt_timeout)");
                let mut error = Error::local(ErrorKind::Timeout, message);
                error.contents_mut().code = Some("attempt_timeout".to_owned());
                // The service may still be at it, and would be asked to do it all again.
                let class = if self.operation.is_idempotent() { Class::Transient } else { Class::Final };
                (error, class)
            }
        };
        self.fill(&mut error, attempt);
        Failed { error, class, asked: None }
    }

    /// Waits for the next attempt, or returns the error when there is to be none.
    async fn wait_before_retry(&mut self, failed: Failed) -> Result<(), Error> {
        let clock = &self.shared.clock;
        let now = clock.now();
        let took = self.timeline.last().map(|attempt| attempt.duration).unwrap_or_default();
        let left = self.deadline.saturating_duration_since(now);
        let failed_attempt =
            FailedAttempt { class: failed.class, took, asked: failed.asked, left, max_wait: self.limits.max_wait };
        let Some((wait, reason)) = self.retry.next(failed_attempt, &mut self.random) else { return Err(failed.error) };
        tracing::debug!(
            target: "axiomo",
            error = %failed.error.kind(),
            wait_ms = milliseconds(wait),
            reason = %reason,
            "retry"
        );
        self.cancellable(clock.sleep_until(after(now, wait), Purpose::Wait(reason))).await?;
        self.waits.add(wait, reason);
        Ok(())
    }

    /// Waits for something, but not beyond the call's time, nor after a cancellation.
    async fn within_deadline<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        self.until(self.deadline, future).await.map_err(|interruption| match interruption {
            Interruption::Cancelled => cancelled(),
            Interruption::Elapsed => self.out_of_time(),
        })
    }

    /// Waits for something, but not after a cancellation.
    async fn cancellable<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        let Some(handle) = &self.limits.cancel else { return Ok(future.await) };
        tokio::select! {
            biased;
            () = handle.cancelled() => Err(cancelled()),
            value = future => Ok(value),
        }
    }

    async fn until<T>(&self, limit: Instant, future: impl Future<Output = T>) -> Result<T, Interruption> {
        let timed = async {
            tokio::select! {
                biased;
                value = future => Ok(value),
                () = self.shared.clock.sleep_until(limit, Purpose::Limit) => Err(Interruption::Elapsed),
            }
        };
        self.cancellable(timed).await.unwrap_or(Err(Interruption::Cancelled))
    }

    fn out_of_time(&self) -> Error {
        let seconds = self.limits.timeout.as_secs_f64();
        let mut error = Error::local(
            ErrorKind::Timeout,
            format!("no whole answer came within {seconds} s, the time of the whole call (timeout)"),
        );
        let contents = error.contents_mut();
        contents.local = false;
        contents.code = Some("timeout".to_owned());
        error
    }

    /// Adds what the answer's head told, if there was one, to the error of its attempt.
    fn fill(&self, error: &mut Error, attempt: &Attempt) {
        let contents = error.contents_mut();
        contents.local = false;
        contents.http_status = attempt.status;
        contents.request_id.clone_from(&attempt.request_id);
        contents.rate_limit = self.rate_limit;
    }

    /// What may be logged of an attempt, under OpenTelemetry's names where it has one: no address, no
    /// header, no body.
    fn log(&self, attempt: &Attempt) {
        tracing::debug!(
            target: "axiomo",
            {
                http.request.method = %self.operation.method(),
                url.template = self.operation.path_template(),
                http.request.resend_count = attempt.number - 1,
                http.response.status_code = attempt.status,
                error.type = attempt.error_kind.map(ErrorKind::as_str),
                request_id = attempt.request_id.as_deref(),
                duration_ms = milliseconds(attempt.duration),
                sent = %attempt.sent,
            },
            "request"
        );
    }
}

impl Waits {
    fn add(&mut self, length: Duration, reason: WaitReason) {
        self.total += length;
        if length > self.longest {
            self.longest = length;
            self.reason = Some(reason);
        }
    }
}

fn cancelled() -> Error {
    let mut error = Error::local(ErrorKind::Cancelled, "the call was cancelled");
    error.contents_mut().local = false;
    error
}

/// A name for this call under which the service knows its attempts to be one request.
fn idempotency_key() -> Result<HeaderValue, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::configuration(format!("the system gives no random numbers: {error}")))?;
    let text = format!("{:032x}", u128::from_ne_bytes(bytes));
    HeaderValue::try_from(text).map_err(|error| Error::configuration("no idempotency key").with_source(error))
}
