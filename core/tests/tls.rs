//! TLS: whom the client trusts, who it is, and what HTTP/2 adds to the ways of failing.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/authority.rs"]
mod authority;
mod support;

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use authority::authority;
use axiomo::testing::VirtualClock;
use axiomo::{Analysis, Client, ClientBuilder, Error, ErrorKind, RateLimiter, Sent, WaitReason};
use rustls::ServerConfig;
use support::{ANALYSIS, URL, answer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

async fn serve<F, R>(config: ServerConfig, each: F) -> SocketAddr
where
    F: Fn(TlsStream<TcpStream>) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(each(stream));
            }
        }
    });
    address
}

/// Answers every HTTP/1.1 request with the analysis.
async fn http1(mut stream: TlsStream<TcpStream>) {
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ANALYSIS}", ANALYSIS.len());
    while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

fn client(address: SocketAddr) -> ClientBuilder {
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    Client::builder().base_url(format!("https://localhost:{}/api", address.port())).clock(clock)
}

#[tokio::test]
async fn only_a_certificate_that_can_be_verified_is_trusted() {
    let authority = authority();
    let address = serve(authority.server_config("localhost", None, &[b"http/1.1"]), http1).await;
    let wrong_name = serve(authority.server_config("elsewhere", None, &[b"http/1.1"]), http1).await;
    let trusting = |address| client(address).root_certificate(authority.pem.clone()).build().unwrap();

    assert_eq!(trusting(address).analyze(URL).await.unwrap().raw, ANALYSIS);
    for untrusting in [client(address).build().unwrap(), trusting(wrong_name)] {
        let error = untrusting.analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("tls"), Sent::No));
        assert_eq!(error.attempts().len(), 1, "another attempt would end the same");
        assert!(error.message().contains("certificate"), "{error}");
    }
}

/// A call whose connection is still being made when another one of its limiter's is refused, for 30 s.
struct HeldBack {
    limiter: RateLimiter,
    call: JoinHandle<Result<Analysis, Error>>,
    listener: TcpListener,
    acceptor: TlsAcceptor,
    stream: TcpStream,
}

async fn held_back(protocol: &[u8]) -> HeldBack {
    let authority = authority();
    let acceptor = TlsAcceptor::from(Arc::new(authority.server_config("localhost", None, &[protocol])));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    let limiter = RateLimiter::new(60).clock(clock.clone(), 1);
    let builder = client(listener.local_addr().unwrap()).clock(clock.clone()).rate_limiter(&limiter);
    let connecting = builder.root_certificate(authority.pem).build().unwrap();
    let call = tokio::spawn(connecting.analyze(URL).into_future());
    let (stream, _) = listener.accept().await.unwrap();

    let refusing = support::RawServer::start([answer(429, &[("retry-after", "30")], "{}")]).await;
    let refused = Client::builder().base_url(refusing.base_url()).clock(clock).rate_limiter(&limiter).max_retries(0);
    assert_eq!(refused.build().unwrap().analyze(URL).await.unwrap_err().http_status(), Some(429));
    HeldBack { limiter, call, listener, acceptor, stream }
}

#[tokio::test]
async fn nothing_leaves_on_a_connection_that_was_made_while_another_request_was_refused() {
    let HeldBack { call, listener, acceptor, stream, .. } = held_back(b"http/1.1").await;
    let mut first = acceptor.accept(stream).await.unwrap();
    assert_eq!(first.read(&mut [0; 64]).await.unwrap_or_default(), 0, "it is closed without a request");
    let (stream, _) = listener.accept().await.unwrap();
    tokio::spawn(http1(acceptor.accept(stream).await.unwrap()));
    let analysis = call.await.unwrap().unwrap();
    let [attempt] = &analysis.meta.attempts[..] else { panic!("{:?}", analysis.meta.attempts) };
    assert_eq!((attempt.wait_reason, attempt.waited.as_secs()), (Some(WaitReason::Penalty), 30));
}

#[tokio::test]
async fn over_http2_the_head_of_what_is_held_back_counts() {
    let HeldBack { limiter, call, acceptor, stream, .. } = held_back(b"h2").await;
    let mut connection = h2::server::handshake(acceptor.accept(stream).await.unwrap()).await.unwrap();
    tokio::spawn(async move {
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            if let Ok(mut body) = respond.send_response(http::Response::new(()), false) {
                let _ = body.send_data(ANALYSIS.as_bytes().into(), true);
            }
        }
    });
    let analysis = call.await.unwrap().unwrap();
    let [attempt] = &analysis.meta.attempts[..] else { panic!("{:?}", analysis.meta.attempts) };
    assert_eq!((attempt.wait_reason, attempt.waited.as_secs()), (Some(WaitReason::Penalty), 30));
    assert_eq!(
        limiter.snapshot().own,
        3,
        "the refused one, the head that was held back too late, and the whole request"
    );
}

#[tokio::test]
async fn what_ends_while_it_connects_was_surely_not_sent_and_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (clock, limit) = (VirtualClock::new(), Duration::from_secs(3));
    let client = client(listener.local_addr().unwrap()).clock(clock.clone()).attempt_timeout(limit).max_retries(1);
    let mut call = tokio::spawn(client.build().unwrap().analyze(URL).into_future());
    // Nobody shakes hands.
    let _first = listener.accept().await.unwrap();
    assert_eq!(clock.next_limit().await, limit);
    clock.advance(limit);
    let wait = tokio::select! {
        wait = clock.next_wait() => wait,
        ended = &mut call => panic!("{ended:?}"),
    };
    assert_eq!(wait.reason, WaitReason::Backoff);
    clock.advance(wait.length);
    let _second = listener.accept().await.unwrap();
    assert_eq!(clock.next_limit().await, limit);
    clock.advance(limit);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.sent()), (Some("attempt_timeout"), Sent::No));
    assert_eq!(error.attempts().iter().map(|attempt| attempt.sent).collect::<Vec<_>>(), [Sent::No; 2]);
}

#[tokio::test]
async fn a_secret_that_a_certificate_names_is_not_repeated() {
    let authority = authority();
    let address = serve(authority.server_config("canary.example", None, &[b"http/1.1"]), http1).await;
    let client = client(address).root_certificate(authority.pem).api_key("canary").build().unwrap();
    let error = client.analyze(URL).await.unwrap_err();
    assert_eq!(error.code(), Some("tls"));
    let mut shown = format!("{error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown = format!("{shown}{error} {error:?}");
        cause = error.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
}

/// Run by the test below, in a process for which the system has no root certificates.
#[tokio::test]
#[ignore = "a part of another test"]
async fn in_a_process_without_roots() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let client = client(variable("TEST_ADDRESS").parse().unwrap());
    let error = client.clone().build().unwrap().analyze(URL).await.unwrap_err();
    assert_eq!(error.code(), Some("tls"), "the bundled roots know nothing of this authority: {error}");
    let trusting = client.root_certificate(variable("TEST_ROOT")).build().unwrap();
    assert_eq!(trusting.analyze(URL).await.unwrap().raw, ANALYSIS);
}

#[tokio::test]
async fn a_system_without_roots_is_no_obstacle() {
    let authority = authority();
    let address = serve(authority.server_config("localhost", None, &[b"http/1.1"]), http1).await;
    let child = move || {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "in_a_process_without_roots", "--ignored"]);
        command.env("TEST_ADDRESS", address.to_string()).env("TEST_ROOT", authority.pem);
        command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent").output().unwrap()
    };
    let output = tokio::task::spawn_blocking(child).await.unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_who_asks() {
    let (authority, client_authority) = (authority(), authority());
    let config = authority.server_config("localhost", Some(&client_authority), &[b"http/1.1"]);
    let address = serve(config, http1).await;
    let (certificate, key) = client_authority.issue("bot");
    let builder = client(address).root_certificate(authority.pem);
    let known = builder.clone().client_certificate(certificate.pem(), key.serialize_pem()).build().unwrap();
    assert!(known.analyze(URL).await.is_ok());
    let error = builder.build().unwrap().scan("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    // Under TLS 1.3 the refusal comes after the handshake, where the system's TLS does not say what it is.
    assert!(error.code() == Some("tls") || cfg!(feature = "native-tls"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_handshake_may_have_carried_the_request() {
    let authority = authority();
    let garbage = |mut stream: TlsStream<TcpStream>| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.into_inner().0.write_all(b"no TLS at all, but long enough for a record").await;
    };
    let address = serve(authority.server_config("localhost", None, &[b"http/1.1"]), garbage).await;
    let client = client(address).root_certificate(authority.pem).retry_ambiguous(false).build().unwrap();
    let error = client.analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (ErrorKind::Connection, Sent::Maybe), "{error}");
    assert_eq!(error.attempts().len(), 1);
}

/// One of the few tests that wait for real: connecting is the system's, and so is its time.
#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let silent = tokio::spawn(async move { listener.accept().await });
    let client = client(address).connect_timeout(std::time::Duration::from_millis(100)).max_retries(0);
    let error = client.build().unwrap().analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, Some("connect_timeout")), "{error}");
    assert_eq!(error.sent(), Sent::No);
    drop(silent);
}

/// What an HTTP/2 server does with one stream after another.
#[derive(Clone, Copy, PartialEq)]
enum Stream {
    Answer,
    Refuse,
    Reset,
    GoAway,
}

async fn http2(stream: TlsStream<TcpStream>, steps: Arc<std::sync::Mutex<Vec<Stream>>>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((_request, mut respond))) = connection.accept().await {
        let step = steps.lock().unwrap().remove(0);
        match step {
            Stream::Answer => {
                let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                body.send_data(ANALYSIS.as_bytes().into(), true).unwrap();
            }
            Stream::Refuse => respond.send_reset(h2::Reason::REFUSED_STREAM),
            Stream::Reset => respond.send_reset(h2::Reason::INTERNAL_ERROR),
            Stream::GoAway => connection.abrupt_shutdown(h2::Reason::INTERNAL_ERROR),
        }
    }
}

#[tokio::test]
async fn http2_says_whether_a_request_was_taken() {
    let authority = authority();
    for (steps, is_scan, sent) in [
        (vec![Stream::Answer], false, &[Sent::Yes][..]),
        (vec![Stream::Refuse, Stream::Answer], false, &[Sent::No, Sent::Yes]),
        (vec![Stream::Refuse, Stream::Refuse, Stream::Answer], false, &[Sent::No, Sent::No, Sent::Yes]),
        (vec![Stream::Reset, Stream::Answer], false, &[Sent::Maybe, Sent::Yes]),
        (vec![Stream::Reset, Stream::Reset, Stream::Answer], true, &[Sent::Maybe, Sent::Maybe, Sent::Yes]),
        (vec![Stream::GoAway, Stream::Answer], false, &[Sent::Maybe, Sent::Yes]),
    ] {
        let steps = Arc::new(std::sync::Mutex::new(steps));
        let config = authority.server_config("localhost", None, &[b"h2"]);
        let address = serve(config, move |stream| http2(stream, Arc::clone(&steps))).await;
        let client = client(address).root_certificate(authority.pem.clone()).build().unwrap();
        let analysis = if is_scan { client.scan("x").await } else { client.analyze(URL).await }.unwrap();
        assert_eq!(analysis.raw, ANALYSIS);
        let seen: Vec<_> = analysis.meta.attempts.iter().map(|attempt| attempt.sent).collect();
        assert_eq!(seen, sent);
    }
}

/// A server that answers its first request with these bytes, and then closes, if the client does not.
async fn leave(mut stream: TlsStream<TcpStream>, farewell: &[u8]) {
    const PREFACE: usize = 24;
    const FRAME_HEAD: usize = 9;
    const HEADERS: u8 = 1;
    let mut read = Vec::new();
    let has_request = |read: &[u8]| {
        let mut frames = read.get(PREFACE..).unwrap_or_default();
        while let Some(head) = frames.get(..FRAME_HEAD) {
            if head[3] == HEADERS {
                return true;
            }
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            frames = frames.get(FRAME_HEAD + length..).unwrap_or_default();
        }
        false
    };
    while !has_request(&read) {
        assert!(stream.read_buf(&mut read).await.unwrap() > 0);
    }
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    stream.write_all(&[&settings[..], farewell].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
}

#[tokio::test]
async fn http2_says_whether_a_server_that_leaves_took_the_request() {
    /// A goodbye that names the last stream that was taken, and a reason.
    fn go_away(last_taken: u8, reason: h2::Reason) -> Vec<u8> {
        let [.., reason] = u32::from(reason).to_be_bytes();
        vec![0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last_taken, 0, 0, 0, reason]
    }
    // Data of the stream 0, which has none: the client says goodbye, and does not know what the server took.
    let nonsense = vec![0, 0, 1, 0, 0, 0, 0, 0, 0, b'x'];
    let authority = authority();
    for (farewell, sent) in [
        // In good order, as before a server is replaced.
        (go_away(0, h2::Reason::NO_ERROR), Sent::No),
        (go_away(0, h2::Reason::INTERNAL_ERROR), Sent::No),
        (go_away(1, h2::Reason::NO_ERROR), Sent::Maybe),
        (go_away(1, h2::Reason::INTERNAL_ERROR), Sent::Maybe),
        (nonsense, Sent::Maybe),
    ] {
        let shown = format!("{farewell:?}");
        let steps = Arc::new(std::sync::Mutex::new(vec![Stream::Answer]));
        let has_left = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let config = authority.server_config("localhost", None, &[b"h2"]);
        let address = serve(config, move |stream| {
            let (steps, is_first) = (Arc::clone(&steps), !has_left.swap(true, std::sync::atomic::Ordering::SeqCst));
            let farewell = farewell.clone();
            async move { if is_first { leave(stream, &farewell).await } else { http2(stream, steps).await } }
        })
        .await;
        let client = client(address).root_certificate(authority.pem.clone()).build().unwrap();
        let attempts = client.analyze(URL).await.unwrap().meta.attempts;
        let seen: Vec<_> = attempts.iter().map(|attempt| attempt.sent).collect();
        assert_eq!(seen, [sent, Sent::Yes], "{shown}");
    }
}
