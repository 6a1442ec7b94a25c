//! One request and its answer.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{
    AnalyzeRequest, CallOptions, Client, ErrorKind, Pacing, Provider, ProviderToken, PullRequestRef, RateLimiter,
    RiskLevel, Sent,
};
use serde_json::{Value, json};
use support::{ANALYSIS, RawServer, URL, answer};
use wiremock::matchers::{body_json, header, header_exists, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn client(server: &MockServer) -> Client {
    // Of its own: addresses are used again, and so would the limiter be.
    let limiter = RateLimiter::new(60);
    let builder = Client::builder().base_url(format!("{}/api", server.uri())).api_key("ax_key");
    builder.rate_limiter(&limiter).build().unwrap()
}

async fn answering(status: u16, body: &str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(status).set_body_raw(body, "application/json"))
        .mount(&server)
        .await;
    server
}

async fn only_request(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[tokio::test]
async fn an_analysis_is_asked_for_as_documented_and_read_whole() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .set_body_raw(ANALYSIS, "application/json")
        .insert_header("x-request-id", "req-7")
        .insert_header("x-ratelimit-limit", "60")
        .insert_header("x-ratelimit-remaining", "59")
        .insert_header("x-ratelimit-reset", "30");
    Mock::given(method("POST"))
        .and(path("/api/analyze"))
        .and(header("authorization", "Bearer ax_key"))
        .and(header("content-type", "application/json"))
        .and(header("accept", "application/json"))
        .and(header_exists("idempotency-key"))
        .and(body_json(json!({"url": URL})))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    let client = client(&server);
    assert_eq!(client.rate_limit(), None);

    let analysis = client.analyze(format!("{URL}/files?w=1")).await.unwrap();

    assert_eq!(analysis.signal.risk.level, Some(RiskLevel::High));
    assert_eq!(analysis.signal_id.as_deref(), Some("ax-owner-repo-123-a1b2c3d4"));
    assert!(analysis.signal_url.as_deref().unwrap().ends_with("/signal/ax-owner-repo-123-a1b2c3d4"));
    assert_eq!((analysis.to_json(), analysis.raw.as_str()), (ANALYSIS, ANALYSIS));
    assert_eq!(analysis.extra("signal.risk")["mood"].get(), r#""grim""#);
    let meta = &analysis.meta;
    assert_eq!(meta.decode_warnings, ["signal.risk.drivers[0].contribution"]);
    assert_eq!((meta.status, meta.request_id.as_deref()), (200, Some("req-7")));
    assert_eq!(meta.headers["content-type"], "application/json");
    let rate_limit = meta.rate_limit.unwrap();
    assert_eq!((rate_limit.limit, rate_limit.remaining), (Some(60), Some(59)));
    assert!(rate_limit.reset_at.is_some());
    assert_eq!(client.rate_limit(), Some(rate_limit));
    let [attempt] = meta.attempts.as_slice() else { panic!("{:?}", meta.attempts) };
    assert_eq!((attempt.number, attempt.status, attempt.error_kind, attempt.sent), (1, Some(200), None, Sent::Yes));
    assert_eq!((attempt.wait_reason, attempt.request_id.as_deref()), (None, Some("req-7")));

    let user_agent = only_request(&server).await.headers["user-agent"].to_str().unwrap().to_owned();
    assert!(user_agent.starts_with(concat!("axiomo-rust/", env!("CARGO_PKG_VERSION"), " (")), "{user_agent}");
}

#[tokio::test]
async fn a_pull_request_is_given_in_whatever_form_is_at_hand() {
    let server = answering(200, ANALYSIS).await;
    let client = client(&server);
    let reference: PullRequestRef = URL.parse().unwrap();
    client.analyze(URL).await.unwrap();
    client.analyze(URL.to_owned()).await.unwrap();
    client.analyze(&reference).await.unwrap();
    client.analyze(reference).await.unwrap();
    let token = ProviderToken::new("ghp_token").unwrap();
    client.analyze(AnalyzeRequest::from_url(URL).unwrap().access_token(token)).await.unwrap();
    client.analyze(AnalyzeRequest::from_parts(Provider::Bitbucket, "o", "r", 5).unwrap()).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
    assert!(bodies[..4].iter().all(|body| *body == json!({"url": URL})), "{bodies:?}");
    assert_eq!(bodies[4], json!({"url": URL, "access_token": "ghp_token"}));
    assert_eq!(bodies[5], json!({"provider": "bitbucket", "owner": "o", "repo": "r", "pr_number": 5}));
    let keys: std::collections::HashSet<_> =
        requests.iter().map(|request| request.headers["idempotency-key"].clone()).collect();
    assert_eq!(keys.len(), 6, "each call has its own");
}

#[tokio::test]
async fn a_scan_is_read_from_an_envelope_or_bare_whatever_its_id() {
    for (id, path) in [
        ("ax-owner-repo-123-a1b2c3d4", "/api/scans/ax-owner-repo-123-a1b2c3d4"),
        ("a/b ?#%é", "/api/scans/a%2Fb%20%3F%23%25%C3%A9"),
        ("../keys", "/api/scans/..%2Fkeys"),
        ("%2e%2e", "/api/scans/%252e%252e"),
    ] {
        let server = answering(200, r#"{"signal_id": "x", "risk": {"level": "grave"}}"#).await;
        let analysis = client(&server).scan(id).await.unwrap();
        assert_eq!(analysis.signal.risk.level, Some(RiskLevel::Unknown("grave".to_owned())));
        assert_eq!(analysis.signal_id.as_deref(), Some("x"));
        let request = only_request(&server).await;
        assert_eq!((request.method.as_str(), request.url.path()), ("GET", path));
        assert!(!request.headers.contains_key("idempotency-key"));
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_anything_is_sent() {
    let server = answering(200, ANALYSIS).await;
    let client = client(&server);
    for (result, part) in [
        (client.analyze("").await, "empty"),
        (client.analyze("https://github.com/owner/repo").await, "does not lead to a pull request"),
        (client.analyze("https://user:secret@github.com/o/r/pull/1").await, "credentials"),
        (client.scan("").await, "no scan id"),
        (client.scan(" ").await, "no scan id"),
        (client.scan("..").await, "no scan id"),
        (client.scan(".").await, "no scan id"),
        (client.scan(".\t.").await, "no scan id"),
        (client.scan("a\nb").await, "no scan id"),
        (client.scan("x".repeat(1025)).await, "no scan id"),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.sent(), error.is_local()), (ErrorKind::InvalidRequest, Sent::No, true));
        assert!(error.message().contains(part) && !error.message().contains("secret"), "{error}");
        assert!(error.message().len() < 500 && !error.message().contains(char::is_control), "{error}");
        assert!(error.attempts().is_empty());
    }
    assert!(["", "a b", "a\u{7}b"].iter().all(|token| ProviderToken::new(*token).is_err()));
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_anonymous_client_sends_no_key() {
    let server = answering(200, ANALYSIS).await;
    let client = Client::builder().base_url(server.uri()).user_agent_suffix("bot/2.1");
    let client = client.default_header("x-team", "a").default_header("x-team", "b").build();
    client.unwrap().analyze(URL).await.unwrap();
    let request = only_request(&server).await;
    assert!(!request.headers.contains_key("authorization"));
    assert!(request.headers["user-agent"].to_str().unwrap().ends_with(") bot/2.1"));
    assert!(request.headers.get_all("x-team").iter().eq(["a", "b"]));
    assert_eq!(request.url.path(), "/analyze", "the base URL is used as it is");
}

#[tokio::test]
async fn every_refusal_says_what_it_is() {
    for (status, kind, part) in [
        (400, ErrorKind::InvalidRequest, "refused the request: Because"),
        (401, ErrorKind::Authentication, "refused the API key: Because; check"),
        (403, ErrorKind::Permission, "does not allow this: Because"),
        (404, ErrorKind::NotFound, "no such thing: Because"),
        (409, ErrorKind::InvalidRequest, "Because"),
        (418, ErrorKind::InvalidRequest, "Because"),
        (422, ErrorKind::InvalidRequest, "Because"),
        (501, ErrorKind::Server, "the service failed: Because"),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status)
            .set_body_raw(r#"{"error": {"code": "because", "message": "Because"}}"#, "application/json")
            .insert_header("x-request-id", "req-7")
            .insert_header("x-ratelimit-remaining", "3");
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let error = client(&server).analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status(), error.code()), (kind, Some(status), Some("because")));
        assert!(error.message().contains(part), "{error}");
        assert_eq!((error.request_id(), error.sent(), error.is_local()), (Some("req-7"), Sent::Yes, false));
        assert_eq!(error.rate_limit().unwrap().remaining, Some(3));
        assert_eq!(error.attempts().len(), 1, "{status} is final");
        assert_eq!(error.attempts()[0].error_kind, Some(kind));
        assert!(error.to_string().contains(&format!("[HTTP {status}, because, request req-7]")), "{error}");
    }
}

/// A long text is cut; what is left of it must not end with a part of a key.
#[tokio::test]
async fn no_part_of_a_key_is_left_by_cutting() {
    const KEY: &str = "ax_A1b2C3d4E5f6";
    let fill = |longest: usize, part: usize| format!("{}{KEY}", "-".repeat(longest - part));
    for part in 4..KEY.len() {
        let (message, code) = (fill(500, part), fill(64, part));
        for body in [json!({"error": {"code": code, "message": message}}).to_string(), message] {
            let server = answering(404, &body).await;
            let client = Client::builder().base_url(server.uri()).api_key(KEY).build().unwrap();
            let error = client.analyze(URL).await.unwrap_err();
            assert!(!format!("{error:?}").contains(&KEY[..4]), "{error:?}");
        }
    }
}

/// In JSON, any letter may be written as its number.
#[tokio::test]
async fn a_key_in_another_spelling_is_not_shown_either() {
    let server = answering(404, r#"{"error": {"code": "\u0061x_key", "message": "no \u0061x_key"}}"#).await;
    let error = client(&server).analyze(URL).await.unwrap_err();
    assert_eq!(error.code(), Some("[redacted]"));
    assert!(error.message().contains("no [redacted]"), "{error}");
}

#[tokio::test]
async fn an_error_has_one_form_in_json() {
    let server = answering(404, r#"{"detail": "No such scan"}"#).await;
    let error = client(&server).scan("x").await.unwrap_err();
    let mut value = serde_json::to_value(&error).unwrap();
    let attempt = value["attempts"][0].take();
    assert_eq!(
        value,
        json!({
            "kind": "not_found",
            "message": "the service finds no such thing: No such scan; check the address, and who may see it",
            "http_status": 404, "code": null, "request_id": null, "retry_after_ms": null, "reset_at": null,
            "queue_depth": null, "local": false, "rate_limit": null, "attempts": [null], "sent": "yes"
        })
    );
    assert_eq!((&attempt["n"], &attempt["status"], &attempt["sent"]), (&json!(1), &json!(404), &json!("yes")));
    assert_eq!((&attempt["error_kind"], &attempt["wait_reason"]), (&json!("not_found"), &Value::Null));
    assert!(attempt["started_ms"].is_u64() && attempt["duration_ms"].is_u64() && attempt["waited_ms"].is_u64());
}

#[tokio::test]
async fn what_is_known_of_a_call_has_one_form_in_json() {
    let limit = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "12")];
    let busy = answer(429, &[&limit[..], &[("retry-after-ms", "7500")]].concat(), "");
    let server = RawServer::start([busy.clone(), busy, answer(200, &[("x-a", "1"), ("x-a", "2")], ANALYSIS)]).await;
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    let client = Client::builder().base_url(server.base_url()).clock(clock).build().unwrap();
    let once = CallOptions::new().max_retries(0);
    let error = serde_json::to_value(client.scan("x").options(once.clone()).await.unwrap_err()).unwrap();
    let mut rate_limit = json!({"limit": 60, "remaining": 0, "reset_at": "2026-01-01T00:00:12Z"});
    assert_eq!((&error["kind"], &error["retry_after_ms"]), (&json!("rate_limited"), &json!(7500)));
    assert_eq!((&error["reset_at"], &error["rate_limit"]), (&rate_limit["reset_at"], &rate_limit));
    assert_eq!((&error["local"], &error["queue_depth"]), (&json!(false), &Value::Null));
    let refused = client.scan("x").options(once.max_wait(Duration::ZERO)).await.unwrap_err();
    let error = serde_json::to_value(refused).unwrap();
    assert_eq!((&error["kind"], &error["retry_after_ms"]), (&json!("rate_limited"), &json!(7500)));
    assert_eq!((&error["local"], &error["queue_depth"]), (&json!(true), &json!(0)));
    assert_eq!((&error["sent"], &error["attempts"]), (&json!("no"), &json!([])));

    let meta = client.scan("x").await.unwrap().meta;
    let value = serde_json::to_value(&meta).unwrap();
    // 12 s after the second refusal, which came 7.5 s after the first.
    rate_limit["reset_at"] = json!("2026-01-01T00:00:20Z");
    assert_eq!(
        (&value["status"], &value["headers"]["x-a"], &value["rate_limit"]),
        (&json!(200), &json!("1, 2"), &rate_limit)
    );
    let [first, second] = &value["attempts"].as_array().unwrap()[..] else { panic!("{value}") };
    assert_eq!((&first["waited_ms"], &first["wait_reason"]), (&json!(7500), &json!("penalty")));
    assert_eq!((&first["started_ms"], &second["wait_reason"]), (&json!(7500), &json!("retry_after")));
    assert!(second["waited_ms"].as_u64().unwrap() >= 7500 && second["duration_ms"] == 0, "{second}");
    let waited: u64 = [first, second].iter().map(|attempt| attempt["waited_ms"].as_u64().unwrap()).sum();
    assert!(value["elapsed_ms"].as_u64().unwrap().abs_diff(waited) <= 1, "{value}");
}

#[tokio::test]
async fn what_an_answer_does_not_tell_of_the_limit_stays_known() {
    let whole = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "59"), ("x-ratelimit-reset", "30")];
    let less = |headers: &[(&str, &str)]| answer(200, headers, ANALYSIS);
    let server = RawServer::start([
        less(&whole),
        less(&[("x-ratelimit-remaining", "58")]),
        less(&[("x-ratelimit-limit", "70")]),
        less(&[("x-ratelimit-reset", "45")]),
        less(&[]),
    ])
    .await;
    let builder = Client::builder().base_url(server.base_url()).clock(VirtualClock::new());
    let client = builder.pacing(Pacing::Off).build().unwrap();
    let mut seen = Vec::new();
    for _ in 0..5 {
        client.scan("x").await.unwrap();
        let known = client.rate_limit().unwrap();
        seen.push((known.limit.unwrap(), known.remaining.unwrap(), known.reset_at.unwrap().to_string()));
    }
    let [at_30, at_45] = ["2026-01-01T00:00:30Z", "2026-01-01T00:00:45Z"].map(str::to_owned);
    let expected = [(60, 59, &at_30), (60, 58, &at_30), (70, 58, &at_30), (70, 58, &at_45), (70, 58, &at_45)];
    assert!(seen.iter().map(|(limit, remaining, at)| (*limit, *remaining, at)).eq(expected), "{seen:?}");
}

#[tokio::test]
async fn a_success_that_is_no_analysis_says_what_is_wrong_with_it() {
    let gzip_bomb = {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 33 << 20]).unwrap();
        encoder.finish().unwrap()
    };
    assert!(gzip_bomb.len() < 1 << 16);
    let plain = |body: &[u8]| ResponseTemplate::new(200).set_body_bytes(body);
    for (answer, part) in [
        (plain(b""), "not JSON"),
        (plain(b"<html>"), "not JSON"),
        (plain(b"[1]"), "an array"),
        (plain(b"{\"status\": \"queued\"}"), "`$.signal`"),
        (plain(b"{\"signal\": null}"), "`$.signal`"),
        (plain(b"{\"signal\": {\"version\": \"\xff\"}}"), "not UTF-8"),
        (ResponseTemplate::new(202), "not JSON"),
        (ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(gzip_bomb), "32 MiB"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let error = client(&server).analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (ErrorKind::Decode, Sent::Yes), "{error}");
        assert!(matches!(error.http_status(), Some(200 | 202)));
        assert!(error.message().contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_name_of_a_request_is_one_short_word() {
    let id = format!("a\tb{}", "c".repeat(1000));
    let server = RawServer::start([answer(404, &[("x-request-id", &id)], "")]).await;
    let client = Client::builder().base_url(server.base_url()).build().unwrap();
    let error = client.scan("x").await.unwrap_err();
    let id = error.request_id().unwrap();
    assert!(id.starts_with("a\u{fffd}bccc") && id.chars().count() == 128, "{id}");
}

#[tokio::test]
async fn gzip_is_understood() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(ANALYSIS.as_bytes()).unwrap();
    let server = MockServer::start().await;
    let answer =
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(encoder.finish().unwrap());
    Mock::given(header("accept-encoding", "gzip")).respond_with(answer).mount(&server).await;
    assert_eq!(client(&server).analyze(URL).await.unwrap().raw, ANALYSIS);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_target_named() {
    let elsewhere = answering(200, ANALYSIS).await;
    for (status, location) in [
        (301, format!("{}/login?next=secret", elsewhere.uri())),
        (302, elsewhere.uri()),
        (307, elsewhere.uri()),
        (308, elsewhere.uri()),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).insert_header("location", location.as_str());
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let error = client(&server).analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Server, Some("unexpected_redirect")));
        assert_eq!(error.http_status(), Some(status));
        assert!(error.message().contains(&elsewhere.uri()) && !error.message().contains("secret"), "{error}");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[test]
fn a_client_outlives_the_runtime_it_was_used_in() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(answering(200, ANALYSIS));
    let client = client(&server);
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let analysis = runtime.block_on(client.analyze(URL).into_future()).unwrap();
        assert_eq!(analysis.raw, ANALYSIS);
    }
}

#[tokio::test]
async fn the_reset_is_a_moment_by_the_clients_own_clock_and_never_too_early() {
    let server = MockServer::start().await;
    // A service whose clock is a year ahead of the client's, which stands at 2026-01-01T00:00:00Z.
    let answer = ResponseTemplate::new(200)
        .set_body_raw(ANALYSIS, "application/json")
        .insert_header("date", "Fri, 01 Jan 2027 00:00:00 GMT")
        .insert_header("x-ratelimit-reset", "1798761630");
    Mock::given(method("GET")).respond_with(answer).mount(&server).await;
    let clock = axiomo::testing::VirtualClock::new();
    clock.advance(std::time::Duration::from_millis(250));
    let client = Client::builder().base_url(server.uri()).clock(clock).build().unwrap();
    let meta = client.scan("x").await.unwrap().meta;
    assert_eq!(meta.rate_limit.unwrap().reset_at.unwrap().to_string(), "2026-01-01T00:00:31Z");
}
