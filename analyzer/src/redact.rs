//! What must not leave the analyzer: e-mail addresses, credentials in addresses, and texts shaped
//! like keys.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Stands where something was taken out.
pub(crate) const REDACTED: &str = "[redacted]";

static CREDENTIALS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@").ok());

/// Shapes that the issuers of keys publish, and the armour of private keys. A letter or a digit before
/// one makes it a part of a word; anything else, an underscore too, does not.
static KEYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(^|[^A-Za-z0-9])(?:ax_[A-Za-z0-9]{8,}",
        r"|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}",
        r"|gl(?:pat|ptt|rt|dt|cbt|oas|agent|imt|soat|ft)-[A-Za-z0-9_-]{16,}",
        r"|(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"|xox[abeprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/]+",
        r"|sk-[A-Za-z0-9_-]{16,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}",
        r"|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}",
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]+",
        r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|ATBB[A-Za-z0-9]{20,}|ATATT[A-Za-z0-9_=-]{20,}",
        r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----)",
    ))
    .ok()
});

/// Values that are given a telling name, as in `DB_PASSWORD=hunter2`.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)([\w-]*(?:password|passwd|secret|api[_-]?key|access[_-]?key|token|credential)[\w-]*\s*[=:]\s*",
        r#"|\b(?:bearer|basic)\s+)(["']?[A-Za-z0-9+/=_.~-]{8,}["']?)"#,
    ))
    .ok()
});

/// Anything with an `@` between a name and a host. Unicode letters count: addresses may have them.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)+[^\W\d_][\w-]+").ok());

/// Takes everything out of a text that must not leave the analyzer.
#[must_use]
pub(crate) fn redact(text: &str) -> String {
    // What cannot be seen must not hide anything: whoever drops it later would bring it back.
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let clean = redact_visible(&visible);
    if clean == visible { text.to_owned() } else { clean }
}

fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn redact_visible(text: &str) -> String {
    // The order matters: an address such as `https://me@host` would read as an e-mail address.
    let text = replace(&CREDENTIALS, text.to_owned(), |found| format!("{}{REDACTED}@", &found[1]));
    let text = replace(&KEYS, text, |found| format!("{}{REDACTED}", &found[1]));
    let text = replace(&NAMED, text, |found| {
        // After "basic" or "bearer" a word is prose; a value has digits.
        let is_assigned = found[1].contains(['=', ':']);
        if is_assigned || found[2].contains(|letter: char| letter.is_ascii_digit()) {
            format!("{}{REDACTED}", &found[1])
        } else {
            found[0].to_owned()
        }
    });
    replace(&ADDRESS, text, |found| redact_address(&found[0]))
}

/// Keeps the folders that stand before an address in a path, and pictures such as `icon@2x.png`.
fn redact_address(found: &str) -> String {
    let folders = found.split('@').next().and_then(|name| name.rfind('/')).map_or(0, |slash| slash + 1);
    let (before, address) = found.split_at(folders);
    let host = address.split_once('@').map_or("", |(_, host)| host);
    let scale = host.split_once('.').map_or("", |(label, _)| label);
    let is_scaled_picture = scale.len() <= 2
        && scale.starts_with(|c: char| c.is_ascii_digit())
        && scale.ends_with('x')
        && ["png", "jpg", "jpeg", "webp", "gif"].iter().any(|end| host.ends_with(end));
    if is_scaled_picture {
        return found.to_owned();
    }
    format!("{before}{REDACTED}")
}

fn replace(pattern: &LazyLock<Option<Regex>>, text: String, by: impl Fn(&Captures<'_>) -> String) -> String {
    let Some(pattern) = pattern.as_ref() else {
        // A pattern that does not compile must not let anything through.
        return REDACTED.to_owned();
    };
    match pattern.replace_all(&text, |found: &Captures<'_>| by(found)) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(changed) => changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_must_not_leave_is_taken_out() {
        let rows = [
            ("mail ann.lee+x@example.co.uk now", "mail [redacted] now"),
            ("ünal@exämple.com", "[redacted]"),
            ("src/ann@example.com/notes.md", "src/[redacted]/notes.md"),
            ("https://user:pass@host.example/x", "https://[redacted]@host.example/x"),
            ("git+ssh://token@host.example/x", "git+ssh://[redacted]@host.example/x"),
            ("key ax_0123456789abcdefghij", "key [redacted]"),
            ("ghp_0123456789abcdefghij0123456789abcdef", "[redacted]"),
            ("glpat-0123456789abcdefghij", "[redacted]"),
            ("AKIAIOSFODNN7EXAMPLE", "[redacted]"),
            ("password=hunter2hunter2", "password=[redacted]"),
            ("Authorization: Bearer abc123def456", "Authorization: Bearer [redacted]"),
            ("tok_ghp_0123456789abcdefghij0123456789abcdef", "tok_[redacted]"),
            ("AWS_SECRET_ACCESS_KEY=abcdefghijklmn", "AWS_SECRET_ACCESS_KEY=[redacted]"),
            ("DB_PASSWORD: hunter2hunter2", "DB_PASSWORD: [redacted]"),
            ("/callback?token=abcdefgh1234", "/callback?token=[redacted]"),
            ("Basic dXNlcjpwYXNz1", "Basic [redacted]"),
            ("ann\u{200b}@exam\u{ad}ple.com", "[redacted]"),
            ("-----BEGIN RSA PRIVATE KEY-----", "[redacted]"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "[redacted]"),
        ];
        for (text, expected) in rows {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn ordinary_texts_stay() {
        for text in [
            "assets/icon@2x.png",
            "node_modules/@types/node/index.d.ts",
            "lodash@4.17.21",
            "ping @octocat, see v1.2",
            "Add password reset and bearer support",
            "Improve basic authentication of risk-assessment-documents",
            "src/token/parser.rs",
            "na\u{200d}me",
            "https://github.com/owner/repo/pull/1",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_address_survives(before in "\\PC{0,20}", name in "[a-z0-9._+-]{1,10}", host in "[a-z0-9]{1,8}\\.[a-z]{2,6}", after in "\\PC{0,20}") {
            let address = format!("{name}@{host}");
            let clean = redact(&format!("{before} {address} {after}"));
            prop_assert!(!clean.contains(&address), "{clean}");
        }

        #[test]
        fn cleaning_twice_changes_nothing_more(text in "\\PC{0,80}") {
            let clean = redact(&text);
            prop_assert_eq!(redact(&clean), clean);
        }
    }
}
