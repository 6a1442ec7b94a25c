//! Faults over HTTP/2.

use std::time::Duration;

use axiomo_mock_server::{Certificate, Config, Listener};
use h2::Reason;
use h2::client::SendRequest;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::journal::{events, journal};
use crate::raw::{self, end};
use crate::script::{next, rules};
use crate::support::Service;

type Connection = JoinHandle<Result<(), h2::Error>>;

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> (SendRequest<bytes::Bytes>, Connection) {
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

async fn connect(service: &Service) -> (SendRequest<bytes::Bytes>, Connection) {
    speak(raw::connect(service).await).await
}

/// What became of one request: its status and its body, and the error it ended with.
#[derive(Debug, Default)]
struct Seen {
    status: Option<u16>,
    body: Vec<u8>,
    error: Option<h2::Error>,
}

impl Seen {
    #[track_caller]
    fn reason(&self) -> Reason {
        self.error.as_ref().unwrap().reason().unwrap()
    }
}

async fn get(sender: &mut SendRequest<bytes::Bytes>) -> Seen {
    let mut seen = Seen::default();
    let request = http::Request::get("http://localhost/healthz").body(()).unwrap();
    let result: Result<(), h2::Error> = async {
        let mut ready = sender.clone().ready().await?;
        let response = ready.send_request(request, true)?.0.await?;
        seen.status = Some(response.status().as_u16());
        let mut body = response.into_body();
        while let Some(bytes) = body.data().await {
            let bytes = bytes?;
            body.flow_control().release_capacity(bytes.len())?;
            seen.body.extend(bytes);
        }
        Ok(())
    }
    .await;
    seen.error = result.err();
    seen
}

/// What a client sees of a request, in the words of the catalogue.
pub(crate) async fn seen(service: &Service) -> String {
    let (mut sender, _connection) = connect(service).await;
    let seen = get(&mut sender).await;
    let (status, is_whole) = (seen.status, seen.error.is_none());
    let came =
        status.map_or("nothing".to_owned(), |status| format!("{status} {}", if is_whole { "whole" } else { "cut" }));
    let reason = seen.error.and_then(|error| error.reason());
    let end = match (is_whole, reason) {
        (true, _) => "kept".to_owned(),
        (false, Some(reason)) => format!("{reason:?}"),
        (false, None) => "end".to_owned(),
    };
    format!("{came}, {end}")
}

async fn service(step: Value) -> Service {
    let service = Service::start(Config::default()).await;
    service.server.script(next(step));
    service
}

#[tokio::test]
async fn a_stream_is_reset_and_the_connection_goes_on() {
    for (name, reason) in [
        ("REFUSED_STREAM", Reason::REFUSED_STREAM),
        ("CANCEL", Reason::CANCEL),
        ("INTERNAL_ERROR", Reason::INTERNAL_ERROR),
        ("ENHANCE_YOUR_CALM", Reason::ENHANCE_YOUR_CALM),
    ] {
        let service = service(json!({"http2": {"reset": name}})).await;
        let (mut sender, _connection) = connect(&service).await;
        let seen = get(&mut sender).await;
        assert_eq!((seen.status, seen.reason()), (None, reason));
        assert_eq!(get(&mut sender).await.body, br#"{"status":"ok"}"#);
        drop(sender);
        let journal = journal(&service, 1).await;
        assert_eq!(events(&journal), ["opened", "request", "request", "answer", "closed"]);
        assert_eq!((&journal[1]["version"], &journal[3]["request"]), (&json!("HTTP/2.0"), &json!(2)));
        assert_eq!(journal[1]["headers"][0], json!([":authority", "localhost"]));
    }
}

#[tokio::test]
async fn a_stream_is_reset_in_the_middle_of_its_answer() {
    for (bytes, body) in [(0, &b""[..]), (5, br#"{"sta"#), (99, br#"{"status":"ok"}"#)] {
        let service = service(json!({"http2": {"end_after": bytes, "reset": "CANCEL"}})).await;
        let (mut sender, _connection) = connect(&service).await;
        let seen = get(&mut sender).await;
        assert_eq!((seen.status, &*seen.body, seen.reason()), (Some(200), body, Reason::CANCEL));
        assert_eq!(get(&mut sender).await.status, Some(200));
        drop(sender);
        let journal = journal(&service, 1).await;
        assert_eq!(events(&journal), ["opened", "request", "answer", "request", "answer", "closed"]);
    }
}

#[tokio::test]
async fn of_a_huge_body_no_more_is_made_than_is_sent() {
    let http2 = json!({"end_after": 1000, "reset": "CANCEL"});
    let service = service(json!({"huge_bytes": 100_000_000_000_u64, "http2": http2})).await;
    let (mut sender, _connection) = connect(&service).await;
    let seen = get(&mut sender).await;
    assert_eq!((seen.status, seen.body.len(), seen.reason()), (Some(200), 1000, Reason::CANCEL));
}

#[tokio::test]
async fn a_connection_that_goes_away_says_what_it_has_processed() {
    let goaway = |last: &str, error: &str| json!({"http2": {"goaway": {"last_stream": last, "error": error}}});
    // The third request; the streams of a client are 1, 3, 5 …
    for (last, error) in [("before", "NO_ERROR"), ("this", "ENHANCE_YOUR_CALM")] {
        let service = Service::start(Config::default()).await;
        service.server.script(rules(json!([{"on": {}, "do": ["real", "real", goaway(last, error)]}])));
        let (mut sender, connection) = connect(&service).await;
        for _ in 0..2 {
            assert_eq!(get(&mut sender).await.status, Some(200));
        }
        let seen = get(&mut sender).await;
        assert_eq!(seen.status, None);
        let seen = seen.error.unwrap();
        // What was not looked at is refused by the frame itself; of the rest nobody knows.
        let is_refused = seen.is_go_away() && seen.reason() == Some(Reason::NO_ERROR);
        assert_eq!((is_refused, seen.is_io()), (last == "before", last == "this"), "{seen:?}");
        let _ = connection.await.unwrap();
        let journal = journal(&service, 1).await;
        assert_eq!(end(&journal[journal.len() - 1]), ("server", "fin"));
    }
}

#[tokio::test]
async fn the_bytes_of_a_goaway_name_the_last_stream() {
    for (last, stream) in [("before", 0), ("this", 1)] {
        let service = service(json!({"http2": {"goaway": {"last_stream": last, "error": "INTERNAL_ERROR"}}})).await;
        let mut stream_of_bytes = raw::connect(&service).await;
        let head = [0x82, 0x86, 0x84, 0x41, 0x01, b'x'];
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec();
        let bytes = [&preface[..], &[0, 0, 6, 1, 5, 0, 0, 0, 1], &head].concat();
        tokio::io::AsyncWriteExt::write_all(&mut stream_of_bytes, &bytes).await.unwrap();
        let seen = raw::read_to_end(&mut stream_of_bytes).await;
        let expected = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, stream, 0, 0, 0, 2];
        assert!(seen.bytes.ends_with(&expected), "{:?}", seen.bytes);
    }
}

#[tokio::test]
async fn a_connection_goes_away_after_its_answer() {
    let service = service(json!({"http2": {"goaway": {"last_stream": "this"}}})).await;
    let (mut sender, connection) = connect(&service).await;
    let seen = get(&mut sender).await;
    assert_eq!((seen.status, &*seen.body, seen.error.is_none()), (Some(200), &br#"{"status":"ok"}"#[..], true));
    drop(sender);
    connection.await.unwrap().unwrap();
    assert_eq!(events(&journal(&service, 1).await), ["opened", "request", "answer", "closed"]);
}

#[tokio::test]
async fn a_stream_that_is_held_up_ends_with_its_client() {
    for step in [json!({"request": "stall"}), json!({"delay_ms": 5000})] {
        let service = service(step).await;
        let (mut sender, _connection) = connect(&service).await;
        tokio::select! {
            seen = get(&mut sender) => panic!("{seen:?}"),
            () = async {
                service.server.await_journal(|entry| entry.n == 2, 1).await.unwrap();
                service.server.advance(Duration::from_secs(4)).await.unwrap();
            } => {}
        }
        // The request is dropped, which resets its stream; the connection goes on.
        service.server.await_journal(|entry| serde_json::to_value(entry).unwrap()["event"] == "gone", 1).await.unwrap();
        assert_eq!(get(&mut sender).await.status, Some(200));
    }
}

#[tokio::test]
async fn a_whole_connection_is_reset() {
    let service = service(json!({"request": "reset_after_head"})).await;
    let (mut sender, connection) = connect(&service).await;
    assert!(get(&mut sender).await.error.unwrap().is_io());
    assert!(connection.await.unwrap().is_err());
    let journal = journal(&service, 1).await;
    assert_eq!((events(&journal), end(&journal[2])), (vec!["opened", "request", "closed"], ("server", "reset")));
}

#[tokio::test]
async fn answers_are_scripted_and_edited_over_http2_too() {
    let steps = json!([
        {"respond": {"status": 503, "text": "no"}},
        {"edit": {"set": {"/status": "no"}}},
        {"huge_bytes": 1_000_000},
        {"wire": {"chunks": "bad"}},
        {"respond": {"status": 103}},
    ]);
    let service = Service::start(Config::default()).await;
    service.server.script(rules(json!([{"on": {}, "do": steps}])));
    let (mut sender, _connection) = connect(&service).await;
    let seen = get(&mut sender).await;
    assert_eq!((seen.status, &*seen.body), (Some(503), &b"no"[..]));
    assert_eq!(get(&mut sender).await.body, br#"{"status":"no"}"#);
    assert_eq!(get(&mut sender).await.body.len(), 1_000_000);
    for said in ["`wire` is for HTTP/1.1", "a status below 200 is for HTTP/1.1"] {
        let seen = get(&mut sender).await;
        assert_eq!(seen.status, Some(500));
        let body = String::from_utf8(seen.body).unwrap();
        assert!(body.contains("script_error") && body.contains(said), "{body}");
    }
}

#[tokio::test]
async fn streams_are_reset_within_tls() {
    let service = service(json!({"http2": {"reset": "REFUSED_STREAM"}})).await;
    let tls = service.server.listen(Listener::tls(Certificate::Valid)).await.unwrap();
    let mut config = crate::tls::client_config(&service);
    config.alpn_protocols = vec!["h2".into()];
    let stream = TcpStream::connect(tls.address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let stream = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await.unwrap();
    let (mut sender, _connection) = speak(stream).await;
    assert_eq!(get(&mut sender).await.reason(), Reason::REFUSED_STREAM);
    assert_eq!(get(&mut sender).await.status, Some(200));
}
