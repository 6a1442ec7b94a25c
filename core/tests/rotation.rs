//! Keys that are replaced while a program runs.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axiomo::{ApiKey, Client, ErrorKind, KeyProvider, Sent};
use support::{ANALYSIS, URL};
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A service that takes one key and refuses all others.
async fn taking(key: &str) -> MockServer {
    let server = MockServer::start().await;
    take(&server, key).await;
    server
}

/// Has a service take one key, and refuse those that it took before.
async fn take(server: &MockServer, key: &str) {
    server.reset().await;
    let refusal = r#"{"error": {"code": "invalid_api_key", "message": "Unknown key"}}"#;
    let answer = ResponseTemplate::new(200).set_body_raw(ANALYSIS, "application/json");
    Mock::given(header("authorization", format!("Bearer {key}").as_str()))
        .respond_with(answer)
        .with_priority(1)
        .mount(server)
        .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(401).set_body_raw(refusal, "application/json"))
        .mount(server)
        .await;
}

fn client(server: &MockServer, provider: KeyProvider) -> Client {
    Client::builder().base_url(server.uri()).key_provider(provider).build().unwrap()
}

/// Gives `ax_1`, then `ax_2` and so on, and counts.
fn counting(asked: &Arc<AtomicUsize>) -> KeyProvider {
    let asked = Arc::clone(asked);
    KeyProvider::from_fn(move || {
        let count = asked.fetch_add(1, Ordering::SeqCst) + 1;
        async move { format!("ax_{count}").parse::<ApiKey>() }
    })
}

#[tokio::test]
async fn a_refused_key_is_replaced_once_and_the_new_one_kept() {
    let server = taking("ax_2").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let client = client(&server, counting(&asked));
    assert_eq!(asked.load(Ordering::SeqCst), 0, "not before it is needed");
    let analysis = client.analyze(URL).await.unwrap();
    assert_eq!(analysis.meta.attempts.len(), 2);
    assert_eq!(analysis.meta.attempts[0].error_kind, Some(ErrorKind::Authentication));
    assert_eq!(client.scan("x").await.unwrap().meta.attempts.len(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let server = taking("ax_3").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let error = self::client(&server, counting(&asked)).analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Authentication, 2), "one new key a call");
}

#[tokio::test]
async fn many_calls_with_a_refused_key_ask_once() {
    let server = taking("ax_2").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let client = client(&server, counting(&asked));
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(client.analyze(URL).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_same_key_again_is_not_tried_again() {
    let server = taking("ax_other").await;
    let provider = KeyProvider::from_fn(|| async { "ax_same".parse::<ApiKey>() });
    let error = client(&server, provider).analyze(URL).await.unwrap_err();
    assert_eq!((error.code(), error.attempts().len()), (Some("invalid_api_key"), 1));
    let fixed = Client::builder().base_url(server.uri()).api_key("ax_fixed").build().unwrap();
    assert_eq!(fixed.analyze(URL).await.unwrap_err().attempts().len(), 1);
}

#[tokio::test]
async fn a_file_is_read_again_after_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "ax_old\n").unwrap();
    let server = taking("ax_old").await;
    let client = client(&server, KeyProvider::file(&path));
    let attempts = async || client.analyze(URL).await.unwrap().meta.attempts.len();
    assert_eq!(attempts().await, 1, "the line break at the end is no part of the key");
    std::fs::write(&path, "ax_new\n").unwrap();
    assert_eq!(attempts().await, 1, "a key that works is kept");
    take(&server, "ax_new").await;
    assert_eq!(attempts().await, 2, "the refused one, and the new one");
    assert_eq!(attempts().await, 1);
}

#[tokio::test]
async fn a_provider_that_fails_after_a_refusal_leaves_it_a_refusal_and_a_batch_ends_by_it() {
    let server = taking("ax_other").await;
    let failing = || {
        let asked = AtomicUsize::new(0);
        KeyProvider::from_fn(move || {
            let is_first = asked.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if is_first { "ax_old" } else { "no key at all" }.parse::<ApiKey>() }
        })
    };
    let error = client(&server, failing()).analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Authentication, Some(401)));
    assert!(error.message().contains("the key provider gave no key"), "{error}");

    server.reset().await;
    take(&server, "ax_other").await;
    let urls = (1..=20).map(|number| format!("https://github.com/owner/repo/pull/{number}"));
    let mut batch = client(&server, failing()).analyze_many(urls.collect::<Vec<_>>()).concurrency(1);
    let mut count = 0;
    while let Some(item) = batch.next().await {
        let axiomo::BatchOutcome::Failed(error) = item.outcome else { panic!("{} was analysed", item.input) };
        assert_eq!(error.kind(), ErrorKind::Authentication);
        count += 1;
    }
    assert_eq!((count, server.received_requests().await.unwrap().len()), (20, 1));
}

#[tokio::test]
async fn a_file_that_is_too_large_to_be_a_keys_is_not_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let server = taking("ax_key").await;
    std::fs::write(&path, format!("ax_key{}", "\n".repeat((64 << 10) - 6))).unwrap();
    assert!(client(&server, KeyProvider::file(&path)).analyze(URL).await.is_ok());
    std::fs::write(&path, format!("ax_key{}", "\n".repeat((64 << 10) - 5))).unwrap();
    let error = client(&server, KeyProvider::file(&path)).analyze(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (ErrorKind::Configuration, Sent::No));
    assert!(error.message().contains("larger than 64 KiB") && !error.message().contains("ax_key"), "{error}");
    std::fs::write(&path, b"ax_key\xff").unwrap();
    let error = client(&server, KeyProvider::file(&path)).analyze(URL).await.unwrap_err();
    assert!(error.message().contains("no UTF-8 text") && !error.message().contains("ax_key"), "{error}");
}

#[tokio::test]
async fn a_provider_without_a_key_is_an_error_that_sends_nothing() {
    let server = taking("ax").await;
    for (provider, part) in [
        (KeyProvider::file("/nonexistent/key"), "/nonexistent/key cannot be read"),
        (KeyProvider::from_fn(|| async { Err::<ApiKey, _>("the vault is sealed") }), "the vault is sealed"),
        (KeyProvider::from_fn(|| async { "ax secret".parse::<ApiKey>() }), "white space"),
    ] {
        let error = client(&server, provider).analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (ErrorKind::Configuration, Sent::No));
        assert!(error.message().contains(part) && !error.message().contains("secret"), "{error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}
