//! What a requirement names as its proof.

use std::path::{Component, Path};

/// What fails when the requirement does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// The lane `simulation`.
    Simulation,
    /// A scenario of the conformance suite, by its id.
    Scenario(String),
    /// A test, by its file in the workspace and its function.
    Test { file: String, function: String },
}

const EXPECTED: &str = "expected `FILE.rs::TEST`, a scenario's `group/name`, or `simulation`";

impl Proof {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "simulation" {
            return Ok(Self::Simulation);
        }
        if let Some((file, function)) = text.split_once("::") {
            let path = Path::new(file);
            // As it stands in the repository, so that one file has one name.
            let is_plain = path.components().all(|step| matches!(step, Component::Normal(_))) && !file.contains("//");
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            let is_name = is_word(function, |letter| letter.is_ascii_alphanumeric() || letter == '_');
            if is_plain && is_source && is_name {
                return Ok(Self::Test { file: file.to_owned(), function: function.to_owned() });
            }
            return Err(format!("`{text}` names no test; {EXPECTED}"));
        }
        let is_id = text.contains('/')
            && text.split('/').all(|step| {
                is_word(step, |letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
            });
        if is_id { Ok(Self::Scenario(text.to_owned())) } else { Err(format!("`{text}` is no proof; {EXPECTED}")) }
    }
}

fn is_word(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_allowed)
}

/// What a source lacks of such a test; none if it is there, and is run.
pub(super) fn missing(source: &str, function: &str) -> Option<&'static str> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let places = lines.iter().enumerate().filter(|(_, line)| declares(line, function));
    let found = places.map(|(place, _)| {
        let attributes: Vec<&&str> = lines[..place].iter().rev().take_while(|line| belongs_to_next(line)).collect();
        let has = |start: &str| attributes.iter().any(|line| line.starts_with(start));
        if has("#[ignore") {
            Some("does not run its test")
        } else if has("#[test]") || has("#[tokio::test") {
            None
        } else {
            Some("has no test, but a function")
        }
    });
    found.min().unwrap_or(Some("has no function"))
}

fn declares(line: &str, function: &str) -> bool {
    let rest = ["pub(crate) ", "pub(super) ", "pub ", "async "]
        .iter()
        .fold(line, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let rest = rest.strip_prefix("fn ").and_then(|rest| rest.strip_prefix(function));
    rest.is_some_and(|rest| rest.starts_with(['(', '<']))
}

/// Whether a line before a function is one of its attributes or comments, or a part of one.
fn belongs_to_next(line: &str) -> bool {
    line.starts_with("//") || !(line.is_empty() || line.ends_with(['{', '}', ';']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_proof_is_told_from_the_others() {
        let test = |file: &str, function: &str| Proof::Test { file: file.to_owned(), function: function.to_owned() };
        for (text, expected) in [
            ("simulation", Proof::Simulation),
            ("core/tests/time.rs::a_call_ends", test("core/tests/time.rs", "a_call_ends")),
            ("ratelimit/retry-after-beats-reset", Proof::Scenario("ratelimit/retry-after-beats-reset".to_owned())),
        ] {
            assert_eq!(Proof::parse(text), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_proof_is_refused_with_what_was_expected() {
        for text in [
            "",
            "simulations",
            "nothing yet",
            "core/tests/time.rs",
            "Ratelimit/x",
            "ratelimit/",
            "core/tests/time::a",
            "core/tests/time.rs::",
            "core/tests/time.rs::a::b",
            "/core/tests/time.rs::a",
            "../core/tests/time.rs::a",
            "./core/tests/time.rs::a",
            "core//tests/time.rs::a",
        ] {
            let error = Proof::parse(text).unwrap_err();
            assert!(error.contains("expected `FILE.rs::TEST`"), "{text}: {error}");
        }
    }

    #[test]
    fn a_test_is_a_function_that_is_marked_as_one_and_run() {
        let source = "
            fn helps() {}

            #[test]
            fn plain() {}

            #[tokio::test(flavor = \"current_thread\")]
            // Told apart from code that ends like this;
            #[expect(
                clippy::panic,
                reason = \"a test\"
            )]
            async fn decorated() {}

            #[test]
            #[ignore = \"takes long\"]
            fn ignored() {}

            proptest! {
                #[test]
                fn generated(number: u8) {}
            }
            fn after_one() {}
        ";
        for name in ["plain", "decorated", "generated"] {
            assert_eq!(missing(source, name), None, "{name}");
        }
        for name in ["helps", "after_one"] {
            assert_eq!(missing(source, name), Some("has no test, but a function"), "{name}");
        }
        assert_eq!(missing(source, "ignored"), Some("does not run its test"));
        for name in ["plai", "lain", "gone"] {
            assert_eq!(missing(source, name), Some("has no function"), "{name}");
        }
    }

    #[test]
    fn of_several_functions_with_one_name_the_test_counts() {
        let source = "fn twice() {}\n\n#[test]\nfn twice() {}\n";
        assert_eq!(missing(source, "twice"), None);
    }
}
