//! What a service, or something in front of it, says in the body of an error.

use serde_json::Value;

/// What the body of an error says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// What went wrong, on one line and at most 500 letters long.
    pub message: Option<String>,
    /// The service's word for it.
    pub code: Option<String>,
}

/// The most bytes of a body that are looked at; nobody has more to say of an error.
const LONGEST_BODY: usize = 1 << 16;
/// The most letters of a message that are kept; enough for a few fields that are wrong.
const LONGEST_MESSAGE: usize = 500;
/// The most letters of a code that are kept.
const LONGEST_CODE: usize = 64;
/// The most wrong fields that are listed.
const MOST_FIELDS: usize = 5;

/// Reads a body of any of the shapes that services and gateways use: `{"error": {"code", "message",
/// "details"}}`, `{"error": "…"}`, `{"message": "…"}`, `{"detail": "…"}`, `{"detail": [{"loc",
/// "msg"}]}`, problem details (RFC 9457), plain text, a page of HTML, or nothing.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn read_error_body(body: &[u8]) -> ErrorBody {
    read_redacted(body, &|_| ())
}

/// Reads a body of any of these shapes. `redact` takes out of a text what is not to be seen: out of the whole, and out of what
/// it says once it is unescaped, and each time before anything is cut, which could leave a part of a secret.
pub(crate) fn read_redacted(body: &[u8], redact: &dyn Fn(&mut String)) -> ErrorBody {
    let mut whole = String::from_utf8_lossy(body).into_owned();
    redact(&mut whole);
    let body = whole.as_bytes();
    let text = String::from_utf8_lossy(body.get(..LONGEST_BODY).unwrap_or(body));
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(mut value) => {
            redact_texts(&mut value, redact);
            read_value(&value)
        }
        Err(_) if text.starts_with('<') => ErrorBody { message: title(text), code: None },
        // A broken object tells a person nothing.
        Err(_) if text.starts_with(['{', '[']) => ErrorBody::default(),
        Err(_) => ErrorBody { message: line(text, LONGEST_MESSAGE), code: None },
    }
}

fn redact_texts(value: &mut Value, redact: &dyn Fn(&mut String)) {
    match value {
        Value::String(text) => redact(text),
        Value::Array(items) => items.iter_mut().for_each(|item| redact_texts(item, redact)),
        Value::Object(members) => members.values_mut().for_each(|member| redact_texts(member, redact)),
        _ => {}
    }
}

fn read_value(value: &Value) -> ErrorBody {
    // A problem type is an address; `about:blank` says nothing.
    let code = |value: &Value| line(value.as_str()?, LONGEST_CODE).filter(|code| !code.contains(':'));
    match value {
        Value::String(text) => ErrorBody { message: line(text, LONGEST_MESSAGE), code: None },
        Value::Object(members) => {
            let inner = members.get("error").filter(|inner| inner.is_object());
            let inner = inner.map(read_value).unwrap_or_default();
            // `error` may be a word for machines beside a sentence for people.
            let sentence = ["message", "detail", "error_description"].iter().find_map(|name| say(members.get(*name)?));
            let error = members.get("error");
            let (message, word) = match sentence {
                Some(sentence) => (Some(sentence), error.and_then(code)),
                None => (error.and_then(say).or_else(|| say(members.get("title")?)), None),
            };
            let message = inner.message.or(message);
            let fields = ["details", "errors"].iter().find_map(|name| fields(members.get(*name)?));
            let message = match (message, fields) {
                (Some(message), Some(fields)) => line(&format!("{message}: {fields}"), LONGEST_MESSAGE),
                (message, fields) => message.or(fields),
            };
            let own_code = ["code", "type"].iter().find_map(|name| code(members.get(*name)?));
            ErrorBody { message, code: inner.code.or(own_code).or_else(|| word.filter(|word| !word.contains(' '))) }
        }
        _ => ErrorBody { message: fields(value), code: None },
    }
}

/// A sentence, or the list of what is wrong with which field.
fn say(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => line(text, LONGEST_MESSAGE),
        Value::Array(_) => fields(value),
        _ => None,
    }
}

/// `url: field required; pr_number: not a number`
fn fields(value: &Value) -> Option<String> {
    let fields: Vec<String> = value.as_array()?.iter().filter_map(field).take(MOST_FIELDS).collect();
    line(&fields.join("; "), LONGEST_MESSAGE)
}

fn field(value: &Value) -> Option<String> {
    if let Value::String(text) = value {
        return Some(text.clone());
    }
    let what = ["msg", "message", "detail"].iter().find_map(|name| value.get(*name)?.as_str())?;
    let place = ["loc", "path", "field", "pointer"].iter().find_map(|name| value.get(*name));
    let place = match place {
        Some(Value::String(place)) => place.clone(),
        Some(Value::Array(steps)) => {
            let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
            steps.iter().map(step).collect::<Vec<_>>().join(".")
        }
        _ => return Some(what.to_owned()),
    };
    Some(format!("{place}: {what}"))
}

/// The title of a page, which is where gateways say `502 Bad Gateway`.
fn title(page: &str) -> Option<String> {
    // ASCII letters change case without changing length, so places in one are places in the other.
    let lower = page.to_ascii_lowercase();
    let tag = ["<title", "<h1"].iter().find_map(|tag| lower.find(tag))?;
    let start = tag + lower.get(tag..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find('<')?;
    line(page.get(start..end)?, LONGEST_MESSAGE)
}

/// The text on one line, without what would move a terminal's cursor or turn its writing; none if
/// nothing is left.
fn line(text: &str, longest: usize) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = axiomo_model::printable(&words.join(" "));
    if joined.is_empty() {
        return None;
    }
    match joined.char_indices().nth(longest) {
        Some((end, _)) => Some(format!("{}…", &joined[..end])),
        None => Some(joined),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let ErrorBody { message, code } = read_error_body(body.as_bytes());
        (message, code)
    }

    #[test]
    fn no_part_of_what_is_not_to_be_seen_stays_where_it_is_cut_and_escaped() {
        let redact = |text: &mut String| *text = text.replace("ax_A1/b2C3d4E5f6", "[redacted]");
        let before = "x".repeat(490);
        for (place, key) in [
            ("message", r"\u0061x_A1/b2C3d4E5f6"),
            ("message", r"ax_A1\/b2C3d4E5f6"),
            ("detail", r"ax_A1/b2C3d4E5f6"),
            ("title", r"ax_\u00411/b2C3d4E5f6"),
        ] {
            let body = format!(r#"{{"{place}": "{before}{key}"}}"#);
            let message = read_redacted(body.as_bytes(), &redact).message.unwrap();
            assert_eq!(message, format!("{before}[redacted]"), "{place}: {key}");
        }
        let before = " ".repeat(LONGEST_BODY - 4);
        let body = format!("refused:{before}ax_A1/b2C3d4E5f6");
        assert!(!read_redacted(body.as_bytes(), &redact).message.unwrap().contains("ax_"));
    }

    #[test]
    fn every_shape_gives_its_message_and_code() {
        for (body, message, code) in [
            (r#"{"error": {"code": "no_such_repo", "message": "No such repo"}}"#, "No such repo", "no_such_repo"),
            (
                r#"{"error": {"code": "c", "message": "Wrong", "details": [{"path": "url", "message": "missing"}]}}"#,
                "Wrong: url: missing",
                "c",
            ),
            (r#"{"error": "Bad key"}"#, "Bad key", ""),
            (r#"{"error": "invalid_token", "error_description": "It has expired"}"#, "It has expired", "invalid_token"),
            (r#"{"error": "Not Found", "message": "Nothing here"}"#, "Nothing here", ""),
            (r#"{"message": "Slow down", "code": "slow"}"#, "Slow down", "slow"),
            (r#"{"detail": "Invalid API key"}"#, "Invalid API key", ""),
            (
                r#"{"detail": [{"loc": ["body", "items", 0, "url"], "msg": "field required", "type": "missing"}]}"#,
                "body.items.0.url: field required",
                "",
            ),
            (
                r#"{"type": "https://example.com/quota", "title": "Quota exceeded", "status": 429}"#,
                "Quota exceeded",
                "",
            ),
            (r#"{"type": "about:blank", "title": "Oops", "detail": "It broke"}"#, "It broke", ""),
            (r#""just a text""#, "just a text", ""),
            ("upstream connect error\r\n  or disconnect", "upstream connect error or disconnect", ""),
            ("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway", ""),
            ("<!DOCTYPE html><H1 class=x>Down</H1>", "Down", ""),
            ("\u{feff}{\"error\": \"x\"}", "x", ""),
        ] {
            assert_eq!(read(body), (Some(message.to_owned()), (!code.is_empty()).then(|| code.to_owned())), "{body}");
        }
    }

    #[test]
    fn what_says_nothing_gives_nothing() {
        for body in ["", " \n", "{}", "[]", "null", "7", "{\"error\": {}}", "{\"error\": 7", "<html>", "<title>"] {
            assert_eq!(read(body), (None, None), "{body}");
        }
    }

    #[test]
    fn a_code_is_a_short_word() {
        let long = "x".repeat(65);
        for body in [format!(r#"{{"error": "{long}", "message": "m"}}"#), format!(r#"{{"code": "{long}"}}"#)] {
            assert_eq!(read(&body).1.unwrap().chars().count(), LONGEST_CODE + 1, "{body}");
        }
        for address in [r#"{"error": "urn:x", "message": "m"}"#, r#"{"error": {"code": "urn:x"}}"#] {
            assert_eq!(read(address).1, None, "{address}");
        }
    }

    #[test]
    fn the_rest_of_a_long_body_is_not_looked_at() {
        let long = " ".repeat(LONGEST_BODY);
        assert_eq!(read(&format!("down{long}up")).0.as_deref(), Some("down"));
        assert_eq!(read(&format!("{{\"message\": \"m\"{long}}}")), (None, None));
    }

    #[test]
    fn a_message_is_one_short_printable_line() {
        let (message, _) = read(&format!("{{\"message\": \"a\\u001b[31m\\nb\\u202e{}\"}}", "x".repeat(10_000)));
        let message = message.unwrap();
        assert!(message.starts_with("a\u{fffd}[31m b\u{fffd}x"), "{message}");
        assert_eq!(message.chars().count(), LONGEST_MESSAGE + 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(body: Vec<u8>) {
            let read = read_error_body(&body);
            prop_assert!(read.message.is_none_or(|message| message.chars().count() <= LONGEST_MESSAGE + 1));
        }
    }
}
