//! What must hold for any bytes at all. Each function is one fuzz target; the tests replay the corpora
//! through the same functions.

use axiomo::RateLimitReading;
use axiomo::testing::read_error_body;
use axiomo_mock_server::{AnalyzeRequest, RequestError};
use axiomo_model::{Document, LazyDocument, PullRequestRef, printable};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::time::Duration;

/// A reference that is read prints as one that reads as the same; what is wrong with another is said in a
/// short and printable line.
///
/// # Panics
///
/// When that does not hold.
pub fn pull_request_ref(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<PullRequestRef>() {
        Ok(reference) => assert_eq!(reference.to_string().parse().as_ref(), Ok(&reference)),
        Err(error) => {
            let message = error.to_string();
            assert!(message.len() < 1000, "a message is short whatever it was given");
            assert_eq!(printable(&message), message);
        }
    }
}

/// An analysis keeps its text; what it could not read is named by paths that lead somewhere; what is
/// written of it reads again without a complaint; read lazily it says the same.
///
/// # Panics
///
/// When that does not hold.
pub fn signal(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (document, lazy) = (Document::from_json(text), LazyDocument::from_json(text));
    assert_eq!(document.is_ok(), lazy.is_ok());
    let (Ok(document), Ok((lazy, warnings))) = (document, lazy) else { return };
    assert_eq!((document.to_json(), document.warnings()), (text, &warnings[..]));
    assert_eq!((document.signal_id(), document.signal_url()), (lazy.signal_id(), lazy.signal_url()));
    assert_eq!(*lazy.signal().pr(), document.signal().pr);
    assert_eq!(*lazy.signal().contributors(), document.signal().contributors);
    assert_eq!(*lazy.signal().intent(), document.signal().intent);
    assert_eq!(*lazy.signal().risk(), document.signal().risk);
    for path in document.warnings() {
        let _ = document.extra(path);
    }
    let written = serde_json::json!({ "signal": document.signal() }).to_string();
    let again = Document::from_json(written);
    let again = again.as_ref().map(|again| (again.signal(), again.warnings()));
    assert_eq!(again, Ok((document.signal(), &[][..])));
}

/// Whatever headers say of the rate limit, no wait is longer than a year, nor, where there is no date to
/// compare with, longer than two windows; the wait that is asked for and what is left of the quota are
/// read apart; an answer from a cache tells of no quota. The input is a header a line, as in HTTP.
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
    let reading = RateLimitReading::of(&headers);
    assert!([reading.reset, reading.retry_after].iter().flatten().all(|wait| *wait <= year), "{reading:?}");
    // These two say by their names that they count seconds.
    let is_delta = ["ratelimit", "ratelimit-reset"].iter().any(|name| headers.contains_key(*name));
    if !is_delta && !headers.contains_key("date") {
        assert!(reading.reset.is_none_or(|reset| reset <= Duration::from_secs(120)), "{reading:?}");
    }
    let mut quota_alone = headers.clone();
    quota_alone.remove("retry-after");
    quota_alone.remove("retry-after-ms");
    let quota = RateLimitReading::of(&quota_alone);
    assert_eq!((quota.limit, quota.remaining, quota.reset), (reading.limit, reading.remaining, reading.reset));
    assert_eq!(quota.retry_after, None);
    headers.insert("age", HeaderValue::from_static("1"));
    let cached = RateLimitReading::of(&headers);
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
    let again = serde_json::json!({"error": {"code": read.code, "message": read.message}}).to_string();
    assert_eq!(read_error_body(again.as_bytes()), read);
}

/// A request for an analysis is a pull request that prints as it is read, or names each member that is
/// wrong in a printable line; its token shows nowhere and decides nothing.
///
/// # Panics
///
/// When that does not hold.
pub fn analyze_request(bytes: &[u8]) {
    let read = AnalyzeRequest::from_json(bytes);
    match &read {
        Ok(request) => {
            let url = request.reference.to_string();
            let again = serde_json::json!({"url": url}).to_string();
            let again = AnalyzeRequest::from_json(again.as_bytes());
            assert_eq!(again.ok().map(|again| again.reference).as_ref(), Some(&request.reference));
        }
        Err(RequestError::Invalid(details)) => {
            const MEMBERS: [&str; 7] = ["$", "url", "provider", "owner", "repo", "pr_number", "access_token"];
            assert!(!details.is_empty());
            for detail in details {
                assert!(MEMBERS.contains(&detail.path.as_str()), "{detail:?}");
                assert!(!detail.message.is_empty() && detail.message.len() < 2000, "{detail:?}");
                assert_eq!(printable(&detail.message), detail.message);
            }
        }
        Err(error) => assert!(error.to_string().len() < 2000),
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return };
    let Some(Value::String(token)) = value.get_mut("access_token") else { return };
    if !token.is_empty() && token.len() <= 4096 {
        "another".clone_into(token);
        let another = AnalyzeRequest::from_json(value.to_string().as_bytes());
        assert_eq!(format!("{read:?}"), format!("{another:?}"), "the token shows, or decides");
    }
}
