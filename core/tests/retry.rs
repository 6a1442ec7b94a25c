//! Attempts that fail, and what follows them. The waits are virtual.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{CallOptions, Client, Error, ErrorKind, Pacing, RateLimiter, Sent, WaitReason};
use support::{ANALYSIS, Action, RawServer, URL, answer};

fn client(server: &RawServer, clock: &VirtualClock) -> Client {
    let builder = Client::builder().base_url(server.base_url()).api_key("ax_key");
    builder.clock(clock.clone()).build().unwrap()
}

fn skipping() -> VirtualClock {
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    clock
}

/// What a client makes of a server that does these things one after another, and the waits it took.
async fn analyze(
    actions: impl IntoIterator<Item = Action>,
) -> (Result<axiomo::Analysis, Error>, Vec<Duration>, RawServer) {
    let server = RawServer::start(actions).await;
    let clock = skipping();
    // Without what chance may add to a short backoff.
    let builder = Client::builder().base_url(server.base_url()).api_key("ax_key").pacing(Pacing::Off);
    let result = builder.clock(clock.clone()).build().unwrap().analyze(URL).await;
    (result, clock.waits().iter().map(|wait| wait.length).collect(), server)
}

fn ok() -> Action {
    answer(200, &[], ANALYSIS)
}

fn seconds(length: f64) -> Duration {
    Duration::from_secs_f64(length)
}

fn header(request: &str, name: &str) -> String {
    let prefix = format!("{name}: ");
    request.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_passes_is_tried_again_as_the_same_request() {
    let (result, waits, server) = analyze([answer(503, &[], ""), answer(500, &[], ""), ok()]).await;
    let analysis = result.unwrap();
    assert_eq!(waits.len(), 2);
    assert!(waits[0] <= seconds(0.5) && waits[1] <= seconds(1.0), "{waits:?}");
    let attempts = &analysis.meta.attempts;
    let told: Vec<_> = attempts
        .iter()
        .map(|attempt| (attempt.number, attempt.status, attempt.error_kind, attempt.wait_reason))
        .collect();
    let (server_error, backoff) = (Some(ErrorKind::Server), Some(WaitReason::Backoff));
    assert_eq!(
        told,
        [(1, Some(503), server_error, None), (2, Some(500), server_error, backoff), (3, Some(200), None, backoff)]
    );
    assert_eq!(attempts.iter().map(|attempt| attempt.waited).sum::<Duration>(), waits.iter().sum());
    let keys: Vec<_> = server.requests().iter().map(|request| header(request, "idempotency-key")).collect();
    assert!(!keys[0].is_empty() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn attempts_end_with_the_last_error_and_all_of_them_in_it() {
    let failing = (0..4).map(|n| answer(503, &[("x-request-id", &format!("req-{n}"))], "down"));
    let (result, waits, server) = analyze(failing).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len(), waits.len()), (ErrorKind::Server, 4, 3));
    assert_eq!((error.request_id(), error.message()), (Some("req-3"), "the service failed: down; try again later"));
    assert!(error.to_string().ends_with("[HTTP 503, request req-3, 4 attempts]"), "{error}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn what_the_service_asks_for_is_obeyed() {
    for (headers, at_least) in [
        (&[("retry-after", "7")][..], 7.0),
        (&[("retry-after-ms", "1500"), ("retry-after", "7")], 1.5),
        (&[("date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("retry-after", "Thu, 01 Jan 2026 00:00:09 GMT")], 9.0),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "12")], 12.0),
    ] {
        let (result, waits, _server) = analyze([answer(429, headers, ""), ok()]).await;
        let attempts = result.unwrap().meta.attempts;
        assert_eq!(attempts[1].wait_reason, Some(WaitReason::RetryAfter));
        assert_eq!(waits.len(), 1, "the pause of the others is over by then");
        assert!(waits[0] >= seconds(at_least) && waits[0] <= seconds(at_least + 2.0), "{headers:?}: {waits:?}");
    }
    let (result, waits, _server) = analyze([answer(503, &[("retry-after", "7")], ""), ok()]).await;
    assert!(result.is_ok() && waits[0] >= seconds(7.0));
    let (result, _, _server) = analyze([answer(409, &[("retry-after", "1")], ""), ok()]).await;
    assert!(result.is_ok(), "a conflict that passes");
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_an_error_at_once() {
    for asked in ["181", "277403", "99999999999999999999"] {
        let (result, waits, server) = analyze([answer(429, &[("retry-after", asked)], "slow down")]).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.http_status(), error.is_local()), (ErrorKind::RateLimited, Some(429), false));
        assert!(error.retry_after().unwrap() >= seconds(181.0));
        assert!(error.message().contains("slow down; try again in"), "{error}");
        assert_eq!((waits.len(), server.requests().len()), (0, 1));
    }
}

#[tokio::test]
async fn a_refusal_pauses_every_call_of_the_client() {
    let server = RawServer::start([answer(429, &[("retry-after", "30")], ""), ok(), ok()]).await;
    let clock = VirtualClock::new();
    let client = client(&server, &clock);
    let once = client.with_options(CallOptions::new().max_retries(0)).unwrap();
    assert_eq!(once.analyze(URL).await.unwrap_err().retry_after(), Some(seconds(30.0)));

    let hasty = CallOptions::new().max_wait(seconds(29.0));
    let error = client.analyze(URL).options(hasty).await.unwrap_err();
    assert_eq!((error.kind(), error.is_local(), error.sent()), (ErrorKind::RateLimited, true, Sent::No));
    assert_eq!((error.retry_after(), error.queue_depth()), (Some(seconds(30.0)), Some(0)));
    let late = client.analyze(URL).timeout(seconds(30.0)).await.unwrap_err();
    assert_eq!((late.kind(), late.is_local()), (ErrorKind::RateLimited, true));
    assert_eq!(clock.waits(), [], "nobody waited for what would come too late");

    let calls = [client.analyze(URL), client.scan("x")].map(|call| tokio::spawn(call.into_future()));
    let wait = clock.next_wait().await;
    assert_eq!((wait.reason, wait.length), (WaitReason::Penalty, seconds(30.0)));
    clock.advance(seconds(29.9));
    assert_eq!(server.requests().len(), 1, "nothing leaves before it may");
    clock.advance(seconds(0.1));
    let [first, second] = calls;
    let attempts = first.await.unwrap().unwrap().meta.attempts;
    assert_eq!((attempts[0].wait_reason, attempts[0].waited), (Some(WaitReason::Penalty), seconds(30.0)));
    assert_eq!(server.requests().len(), 2, "one goes ahead of the others");
    while !second.is_finished() {
        clock.advance(seconds(0.1));
        tokio::task::yield_now().await;
    }
    let attempts = second.await.unwrap().unwrap().meta.attempts;
    assert!(attempts[0].wait_reason == Some(WaitReason::Penalty) && attempts[0].waited > seconds(30.0));
}

#[tokio::test]
async fn a_refusal_holds_from_its_head_on_whatever_becomes_of_its_body() {
    let head = "HTTP/1.1 429 X\r\nretry-after: 60\r\ncontent-length: 900\r\n\r\n";
    let server = RawServer::start([Action::Send(head.into())]).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(60).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock).rate_limiter(&limiter).build().unwrap();
    let call = tokio::spawn(client.analyze(URL).into_future());
    server.sent().await;
    // The head is there; its body never comes.
    for _ in 0..100_000 {
        if limiter.snapshot().paused_for.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(limiter.snapshot().paused_for, Some(seconds(60.0)));
}

#[tokio::test]
async fn of_two_waits_the_longer_one_is_the_reason() {
    let busy = |seconds| answer(429, &[("retry-after", seconds)], "");
    let server = RawServer::start([busy("30"), busy("5"), ok()]).await;
    let clock = VirtualClock::new();
    let client = client(&server, &clock);
    let call = tokio::spawn(client.analyze(URL).into_future());
    assert_eq!(clock.next_wait().await.reason, WaitReason::RetryAfter);
    clock.advance(seconds(30.0));
    let once = client.with_options(CallOptions::new().max_retries(0)).unwrap();
    assert!(once.analyze(URL).await.is_err());
    // As much as can be added to 30 s at random; the pause after the other call ends later.
    clock.advance(seconds(3.0));
    let wait = clock.next_wait().await;
    assert_eq!((wait.reason, wait.length), (WaitReason::Penalty, seconds(2.0)));
    clock.advance(wait.length);
    let attempts = call.await.unwrap().unwrap().meta.attempts;
    assert_eq!(attempts[1].wait_reason, Some(WaitReason::RetryAfter));
    assert!(attempts[1].waited >= seconds(32.0), "{attempts:?}");
}

#[tokio::test]
async fn retries_are_a_share_of_the_quota() {
    let server = RawServer::start((0..20).map(|_| answer(503, &[], ""))).await;
    let clock = skipping();
    let client = client(&server, &clock);
    let mut attempts = Vec::new();
    for _ in 0..5 {
        attempts.push(client.scan("x").await.unwrap_err().attempts().len());
    }
    assert!(clock.elapsed() < seconds(60.0), "within a window");
    assert_eq!(attempts, [4, 4, 4, 4, 1], "twelve retries, a fifth of sixty");
}

#[tokio::test]
async fn clients_with_other_keys_share_a_limiter_by_its_name() {
    let used_up = [("x-ratelimit-limit", "1"), ("x-ratelimit-remaining", "0")];
    let server = RawServer::start([answer(404, &used_up, ""), answer(404, &used_up, "")]).await;
    let scan = async |key: &str, name: &str| {
        let builder = Client::builder().base_url(server.base_url()).api_key(key).max_wait(seconds(1.0));
        let client = builder.rate_limiter(&RateLimiter::shared(name)).build().unwrap();
        client.scan("x").await.unwrap_err()
    };
    assert_eq!(scan("ax_one", "team").await.kind(), ErrorKind::NotFound);
    let refused = scan("ax_two", "team").await;
    assert_eq!((refused.kind(), refused.is_local()), (ErrorKind::RateLimited, true));
    assert_eq!(scan("ax_two", "others").await.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_quota_that_others_used_up_is_waited_for() {
    let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "12")];
    let server = RawServer::start([answer(503, &headers, ""), ok()]).await;
    let clock = skipping();
    let result = client(&server, &clock).analyze(URL).await;
    let waits: Vec<Duration> = clock.waits().iter().map(|wait| wait.length).collect();
    assert_eq!(result.unwrap().meta.attempts[1].wait_reason, Some(WaitReason::Pacing));
    assert!(waits[0] <= seconds(0.5) && waits.iter().sum::<Duration>() == seconds(12.0), "{waits:?}");
}

#[tokio::test]
async fn what_earlier_attempts_told_is_not_forgotten() {
    let failing = |name: &str, value: &str| answer(503, &[(name, value)], "");
    let failing = [failing("x-ratelimit-remaining", "5"), failing("x-ratelimit-limit", "60"), Action::Reset];
    let server = RawServer::start(failing).await;
    let twice_more = CallOptions::new().max_retries(2);
    let error = client(&server, &skipping()).analyze(URL).options(twice_more).await.unwrap_err();
    let sent: Vec<_> = error.attempts().iter().map(|attempt| attempt.sent).collect();
    assert_eq!((error.kind(), sent), (ErrorKind::Connection, vec![Sent::Yes, Sent::Yes, Sent::Maybe]));
    assert_eq!(error.sent(), Sent::Yes, "one of them reached the service");
    let rate_limit = error.rate_limit().unwrap();
    assert_eq!((rate_limit.limit, rate_limit.remaining), (Some(60), Some(5)));
}

#[tokio::test]
async fn a_lost_analysis_is_asked_for_once_more_and_not_soon() {
    for lost in [Action::Reset, answer(502, &[], ""), answer(504, &[], "<html><title>504</title></html>")] {
        let (result, waits, server) = analyze([lost.clone(), ok()]).await;
        let attempts = result.unwrap().meta.attempts;
        assert_eq!(waits, [seconds(5.0)], "{lost:?}");
        assert_eq!(attempts.len(), 2);
        let keys: Vec<_> = server.requests().iter().map(|request| header(request, "idempotency-key")).collect();
        assert_eq!(keys[0], keys[1]);

        let (result, _, server) = analyze([lost.clone(), lost.clone(), ok()]).await;
        assert_eq!(result.unwrap_err().attempts().len(), 2, "{lost:?}");
        assert_eq!(server.requests().len(), 2);

        let server = RawServer::start([lost.clone(), ok()]).await;
        let options = CallOptions::new().retry_ambiguous(false);
        assert!(client(&server, &skipping()).analyze(URL).options(options).await.is_err());
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_analysis_that_was_lost_late_is_asked_for_late() {
    let clock = skipping();
    let server = wiremock::MockServer::start().await;
    let passing = clock.clone();
    let gateway = move |_: &wiremock::Request| {
        passing.advance(seconds(40.0));
        wiremock::ResponseTemplate::new(504)
    };
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(gateway).mount(&server).await;
    let client = Client::builder().base_url(server.uri()).clock(clock.clone()).build().unwrap();
    let error = client.analyze(URL).await.unwrap_err();
    assert_eq!((error.attempts().len(), clock.waits()[0].length), (2, seconds(20.0)), "half of what it took");

    let error = client.analyze(URL).timeout(seconds(99.0)).await.unwrap_err();
    assert_eq!(error.attempts().len(), 1, "40 s have passed, and 20 s and 40 s would not fit in");
}

#[tokio::test]
async fn reading_is_repeated_without_fear() {
    let server = RawServer::start([Action::Reset, answer(502, &[], ""), answer(504, &[], ""), ok()]).await;
    let clock = skipping();
    let analysis = client(&server, &clock).scan("x").await.unwrap();
    assert_eq!(analysis.meta.attempts.len(), 4);
    assert!(clock.waits().iter().all(|wait| wait.length < seconds(5.0)));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let half = |bytes: &str| Action::SendAndClose(bytes.as_bytes().to_vec());
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"signal\"",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sig",
    ] {
        let (result, waits, _server) = analyze([half(cut), half(cut)]).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, Some("truncated")));
        assert_eq!((error.http_status(), error.sent()), (Some(200), Sent::Yes));
        assert_eq!(waits, [seconds(5.0)]);
    }
    let (result, _, _server) = analyze([half("HTTP/1.1 2"), half("")]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("no_answer"), Sent::Maybe));
}

#[tokio::test]
async fn a_refusal_is_one_however_much_of_its_reasons_came() {
    let half = |bytes: &str| Action::SendAndClose(bytes.as_bytes().to_vec());
    let (result, _, _server) = analyze([half("HTTP/1.1 404 X\r\ncontent-length: 900\r\n\r\n{\"error\"")]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.http_status(), error.attempts().len()), (ErrorKind::NotFound, Some(404), 1));
    let busy = half("HTTP/1.1 429 X\r\nretry-after: 7\r\ncontent-length: 900\r\n\r\nslow");
    let (result, waits, _server) = analyze([busy, ok()]).await;
    assert!(result.is_ok() && waits[0] >= seconds(7.0) && waits[0] < seconds(9.0), "{waits:?}");
}

#[tokio::test]
async fn garbage_is_no_answer_either() {
    let (result, _, _server) = analyze([Action::SendAndClose(b"SSH-2.0-OpenSSH_9\r\n".to_vec()), Action::Reset]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (ErrorKind::Connection, Sent::Maybe));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_service_that_is_not_there_was_surely_not_reached() {
    // Bound and given back, so that nobody listens there.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let clock = skipping();
    let client = Client::builder().base_url(format!("http://{address}/api")).clock(clock.clone()).build().unwrap();
    let error = client.analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("connect"), Sent::No));
    assert_eq!((error.attempts().len(), clock.waits().len()), (4, 3), "it may come up");
    assert!(error.message().contains(&format!("http://{address}")) && error.message().contains("refused"), "{error}");
    assert!(!format!("{error:?}").contains("/api"), "{error:?}");
}

#[tokio::test]
async fn a_name_without_an_address_was_surely_not_reached() {
    // Too long a name for DNS, so that no name server is asked.
    let client = Client::builder().base_url(format!("http://{}.example/api", "a".repeat(64))).clock(skipping());
    let error = client.allow_insecure_http(true).build().unwrap().analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.sent()), (ErrorKind::Connection, Some("dns"), Sent::No), "{error}");
    assert_eq!(error.attempts().len(), 4);
}

#[tokio::test]
async fn a_connection_that_went_away_meanwhile_costs_no_attempt() {
    let server = RawServer::start([
        Action::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"signal\": {}} ".to_vec()),
        ok(),
    ])
    .await;
    let client = client(&server, &skipping());
    client.scan("a").await.unwrap();
    let analysis = client.scan("b").await.unwrap();
    assert_eq!(analysis.meta.attempts.len(), 1);
}
