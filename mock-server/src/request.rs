//! The body of `POST /api/analyze`.

use axiomo_model::{Provider, PullRequestRef};
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::api_error::Detail;

/// What an analysis is asked for: which pull request, and the provider token that opens it.
///
/// ```
/// use axiomo_mock_server::{AnalyzeRequest, RequestError};
///
/// let request = AnalyzeRequest::from_json(br#"{"url": "https://github.com/owner/repo/pull/123"}"#)?;
/// assert_eq!(request.reference.number(), 123);
///
/// let problem = AnalyzeRequest::from_json(br#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": "1"}"#);
/// let Err(RequestError::Invalid(details)) = problem else { panic!("a number is no text") };
/// assert_eq!(details[0].path, "pr_number");
/// # Ok::<(), RequestError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct AnalyzeRequest {
    /// The pull request.
    pub reference: PullRequestRef,
    /// The provider token; printed nowhere.
    pub access_token: Option<SecretString>,
}

/// A body is no request for an analysis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// It is not JSON.
    #[error("the body is not JSON: {0}")]
    MalformedJson(String),
    /// It is JSON, but not what is expected.
    #[error("the body is not what is expected in {} places", .0.len())]
    Invalid(Vec<Detail>),
}

/// The members of the second form.
const PARTS: [&str; 4] = ["provider", "owner", "repo", "pr_number"];
const FORMS: &str = "either `url`, or all of `provider`, `owner`, `repo` and `pr_number`";
/// Longer than any provider's token.
const LONGEST_TOKEN: usize = 4096;

impl AnalyzeRequest {
    /// Reads a body: either `{"url"}` or `{"provider", "owner", "repo", "pr_number"}`, each with an
    /// optional `access_token`. A member that is null counts as absent; unknown members are passed over.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or not one of both; then each wrong member is named.
    pub fn from_json(body: &[u8]) -> Result<Self, RequestError> {
        let members = object(body)?;
        let mut reading = Reading { members: &members, details: Vec::new() };
        let access_token = reading.access_token();
        let reference = reading.reference();
        match reference {
            Some(reference) if reading.details.is_empty() => Ok(Self { reference, access_token }),
            _ => Err(RequestError::Invalid(reading.details)),
        }
    }
}

/// The members of a body that is a JSON object.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, RequestError> {
    let value: Value = serde_json::from_slice(body).map_err(|error| RequestError::MalformedJson(error.to_string()))?;
    match value {
        Value::Object(members) => Ok(members),
        other => {
            let message = format!("expected an object with {FORMS}, but found {}", kind(&other));
            Err(RequestError::Invalid(vec![Detail::new("$", message)]))
        }
    }
}

/// What a value is, in words. The value itself may be a secret in the wrong place.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

struct Reading<'b> {
    members: &'b Map<String, Value>,
    details: Vec<Detail>,
}

impl<'b> Reading<'b> {
    fn reference(&mut self) -> Option<PullRequestRef> {
        let parts = PARTS.map(|name| self.member(name));
        match (self.member("url"), parts) {
            (Some(url), [None, None, None, None]) => self.by_url(url),
            (None, [None, None, None, None]) => self.wrong("$", format!("expected {FORMS}")),
            (None, parts) => self.by_parts(parts),
            (Some(_), parts) => {
                for (name, _) in PARTS.iter().zip(parts).filter(|(_, part)| part.is_some()) {
                    let _: Option<()> = self.wrong(name, format!("expected {FORMS}, not both; `url` is there too"));
                }
                None
            }
        }
    }

    fn by_url(&mut self, url: &Value) -> Option<PullRequestRef> {
        let text = self.text("url", url)?;
        match text.parse() {
            Ok(reference) => Some(reference),
            Err(error) => self.wrong("url", error.to_string()),
        }
    }

    fn by_parts(&mut self, parts: [Option<&'b Value>; 4]) -> Option<PullRequestRef> {
        for (name, _) in PARTS.iter().zip(parts).filter(|(_, part)| part.is_none()) {
            let _: Option<()> = self.wrong(name, format!("it is missing; expected {FORMS}"));
        }
        let [provider, owner, repo, number] = parts;
        let provider = provider.and_then(|value| self.provider(value));
        let owner = owner.and_then(|value| self.name("owner", value));
        let repo = repo.and_then(|value| self.name("repo", value));
        let number = number.and_then(|value| self.number(value));
        let (provider, owner, repo, number) = (provider?, owner?, repo?, number?);
        // Each part is tried with harmless others, so that the one that is wrong is named.
        let name = if provider == Provider::GitLab { "group" } else { "owner" };
        if let Err(error) = PullRequestRef::new(provider.clone(), "", owner, "repo", number) {
            let _: Option<()> = self.wrong("owner", error.to_string());
        }
        if let Err(error) = PullRequestRef::new(provider.clone(), "", name, repo, number) {
            let _: Option<()> = self.wrong("repo", error.to_string());
        }
        PullRequestRef::new(provider, "", owner, repo, number).ok()
    }

    fn access_token(&mut self) -> Option<SecretString> {
        let value = self.member("access_token")?;
        let text = self.text("access_token", value)?;
        if text.is_empty() || text.len() > LONGEST_TOKEN {
            return self.wrong("access_token", format!("expected 1 to {LONGEST_TOKEN} bytes"));
        }
        Some(SecretString::from(text))
    }

    fn provider(&mut self, value: &Value) -> Option<Provider> {
        match self.text("provider", value)? {
            "github" => Some(Provider::GitHub),
            "gitlab" => Some(Provider::GitLab),
            "bitbucket" => Some(Provider::Bitbucket),
            _ => self.wrong("provider", "expected `github`, `gitlab` or `bitbucket`"),
        }
    }

    fn name(&mut self, path: &'static str, value: &'b Value) -> Option<&'b str> {
        self.text(path, value)
    }

    fn number(&mut self, value: &Value) -> Option<u64> {
        match value.as_u64().filter(|number| *number > 0) {
            Some(number) => Some(number),
            None if value.is_number() => self.wrong("pr_number", "expected a whole number, from 1"),
            None => self.wrong("pr_number", format!("expected a whole number, from 1, but found {}", kind(value))),
        }
    }

    fn text<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v str> {
        match value {
            Value::String(text) => Some(text),
            other => self.wrong(path, format!("expected a text, but found {}", kind(other))),
        }
    }

    fn member(&self, name: &str) -> Option<&'b Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn wrong<T>(&mut self, path: &str, message: impl Into<String>) -> Option<T> {
        self.details.push(Detail::new(path, message));
        None
    }
}
