//! Proxies, and the machine itself, which is never reached through one.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::process::Command;

use axiomo::testing::VirtualClock;
use axiomo::{Client, ErrorKind, Sent};
use support::{ANALYSIS, RawServer, URL, answer};
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

#[tokio::test]
async fn a_proxy_that_wants_another_password_is_not_asked_again() {
    for (base_url, method) in [("http://axiomo.invalid/api", "POST"), ("https://axiomo.invalid/api", "CONNECT")] {
        let refusal = answer(407, &[("proxy-authenticate", "Basic realm=x"), ("retry-after", "1")], "Who are you?");
        let proxy = RawServer::start([refusal.clone(), refusal]).await;
        let clock = VirtualClock::new();
        clock.skip_waits(true);
        let client = Client::builder().base_url(base_url).allow_insecure_http(true).clock(clock);
        let client = client.proxy(format!("http://user:secret@{}", proxy.address)).build().unwrap();
        let error = client.analyze(URL).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, Some("proxy_authentication")), "{error}");
        assert_eq!((error.sent(), error.is_local(), error.attempts().len()), (Sent::No, false, 1));
        assert!(error.message().contains("the user name and the password"), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        let requests = proxy.requests();
        assert!(requests.len() == 1 && requests[0].starts_with(method), "{requests:?}");
    }
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
