use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderValue, StatusCode};

use super::content::Content;
use super::draft::Draft;
use super::plan::{Last, Plan, Segment};
use crate::script::{Chunks, CloseIdle, ContentLength, CutAfter, CutBy, Head, Wire};

/// No HTTP, whatever the reader thinks of it.
const GARBAGE: &[u8] = b"\x00\x01\xfe\xff This is no answer \x80\r\n\r\n";

/// The bytes of an answer over HTTP/1.1, with what is wrong with them.
pub(super) fn plan(wire: &Wire, draft: Draft, is_bodiless: bool) -> Plan {
    let last = last(wire);
    if wire.end.is_some_and(|cut| cut.after == CutAfter::Nothing) {
        return Plan::only(last);
    }
    let Draft { head: mut parts, content } = draft;
    let (length, body) = body(wire, content);
    announce(wire, &mut parts, length);
    let mut segments = Vec::new();
    if let Some(Head::Interim(status)) = wire.head {
        let link = "link: </openapi.json>; rel=preload\r\n\r\n";
        segments.push(Segment::Bytes(format!("{}{link}", status_line(status)).into()));
    }
    let head = head(wire, &parts);
    segments.push(Segment::Head(Box::new(parts)));
    if let Some(Head::SlowMs(milliseconds)) = wire.head {
        let mut first = Bytes::from(head);
        let second = first.split_off(first.len() / 2);
        segments.push(Segment::Bytes(first));
        segments.push(Segment::Pause(Duration::from_millis(milliseconds)));
        segments.push(Segment::Bytes(second));
    } else {
        segments.push(Segment::Bytes(head.into()));
    }
    let ends_at_head = wire.end.is_some_and(|cut| cut.after == CutAfter::Head);
    if !is_bodiless && !ends_at_head {
        segments.push(body);
    }
    Plan { segments, last }
}

fn last(wire: &Wire) -> Last {
    match (wire.end.map(|cut| cut.by), wire.close_idle) {
        (Some(CutBy::Reset), _) | (None, Some(CloseIdle::Reset)) => Last::Reset,
        (Some(CutBy::Stall), _) => Last::Stall,
        (None, Some(CloseIdle::ResetNext)) => Last::ResetNext,
        (Some(CutBy::Fin), _) | (None, Some(CloseIdle::Fin) | None) => Last::Fin,
    }
}

/// What the head says of the body and of the connection.
fn announce(wire: &Wire, head: &mut http::response::Parts, length: u64) {
    if wire.chunks.is_some() {
        head.headers.remove(CONTENT_LENGTH);
        head.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    } else if !head.status.is_informational() {
        let said = match wire.length {
            None => length,
            Some(ContentLength::Short) => length / 2,
            Some(ContentLength::Long) => length.saturating_add(100),
        };
        head.headers.insert(CONTENT_LENGTH, said.into());
    }
    let is_broken = wire.length == Some(ContentLength::Long) || wire.chunks == Some(Chunks::Unfinished);
    if wire.end.is_none() && wire.close_idle.is_none() && !is_broken {
        head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    } else {
        head.headers.remove(CONNECTION);
    }
    if let Some(Head::OversizedHeader(bytes)) = wire.head {
        let value = "x".repeat(usize::try_from(bytes).unwrap_or(usize::MAX));
        head.headers
            .insert("x-oversized", HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("")));
    }
}

fn status_line(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    format!("HTTP/1.1 {status} {reason}\r\n")
}

fn head(wire: &Wire, head: &http::response::Parts) -> Vec<u8> {
    if wire.head == Some(Head::Garbage) {
        return GARBAGE.to_vec();
    }
    let mut bytes = status_line(head.status.as_u16()).into_bytes();
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    if wire.head == Some(Head::MalformedHeader) {
        bytes.extend_from_slice(b"this line is no header\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// How long a body is, and what is written of it.
fn body(wire: &Wire, content: Content) -> (u64, Segment) {
    let most = match wire.end.map(|cut| cut.after) {
        Some(CutAfter::Bytes(bytes)) => bytes,
        _ => u64::MAX,
    };
    // What is only written out need not be in memory. Where all of it has to be, `Fault::check` bounds it.
    if let (Some(length), None, None) = (content.length(), wire.chunks, wire.drip) {
        return (length, Segment::Content(content.up_to(most)));
    }
    let mut bytes = content.collect();
    let length = bytes.len() as u64;
    if let Some(chunks) = wire.chunks {
        bytes = chunked(chunks, &bytes).into();
    }
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let segment = match wire.drip {
        None => Segment::Bytes(bytes),
        Some(drip) => {
            let at_once = usize::try_from(drip.bytes).unwrap_or(usize::MAX).max(1);
            Segment::Drip { bytes, at_once, pause: Duration::from_millis(drip.every_ms) }
        }
    };
    (length, segment)
}

fn chunked(chunks: Chunks, body: &[u8]) -> Vec<u8> {
    let (first, second) = body.split_at(body.len() / 2);
    let mut written = Vec::new();
    for (index, chunk) in [first, second].into_iter().filter(|chunk| !chunk.is_empty()).enumerate() {
        let length = if chunks == Chunks::Bad && index == 1 { "zz".to_owned() } else { format!("{:x}", chunk.len()) };
        written.extend_from_slice(length.as_bytes());
        written.extend_from_slice(b"\r\n");
        written.extend_from_slice(chunk);
        written.extend_from_slice(b"\r\n");
    }
    if chunks != Chunks::Unfinished {
        written.extend_from_slice(b"0\r\n\r\n");
    }
    written
}
