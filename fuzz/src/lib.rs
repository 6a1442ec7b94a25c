//! What must hold for any bytes at all. Each function is one fuzz target; the tests replay the corpora
//! through the same functions.

use axiomo::testing::{read_error_body, read_rate_limit};
use axiomo_mock_server::{AnalyzeRequest, RequestError};
use axiomo_model::{Document, PullRequestRef, printable};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// A reference that is read prints as one that reads as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn pull_request_ref(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<PullRequestRef>() {
        Ok(reference) => assert_eq!(reference.to_string().parse().as_ref(), Ok(&reference)),
        Err(error) => assert!(error.to_string().len() < 1000, "a message is short whatever it was given"),
    }
}

/// An analysis keeps its text; what it could not read is named by paths that lead somewhere; what is
/// written of it reads again without a complaint.
///
/// # Panics
///
/// When that does not hold.
pub fn signal(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(document) = Document::from_json(text) else { return };
    assert_eq!(document.to_json(), text);
    for path in document.warnings() {
        let _ = document.extra(path);
    }
    let written = serde_json::json!({ "signal": document.signal() }).to_string();
    let again = Document::from_json(written);
    let again = again.as_ref().map(|again| (again.signal(), again.warnings()));
    assert_eq!(again, Ok((document.signal(), &[][..])));
}

/// Whatever headers say of the rate limit, no wait is longer than a year, and an answer from a cache
/// tells of no quota. The input is a header a line, as in HTTP.
///
/// # Panics
///
/// When that does not hold.
pub fn rate_limit_headers(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii())) else { continue };
        headers.append(name, value);
    }
    let year = Duration::from_secs(365 * 24 * 3600);
    let reading = read_rate_limit(&headers);
    assert!([reading.reset, reading.retry_after].iter().flatten().all(|wait| *wait <= year), "{reading:?}");
    headers.insert("age", HeaderValue::from_static("1"));
    let cached = read_rate_limit(&headers);
    assert_eq!((cached.limit, cached.remaining, cached.reset), (None, None, None));
    assert_eq!(cached.retry_after, reading.retry_after);
}

/// Whatever the body of an error holds, its message is one printable line of bounded length, and so is
/// its code; sent again in the plainest form, they read the same.
///
/// # Panics
///
/// When that does not hold.
pub fn error_body(bytes: &[u8]) {
    let read = read_error_body(bytes);
    for (text, longest) in [(&read.message, 500), (&read.code, 64)] {
        let Some(text) = text else { continue };
        assert!(!text.is_empty() && text.chars().count() <= longest + 1, "{text:?}");
        assert_eq!(&printable(text), text);
    }
    let (Some(message), Some(code)) = (&read.message, &read.code) else { return };
    let again = serde_json::json!({"error": {"code": code, "message": message}}).to_string();
    assert_eq!(read_error_body(again.as_bytes()), read);
}

/// A request for an analysis is a pull request that prints as it is read, or names what is wrong with
/// it, without repeating a token.
///
/// # Panics
///
/// When that does not hold.
pub fn analyze_request(bytes: &[u8]) {
    match AnalyzeRequest::from_json(bytes) {
        Ok(request) => {
            let url = request.reference.to_string();
            let again = serde_json::json!({"url": url}).to_string();
            let again = AnalyzeRequest::from_json(again.as_bytes());
            assert_eq!(again.ok().map(|again| again.reference), Some(request.reference));
        }
        Err(RequestError::Invalid(details)) => {
            assert!(!details.is_empty());
            for detail in details {
                assert!(!detail.path.is_empty() && !detail.message.is_empty() && detail.message.len() < 2000);
            }
        }
        Err(error) => assert!(error.to_string().len() < 2000),
    }
}
