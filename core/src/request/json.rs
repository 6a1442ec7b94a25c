//! A request as JSON, as the API takes it.

use axiomo_model::{Provider, printable};
use serde_json::{Map, Value};

use super::AnalyzeRequest;
use crate::auth::ProviderToken;
use crate::error::Error;

const MEMBERS: [&str; 6] = ["url", "provider", "owner", "repo", "pr_number", "access_token"];
const FORMS: &str = "either `url`, or all of `provider`, `owner`, `repo` and `pr_number`, each with an optional \
                     `access_token`";
/// The most letters of a wrong name that a message repeats.
const SHOWN_OF_NAME: usize = 32;

impl AnalyzeRequest {
    /// Reads a request as the API takes it: `{"url"}` or `{"provider", "owner", "repo", "pr_number"}`, each with
    /// an optional `access_token`. A member that is null counts as absent.
    ///
    /// ```
    /// let json = r#"{"provider": "github", "owner": "owner", "repo": "repo", "pr_number": 123}"#;
    /// let request = axiomo::AnalyzeRequest::from_json(json)?;
    /// assert_eq!(request.pull_request().number(), 123);
    /// # Ok::<(), axiomo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `invalid_request`, naming the member that is wrong, or unknown. The value of `access_token` is never repeated.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(text)
            .map_err(|error| Error::invalid_request(format!("this is no JSON: {error}; expected an object")))?;
        let Value::Object(mut members) = value else {
            return Err(Error::invalid_request(format!("this is no object; expected one with {FORMS}")));
        };
        members.retain(|_, value| !value.is_null());
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            let shown: String = printable(name).chars().take(SHOWN_OF_NAME).collect();
            return Err(Error::invalid_request(format!("`{shown}` is no member of a request; expected {FORMS}")));
        }
        let token = text_of(&members, "access_token")?.map(ProviderToken::new).transpose()?;
        let parts = ["provider", "owner", "repo", "pr_number"].iter().filter(|name| members.contains_key(**name));
        let request = match (text_of(&members, "url")?, parts.count()) {
            (Some(url), 0) => Self::from_url(url)?,
            (None, 4) => Self::from_members(&members)?,
            _ => return Err(Error::invalid_request(format!("expected {FORMS}"))),
        };
        Ok(match token {
            Some(token) => request.access_token(token),
            None => request,
        })
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, Error> {
        let text = |name| text_of(members, name).map(Option::unwrap_or_default);
        let number = members.get("pr_number").and_then(Value::as_u64);
        let number =
            number.ok_or_else(|| Error::invalid_request("`pr_number` is no whole number; expected one from 1"))?;
        Self::from_parts(Provider::from(text("provider")?), text("owner")?, text("repo")?, number)
    }
}

fn text_of<'m>(members: &'m Map<String, Value>, name: &str) -> Result<Option<&'m str>, Error> {
    let Some(value) = members.get(name) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| Error::invalid_request(format!("`{name}` is no text; expected one")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for json in [
            r#"{"url":"https://github.com/o/r/pull/7"}"#,
            r#"{"url":"https://github.com/o/r/pull/7","access_token":"t"}"#,
            r#"{"provider":"gitlab","owner":"a/b","repo":"r","pr_number":7}"#,
            r#"{"provider":"github","owner":"a","repo":"r","pr_number":7,"access_token":"t"}"#,
        ] {
            assert_eq!(AnalyzeRequest::from_json(json).unwrap().body().unwrap(), json.as_bytes());
        }
        assert!(AnalyzeRequest::from_json(r#" {"url": "github.com/o/r/pull/7", "owner": null} "#).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_repeated() {
        for (json, part) in [
            ("", "no JSON"),
            ("[\"secret\"]", "no object"),
            ("{}", "either `url`"),
            (r#"{"url": "github.com/o/r/pull/7", "owner": "secret"}"#, "either `url`"),
            (r#"{"provider": "github", "owner": "o", "repo": "r"}"#, "all of `provider`"),
            (r#"{"url": "github.com/o/r/pull/7", "acces_token": "secret"}"#, "`acces_token` is no member"),
            (r#"{"url": "github.com/o/r/pull/7", "access_token": ["secret"]}"#, "`access_token` is no text"),
            (r#"{"url": 7}"#, "`url` is no text"),
            (r#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": "secret"}"#, "`pr_number`"),
            (r#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": 0}"#, "`0` is no pull request number"),
            (r#"{"provider": "sourceforge", "owner": "o", "repo": "r", "pr_number": 1}"#, "sourceforge"),
        ] {
            let error = AnalyzeRequest::from_json(json).unwrap_err();
            assert!(error.message().contains(part) && !error.message().contains("secret"), "{json}: {error}");
            assert!(error.is_local());
        }
    }

    #[test]
    fn requests_are_equal_that_ask_for_the_same() {
        let of = |json| AnalyzeRequest::from_json(json).unwrap();
        let first = of(r#"{"url": "https://github.com/o/r/pull/7/files"}"#);
        assert_eq!(first, of(r#"{"provider": "github", "owner": "O", "repo": "r", "pr_number": 7}"#));
        assert_ne!(first, of(r#"{"url": "https://github.com/o/r/pull/8"}"#));
        let with = |token| of(r#"{"url": "github.com/o/r/pull/7"}"#).access_token(ProviderToken::new(token).unwrap());
        assert_eq!(with("a"), with("a"));
        assert!(with("a") != first && with("a") != with("A"));
        let set: std::collections::HashSet<_> = [first.clone(), with("a"), first, with("a")].into_iter().collect();
        assert_eq!(set.len(), 2);
    }
}
