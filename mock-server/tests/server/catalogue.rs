//! Every row of `FAULTS.md`, as it says.

use std::io::ErrorKind;
use std::time::Duration;

use axiomo_mock_server::{Certificate, Listener};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http2;
use crate::script::{next, rules};
use crate::support::{Service, pull};

const CATALOGUE: &str = include_str!("../../FAULTS.md");

#[derive(Debug)]
struct Row {
    section: String,
    step: Value,
    seen: String,
    contains: String,
}

fn rows() -> Vec<Row> {
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in CATALOGUE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut section);
        }
        let cells: Vec<&str> = line.split(" |").map(|cell| cell.trim_start_matches('|').trim()).collect();
        let Some(step) = cells.get(1).and_then(|step| step.strip_prefix('`')?.strip_suffix('`')) else { continue };
        let step = serde_json::from_str(step).unwrap_or_else(|error| panic!("{error}: {step}"));
        let contains = cells[3].trim_matches('`').to_owned();
        rows.push(Row { section: section.clone(), step, seen: cells[2].to_owned(), contains });
    }
    rows
}

/// What an answer is, by its own words: its status and whether it is whole, as far as it is one.
fn classified(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|end| end + 4);
    let (Some(end), true) = (end, bytes.starts_with(b"HTTP/1.1 ")) else { return "garbage".to_owned() };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = &head[9..12];
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    let body = &bytes[end..];
    let is = if status.starts_with('1') {
        "whole"
    } else if header("transfer-encoding").is_some() {
        if is_chunked(body) { "whole" } else { "cut" }
    } else {
        let length: usize = header("content-length").unwrap().parse().unwrap();
        match body.len().cmp(&length) {
            std::cmp::Ordering::Less => "cut",
            std::cmp::Ordering::Equal => "whole",
            std::cmp::Ordering::Greater => "overlong",
        }
    };
    format!("{status} {is}")
}

fn is_chunked(mut body: &[u8]) -> bool {
    loop {
        let Some(end) = body.windows(2).position(|window| window == b"\r\n") else { return false };
        let Ok(length) = usize::from_str_radix(&String::from_utf8_lossy(&body[..end]), 16) else { return false };
        let Some(rest) = body.get(end + 2 + length + 2..) else { return false };
        if length == 0 {
            return rest.is_empty();
        }
        body = rest;
    }
}

/// Reads until an answer is whole by its own words, or the connection ends.
async fn read_answer(stream: &mut TcpStream) -> (Vec<u8>, Option<&'static str>) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 2048]);
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return (bytes, Some("fin")),
            Ok(length) => bytes.extend(&buffer[..length]),
            Err(_) => return (bytes, Some("reset")),
        }
        if classified(&bytes).ends_with("whole") && !bytes.starts_with(b"HTTP/1.1 1") {
            return (bytes, None);
        }
    }
}

async fn over_http1(service: &Service, row: &Row, key: &str) -> (String, Vec<u8>) {
    let is_connection = row.section == "Connections";
    let address = if row.step.get("tls").is_some() {
        service.server.listen(Listener::tls(Certificate::Valid)).await.unwrap().address
    } else {
        service.server.address()
    };
    service.server.script(if is_connection {
        rules(json!([{"on": "connection", "do": [row.step]}]))
    } else {
        next(row.step.clone())
    });
    service.server.clear_journal();
    let mut stream = match TcpStream::connect(address).await {
        // It may be over before this side knows that it began.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => return ("nothing, reset".to_owned(), Vec::new()),
        connected => connected.unwrap(),
    };
    let body = pull(7);
    let request = format!(
        "POST /api/analyze HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    // Whoever ends it at once may have done so already.
    let _ = stream.write_all(request.as_bytes()).await;
    if row.seen.ends_with("stall") {
        // The connection, the request unless it is not even read, and an answer if there is one.
        let entries = if is_connection { 1 } else { 2 + usize::from(row.seen.starts_with("200")) };
        service.server.await_journal(|_| true, entries).await.unwrap();
        service.server.advance(Duration::from_secs(100)).await.unwrap();
        stream.shutdown().await.unwrap();
        let (bytes, _) = read_answer(&mut stream).await;
        let closed = service.server.await_journal(crate::journal::is_closed, 1).await.unwrap();
        assert_eq!(serde_json::to_value(&closed[0]).unwrap()["by"], "client", "{row:?}");
        return (format!("{}, stall", classified(&bytes)), bytes);
    }
    let (mut bytes, mut end) = service.server.run_until(read_answer(&mut stream)).await.unwrap();
    if end.is_none() && !row.seen.ends_with("kept") && !row.seen.ends_with("used") {
        let more;
        (more, end) = read_answer(&mut stream).await;
        bytes.extend(more);
    }
    let end = if let Some(end) = end { end } else { used_again(&mut stream).await };
    (format!("{}, {end}", classified(&bytes)), bytes)
}

/// What becomes of a connection when another request is sent over it.
async fn used_again(stream: &mut TcpStream) -> &'static str {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let (second, end) = read_answer(stream).await;
    let is_answered = second.starts_with(b"HTTP/1.1 200 ");
    if is_answered {
        "kept"
    } else if end == Some("reset") {
        "reset when used"
    } else {
        "ended when used"
    }
}

#[tokio::test]
async fn every_row_of_the_catalogue_is_as_it_says() {
    let rows = rows();
    assert!(rows.len() > 70, "{}", rows.len());
    let repository = crate::support::project();
    for row in rows {
        let service = Service::start(crate::support::mounted(&repository)).await;
        let key = service.key("alice").await;
        let (seen, bytes) = if row.section == "HTTP/2" {
            service.server.script(next(row.step.clone()));
            (http2::seen(&service).await, Vec::new())
        } else {
            over_http1(&service, &row, &key).await
        };
        assert_eq!(seen, row.seen, "{row:?}\n{}", String::from_utf8_lossy(&bytes));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(&row.contains), "{row:?}\n{text}");
        assert!(service.server.script_left().is_empty(), "{row:?}");
    }
}
