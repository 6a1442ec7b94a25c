//! Time limits and cancellation, in virtual time.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{CallOptions, CancelHandle, Client, ErrorKind, KeyProvider, Sent, WaitReason};
use support::{ANALYSIS, Action, RawServer, URL, answer};

fn client(server: &RawServer, clock: &VirtualClock) -> Client {
    Client::builder().base_url(server.base_url()).clock(clock.clone()).build().unwrap()
}

fn seconds(length: u64) -> Duration {
    Duration::from_secs(length)
}

#[tokio::test]
async fn an_analysis_that_takes_too_long_is_not_asked_for_again() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let call = tokio::spawn(client(&server, &clock).analyze(URL).into_future());
    server.arrived().await;
    assert_eq!(clock.next_limit().await, axiomo::defaults::ATTEMPT_TIMEOUT);
    clock.advance(axiomo::defaults::ATTEMPT_TIMEOUT);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("attempt_timeout")));
    assert_eq!((error.sent(), error.is_local(), error.attempts().len()), (Sent::Maybe, false, 1));
    assert!(error.message().contains("90 s"), "{error}");
    assert_eq!(error.attempts()[0].duration, axiomo::defaults::ATTEMPT_TIMEOUT);
    server.closed().await;
}

#[tokio::test]
async fn reading_that_takes_too_long_is_tried_again_until_the_whole_time_is_over() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let options = CallOptions::new().attempt_timeout(seconds(20)).timeout(seconds(30));
    let call = tokio::spawn(client(&server, &clock).scan("x").options(options).into_future());
    server.arrived().await;
    clock.advance(seconds(20));
    let wait = clock.next_wait().await;
    assert_eq!(wait.reason, WaitReason::Backoff);
    clock.advance(wait.length);
    server.arrived().await;
    let left = seconds(10).saturating_sub(wait.length);
    assert_eq!(clock.next_limit().await, left, "the last attempt ends with the call");
    clock.advance(left);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("timeout")));
    assert_eq!((error.attempts().len(), clock.elapsed()), (2, seconds(30)));
    assert_eq!(error.attempts()[0].error_kind, Some(ErrorKind::Timeout));
}

#[tokio::test]
async fn a_slow_body_is_bounded_like_a_slow_head() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 30000000\r\nx-request-id: req-7\r\nx-ratelimit-remaining: 3\r\n\r\n";
    // More than the buffers between the two hold, so that the client has read the head when all of it has left.
    let bytes = format!("{head}{}", " ".repeat(24 << 20)).into_bytes();
    let server = RawServer::start([Action::Send(bytes)]).await;
    let clock = VirtualClock::new();
    let client = client(&server, &clock);
    let call = tokio::spawn(client.analyze(URL).into_future());
    server.sent().await;
    clock.advance(seconds(90));
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("attempt_timeout")));
    // What the head told is not lost with the body.
    assert_eq!((error.http_status(), error.request_id(), error.sent()), (Some(200), Some("req-7"), Sent::Yes));
    assert_eq!(error.attempts()[0].status, Some(200));
    assert_eq!(error.rate_limit().unwrap().remaining, Some(3));
    assert_eq!(client.rate_limit(), error.rate_limit());
}

#[tokio::test]
async fn one_wait_after_another_is_seen() {
    let busy = |seconds| answer(503, &[("retry-after", seconds)], "");
    let server = RawServer::start([busy("7"), busy("9"), answer(200, &[], ANALYSIS)]).await;
    let clock = VirtualClock::new();
    let call = tokio::spawn(client(&server, &clock).analyze(URL).into_future());
    for at_least in [7, 9] {
        let wait = clock.next_wait().await;
        assert!(wait.length >= seconds(at_least), "{wait:?}");
        clock.advance(wait.length);
    }
    assert_eq!(call.await.unwrap().unwrap().meta.attempts.len(), 3);
}

#[tokio::test]
async fn a_retry_that_would_come_too_late_is_none() {
    let server = RawServer::start([answer(503, &[("retry-after", "10")], "")]).await;
    let clock = VirtualClock::new();
    let error = client(&server, &clock).analyze(URL).timeout(seconds(10)).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Server, Some(seconds(10))));
    assert_eq!((clock.waits().len(), clock.elapsed()), (0, Duration::ZERO));
}

#[tokio::test]
async fn a_key_provider_that_gives_nothing_is_waited_for_no_longer_than_the_call() {
    let provider = KeyProvider::from_fn(std::future::pending::<Result<_, String>>);
    let clock = VirtualClock::new();
    let client = Client::builder().base_url("http://127.0.0.1:1").key_provider(provider).clock(clock.clone());
    let call = tokio::spawn(client.build().unwrap().analyze(URL).into_future());
    clock.next_limit().await;
    clock.advance(seconds(300));
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sent()), (ErrorKind::Timeout, Sent::No));
}

#[tokio::test]
async fn nothing_is_sent_when_the_time_is_over() {
    let server = RawServer::start([answer(200, &[], ANALYSIS)]).await;
    let clock = VirtualClock::new();
    let passing = clock.clone();
    let provider = KeyProvider::from_fn(move || {
        passing.advance(axiomo::defaults::TIMEOUT);
        async { "ax_key".parse::<axiomo::ApiKey>() }
    });
    let client = Client::builder().base_url(server.base_url()).key_provider(provider).clock(clock);
    let error = client.build().unwrap().analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Timeout, Some("timeout"), Sent::No));
    assert_eq!((error.attempts(), server.requests().len()), (&[][..], 0));
}

#[tokio::test]
async fn a_new_key_is_waited_for_no_longer_than_the_call() {
    let server = RawServer::start([answer(401, &[], "")]).await;
    let asked = std::sync::atomic::AtomicBool::new(false);
    let provider = KeyProvider::from_fn(move || {
        let is_first = !asked.swap(true, std::sync::atomic::Ordering::SeqCst);
        async move { if is_first { "ax_old".parse::<axiomo::ApiKey>() } else { std::future::pending().await } }
    });
    let clock = VirtualClock::new();
    let client = Client::builder().base_url(server.base_url()).key_provider(provider).clock(clock.clone());
    let call = tokio::spawn(client.build().unwrap().analyze(URL).into_future());
    while clock.next_limit().await != axiomo::defaults::TIMEOUT {
        tokio::task::yield_now().await;
    }
    clock.advance(axiomo::defaults::TIMEOUT);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sent(), error.attempts().len()), (ErrorKind::Timeout, Sent::Yes, 1));
}

#[tokio::test]
async fn every_handle_cancels_those_of_the_client_and_those_of_the_call() {
    for cancelling in 0..3 {
        let server = RawServer::start([]).await;
        let handles: [CancelHandle; 3] = std::array::from_fn(|_| CancelHandle::new());
        let clock = VirtualClock::new();
        let client = client(&server, &clock);
        let client = client.with_options(CallOptions::new().cancel(&handles[0])).unwrap();
        let own = CallOptions::new().cancel(&handles[1]).cancel(&handles[2]);
        let call = tokio::spawn(client.analyze(URL).options(own.clone()).into_future());
        server.arrived().await;
        handles[cancelling].cancel();
        clock.advance(axiomo::defaults::TIMEOUT);
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.sent()), (ErrorKind::Cancelled, Sent::Maybe), "{cancelling}");
        let error = client.analyze(URL).options(own).await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (ErrorKind::Cancelled, Sent::No), "{cancelling}");
        if cancelling == 0 {
            let other = client.analyze(URL).timeout(seconds(9));
            assert_eq!(other.await.unwrap_err().kind(), ErrorKind::Cancelled, "a client's handle is for all its calls");
        }
    }
}

#[tokio::test]
async fn cancelling_ends_a_call_wherever_it_is() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let handle = CancelHandle::new();
    let options = CallOptions::new().cancel(&handle);
    let in_flight = tokio::spawn(client(&server, &clock).analyze(URL).options(options.clone()).into_future());
    server.arrived().await;
    handle.cancel();
    let error = in_flight.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sent(), error.is_local()), (ErrorKind::Cancelled, Sent::Maybe, false));
    assert_eq!(error.attempts()[0].error_kind, Some(ErrorKind::Cancelled));
    server.closed().await;

    let error = client(&server, &clock).analyze(URL).options(options).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (ErrorKind::Cancelled, Sent::No), "before it began");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn cancelling_ends_a_wait() {
    let server = RawServer::start([answer(429, &[("retry-after", "30"), ("x-ratelimit-remaining", "0")], "")]).await;
    let clock = VirtualClock::new();
    let client = client(&server, &clock);
    let handle = CancelHandle::new();
    let options = CallOptions::new().cancel(&handle);
    let backing_off = tokio::spawn(client.analyze(URL).options(options.clone()).into_future());
    assert_eq!(clock.next_wait().await.reason, WaitReason::RetryAfter);
    let at_the_gate = tokio::spawn(client.analyze(URL).options(options).into_future());
    while clock.waits().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.waits()[1].reason, WaitReason::Penalty);
    handle.cancel();
    let error = backing_off.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sent(), error.attempts().len()), (ErrorKind::Cancelled, Sent::Yes, 1));
    assert_eq!(error.rate_limit().unwrap().remaining, Some(0), "what was told before");
    let error = at_the_gate.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sent(), error.attempts().len()), (ErrorKind::Cancelled, Sent::No, 0));
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    let server = RawServer::start([]).await;
    let call = tokio::spawn(client(&server, &VirtualClock::new()).analyze(URL).into_future());
    server.arrived().await;
    call.abort();
    server.closed().await;
}

#[tokio::test]
async fn options_that_cannot_be_are_refused_for_a_call_too() {
    let server = RawServer::start([answer(200, &[], ANALYSIS)]).await;
    let client = client(&server, &VirtualClock::new());
    let error = client.analyze(URL).timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(client.with_options(CallOptions::new().max_retries(1000)).is_err());
    assert!(server.requests().is_empty());
}
