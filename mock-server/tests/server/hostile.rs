//! What a server must survive: each gets its status or is cut off, and the next request is answered.

use std::time::Duration;

use axiomo_mock_server::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Service, pull};

const HEAD: &str = "POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let service = Service::start(Config::default()).await;
    for bytes in ["", "G", "GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        assert_eq!(service.exchange(bytes.as_bytes()).await, "", "{bytes}");
    }
    assert!(service.time.elapsed() >= Duration::from_secs(30));
    assert_eq!(service.get("/healthz", None).await.status, 200);
}

#[tokio::test]
async fn a_head_has_ten_seconds() {
    let service = Service::start(Config::default()).await;
    let mut quick = TcpStream::connect(service.server.address()).await.unwrap();
    let mut slow = TcpStream::connect(service.server.address()).await.unwrap();
    // Connections are taken in their order, and so these are.
    assert_eq!(service.get("/healthz", None).await.status, 200);
    service.time.advance(Duration::from_millis(9_999));
    quick.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    quick.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    service.time.advance(Duration::from_millis(1));
    assert_eq!(slow.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_longer_than_a_slow_one() {
    let service = Service::start(Config::default()).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(br#"{"status":"ok"}"#) {
            answer.push(stream.read_u8().await.unwrap());
        }
        service.time.advance(Duration::from_millis(74_999));
        // The server has had its turn, and would have closed the connection.
        assert_eq!(service.get("/healthz", None).await.status, 200);
    }
    service.time.advance(Duration::from_millis(1));
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn the_head_of_a_later_request_must_not_be_slow_either() {
    let service = Service::start(Config::default()).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(br#"{"status":"ok"}"#) {
        answer.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"GET /").await.unwrap();
    assert_eq!(service.read_to_end(&mut stream).await, "");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408() {
    let (service, _repository) = Service::with_repository().await;
    let mut stream = service.begin_analyze(50).await;
    stream.write_all(b"{").await.unwrap();
    service.time.advance(Duration::from_secs(30));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"request_timeout\"") && answer.contains("x-ratelimit-limit: 10"), "{answer}");
}

#[expect(clippy::disallowed_methods, reason = "where no answer comes, it is to end nevertheless")]
#[tokio::test]
async fn a_body_that_stalls_is_408_no_later() {
    let mut config = Config::default();
    config.limits.address = 1000;
    let service = Service::start(config).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    // Nothing is expected here before the body, so that what is left of it would be read.
    stream.write_all(format!("{HEAD}content-length: 50\r\n\r\n{{").as_bytes()).await.unwrap();
    // Until the server knows of the request, which counts from then on.
    let mut gets = 0;
    loop {
        let answer = service.get("/api/scans/x", None).await;
        gets += 1;
        if answer.remaining() != 1000 - gets {
            break;
        }
    }
    service.time.advance(Duration::from_secs(30));
    let mut answer = [0; 13];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut answer)).await;
    read.expect("an answer as soon as the time of the body is over").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408 ");
}

#[tokio::test]
async fn a_body_that_is_too_long_is_413_before_it_is_read() {
    let (service, _repository) = Service::with_repository().await;
    let answer = service.exchange_at_once(format!("{HEAD}content-length: 99999999999\r\n\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // One that does not say how long it is.
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let chunked = format!("{HEAD}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(3));
    let answer = service.exchange_at_once(chunked.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn too_many_or_too_long_headers_are_refused() {
    let service = Service::start(Config::default()).await;
    let many = "a: b\r\n".repeat(1000);
    let long = format!("a: {}\r\n", "b".repeat(100_000));
    for headers in [many, long] {
        let answer = service.exchange(format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    assert_eq!(service.get("/healthz", None).await.status, 200);
}

#[tokio::test]
async fn what_is_no_http_is_refused_or_cut_off() {
    let service = Service::start(Config::default()).await;
    let garbage: [&[u8]; 7] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  /healthz HTTP/1.1\r\n\r\n",
        b"POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\0\r\n\r\n",
    ];
    for bytes in garbage {
        let answer = service.exchange(bytes).await;
        assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{answer}");
    }
    assert_eq!(service.get("/healthz", None).await.status, 200);
}

#[tokio::test]
async fn idle_connections_make_room_for_new_ones() {
    let mut config = Config::default();
    config.max_connections = 20;
    let service = Service::start(config).await;
    let mut idle = Vec::new();
    for _ in 0..500 {
        idle.push(TcpStream::connect(service.server.address()).await.unwrap());
    }
    for _ in 0..5 {
        assert_eq!(answered(&service).await, 200);
    }
    // The first ones were cut off, and nobody waited for time to pass.
    assert_eq!(idle[0].read(&mut [0; 1]).await.unwrap_or(0), 0);
    assert!(service.time.elapsed().is_zero());
}

/// A request over a connection of its own.
async fn answered(service: &Service) -> u16 {
    crate::support::answer(crate::support::client().get(service.url("/healthz"))).await.status
}

#[tokio::test]
async fn a_request_in_the_works_is_not_cut_off_for_another() {
    let mut config = Config::default();
    config.max_connections = 2;
    let service = Service::start(config).await;
    let mut busy = TcpStream::connect(service.server.address()).await.unwrap();
    let head = format!("{HEAD}connection: close\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    busy.write_all(head.as_bytes()).await.unwrap();
    busy.read_exact(&mut [0; 25]).await.unwrap();
    // More than there is room for, one after another: each cuts off the idle one before it.
    let mut idle = Vec::new();
    for _ in 0..5 {
        idle.push(TcpStream::connect(service.server.address()).await.unwrap());
    }
    assert_eq!(answered(&service).await, 200);
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
    }
    busy.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
}

#[tokio::test]
async fn an_early_answer_is_not_lost_to_whoever_is_still_sending() {
    let (service, _repository) = Service::with_repository().await;
    let mut request = format!("{HEAD}content-length: {}\r\n\r\n", 3 * 1024 * 1024).into_bytes();
    request.resize(request.len() + 3 * 1024 * 1024, b'x');
    let answer = service.exchange_at_once(&request).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn an_early_answer_to_a_short_request_keeps_the_connection() {
    let service = Service::start(Config::default()).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    for _ in 0..3 {
        let head = format!("{HEAD}authorization: Bearer bad\r\ncontent-length: 3000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&[b'x'; 3000]).await.unwrap();
        let mut answer = String::new();
        while !(answer.contains("\"request_id\"") && answer.ends_with('}')) {
            answer.push(char::from(stream.read_u8().await.unwrap()));
        }
        assert!(answer.starts_with("HTTP/1.1 401 ") && !answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn what_is_in_flight_is_finished_when_the_server_closes() {
    let (service, _repository) = Service::with_repository().await;
    let address = service.server.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = pull(7);
    let head = format!("{HEAD}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 25]).await.unwrap();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let closing = tokio::spawn(service.server.close());
    // The server takes no more connections: it is closing.
    while TcpStream::connect(address).await.is_ok() {}
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or(0), 0);
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"), "{answer}");
    closing.await.unwrap();
}

#[tokio::test]
async fn what_does_not_end_holds_up_the_end_of_the_server_for_five_seconds_at_the_most() {
    let mut config = Config::default();
    assert_eq!(config.timeouts.shutdown, Duration::from_secs(5));
    config.timeouts.shutdown = Duration::from_millis(1);
    let service = Service::start(config).await;
    // Its body never comes, and no time passes.
    let mut stream = service.begin_analyze(2).await;
    service.server.close().await;
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn http2_is_spoken_with_prior_knowledge() {
    let (service, _repository) = Service::with_repository().await;
    let client = crate::http::client().http2_prior_knowledge().build().unwrap();
    let key = service.key("alice").await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let request = client.post(service.url("/api/analyze")).bearer_auth(&key);
        requests.spawn(crate::support::answer(request.header("content-type", "application/json").body(pull(7))));
    }
    assert!(requests.join_all().await.iter().all(|answer| answer.status == 200));
    let managed = client.get(service.url("/api/keys")).bearer_auth(service.management());
    assert_eq!(crate::support::answer(managed).await.status, 200);
}
