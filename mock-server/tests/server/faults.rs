//! Faults down to the byte, as the client sees them and as the journal does.

use std::time::Duration;

use axiomo_mock_server::Config;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::journal::{events, journal};
use crate::raw::{self, Seen, analyze, end, read, read_until};
use crate::script::{next, rules};
use crate::support::Service;

const GET: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const OK: &str = r#"{"status":"ok"}"#;

/// What the client sees of `GET /healthz` under a step, and what the journal says.
async fn seen(step: Value) -> (Seen, Vec<Value>) {
    let service = Service::start(Config::default()).await;
    service.server.script(next(step));
    let seen = raw::exchange(&service, GET).await;
    (seen, journal(&service, 1).await)
}

#[tokio::test]
async fn connections_end_before_anything_is_asked() {
    let service = Service::start(Config::default()).await;
    service.server.script(rules(json!([{"on": "connection", "do": [{"accept": "fin"}, {"accept": "reset"}, "real"]}])));
    let fin = raw::connect_and_read(&service).await;
    let reset = raw::connect_and_read(&service).await;
    assert_eq!((fin.bytes.len(), fin.is_reset, reset.bytes.len(), reset.is_reset), (0, false, 0, true));
    assert_eq!(service.get("/healthz", None).await.status, 200);
    let journal = journal(&service, 3).await;
    assert_eq!((end(&journal[1]), end(&journal[3])), (("server", "fin"), ("server", "reset")));
}

#[tokio::test]
async fn a_stalled_connection_stays_until_its_client_goes() {
    for (is_reset, how) in [(false, "fin"), (true, "reset")] {
        let service = Service::start(Config::default()).await;
        service.server.script(rules(json!([{"on": "connection", "do": [{"accept": "stall"}]}])));
        let mut stream = raw::connect(&service).await;
        stream.write_all(GET).await.unwrap();
        service.server.await_journal(|_| true, 1).await.unwrap();
        service.server.advance(Duration::from_secs(1000)).await.unwrap();
        assert_eq!(service.server.journal().unwrap().len(), 1);
        if is_reset {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
        let journal = journal(&service, 1).await;
        assert_eq!((events(&journal), end(&journal[1])), (vec!["opened", "closed"], ("client", how)));
    }
}

#[tokio::test]
async fn a_request_is_refused_before_its_body_is_read() {
    for (step, is_reset, how) in [("close_after_head", false, "fin"), ("reset_after_head", true, "reset")] {
        let service = Service::start(Config::default()).await;
        service.server.script(next(json!({"request": step})));
        let mut stream = raw::connect(&service).await;
        let head = b"POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let seen = raw::read_to_end(&mut stream).await;
        assert_eq!((seen.bytes.len(), seen.is_reset), (0, is_reset), "{step}");
        let journal = journal(&service, 1).await;
        assert_eq!((events(&journal), end(&journal[2])), (vec!["opened", "request", "closed"], ("server", how)));
        assert_eq!(journal[1]["body"], "");
    }
}

#[tokio::test]
async fn an_upload_is_reset_in_its_middle() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"request": {"reset_after_bytes": 3}})));
    let mut stream = raw::connect(&service).await;
    stream.write_all(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nab").await.unwrap();
    // Nothing is said about the first two.
    tokio::select! {
        biased;
        _ = stream.readable() => panic!("it ended too early"),
        () = async { for _ in 0..100 { tokio::task::yield_now().await } } => {}
    }
    stream.write_all(b"cd").await.unwrap();
    assert!(raw::read_to_end(&mut stream).await.is_reset);
    let journal = journal(&service, 1).await;
    assert_eq!((&journal[1]["body"], end(&journal[2])), (&json!("abcd"), ("server", "reset")));
}

#[tokio::test]
async fn a_body_that_is_not_read_hides_no_client_that_goes() {
    for (is_reset, how) in [(false, "fin"), (true, "reset")] {
        let service = Service::start(Config::default()).await;
        service.server.script(next(json!({"request": "stall"})));
        let mut stream = raw::connect(&service).await;
        stream.write_all(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n").await.unwrap();
        stream.write_all(&[b'x'; 5000]).await.unwrap();
        service.server.await_journal(|entry| entry.n == 2, 1).await.unwrap();
        service.server.advance(Duration::from_secs(1000)).await.unwrap();
        if is_reset {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
        let journal = journal(&service, 1).await;
        assert_eq!(events(&journal), ["opened", "request", "gone", "closed"]);
        assert_eq!((&journal[1]["body"], end(&journal[3])), (&json!(""), ("client", how)));
    }
}

#[tokio::test]
async fn an_answer_comes_before_the_body() {
    let service = Service::start(Config::default()).await;
    let early = |respond: Value| json!({"request": "early_answer", "respond": respond});
    for (step, status) in [(json!({"request": "early_answer"}), "413"), (early(json!({"status": 503})), "503")] {
        service.server.script(next(step));
        let head = b"POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
        let seen = raw::exchange(&service, head).await;
        let (head, _) = seen.parts();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")) && head.contains("connection: close"), "{head}");
    }
    let journal = journal(&service, 2).await;
    assert_eq!((&journal[1]["body"], &journal[2]["status"]), (&json!(""), &json!(413)));
}

#[tokio::test]
async fn an_answer_is_cut_after_nothing_its_head_or_a_part_of_its_body() {
    for (by, is_reset) in [("fin", false), ("reset", true)] {
        let cut = |after: Value| json!({"wire": {"end": {"after": after, "by": by}}});
        let (nothing, journal) = seen(cut(json!("nothing"))).await;
        assert_eq!((nothing.bytes.len(), nothing.is_reset), (0, is_reset));
        assert_eq!((events(&journal), end(&journal[2])), (vec!["opened", "request", "closed"], ("server", by)));
        for (after, body) in [(json!("head"), ""), (json!(3), r#"{"s"#), (json!(15), OK), (json!(99), OK)] {
            let (cut, journal) = seen(cut(after)).await;
            let (head, seen) = cut.parts();
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("content-length: 15\r\n"), "{head}");
            assert!(!head.contains("connection: "), "{head}");
            assert_eq!((String::from_utf8(seen).unwrap().as_str(), cut.is_reset), (body, is_reset));
            assert_eq!(
                (events(&journal), end(&journal[3])),
                (vec!["opened", "request", "answer", "closed"], ("server", by))
            );
        }
    }
}

#[tokio::test]
async fn of_a_huge_body_no_more_is_made_than_is_sent() {
    for (by, is_reset) in [("fin", false), ("reset", true)] {
        let end = json!({"after": 1000, "by": by});
        let (cut, _) = seen(json!({"huge_bytes": 100_000_000_000_u64, "wire": {"end": end}})).await;
        let (head, body) = cut.parts();
        assert!(head.contains("content-length: 100000000000\r\n"), "{head}");
        assert_eq!((body.len(), cut.is_reset), (1000, is_reset));
    }
}

#[tokio::test]
async fn an_answer_stalls_until_its_client_goes() {
    for (after, has_answer) in [(json!("nothing"), false), (json!("head"), true), (json!(3), true)] {
        let service = Service::start(Config::default()).await;
        service.server.script(next(json!({"wire": {"end": {"after": after, "by": "stall"}}})));
        let mut stream = raw::connect(&service).await;
        stream.write_all(GET).await.unwrap();
        if has_answer {
            read_until(&mut stream, b"\r\n\r\n").await;
        }
        service.server.await_journal(|entry| entry.n == if has_answer { 3 } else { 2 }, 1).await.unwrap();
        service.server.advance(Duration::from_secs(1000)).await.unwrap();
        stream.shutdown().await.unwrap();
        let journal = journal(&service, 1).await;
        let expected = if has_answer { "answer" } else { "gone" };
        assert_eq!(events(&journal), ["opened", "request", expected, "closed"]);
        assert_eq!((&journal[3]["at_ms"], end(&journal[3])), (&json!(1_000_000), ("client", "fin")));
    }
}

#[tokio::test]
async fn heads_are_broken() {
    let (garbage, _) = seen(json!({"wire": {"head": "garbage"}})).await;
    assert!(garbage.bytes.starts_with(b"\x00\x01\xfe\xff"));
    let (malformed, _) = seen(json!({"wire": {"head": "malformed_header"}})).await;
    assert!(malformed.parts().0.ends_with("this line is no header\r\n\r\n"));
    let (oversized, _) = seen(json!({"wire": {"head": {"oversized_header": 300_000}}})).await;
    assert!(oversized.parts().0.contains(&format!("x-oversized: {}\r\n", "x".repeat(300_000))));
    let (interim, journal) = seen(json!({"wire": {"head": {"interim": 103}}})).await;
    let text = interim.text();
    assert!(text.starts_with("HTTP/1.1 103 Early Hints\r\n") && text.contains("\r\n\r\nHTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.ends_with(OK) && text.contains("connection: close\r\n"), "{text}");
    assert_eq!((&journal[2]["status"], end(&journal[3])), (&json!(200), ("server", "fin")));
}

#[tokio::test]
async fn a_status_that_is_only_interim_can_be_the_answer() {
    let (seen, _) = seen(json!({"respond": {"status": 101}})).await;
    assert!(seen.text().starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{}", seen.text());
}

#[tokio::test]
async fn a_head_comes_slowly() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"wire": {"head": {"slow_ms": 5000}}})));
    let mut stream = raw::connect(&service).await;
    stream.write_all(GET).await.unwrap();
    let first = read(&mut stream, 20).await;
    assert!(first.starts_with(b"HTTP/1.1 200 OK\r\n"));
    service.server.await_journal(|entry| entry.n == 3, 1).await.unwrap();
    service.server.advance(Duration::from_millis(4999)).await.unwrap();
    let mut so_far: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length) = stream.try_read(&mut buffer) {
        so_far.extend(&buffer[..length]);
    }
    assert!(!so_far.windows(4).any(|window| window == b"\r\n\r\n"));
    service.server.advance(Duration::from_millis(1)).await.unwrap();
    assert!(raw::read_to_end(&mut stream).await.text().ends_with(OK));
}

#[tokio::test]
async fn lengths_lie() {
    let (short, _) = seen(json!({"wire": {"length": "short"}})).await;
    let (head, body) = short.parts();
    assert!(head.contains("content-length: 7\r\n") && body == OK.as_bytes(), "{head}");
    let (long, _) = seen(json!({"wire": {"length": "long"}})).await;
    let (head, body) = long.parts();
    assert!(head.contains("content-length: 115\r\n") && body == OK.as_bytes() && !long.is_reset, "{head}");
}

#[tokio::test]
async fn chunks_are_whole_bad_or_unfinished() {
    let rows = [
        ("whole", "7\r\n{\"statu\r\n8\r\ns\":\"ok\"}\r\n0\r\n\r\n"),
        ("bad", "7\r\n{\"statu\r\nzz\r\ns\":\"ok\"}\r\n0\r\n\r\n"),
        ("unfinished", "7\r\n{\"statu\r\n8\r\ns\":\"ok\"}\r\n"),
    ];
    for (chunks, expected) in rows {
        let (seen, _) = seen(json!({"wire": {"chunks": chunks}})).await;
        let (head, body) = seen.parts();
        assert!(head.contains("transfer-encoding: chunked\r\n") && !head.contains("content-length"), "{head}");
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_body_drips_by_the_servers_clock() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"wire": {"drip": {"bytes": 4, "every_ms": 1000}}})));
    let mut stream = raw::connect(&service).await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, b"\r\n\r\n").await;
    for piece in OK.as_bytes().chunks(4) {
        assert_eq!(read(&mut stream, piece.len()).await, piece);
        assert!(stream.try_read(&mut [0; 1]).is_err() || piece.len() < 4);
        service.server.advance(Duration::from_secs(1)).await.unwrap();
    }
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_client_that_goes_while_a_body_drips_is_noticed_at_once() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"wire": {"drip": {"bytes": 4, "every_ms": 1000}}})));
    let mut stream = raw::connect(&service).await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, b"\r\n\r\n{\"st").await;
    drop(stream);
    let journal = journal(&service, 1).await;
    assert_eq!(
        (events(&journal), end(&journal[3])),
        (vec!["opened", "request", "answer", "closed"], ("client", "fin"))
    );
}

#[tokio::test]
async fn a_kept_connection_ends_after_its_answer() {
    for (close_idle, is_reset, how) in [("fin", false, "fin"), ("reset", true, "reset")] {
        let (seen, journal) = seen(json!({"wire": {"close_idle": close_idle}})).await;
        let (head, body) = seen.parts();
        assert!(!head.contains("connection: ") && body == OK.as_bytes(), "{head}");
        assert_eq!((seen.is_reset, end(&journal[3])), (is_reset, ("server", how)));
    }
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"wire": {"close_idle": "reset_next"}})));
    let mut stream = raw::connect(&service).await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, OK.as_bytes()).await;
    service.server.advance(Duration::from_secs(10)).await.unwrap();
    stream.write_all(GET).await.unwrap();
    let seen = raw::read_to_end(&mut stream).await;
    assert_eq!((seen.bytes.len(), seen.is_reset), (0, true));
    let journal = journal(&service, 1).await;
    assert_eq!(events(&journal), ["opened", "request", "answer", "closed"]);
}

#[tokio::test]
async fn a_real_analysis_is_cut_too_and_counts() {
    let (service, _repository) = Service::with_repository().await;
    service.server.script(next(json!({"wire": {"end": {"after": 100, "by": "reset"}}})));
    let seen = raw::exchange(&service, &analyze()).await;
    let (head, body) = seen.parts();
    assert!(head.contains("x-ratelimit-remaining: 9\r\n") && body.len() == 100 && seen.is_reset, "{head}");
    assert_eq!(service.analyze(None).await.remaining(), 8);
}

#[tokio::test]
async fn the_end_of_the_server_ends_what_stalls() {
    let service = Service::start(Config::default()).await;
    let steps = json!([{"request": "stall"}, {"delay_ms": 1000}, {"wire": {"end": {"after": "head", "by": "stall"}}}]);
    service.server.script(rules(json!([{"on": {}, "do": steps}])));
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = raw::connect(&service).await;
        stream.write_all(GET).await.unwrap();
        streams.push(stream);
    }
    let requests =
        |entry: &axiomo_mock_server::journal::Entry| serde_json::to_value(entry).unwrap()["event"] == "request";
    service.server.await_journal(requests, 3).await.unwrap();
    service.server.close().await;
    for stream in &mut streams {
        raw::read_to_end(stream).await;
    }
}
