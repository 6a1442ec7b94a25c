//! What the journal says of what happened.

use std::time::Duration;

use axiomo_mock_server::Config;
use axiomo_mock_server::journal::{Entry, Event};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Service, pull};

pub(crate) fn is_closed(entry: &Entry) -> bool {
    matches!(entry.event, Event::Closed { .. })
}

/// The journal once so many connections have ended.
pub(crate) async fn journal(service: &Service, closed: usize) -> Vec<Value> {
    service.server.await_journal(is_closed, closed).await.unwrap();
    let entries = service.server.journal().unwrap();
    entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect()
}

/// What happened, in a word each.
pub(crate) fn events(journal: &[Value]) -> Vec<&str> {
    journal.iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_request_is_written_down_with_its_body_and_its_answer() {
    let (service, _repository) = Service::with_repository().await;
    service.time.advance(Duration::from_millis(1500));
    let answer = service.post("/api/analyze?x=1", None, &pull(7)).await;
    let journal = journal(&service, 1).await;
    assert_eq!(events(&journal), ["opened", "request", "answer", "closed"]);
    assert_eq!(journal[0], json!({"n": 1, "at_ms": 1500, "event": "opened", "connection": 1, "listener": "http"}));
    let request = &journal[1];
    assert_eq!((&request["connection"], &request["request"]), (&json!(1), &json!(1)));
    assert_eq!((&request["method"], &request["target"]), (&json!("POST"), &json!("/api/analyze?x=1")));
    assert_eq!((&request["version"], &request["body"]), (&json!("HTTP/1.1"), &json!(pull(7))));
    assert!(request["headers"].as_array().unwrap().contains(&json!(["content-type", "application/json"])));
    assert_eq!((&journal[2]["request"], &journal[2]["status"]), (&json!(1), &json!(200)));
    assert_eq!(journal[2]["request_id"], answer.header("x-request-id"));
    let closed = json!({"n": 4, "at_ms": 1500, "event": "closed", "connection": 1, "by": "client", "how": "fin"});
    assert_eq!(journal[3], closed);
    assert_eq!(service.server.journal_since(3).unwrap().len(), 1);
    service.server.clear_journal();
    assert!(service.server.journal().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_is_written_down_as_far_as_it_was_read() {
    let service = Service::start(Config::default()).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    let head = "POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"abc\xff").await.unwrap();
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    let journal = journal(&service, 1).await;
    assert_eq!(journal[1]["body_base64"], "YWJj/w==");
    assert_eq!(journal[1].get("body"), None);
}

#[tokio::test]
async fn a_client_that_resets_its_connection_is_told_from_one_that_ends_it() {
    let service = Service::start(Config::default()).await;
    let mut stream = TcpStream::connect(service.server.address()).await.unwrap();
    let head = "POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
                content-length: 10\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 25]).await.unwrap();
    stream.set_zero_linger().unwrap();
    drop(stream);
    let journal = journal(&service, 1).await;
    let ends = events(&journal);
    assert_eq!((ends.first(), ends.last()), (Some(&"opened"), Some(&"closed")));
    assert_eq!(
        (&journal[journal.len() - 1]["by"], &journal[journal.len() - 1]["how"]),
        (&json!("client"), &json!("reset"))
    );
}

#[tokio::test]
async fn requests_over_one_connection_are_told_apart() {
    let service = Service::start(Config::default()).await;
    let client = crate::http::client().build().unwrap();
    for _ in 0..2 {
        crate::support::answer(client.get(service.url("/healthz"))).await;
    }
    drop(client);
    let journal = journal(&service, 1).await;
    assert_eq!(events(&journal), ["opened", "request", "answer", "request", "answer", "closed"]);
    let of = |index: usize, member: &str| journal[index][member].as_u64().unwrap();
    assert_eq!([of(1, "connection"), of(3, "connection")], [1, 1]);
    assert_eq!([of(1, "request"), of(2, "request"), of(3, "request"), of(4, "request")], [1, 1, 2, 2]);
}
