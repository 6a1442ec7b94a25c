//! The attempts of one call, from the first to the last.

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use axiomo_model::{ErrorKind, printable};
use http::{HeaderMap, HeaderValue};

use crate::auth::{ApiKey, Secrets};
use crate::cancel::{self, CancelHandle};
use crate::client::Shared;
use crate::clock::{FAR, Purpose, after};
use crate::error::Error;
use crate::options::Limits;
use crate::outcome::{Failed, Interruption, Judge, cancelled, out_of_time};
use crate::rate_limit::Priority;
use crate::rate_limit::headers::RateLimitReading;
use crate::rate_limit::permit::Permit;
use crate::request::Operation;
use crate::response::{Attempt, RateLimit, Reading, ResponseMeta, Sent, WaitReason, milliseconds};
use crate::retry::{FailedAttempt, RetryState};
use crate::transport::Outgoing;

/// Longer names of requests than this are cut.
const LONGEST_REQUEST_ID: usize = 128;

/// One call under way.
pub(crate) struct Attempts<'c> {
    shared: &'c Shared,
    operation: &'c Operation,
    limits: &'c Limits,
    /// Lets no further attempt of a batch's call begin; none for a call of its own.
    closing: Option<&'c CancelHandle>,
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
            closing: None,
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

    /// Makes it one call of a batch: it lets others go first, queueing counts neither in its time nor as a
    /// wait that may be too long, and once the batch is closing it makes no further attempt.
    pub(crate) fn of_batch(mut self, closing: &'c CancelHandle) -> Self {
        self.closing = Some(closing);
        self
    }

    /// Makes attempts until one succeeds or no further one is to be made.
    pub(crate) async fn run(mut self, into: &mut dyn Reading) -> Result<ResponseMeta, Error> {
        self.until_done(into).await.map_err(|mut error| {
            let contents = error.contents_mut();
            contents.sent = self.timeline.iter().map(|attempt| attempt.sent).max().unwrap_or(Sent::No);
            contents.rate_limit = contents.rate_limit.or(self.rate_limit);
            contents.attempts = std::mem::take(&mut self.timeline);
            error
        })
    }

    async fn until_done(&mut self, into: &mut dyn Reading) -> Result<ResponseMeta, Error> {
        let shared = self.shared;
        let mut key = self.within_deadline(shared.credential.key()).await??;
        let mut has_new_key = false;
        loop {
            if let Some(key) = &key {
                self.secrets.add(key);
            }
            let failed = match self.attempt(key.as_ref(), into).await? {
                Ok(meta) => return Ok(meta),
                Err(failed) => failed,
            };
            if failed.error.http_status() == Some(401) && !has_new_key {
                match self.within_deadline(shared.credential.replacement(key.as_ref())).await? {
                    Ok(None) => {}
                    Ok(other) => {
                        (key, has_new_key) = (other, true);
                        continue;
                    }
                    Err(reason) => return Err(failed.error.without_another_key(&reason)),
                }
            }
            self.wait_before_retry(failed).await?;
        }
    }

    /// One attempt, with its wait at the gate before it.
    async fn attempt(
        &mut self,
        key: Option<&ApiKey>,
        into: &mut dyn Reading,
    ) -> Result<Result<ResponseMeta, Failed>, Error> {
        let Shared { transport, clock, rate_limiter, .. } = self.shared;
        // Reading certificates takes time, which is not the service's.
        let client = transport.client()?;
        let latest = self.latest_departure();
        let (permit, began, limit, sending, answer) = loop {
            let permit = self.while_open(pin!(rate_limiter.acquire(self.priority(), latest))).await??;
            if let Some((length, reason)) = permit.waited() {
                self.queued(length, reason);
            }
            let began = clock.now();
            if began >= self.deadline {
                // Nothing is sent for which there is no time, and nothing is said to have been.
                return Err(out_of_time(self.limits));
            }
            let limit = after(began, self.limits.attempt_timeout).min(self.deadline);
            let body = self.body.clone();
            // A request without a body is not seen leaving.
            if body.is_none() && permit.sent().is_err() {
                continue;
            }
            let (method, url) = (self.operation.method(), transport.url(self.operation));
            let idempotency_key = self.idempotency_key.as_ref().and_then(|key| key.to_str().ok());
            let sending = clock.send(&method, url.path(), idempotency_key);
            let exchange = transport.send(
                client,
                (method, url),
                key,
                self.idempotency_key.as_ref(),
                body.map(|body| Outgoing::new(body, permit.departure())),
            );
            // Pinned, since each future that is given another by value keeps room for it of its own.
            let answer = self.until(limit, pin!(exchange)).await;
            if permit.is_withdrawn()
                && let Ok(Err(failure)) = &answer
            {
                // While it connected, another request was refused. The service has not seen it whole: this was no attempt.
                if !failure.is_held_back() {
                    permit.left_anyway();
                }
                drop(sending);
                self.queued(clock.now() - began, WaitReason::Penalty);
                continue;
            }
            break (permit, began, limit, sending, answer);
        };
        if self.operation.is_idempotent() {
            // It has no work to do: it left shortly before.
            let _ = permit.sent();
        }
        let mut attempt = self.begun(began);
        let has_left = permit.has_left();
        let (mut headers, mut asked) = (HeaderMap::new(), None);
        let outcome = match answer {
            Ok(Ok(mut answer)) => {
                headers = std::mem::take(&mut answer.headers);
                // Before the body, which may take long: a refusal is everybody's at once.
                asked = self.take_headers(answer.status, &mut headers, permit, &mut attempt);
                self.until(limit, pin!(answer.body())).await
            }
            Ok(Err(failure)) => {
                if failure.sent == Sent::No {
                    permit.unsent();
                }
                Ok(Err(failure))
            }
            Err(interruption) => Err(interruption),
        };
        drop(sending);
        let ended = clock.now();
        attempt.duration = ended - began;
        let judge =
            Judge { shared: self.shared, operation: self.operation, limits: self.limits, secrets: &self.secrets };
        let judged = match outcome {
            Ok(Ok(body)) => judge.answer(attempt.status.unwrap_or_default(), &headers, body, asked, into),
            Ok(Err(failure)) => Err(failure.into()),
            Err(interruption) => {
                let sent = match attempt.status {
                    Some(_) => Sent::Yes,
                    None if has_left => Sent::Maybe,
                    None => Sent::No,
                };
                Err(judge.interrupted(interruption, ended >= self.deadline, sent))
            }
        };
        let result = judged.map_err(|mut failed| {
            (attempt.error_kind, attempt.sent) = (Some(failed.error.kind()), failed.sent);
            self.fill(&mut failed.error, &attempt);
            failed
        });
        self.log(&attempt);
        self.timeline.push(attempt);
        match result {
            Ok(decode_warnings) => Ok(Ok(self.meta(decode_warnings, headers))),
            Err(failed) if failed.error.kind() == ErrorKind::Cancelled => Err(failed.error),
            Err(failed) => Ok(Err(failed)),
        }
    }

    /// An attempt of which is known when it began, and what was waited for before it.
    fn begun(&mut self, began: Instant) -> Attempt {
        let waits = std::mem::take(&mut self.waits);
        Attempt {
            number: u32::try_from(self.timeline.len() + 1).unwrap_or(u32::MAX),
            started: began - self.started,
            duration: Duration::ZERO,
            waited: waits.total,
            wait_reason: waits.reason,
            status: None,
            error_kind: None,
            request_id: None,
            sent: Sent::Yes,
        }
    }

    fn priority(&self) -> Priority {
        if self.closing.is_some() { Priority::Batch } else { Priority::Single }
    }

    /// When the next attempt has to leave at the latest.
    fn latest_departure(&self) -> Instant {
        let now = self.shared.clock.now();
        if self.closing.is_some() {
            return after(now, FAR);
        }
        // A request that leaves at the deadline is of no use any more.
        let in_time = self.deadline.checked_sub(Duration::from_nanos(1)).unwrap_or(self.deadline);
        after(now, self.limits.max_wait).min(in_time)
    }

    /// Takes into account that it was waited for the rate limit, which takes nothing from the time of a batch's
    /// call.
    fn queued(&mut self, length: Duration, reason: WaitReason) {
        self.waits.add(length, reason);
        if self.closing.is_some() {
            self.deadline = after(self.deadline, length);
        }
    }

    fn meta(&mut self, decode_warnings: Vec<String>, headers: HeaderMap) -> ResponseMeta {
        let last = self.timeline.last();
        ResponseMeta {
            status: last.and_then(|attempt| attempt.status).unwrap_or_default(),
            request_id: last.and_then(|attempt| attempt.request_id.clone()),
            rate_limit: self.rate_limit,
            decode_warnings,
            headers,
            attempts: std::mem::take(&mut self.timeline),
            elapsed: self.shared.clock.now() - self.started,
        }
    }

    /// Notes what the head of an answer tells, and gives the wait that it asks for.
    fn take_headers(
        &mut self,
        status: u16,
        headers: &mut HeaderMap,
        permit: Permit,
        attempt: &mut Attempt,
    ) -> Option<Duration> {
        let mut reading = RateLimitReading::of(headers);
        self.secrets.redact_headers(headers);
        let request_id = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        // Such a text is ASCII, so that it can be cut anywhere.
        attempt.request_id = request_id.map(|id| printable(id.get(..LONGEST_REQUEST_ID).unwrap_or(id)));
        attempt.status = Some(status);
        if let Some(told) = permit.completed(status, &mut reading) {
            self.rate_limit = Some(self.rate_limit.unwrap_or_default().with(told));
            tracing::debug!(
                target: "axiomo",
                limit = reading.limit,
                remaining = reading.remaining,
                reset_ms = reading.reset.map(milliseconds),
                "rate_limit"
            );
        }
        if status == 429 { reading.wait() } else { reading.retry_after }
    }

    /// Waits for the next attempt, or returns the error when there is to be none.
    async fn wait_before_retry(&mut self, failed: Failed) -> Result<(), Error> {
        let clock = &self.shared.clock;
        let now = clock.now();
        let took = self.timeline.last().map(|attempt| attempt.duration).unwrap_or_default();
        // What a batch waits for because the limit is used up is queueing too.
        let is_queueing = self.closing.is_some() && failed.error.kind() == ErrorKind::RateLimited;
        let (left, max_wait) =
            if is_queueing { (FAR, FAR) } else { (self.deadline.saturating_duration_since(now), self.limits.max_wait) };
        let failed_attempt = FailedAttempt { class: failed.class, took, asked: failed.asked, left, max_wait };
        let Some((wait, reason)) = self.retry.next(failed_attempt, &mut self.random) else { return Err(failed.error) };
        if !self.shared.rate_limiter.may_retry() {
            return Err(failed.error);
        }
        tracing::debug!(
            target: "axiomo",
            {
                error.type = failed.error.kind().as_str(),
                wait_ms = milliseconds(wait),
                reason = reason.as_str(),
            },
            "retry"
        );
        self.while_open(clock.sleep_until(after(now, wait), Purpose::Wait(reason))).await?;
        if is_queueing {
            self.queued(wait, reason);
        } else {
            self.waits.add(wait, reason);
        }
        Ok(())
    }

    /// Waits for something, but not beyond the call's time, nor after a cancellation.
    async fn within_deadline<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        self.until(self.deadline, future).await.map_err(|interruption| match interruption {
            Interruption::Cancelled => cancelled(),
            Interruption::Elapsed => out_of_time(self.limits),
        })
    }

    /// Waits for something before the next attempt, but not after a cancellation, nor once there is to be no
    /// next attempt because the batch is closing.
    async fn while_open<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        let Some(closing) = self.closing else { return self.cancellable(future).await };
        tokio::select! {
            biased;
            () = closing.cancelled() => Err(cancelled()),
            value = self.cancellable(future) => value,
        }
    }

    /// Waits for something, but not after a cancellation.
    async fn cancellable<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        if self.limits.cancel.is_empty() {
            return Ok(future.await);
        }
        tokio::select! {
            biased;
            () = cancel::any(&self.limits.cancel) => Err(cancelled()),
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

    /// Adds what the answer's head told, if there was one, to the error of its attempt, and takes out of
    /// the error what others may have put there of our secrets.
    fn fill(&self, error: &mut Error, attempt: &Attempt) {
        let contents = error.contents_mut();
        contents.local = false;
        contents.http_status = attempt.status;
        contents.request_id.clone_from(&attempt.request_id);
        contents.rate_limit = self.rate_limit;
        self.secrets.redact_in_place(&mut contents.message);
        if let Some(code) = &mut contents.code {
            self.secrets.redact_in_place(code);
        }
        // What others made cannot be changed, only left out.
        contents.source = contents.source.take().filter(|source| !self.secrets.are_in(&format!("{source:?}")));
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

/// A name for this call under which the service knows its attempts to be one request.
fn idempotency_key() -> Result<HeaderValue, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::configuration(format!("the system gives no random numbers: {error}")))?;
    let text = format!("{:032x}", u128::from_ne_bytes(bytes));
    HeaderValue::try_from(text).map_err(|error| Error::configuration("no idempotency key").with_source(error))
}
