//! The client for programs without a runtime.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axiomo::testing::VirtualClock;
use axiomo::{CallOptions, Client, ErrorKind, Sent};
use support::{ANALYSIS, URL};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn calls_return_when_they_are_done_from_any_thread() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(async {
        let server = MockServer::start().await;
        let answer = || ResponseTemplate::new(200).set_body_raw(ANALYSIS, "application/json");
        Mock::given(method("POST")).and(path("/analyze")).respond_with(answer()).mount(&server).await;
        Mock::given(method("GET")).and(path("/scans/x")).respond_with(answer()).mount(&server).await;
        server
    });
    let client = Client::builder().base_url(server.uri()).build().unwrap();
    let client = axiomo::blocking::Client::new(client).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(client.analyze(URL).unwrap().raw, ANALYSIS);
                assert_eq!(client.clone().scan("x").unwrap().raw, ANALYSIS);
            });
        }
    });
    let single = client.with_options(CallOptions::new().max_retries(0)).unwrap();
    assert_eq!(single.scan("y").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn without_a_runtime_a_call_says_what_it_needs() {
    let builder = Client::builder().base_url("http://127.0.0.1:1");
    for builder in [builder.clone(), builder.clock(VirtualClock::new())] {
        let mut call = pin!(builder.build().unwrap().scan("x").into_future());
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Err(error)) = polled else { panic!("{polled:?}") };
        assert_eq!((error.kind(), error.sent()), (ErrorKind::Configuration, Sent::No));
        assert!(error.is_local() && error.message().contains("axiomo::blocking"), "{error}");
    }
}

#[test]
fn within_a_runtime_it_refuses_instead_of_panicking() {
    let client = Client::builder().base_url("http://127.0.0.1:1").build().unwrap();
    let client = axiomo::blocking::Client::new(client).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(async {
        let error = client.scan("x").unwrap_err();
        drop(client);
        error
    });
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("axiomo::Client"), "{error}");
}
