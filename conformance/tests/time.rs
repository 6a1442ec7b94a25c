//! One time for the server and its clients, which passes when neither has anything left to do.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{CancelHandle, Client, ErrorKind};
use axiomo_mock_server::{Config, MockServer};

async fn setting(config: Config) -> (MockServer, Client, VirtualClock) {
    let server = MockServer::start(config).await.unwrap();
    let key = server.create_key("ci", "alice").await.unwrap().key;
    let clock = VirtualClock::conducted(server.conductor().await.unwrap().address()).unwrap();
    let client =
        Client::builder().base_url(server.base_url()).api_key(key.expose()).clock(clock.clone()).build().unwrap();
    (server, client, clock)
}

#[tokio::test]
async fn ten_windows_of_calls_pass_in_no_time_and_none_is_refused() {
    let (server, client, clock) = setting(Config::conducted()).await;
    let calls = async {
        for number in 0..601 {
            let error = client.scan(format!("ax-{number}")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }
    };
    server.run_until(calls).await.unwrap();
    let elapsed = clock.elapsed();
    assert!((Duration::from_secs(600)..Duration::from_secs(610)).contains(&elapsed), "{elapsed:?}");
    assert_eq!(server.conductor().await.unwrap().begun(), 601);
    assert!(!server.conductor().await.unwrap().waits().is_empty());
}

#[tokio::test]
async fn calls_at_once_share_the_time() {
    let (server, client, clock) = setting(Config::conducted()).await;
    let calls = futures::future::join_all((0..150).map(|number| {
        let client = client.clone();
        tokio::spawn(async move { client.scan(format!("ax-{number}")).timeout(Duration::from_secs(500)).await })
    }));
    let outcomes = server.run_until(calls).await.unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().unwrap_err().kind(), ErrorKind::NotFound);
    }
    let elapsed = clock.elapsed();
    assert!((Duration::from_secs(120)..Duration::from_secs(130)).contains(&elapsed), "{elapsed:?}");
}

#[tokio::test]
async fn time_stands_still_until_it_is_moved() {
    let mut config = Config::conducted();
    config.limits.key = 1;
    let (server, client, clock) = setting(config).await;
    // The first answer tells the limit.
    client.scan("a").await.unwrap_err();
    let cancel = CancelHandle::new();
    let options = axiomo::CallOptions::new().cancel(&cancel);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.scan("b").options(options).await }
    });
    clock.next_wait().await;
    server.advance(Duration::from_secs(59)).await.unwrap();
    assert!(!waiting.is_finished());
    assert_eq!(clock.elapsed(), Duration::from_secs(59));
    cancel.cancel();
    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    server.advance(Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn once_the_conductor_is_gone_calls_fail() {
    let mut config = Config::conducted();
    config.limits.key = 1;
    let (server, client, clock) = setting(config).await;
    client.scan("a").await.unwrap_err();
    let other = client.clone();
    let waiting = tokio::spawn(async move { other.scan("b").await });
    clock.next_wait().await;
    server.close().await;
    assert!(waiting.await.unwrap().is_err());
    assert!(client.scan("c").await.is_err());
}

#[test]
fn a_conductor_that_is_not_there_is_told_apart() {
    for address in ["", "127.0.0.1:1", "127.0.0.1:1/", "192.0.2.1:1/token", "example.org:1/token"] {
        let error = VirtualClock::conducted(address).unwrap_err();
        assert!(error.to_string().contains("127.0.0.1:4567/TOKEN"), "{address}: {error}");
    }
    let error = VirtualClock::conducted("127.0.0.1:1/token").unwrap_err();
    assert!(error.to_string().contains("no conductor answers at 127.0.0.1:1"), "{error}");
}

#[tokio::test]
async fn time_passes_step_by_step_to_whatever_is_due() {
    let mut config = Config::conducted();
    config.limits.key = 1;
    let (server, client, clock) = setting(config).await;
    let conductor = server.conductor().await.unwrap().clone();
    client.scan("a").await.unwrap_err();
    let waiting = tokio::spawn(async move { client.scan("b").await });
    conductor.until(|conductor| conductor.begun() == 2).await;
    let second = Duration::from_secs(1);
    assert_eq!(conductor.step(59 * second).await.unwrap(), None);
    assert_eq!((clock.elapsed(), conductor.given()), (Duration::ZERO, 1));
    let passed = conductor.step(61 * second).await.unwrap().unwrap();
    assert_eq!(passed, clock.elapsed());
    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(conductor.step(Duration::ZERO).await.unwrap(), None);
    assert_eq!(conductor.given(), 2);
}

#[tokio::test]
async fn an_answer_finds_its_client_at_the_moment_when_it_is_given() {
    let (server, client, _clock) = setting(Config::conducted()).await;
    for number in 0..20 {
        let rule = serde_json::json!({"on": {}, "do": [{"delay_ms": 5000}]});
        server.script(vec![serde_json::from_value(rule).unwrap()]);
        let error = server.run_until(async { client.scan(format!("ax-{number}")).await }).await.unwrap().unwrap_err();
        assert_eq!(error.attempts()[0].duration, Duration::from_secs(5));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_begins_while_another_is_waited_for_holds_up_nobody() {
    let server = MockServer::start(Config::conducted()).await.unwrap();
    let conductor = server.conductor().await.unwrap().clone();
    let (peer, token) = conductor.address().split_once('/').unwrap();
    // A client that comes to rest when this test says so.
    let mut client = TcpStream::connect(peer).unwrap();
    writeln!(client, "{}", serde_json::json!({"protocol": 1, "token": token})).unwrap();
    let mut orders = BufReader::new(client.try_clone().unwrap()).lines();
    let mut hear = || {
        let order: serde_json::Value = serde_json::from_str(&orders.next().unwrap().unwrap()).unwrap();
        order["order"].as_u64().unwrap()
    };
    let mut rest = |heard: u64| {
        let at_rest =
            serde_json::json!({"heard": heard, "begun": 0, "given": 0, "timers": [], "on_the_wire": [], "waits": []});
        writeln!(client, "{at_rest}").unwrap();
    };
    let first = hear();
    rest(first);
    let passing = tokio::spawn({
        let conductor = conductor.clone();
        async move { conductor.step(Duration::ZERO).await }
    });
    let awaited = hear();
    assert!(awaited > first);
    let clock = VirtualClock::conducted(conductor.address()).unwrap();
    rest(awaited);
    assert_eq!(passing.await.unwrap().unwrap(), None);
    assert_eq!(clock.elapsed(), Duration::ZERO);
}
