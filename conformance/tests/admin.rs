//! The test controls over HTTP, as a program in another language uses them.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{CallOptions, Client, ErrorKind};
use axiomo_mock_server::{Admin, Config};
use serde_json::{Value, json};

struct Controls {
    admin: Admin,
    http: reqwest::Client,
}

impl Controls {
    async fn start() -> Self {
        // This HTTP client wants one, though nothing here is encrypted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let admin = Admin::start(Config::default()).await.unwrap();
        Self { admin, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.admin.url());
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(self.admin.token().expose());
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_an_address_keys_limits_and_time_of_its_own() {
    let controls = Controls::start().await;
    let (status, session) = controls.ask("POST", "/sessions", json!({"limits": {"key": 1, "limiter": "log"}})).await;
    assert_eq!(status, 201, "{session}");
    let path = format!("/sessions/{}", text(&session, "id"));
    let (status, key) = controls.ask("POST", &format!("{path}/keys"), json!({"name": "ci"})).await;
    assert_eq!(status, 201, "{key}");
    let clock = VirtualClock::conducted(text(&session, "conductor")).unwrap();
    let client = Client::builder().base_url(text(&session, "base_url")).api_key(text(&key, "key")).clock(clock.clone());
    let client = client.build().unwrap();
    assert_eq!(client.scan("a").await.unwrap_err().kind(), ErrorKind::NotFound);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.scan("b").await.unwrap_err().kind() }
    });
    clock.next_wait().await;
    let (status, standing) = controls.ask("POST", &format!("{path}/clock"), json!({"advance_ms": 59_000})).await;
    assert_eq!((status, &standing["now_ms"]), (200, &json!(59_000)));
    assert!(!waiting.is_finished());
    let (status, standing) = controls.ask("POST", &format!("{path}/clock"), json!({"run": true})).await;
    assert_eq!((status, &standing["is_running"]), (200, &json!(true)));
    assert_eq!(waiting.await.unwrap(), ErrorKind::NotFound);
    let (status, refusal) = controls.ask("POST", &format!("{path}/clock"), json!({"advance_ms": 1})).await;
    assert_eq!((status, text(&refusal["error"], "code")), (409, "conflict"));
    assert_eq!(controls.ask("DELETE", &format!("{path}/keys/{}", text(&key, "id")), json!({})).await.0, 204);
    assert_eq!(client.scan("c").await.unwrap_err().kind(), ErrorKind::Authentication);
    let (_, standing) = controls.ask("POST", &format!("{path}/clock"), json!({"run": false})).await;
    assert_eq!((&standing["is_running"], &standing["begun"]), (&json!(false), &json!(3)));
    assert_eq!(standing["waits"][0]["reason"], "pacing");
    assert_eq!(controls.ask("DELETE", &path, json!({})).await.0, 204);
    assert!(client.scan("d").await.is_err());
    controls.admin.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_followed_and_a_journal_is_kept() {
    let controls = Controls::start().await;
    let (_, session) = controls.ask("POST", "/sessions", json!({})).await;
    let path = format!("/sessions/{}", text(&session, "id"));
    let clock = VirtualClock::conducted(text(&session, "conductor")).unwrap();
    let (status, listening) = controls.ask("POST", &format!("{path}/listeners"), json!({"tls": "valid"})).await;
    assert_eq!(status, 201, "{listening}");
    let client = Client::builder().base_url(text(&listening, "base_url")).clock(clock.clone());
    let client = client.root_certificate(text(&listening, "ca_pem")).build().unwrap();
    let rules = json!([{"on": {"method": "GET"}, "do": [
        {"respond": {"status": 503, "headers": {"retry-after": "600"}}},
        {"respond": {"status": 200, "json": {"signal": {"risk": {"level": "high"}}}}},
        "real",
    ]}]);
    assert_eq!(controls.ask("PUT", &format!("{path}/script"), rules).await.0, 204);
    let call = tokio::spawn({
        let options = CallOptions::new().timeout(Duration::from_secs(1000)).max_wait(Duration::from_secs(1000));
        let client = client.clone();
        async move { client.scan("a").options(options).await }
    });
    let awaited = json!({"match": {"event": "answer", "status": 503}});
    let (status, seen) = controls.ask("POST", &format!("{path}/journal/await"), awaited).await;
    assert_eq!((status, &seen["entries"][0]["request"]), (200, &json!(1)), "{seen}");
    controls.ask("POST", &format!("{path}/clock"), json!({"run": true})).await;
    let analysis = call.await.unwrap().unwrap();
    assert_eq!(analysis.signal.risk.level.as_ref().map(ToString::to_string).as_deref(), Some("high"));
    let (_, later) = controls.ask("GET", &format!("{path}/journal?since=3"), json!({})).await;
    let request = later["entries"].as_array().unwrap().iter().find(|entry| entry["event"] == "request").unwrap();
    assert!(request["at_ms"].as_u64().unwrap() >= 600_000, "{request}");
    let (_, left) = controls.ask("GET", &format!("{path}/script"), json!({})).await;
    assert_eq!(left["rules"][0]["do"], json!(["real"]));
    let (status, refusal) = controls
        .ask("POST", &format!("{path}/journal/await"), json!({"match": {"event": "tea"}, "timeout_ms": 1}))
        .await;
    assert_eq!((status, text(&refusal["error"], "code")), (408, "not_seen"));
    assert_eq!(controls.ask("DELETE", &format!("{path}/journal"), json!({})).await.0, 204);
    assert_eq!(controls.ask("PUT", &format!("{path}/limits"), json!({"key": 5})).await.0, 204);
    let (_, snapshot) = controls.ask("GET", &format!("{path}/snapshot"), json!({})).await;
    assert_eq!(snapshot["limits"]["key"], 5, "{snapshot}");
    let (status, state) = controls.ask("GET", &format!("{path}/state"), json!({})).await;
    assert_eq!((status, &state["limits"]["key"]), (200, &json!(5)), "{state}");
    assert_eq!(controls.ask("PUT", &format!("{path}/limits"), json!({"key": 6})).await.0, 204);
    assert_eq!(controls.ask("PUT", &format!("{path}/state"), state.clone()).await.0, 204);
    assert_eq!(controls.ask("GET", &format!("{path}/state"), json!({})).await.1, state);
    let listener = format!("{path}/listeners/{}", text(&listening, "name"));
    assert_eq!(controls.ask("DELETE", &listener, json!({})).await.0, 204);
    assert_eq!(controls.ask("DELETE", &listener, json!({})).await.0, 409);
    controls.admin.close().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_what_was_expected() {
    let controls = Controls::start().await;
    let rows = [
        ("POST", "/sessions", json!({"limit": 1}), 422, "unknown field `limit`"),
        ("POST", "/sessions", json!({"limits": {"limiter": "slow"}}), 422, "expected one of `fixed`, `log`"),
        ("POST", "/sessions", json!({"repositories": [{"url": "x", "path": "."}]}), 422, "repository's page"),
        ("GET", "/sessions/s9/clock", json!({}), 404, "no such session"),
        ("GET", "/sessions/main/clock", json!({}), 409, "manual clock"),
        ("DELETE", "/sessions/main/keys/k", json!({}), 404, "no such key"),
        ("DELETE", "/sessions", json!({}), 405, "other methods"),
        ("GET", "/nothing", json!({}), 404, "no such control"),
        ("PUT", "/sessions/main/state", json!({}), 422, "no state that axiomo-mock-server"),
        ("PUT", "/sessions/main/state", json!({"version": "none"}), 422, "a state of none"),
    ];
    for (method, path, body, expected, says) in rows {
        let (status, answer) = controls.ask(method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        assert!(text(&answer["error"], "message").contains(says), "{method} {path}: {answer}");
    }
    for token in ["", "wrong", controls.admin.main().management_token().expose()] {
        let request = controls.http.get(format!("{}/version", controls.admin.url())).bearer_auth(token);
        assert_eq!(request.send().await.unwrap().status().as_u16(), 401);
    }
    controls.admin.close().await;
}
