//! What is secret stays out of the log, the store and the answers, whatever happens.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

mod http;
#[path = "../../analyzer/tests/repository/mod.rs"]
mod repository;

use axiomo_mock_server::{Config, MockServer, Mount, StoreLocation};
use repository::{BOB, TestRepository, lines};
use secrecy::SecretString;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged, at the most talkative level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

const URL: &str = "https://github.com/owner/project";
const RIGHT: &str = "ghp_canary_right_4711";
const WRONG: &str = "ghp_canary_wrong_4711";
const BAD_KEY: &str = "ax_canary_bad_key_4711";
const BAD_MANAGEMENT: &str = "axm_canary_bad_4711";
const IDEMPOTENCY: &str = "canary-idempotency-4711";

/// Whatever a client can send, with secrets in every place, over a client's connections.
async fn provoke(server: &MockServer, client: &reqwest::Client, key: &str, answers: &mut Vec<String>) {
    let url = |path: &str| format!("http://{}{path}", server.address());
    let pull = format!("{URL}/pull/7");
    let mut requests = Vec::new();
    for token in [RIGHT, WRONG] {
        for body in [
            format!(r#"{{"url": "{pull}", "access_token": "{token}"}}"#),
            format!(r#"{{"url": "{pull}9", "access_token": "{token}"}}"#),
            format!(r#"{{"url": "{pull}", "access_token": ["{token}"]}}"#),
            format!(r#"{{"url": ["{token}"], "access_token": "{token}"}}"#),
            format!(r#"{{"url": "https://{token}@github.com/owner/project/pull/7"}}"#),
            format!(r#"{{"url": "{pull}?access_token={token}"}}"#),
            format!(r#"{{"provider": "{token}", "owner": {{"{token}": 1}}, "access_token": "{token}"}}"#),
            format!(r#"{{"{token}": "{token}"}}"#),
            format!(r#"{{"url": "{pull}", "access_token": "{token}"#),
            format!(r#"["{token}"]"#),
            format!(r#""{token}""#),
            format!(r#"{{"access_token": "{token}", "x": "{}"}}"#, "x".repeat(70_000)),
        ] {
            for credential in [None, Some(key), Some(BAD_KEY)] {
                for content_type in ["application/json", "text/plain"] {
                    let request = client.post(url("/api/analyze")).header("content-type", content_type);
                    let request = request.header("idempotency-key", IDEMPOTENCY).body(body.clone());
                    requests.push(if let Some(key) = credential { request.bearer_auth(key) } else { request });
                }
            }
        }
    }
    for path in ["/api/keys", "/api/keys/x", "/api/scans/x", "/signal/x", "/healthz", "/x"] {
        for credential in [key, BAD_KEY, BAD_MANAGEMENT] {
            requests.push(client.get(url(path)).bearer_auth(credential));
            requests.push(client.delete(url(path)).bearer_auth(credential));
            requests.push(client.get(url(path)).header("authorization", format!("Basic {credential}")));
        }
    }
    for request in requests {
        let response = request.send().await.unwrap();
        let head = format!("{} {:?}", response.status(), response.headers());
        answers.push(format!("{head} {}", response.text().await.unwrap()));
    }
}

#[tokio::test]
async fn secrets_stay_secret() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();
    let folder = tempfile::tempdir().unwrap();
    let mut repository = TestRepository::new();
    repository.on_main("begin", &[("a.rs", &lines(9, "a"))]);
    repository.on("feature", &["main"], "Add", BOB, &[("b.rs", &lines(9, "b"))]);
    repository.git(&["update-ref", "refs/pull/7/head", "refs/heads/feature"]);
    let mut mount = Mount::private(URL.parse().unwrap(), repository.path());
    mount.access_token = Some(SecretString::from(RIGHT));
    let mut config = Config::default();
    config.mounts.push(mount);
    config.store = StoreLocation::Sqlite(folder.path().join("store"));
    config.limits.key = 0;
    config.limits.address = 40;
    let described = format!("{config:?}");
    let server = MockServer::start(config).await.unwrap();
    let created = server.create_key("ci", "alice").await.unwrap();
    let key = created.key.expose().to_owned();
    let token = server.management_token().expose().to_owned();
    let mut answers = vec![described, format!("{server:?} {created:?}")];
    for client in [http::client(), http::client().http2_prior_knowledge()] {
        provoke(&server, &client.build().unwrap(), &key, &mut answers).await;
    }
    let opened = answers.iter().filter(|answer| answer.starts_with("200")).count();
    assert!(opened >= 4, "the right token opens the repository: {opened}");
    assert!(answers.iter().any(|answer| answer.starts_with("429")), "the address's limit was used up");
    let stored = files(folder.path());
    server.close().await;
    let stored = [stored, files(folder.path())].concat();
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("TRACE") && logged.contains("answered") && logged.contains("invalid_api_key"));

    for secret in [&*key, &token, RIGHT, WRONG, BAD_KEY, BAD_MANAGEMENT, IDEMPOTENCY] {
        for (place, text) in [("log", &logged), ("answers", &answers.join("\n")), ("store", &stored)] {
            if let Some(at) = text.find(secret) {
                let around = text.get(at.saturating_sub(300)..at + 60).unwrap_or_default();
                panic!("{secret} is in the {place}: …{around}…");
            }
        }
    }
}

/// Whatever lies in a folder, as text.
fn files(folder: &Path) -> String {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        texts.push(String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()).into_owned());
    }
    assert!(texts.len() >= 2);
    texts.join("\n")
}
