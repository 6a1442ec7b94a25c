//! The test controls over HTTP, as a program in another language uses them.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use axiomo::testing::VirtualClock;
use axiomo::{Client, ErrorKind};
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
    assert!(matches!(client.scan("d").await.unwrap_err().kind(), ErrorKind::Connection | ErrorKind::Timeout));
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
