//! What must not leave the analyzer: e-mail addresses, credentials in addresses, and texts shaped
//! like keys.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Stands where something was taken out.
pub(crate) const REDACTED: &str = "[redacted]";

static CREDENTIALS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@").ok());

/// Shapes that the issuers of keys publish, and the armour of private keys.
static KEYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\bax_[A-Za-z0-9]{8,}",
        r"|\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,})",
        r"|\bgl(?:pat|ptt|rt|dt|cbt|oas|agent|imt|soat|ft)-[A-Za-z0-9_-]{16,}",
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"|\bxox[abeprs]-[A-Za-z0-9-]{10,}",
        r"|\bsk-[A-Za-z0-9_-]{16,}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}",
        r"|\bAIza[A-Za-z0-9_-]{30,}",
        r"|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{30,}|\bATBB[A-Za-z0-9]{20,}|\bATATT[A-Za-z0-9_=-]{20,}",
        r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    ))
    .ok()
});

/// Values that are given a telling name, as in `password=hunter2`.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token|bearer)(\s*[=:]\s*|\s+)(["']?[A-Za-z0-9+/=_.~-]{8,}["']?)"#).ok()
});

/// Anything with an `@` between a name and a host. Unicode letters count: addresses may have them.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)+[^\W\d_][\w-]+").ok());

/// Takes everything out of a text that must not leave the analyzer.
#[must_use]
pub(crate) fn redact(text: &str) -> String {
    // The order matters: an address such as `https://me@host` would read as an e-mail address.
    let text = replace(&CREDENTIALS, text.to_owned(), |found| format!("{}{REDACTED}@", &found[1]));
    let text = replace(&KEYS, text, |_| REDACTED.to_owned());
    let text = replace(&NAMED, text, |found| {
        // "secret garden1" is prose; a value has digits or is assigned.
        let assigned = found[2].contains(['=', ':']);
        if assigned || (found[1].eq_ignore_ascii_case("bearer") && found[3].contains(|c: char| c.is_ascii_digit())) {
            format!("{}{}{REDACTED}", &found[1], &found[2])
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
