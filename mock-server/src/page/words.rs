//! What a Signal holds, in words: texts made harmless, numbers, moments, links.

use axiomo_model::{Signal, Timestamp, VisitText, printable};
use http::Uri;
use maud::{Markup, html};

/// Stands where a Signal says nothing.
pub(super) const UNKNOWN: &str = "unknown";

/// The Signal with every text fit to be shown. Whatever is written from it needs only to be escaped,
/// which the templates do.
pub(super) fn legible(signal: &Signal) -> Signal {
    let mut signal = signal.clone();
    signal.visit_text(&mut |text| *text = lines(text));
    signal
}

/// A text fit to be shown, in lines as it was written. In a page they move nothing: white space is
/// white space.
fn lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| printable(line.strip_suffix('\r').unwrap_or(line)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A name in one line, fit to be shown.
pub(super) fn name(text: &str) -> Markup {
    html! { bdi { (printable(text)) } }
}

/// A path, which is best broken after a slash.
pub(super) fn path(text: &str) -> Markup {
    html! {
        code dir="ltr" {
            @for step in printable(text).split_inclusive('/') {
                (step)
                @if step.ends_with('/') { wbr; }
            }
        }
    }
}

/// A text of somebody else's, in its own lines and its own direction of writing.
pub(super) fn prose(text: &str) -> Markup {
    html! { p.prose dir="auto" { (text) } }
}

/// What a list says, if it says anything.
pub(super) fn said(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.trim().is_empty())
}

/// Short texts in one line, if there are any.
pub(super) fn reasons(texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            ul.reasons role="list" {
                @for text in texts { li dir="auto" { (text) } }
            }
        }
    }
}

/// A known word of the API for people: `request_changes` is `Request changes`.
pub(super) fn sentence(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect()
}

/// `12,480`
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A score or a part of one, in steps of a ten-thousandth: `0.0500`. The sum of numbers that were
/// rounded this way is seen to be their sum.
pub(super) fn exact(number: f64) -> String {
    // Nobody promises that a score is one.
    if number.abs() < 1e6 { format!("{:.4}", number + 0.0).replace('-', "−") } else { format!("{number:.3e}") }
}

/// The same without zeros at the end: `0.05`.
pub(super) fn short(number: f64) -> String {
    let text = exact(number);
    if text.contains('e') { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// As [`exact`], where there may be no number.
pub(super) fn exact_or_unknown(number: Option<f64>) -> String {
    number.map_or(UNKNOWN.to_owned(), exact)
}

/// `2026-01-31 12:00 UTC`
pub(super) fn moment(moment: Timestamp) -> Markup {
    let text = moment.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    html! { time datetime=(text) { (day) " " (time.get(..5).unwrap_or_default()) " UTC" } }
}

/// The host of an address that is safe to follow: over TLS, with a plain host, without credentials.
pub(super) fn web_host(address: &str) -> Option<String> {
    // Letters that browsers read in other ways than others do have no place in an address.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'`' | b'^');
    if !address.bytes().all(is_plain) {
        return None;
    }
    let uri: Uri = address.parse().ok()?;
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("https"))?;
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!authority.host().is_empty() && authority.as_str().bytes().all(is_host)).then(|| authority.to_string())
}

/// A bar that is full at 1. It repeats a number that stands beside it.
pub(super) fn bar(share: f64) -> Markup {
    let percent = format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0);
    html! {
        svg.bar width="100%" height="8" aria-hidden="true" {
            rect.track width="100%" height="8" rx="4" {}
            rect.fill width=(percent) height="8" rx="4" {}
        }
    }
}

/// A list of which the first few are seen, and the others on demand.
pub(super) fn folded(items: &[Markup], seen: usize, is_ranked: bool) -> Markup {
    let list = |items: &[Markup], start: usize| {
        html! {
            @if is_ranked {
                ol.list start=[(start > 1).then_some(start)] { @for item in items { li { (item) } } }
            } @else {
                ul.list role="list" { @for item in items { li { (item) } } }
            }
        }
    };
    // One more to see costs less than one more to ask for.
    if items.len() <= seen + 1 {
        return list(items, 1);
    }
    let (first, others) = items.split_at(seen);
    html! {
        (list(first, 1))
        details {
            summary { "and " (others.len()) " more" }
            (list(others, seen + 1))
        }
    }
}
