//! What is made of each way in which an attempt can fail: what it is called, whether it may have reached the
//! service, and whether another attempt follows. Names that cannot be resolved, refused connections and
//! statuses are in `retry.rs`, certificates and streams that a server leaves in `tls.rs`, limits of time in
//! `time.rs`, and passwords of proxies in `proxy.rs`.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/authority.rs"]
mod authority;
#[path = "support/fault.rs"]
mod fault;
mod support;

use std::io::Write;
use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{Attempt, CallOptions, Client, Error, ErrorKind, Pacing, Sent, WaitReason};
use fault::{End, Fault, Stream};
use support::{ANALYSIS, Action, RawServer, URL, answer};

/// What follows a failed attempt, as it is seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Another,
    /// Once, late, and only if the caller allows it.
    AnotherIfAllowed,
}

/// One call, and what was seen of it.
struct Seen {
    attempts: Vec<Attempt>,
    error: Option<Error>,
    waits: Vec<Duration>,
    /// The idempotency keys of the requests that the service read.
    keys: Vec<String>,
    /// The units of the quota that the call holds.
    units: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Analyze,
    Scan,
}

async fn call(fault: &Fault, operation: Operation, options: CallOptions) -> Seen {
    let (builder, keys) = fault.start().await;
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    // Without what chance may add to a short backoff.
    let client = builder.clock(clock.clone()).api_key("ax_key").pacing(Pacing::Off).build().unwrap();
    let result = match operation {
        Operation::Analyze => client.analyze(URL).options(options).await,
        Operation::Scan => client.scan("x").options(options).await,
    };
    let (attempts, error) = match result {
        Ok(analysis) => (analysis.meta.attempts, None),
        Err(error) => (error.attempts().to_vec(), Some(error)),
    };
    assert!(clock.waits().iter().all(|wait| wait.reason == WaitReason::Backoff));
    let waits = clock.waits().iter().map(|wait| wait.length).collect();
    Seen { attempts, error, waits, keys: keys.all(), units: client.rate_limiter().snapshot().own }
}

type Classification = (ErrorKind, Option<&'static str>, Option<u16>, Sent, Follows);

const LATE: Duration = Duration::from_secs(5);

/// Lets the fault befall calls of every sort, and compares what is made of it.
async fn check(name: &str, fault: Fault, (kind, code, status, sent, follows): Classification) {
    let once = call(&fault, Operation::Analyze, CallOptions::new().max_retries(0)).await;
    let error = once.error.as_ref().unwrap();
    let told = (error.kind(), error.code(), error.http_status(), error.sent());
    assert_eq!(told, (kind, code, status, sent), "{name}: {error}");
    assert!(!error.is_local(), "{name}");
    let timeline: Vec<_> =
        once.attempts.iter().map(|attempt| (attempt.error_kind, attempt.status, attempt.sent)).collect();
    assert_eq!(timeline, [(Some(kind), status, sent)], "{name}");

    let willing = call(&fault, Operation::Analyze, CallOptions::new()).await;
    let unwilling = call(&fault, Operation::Analyze, CallOptions::new().retry_ambiguous(false)).await;
    let scan = call(&fault, Operation::Scan, CallOptions::new().retry_ambiguous(false)).await;
    let is_soon = |waits: &[Duration]| waits.len() == 1 && waits[0] < LATE;
    let is_as_expected = match follows {
        Follows::Nothing => [&willing, &unwilling, &scan].iter().all(|seen| seen.waits.is_empty()),
        Follows::Another => [&willing, &unwilling, &scan].iter().all(|seen| is_soon(&seen.waits)),
        Follows::AnotherIfAllowed => willing.waits == [LATE] && unwilling.waits.is_empty() && is_soon(&scan.waits),
    };
    assert!(is_as_expected, "{name}: {:?} {:?} {:?}", willing.waits, unwilling.waits, scan.waits);

    for (seen, is_scan) in [(once, false), (willing, false), (unwilling, false), (scan, true)] {
        let (attempts, keys) = (&seen.attempts, &seen.keys);
        assert_eq!(attempts.len(), seen.waits.len() + 1, "{name}: {attempts:?}");
        assert_eq!(seen.error.is_none(), attempts.len() == 2, "{name}: {attempts:?}");
        let left = attempts.iter().filter(|attempt| attempt.sent != Sent::No).count();
        assert_eq!(seen.units, left as u64, "{name}: what surely never left costs nothing, all else does");
        assert!((left..=attempts.len()).contains(&keys.len()), "{name}: {keys:?}");
        assert!(keys.iter().all(|key| *key == keys[0] && key.is_empty() == is_scan), "{name}: {keys:?}");
    }
}

fn connection(code: &'static str, sent: Sent, follows: Follows) -> Classification {
    (ErrorKind::Connection, Some(code), None, sent, follows)
}

/// An answer that was to be a success.
fn broken_off() -> Classification {
    (ErrorKind::Connection, Some("truncated"), Some(200), Sent::Yes, Follows::AnotherIfAllowed)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A whole answer with this body, which says that it is compressed.
fn compressed(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn what_is_no_answer_may_have_been_work() {
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(1000));
    let large_head = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(1 << 20));
    for (name, bytes, end) in [
        ("nothing", "", End::Close),
        ("a reset", "", End::Reset),
        ("another protocol", "SSH-2.0-OpenSSH_9\r\n", End::Close),
        ("TLS where none is expected", "\x15\x03\x03\0\x02\x02\x32", End::Close),
        ("no version of HTTP/1", "HTTP/3.0 200 OK\r\n\r\n", End::Close),
        ("two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}", End::Close),
        ("a part of a head", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n", End::Close),
        ("too many headers", &many_headers, End::Close),
        ("too large a head", &large_head, End::Close),
        ("only what goes before an answer", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", End::Close),
    ] {
        let expected = connection("no_answer", Sent::Maybe, Follows::AnotherIfAllowed);
        check(name, Fault::Answer(bytes.into(), end), expected).await;
    }
}

#[tokio::test]
async fn what_breaks_off_may_have_been_work() {
    let known_length = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let zipped = gzip(ANALYSIS);
    let mut changed = zipped.clone();
    // The check sum of what was compressed.
    changed[zipped.len() - 8] ^= 1;
    for (name, bytes, end) in [
        ("a reset after the head", known_length.into(), End::Reset),
        ("a reset in the body", format!("{known_length}{{\"signal\"").into_bytes(), End::Reset),
        ("a reset in a chunk", format!("{chunked}5\r\n{{\"s").into_bytes(), End::Reset),
        ("no last chunk", format!("{chunked}3\r\n{{  \r\n").into_bytes(), End::Close),
        ("a chunk without a length", format!("{chunked}zz\r\n").into_bytes(), End::Close),
        ("half of what was compressed", compressed(&zipped[..zipped.len() / 2]), End::Close),
        ("what was changed on the way", compressed(&changed), End::Close),
        ("what is not compressed", compressed(ANALYSIS.as_bytes()), End::Close),
    ] {
        check(name, Fault::Answer(bytes, end), broken_off()).await;
    }
}

/// Without a length, the end of the connection ends the body: somebody on the way could cut it anywhere.
#[tokio::test]
#[cfg_attr(feature = "native-tls", ignore = "the system's TLS does not tell one end from the other")]
async fn a_connection_that_does_not_end_as_it_should_is_cut_off() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{ANALYSIS}").into_bytes();
    check("no goodbye", Fault::TlsAnswer(endless), broken_off()).await;
}

#[tokio::test]
async fn an_answer_of_another_sort_is_final() {
    let nothing = (ErrorKind::Decode, None, Some(204), Sent::Yes, Follows::Nothing);
    check("no content", Fault::Answer(b"HTTP/1.1 204 X\r\n\r\n".to_vec(), End::Close), nothing).await;
    let other = (ErrorKind::Server, None, Some(101), Sent::Yes, Follows::Nothing);
    let switching = b"HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n".to_vec();
    check("an upgrade", Fault::Answer(switching, End::Close), other).await;
}

#[tokio::test]
async fn what_goes_before_an_answer_is_none() {
    let Action::Send(answer) = answer(200, &[], ANALYSIS) else { panic!() };
    let before = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    let fault = Fault::Answer([before, &answer[..]].concat(), End::Close);
    let seen = call(&fault, Operation::Analyze, CallOptions::new()).await;
    assert!(seen.error.is_none() && seen.attempts.len() == 1, "{:?}", seen.attempts);
    assert_eq!(seen.attempts[0].status, Some(200));
}

#[tokio::test]
async fn without_a_handshake_nothing_was_sent() {
    let close = |bytes: &[u8]| Fault::Handshake(bytes.to_vec(), End::Close);
    // All that the system's TLS says is that the handshake failed.
    let (code, follows) =
        if cfg!(feature = "native-tls") { ("tls", Follows::Nothing) } else { ("connect", Follows::Another) };
    let unreached = || connection(code, Sent::No, follows);
    check("no handshake", close(b""), unreached()).await;
    check("a reset handshake", Fault::Handshake(Vec::new(), End::Reset), unreached()).await;
    let refused = || connection("tls", Sent::No, Follows::Nothing);
    check("an alert", close(b"\x15\x03\x03\0\x02\x02\x28"), refused()).await;
    check("no TLS", close(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"), refused()).await;
}

#[tokio::test]
async fn what_ends_before_the_request_was_written_did_not_get_it() {
    let early = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n";
    let settings = b"\0\0\0\x04\0\0\0\0\0";
    let goodbye = b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0";
    for (name, protocol, last_words) in [
        ("a goodbye", &b"http/1.1"[..], Vec::new()),
        ("an answer to nothing", b"http/1.1", early.to_vec()),
        ("a goodbye over HTTP/2", b"h2", [&settings[..], goodbye].concat()),
        ("an end of HTTP/2", b"h2", settings.to_vec()),
    ] {
        let expected = connection("unprocessed", Sent::No, Follows::Another);
        check(name, Fault::Established(protocol, last_words), expected).await;
    }
}

#[tokio::test]
async fn a_stream_says_what_became_of_it() {
    let refused = connection("unprocessed", Sent::No, Follows::Another);
    check("refused", Fault::Stream(Stream::Refused), refused).await;
    let reset = connection("no_answer", Sent::Maybe, Follows::AnotherIfAllowed);
    check("reset", Fault::Stream(Stream::Reset), reset).await;
    check("reset after its head", Fault::Stream(Stream::ResetAfterItsHead), broken_off()).await;
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_let_nothing_through() {
    for (name, bytes, end) in [
        ("nothing", "", End::Close),
        ("a reset", "", End::Reset),
        ("no way", "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", End::Close),
        ("no permission", "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", End::Close),
        ("another protocol", "SSH-2.0-OpenSSH_9\r\n", End::Close),
    ] {
        let expected = connection("connect", Sent::No, Follows::Another);
        check(name, Fault::Tunnel(bytes.into(), end), expected).await;
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_lets_nothing_through() {
    // Bound and given back, so that nobody listens there.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    for base_url in ["https://axiomo.invalid/api", "http://axiomo.invalid/api"] {
        let builder = Client::builder().base_url(base_url).allow_insecure_http(true).clock(clock.clone());
        let error = builder.proxy(format!("http://{proxy}")).build().unwrap().analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("connect"), Sent::No));
        assert_eq!(error.attempts().len(), 4, "it may come up");
    }
}

/// Whether the connection is new or kept makes no difference once it took the request.
#[tokio::test]
async fn what_a_kept_connection_took_is_not_sent_again_unseen() {
    let ok = || answer(200, &[], ANALYSIS);
    for fault in [Action::Reset, Action::SendAndClose(Vec::new())] {
        let server = RawServer::start([ok(), fault, ok()]).await;
        let clock = VirtualClock::new();
        clock.skip_waits(true);
        let builder = Client::builder().base_url(server.base_url()).clock(clock).retry_ambiguous(false);
        let client = builder.build().unwrap();
        client.scan("x").await.unwrap();
        let error = client.analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("no_answer"), Sent::Maybe));
        assert_eq!((error.attempts().len(), server.requests().len()), (1, 2));
    }
}
