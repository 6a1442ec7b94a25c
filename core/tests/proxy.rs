//! Proxies, and the machine itself, which is never reached through one.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::process::Command;

use axiomo::Client;
use support::{ANALYSIS, URL};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn answering() -> MockServer {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(ANALYSIS, "application/json");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn a_given_proxy_is_used() {
    let proxy = answering().await;
    let client = Client::builder().base_url("http://axiomo.invalid/api").allow_insecure_http(true).proxy(proxy.uri());
    client.build().unwrap().analyze(URL).await.unwrap();
    let requests = proxy.received_requests().await.unwrap();
    assert_eq!(requests[0].url.path(), "/api/analyze");
    assert_eq!(requests[0].headers["host"], "axiomo.invalid");
}

/// Run by the test below, in a process whose environment names a proxy.
#[tokio::test]
#[ignore = "a part of another test"]
async fn in_a_process_with_a_proxy() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let client = Client::builder().base_url(variable("TEST_BASE_URL")).allow_insecure_http(true).max_retries(0);
    client.build().unwrap().analyze(URL).await.unwrap();
}

#[tokio::test]
async fn proxy_variables_count_except_for_this_machine() {
    let (proxy, server) = (answering().await, answering().await);
    let port = server.address().port();
    for (base_url, through_proxy) in [
        ("http://axiomo.invalid/api".to_owned(), true),
        (server.uri(), false),
        (format!("http://localhost:{port}"), false),
        (format!("http://api.localhost:{port}"), false),
    ] {
        let before = proxy.received_requests().await.unwrap().len();
        let uri = proxy.uri();
        let child = move || {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "in_a_process_with_a_proxy", "--ignored"]).env("TEST_BASE_URL", base_url);
            for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
                command.env(name, &uri);
            }
            command.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD").output().unwrap()
        };
        let output = tokio::task::spawn_blocking(child).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let after = proxy.received_requests().await.unwrap().len();
        assert_eq!(after - before, usize::from(through_proxy));
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}
