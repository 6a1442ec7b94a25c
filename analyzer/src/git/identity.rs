//! Who someone is, without saying more than a user name.

use super::objects::Signature;
use crate::digest;

/// The user name in an address that a provider made up to hide the real one.
pub(super) fn login(email: &str) -> Option<String> {
    let (name, host) = email.split_once('@')?;
    if !host.starts_with("users.noreply.") {
        return None;
    }
    // GitHub: `123+login` or, for old accounts, `login`; GitLab: `123-login`.
    let separators = if host.contains("gitlab") { ['-', '+'] } else { ['+', '+'] };
    let login = match name.split_once(separators) {
        Some((number, login)) if number.bytes().all(|byte| byte.is_ascii_digit()) => login,
        _ => name,
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte);
    (!login.is_empty() && login.bytes().all(allowed)).then(|| login.to_owned())
}

/// Tells people apart within one repository and nowhere else: `key` is the repository's.
pub(super) fn id(key: &str, email: &str) -> String {
    format!("git-{}", digest::short(&["axiomo.identity", key, email]))
}

/// Whether this looks like an automated account, by the mark that providers give them and by the
/// names of the common ones.
pub(super) fn is_bot(signature: &Signature) -> bool {
    const BOTS: [&str; 9] = [
        "dependabot",
        "renovate",
        "github-actions",
        "greenkeeper",
        "pre-commit-ci",
        "snyk-bot",
        "mergify",
        "bors",
        "web-flow",
    ];
    let name = signature.name.to_lowercase();
    let login = login(&signature.email).unwrap_or_default();
    name.ends_with("[bot]") || login.ends_with("[bot]") || BOTS.iter().any(|bot| name == *bot || login == *bot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_come_from_addresses_made_up_by_providers() {
        let rows = [
            ("1234+octocat@users.noreply.github.com", Some("octocat")),
            ("octocat@users.noreply.github.com", Some("octocat")),
            ("42-ann-lee@users.noreply.gitlab.com", Some("ann-lee")),
            ("49699333+dependabot[bot]@users.noreply.github.com", Some("dependabot[bot]")),
            ("octocat@users.noreply.git.example", Some("octocat")),
            ("ann@example.com", None),
            ("noreply@github.com", None),
            ("@users.noreply.github.com", None),
            ("a b@users.noreply.github.com", None),
        ];
        for (email, expected) in rows {
            assert_eq!(login(email).as_deref(), expected, "{email}");
        }
    }

    #[test]
    fn ids_hold_within_one_repository_only() {
        assert_eq!(id("a", "x@example.com"), id("a", "x@example.com"));
        assert_ne!(id("a", "x@example.com"), id("b", "x@example.com"));
        assert_ne!(id("a", "x@example.com"), id("a", "y@example.com"));
        assert_eq!(id("a", "x@example.com").len(), "git-01234567".len());
    }

    #[test]
    fn bots_are_known_by_mark_or_name() {
        let is_bot = |name: &str, email: &str| is_bot(&Signature { name: name.to_owned(), email: email.to_owned() });
        assert!(is_bot("dependabot[bot]", "x@example.com"));
        assert!(is_bot("x", "1+renovate[bot]@users.noreply.github.com"));
        assert!(is_bot("Renovate", "bot@example.com"));
        assert!(!is_bot("Robotnik", "r@example.com"));
    }
}
