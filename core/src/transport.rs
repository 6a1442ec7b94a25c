//! Exactly one attempt, over reqwest.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;

use axiomo_model::ErrorKind;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body::{Frame, SizeHint};
use url::Url;

use crate::auth::ApiKey;
use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::rate_limit::permit::{Departure, Withdrawn};
use crate::request::Operation;
use crate::response::Sent;
use crate::retry::Class;
use crate::tls::{self, TlsSettings};

/// The most bytes of an answer that are read, after decompression. A Signal has a few thousand.
pub(crate) const LONGEST_BODY: usize = 32 << 20;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How to reach the service. Not to be shown: a proxy's address holds its password.
#[derive(Clone)]
pub(crate) struct TransportSettings {
    pub(crate) base_url: BaseUrl,
    pub(crate) connect_timeout: Duration,
    pub(crate) user_agent: HeaderValue,
    pub(crate) headers: HeaderMap,
    pub(crate) proxy: Option<reqwest::Proxy>,
    pub(crate) tls: TlsSettings,
}

/// A client of reqwest's, made at the first request, since reading the system's certificates takes time.
pub(crate) struct Transport {
    settings: TransportSettings,
    /// Where analyses are asked for, which is the same every time.
    analyze_url: Url,
    client: OnceLock<reqwest::Client>,
}

/// An answer that began. Its body is still to come.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    response: reqwest::Response,
}

/// Why nothing usable came back.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) class: Class,
    pub(crate) sent: Sent,
    pub(crate) source: Option<reqwest::Error>,
}

impl Transport {
    pub(crate) fn new(settings: TransportSettings) -> Self {
        let analyze_url = settings.base_url.join(["analyze"]);
        Self { settings, analyze_url, client: OnceLock::new() }
    }

    pub(crate) fn settings(&self) -> &TransportSettings {
        &self.settings
    }

    /// The reqwest client, made if there is none yet.
    pub(crate) fn client(&self) -> Result<&reqwest::Client, Error> {
        get_or_try_init(&self.client, || build(&self.settings))
    }

    /// Where a request goes.
    pub(crate) fn url(&self, operation: &Operation) -> Url {
        match operation {
            Operation::Analyze(_) => self.analyze_url.clone(),
            Operation::Scan(id) => self.settings.base_url.join(["scans", id]),
        }
    }

    /// Sends one request, and waits until its answer begins.
    pub(crate) async fn send(
        &self,
        client: &reqwest::Client,
        (method, url): (Method, Url),
        key: Option<&ApiKey>,
        idempotency_key: Option<&HeaderValue>,
        body: Option<Outgoing>,
    ) -> Result<Answer, Failure> {
        let mut request = reqwest::Request::new(method, url);
        let headers = request.headers_mut();
        // Not by reqwest's defaults, which leave out the second of two headers with one name.
        headers.clone_from(&self.settings.headers);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            headers.insert(AUTHORIZATION, key.header().clone());
        }
        if let Some(value) = idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, value.clone());
        }
        if let Some(body) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(reqwest::Body::wrap(body));
        }
        let origin = || self.settings.base_url.origin();
        let mut response = client.execute(request).await.map_err(|error| unanswered(error, &origin()))?;
        let status = response.status();
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(refused_by_proxy(&origin(), None));
        }
        Ok(Answer { status: status.as_u16(), headers: std::mem::take(response.headers_mut()), response })
    }
}

impl Answer {
    /// Reads the body.
    pub(crate) async fn body(mut self) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        match read(&mut self.response, &mut body).await {
            Err(failure) if self.response.status().is_success() => Err(failure),
            // A refusal is one, however much of its reasons came.
            _ => Ok(body),
        }
    }
}

/// The body of a request. It is asked for when the connection is there and takes the request, which is
/// when the request leaves.
pub(crate) struct Outgoing {
    bytes: Bytes,
    departure: Option<Departure>,
}

impl Outgoing {
    pub(crate) fn new(bytes: Vec<u8>, departure: Departure) -> Self {
        Self { bytes: bytes.into(), departure: Some(departure) }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Withdrawn>>> {
        if let Some(departure) = self.departure.take()
            && let Err(withdrawn) = departure.leave()
        {
            return Poll::Ready(Some(Err(withdrawn)));
        }
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

/// What there is, else what is made now. A failure is not kept, since what it lacked may be there at the next
/// call. Of two values made at once, the first is kept.
fn get_or_try_init<T, E>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}

fn build(settings: &TransportSettings) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(settings.user_agent.clone())
        .connect_timeout(settings.connect_timeout)
        .gzip(true)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Each attempt is ours, and appears in the timeline.
        .retry(reqwest::retry::never());
    let base = &settings.base_url;
    if base.is_loopback {
        // A proxy variable must not carry the key off the machine, nor may a name server.
        builder = builder.no_proxy();
        if let Some(url::Host::Domain(name)) = base.url.host() {
            let port = base.url.port_or_known_default().unwrap_or_default();
            builder = builder.resolve_to_addrs(name, &[([127, 0, 0, 1], port).into(), (LOOPBACK_6, port).into()]);
        }
    }
    if let Some(proxy) = &settings.proxy {
        builder = builder.proxy(proxy.clone());
    }
    let builder = tls::configure(builder, &settings.tls, base.url.scheme() == "https")?;
    builder.build().map_err(|error| {
        let message =
            format!("the HTTP client cannot be set up: {}; check the certificates and the proxy", deepest(&error));
        Error::configuration(message).with_source(error)
    })
}

const LOOPBACK_6: std::net::Ipv6Addr = std::net::Ipv6Addr::LOCALHOST;

async fn read(response: &mut reqwest::Response, body: &mut Vec<u8>) -> Result<(), Failure> {
    let expected = response.content_length().and_then(|length| usize::try_from(length).ok());
    body.reserve(expected.unwrap_or_default().min(1 << 16));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_BODY => {
                return Err(Failure {
                    kind: ErrorKind::Decode,
                    code: "body_too_large",
                    message: format!("the answer is larger than {} MiB; expected a Signal", LONGEST_BODY >> 20),
                    class: Class::Final,
                    sent: Sent::Yes,
                    source: None,
                });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(()),
            Err(error) => return Err(broken_off(error)),
        }
    }
}

/// The answer began and did not end, or its compression is broken.
fn broken_off(error: reqwest::Error) -> Failure {
    Failure {
        kind: ErrorKind::Connection,
        code: "truncated",
        message: format!("the answer broke off: {}; try again later", deepest(&error)),
        class: Class::Ambiguous,
        sent: Sent::Yes,
        source: Some(error.without_url()),
    }
}

/// A proxy wants to know who asks, and passed nothing on: only proxies answer so (RFC 9110, section 15.5.8).
fn refused_by_proxy(origin: &str, source: Option<reqwest::Error>) -> Failure {
    Failure {
        kind: ErrorKind::Connection,
        code: "proxy_authentication",
        message: format!(
            "the proxy on the way to {origin} let nothing through without authentication; check the user name and the \
             password in the proxy's address"
        ),
        class: Class::Final,
        sent: Sent::No,
        source,
    }
}

/// No answer began.
fn unanswered(error: reqwest::Error, origin: &str) -> Failure {
    // The error has no public type. If its text changes, this is a failure to connect like others.
    if causes(&error).any(|cause| cause.to_string() == "tunnel error: proxy authorization required") {
        return refused_by_proxy(origin, Some(error.without_url()));
    }
    let reason = deepest(&error);
    let (code, class, sent, message) = if causes(&error).any(tls::is_certificate_problem) {
        let message =
            format!("no secure connection to {origin}: {reason}; check the address, the certificates and any proxy");
        ("tls", Class::Final, if is_unprocessed(&error) { Sent::No } else { Sent::Maybe }, message)
    } else if error.is_connect() {
        let code = if error.is_dns() {
            "dns"
        } else if error.is_timeout() {
            "connect_timeout"
        } else {
            "connect"
        };
        (
            code,
            Class::Transient,
            Sent::No,
            format!("cannot connect to {origin}: {reason}; check the address and the network"),
        )
    } else if is_unprocessed(&error) {
        (
            "unprocessed",
            Class::Transient,
            Sent::No,
            format!("{origin} did not take the request: {reason}; try again later"),
        )
    } else if error.is_builder() {
        (
            "request",
            Class::Final,
            Sent::No,
            format!("the request cannot be sent: {reason}; check the address and the headers"),
        )
    } else {
        let message = format!(
            "the connection to {origin} failed before an answer came: {reason}; the request may have been carried out, \
             and can be made again"
        );
        ("no_answer", Class::Ambiguous, Sent::Maybe, message)
    };
    Failure { kind: ErrorKind::Connection, code, message, class, sent, source: Some(error.without_url()) }
}

impl Failure {
    /// Whether the request was held back by its body, which is asked for before anything of it leaves. Over HTTP/2 the
    /// head of a request leaves before that.
    pub(crate) fn is_held_back(&self) -> bool {
        self.source.as_ref().is_some_and(|error| causes(error).any(<dyn StdError>::is::<Withdrawn>))
    }
}

/// Whether the request surely was not processed: there was no connection yet to write it to, that one had
/// closed before, or HTTP/2 says so.
fn is_unprocessed(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        if let Some(error) = cause.downcast_ref::<hyper_util::client::legacy::Error>() {
            // It is known from when a request is given to the connection.
            return error.connect_info().is_none();
        }
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            return error.is_canceled();
        }
        let Some(error) = cause.downcast_ref::<h2::Error>() else { return false };
        let is_refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
        // Only streams beyond the last one that the server took end with its goodbye (RFC 9113, section 6.8).
        error.is_remote() && (is_refused || error.is_go_away())
    })
}

/// The error, what caused it, what caused that, and so on.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    // An input error shows the cause of what it holds, not what it holds.
    let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    held.map(|held| held as &(dyn StdError + 'static)).or_else(|| error.source())
}

/// The first cause of all, which says what happened.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_leaves_when_its_body_is_asked_for() {
        use crate::testing::VirtualClock;
        use crate::{Priority, RateLimiter};

        let time = VirtualClock::new();
        let limiter = RateLimiter::new(60).clock(time.clone(), 1);
        let permit = limiter.acquire(Priority::Single, time.now()).await.unwrap();
        permit.sent().unwrap();
        let mut body = std::pin::pin!(Outgoing::new(b"{}".to_vec(), permit.departure()));
        time.advance(std::time::Duration::from_secs(40));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(http_body::Body::poll_frame(body.as_mut(), &mut context).is_ready());
        time.advance(std::time::Duration::from_secs(60));
        assert_eq!(limiter.snapshot().own, 1);
        time.advance(std::time::Duration::from_millis(250));
        assert_eq!(limiter.snapshot().own, 0);
    }

    #[test]
    fn a_failure_is_not_kept_and_a_success_is() {
        let cell = OnceLock::new();
        assert_eq!(get_or_try_init(&cell, || Err("no roots")), Err("no roots"));
        assert_eq!(get_or_try_init(&cell, || Ok::<_, &str>(1)), Ok(&1));
        assert_eq!(get_or_try_init(&cell, || Err("no roots")), Ok(&1));
    }
}
