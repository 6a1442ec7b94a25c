mod json;

use std::hash::{Hash, Hasher};

use axiomo_model::{ParsePullRequestError, Provider, PullRequestRef, printable};
use serde::{Serialize, Serializer};

use crate::auth::{ProviderToken, Secret};
use crate::error::Error;

/// Which pull request to analyse, and with whose rights.
///
/// Most calls need none of this: [`Client::analyze`](crate::Client::analyze) takes an address as text.
///
/// ```
/// use axiomo::{AnalyzeRequest, ProviderToken};
///
/// let request = AnalyzeRequest::from_url("https://github.com/owner/repo/pull/123")?
///     .access_token(ProviderToken::new("ghp_of_a_private_repository")?);
/// # Ok::<(), axiomo::Error>(())
/// ```
///
/// Two of them are equal when they ask for the same: the same pull request, however it is named, with the same
/// access token. Providers tell no names apart by case, and neither does this.
#[derive(Debug, Clone)]
pub struct AnalyzeRequest {
    pull_request: PullRequestRef,
    form: Form,
    access_token: Option<ProviderToken>,
}

/// The two forms in which the API takes a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Url,
    Parts,
}

impl AnalyzeRequest {
    /// Names the pull request by the address of its page.
    ///
    /// # Errors
    ///
    /// `invalid_request`, saying what is wrong with the address.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        Ok(url.parse::<PullRequestRef>()?.into())
    }

    /// Names the pull request by its parts, on the provider's public service.
    ///
    /// # Errors
    ///
    /// `invalid_request`, saying what is wrong with which part.
    pub fn from_parts(provider: Provider, owner: &str, repo: &str, number: u64) -> Result<Self, Error> {
        let pull_request = PullRequestRef::new(provider, "", owner, repo, number)?;
        Ok(Self { pull_request, form: Form::Parts, access_token: None })
    }

    /// Adds a token of the provider, for a private repository that the key's user is not connected to.
    /// It is sent to the service and shown nowhere.
    #[must_use]
    pub fn access_token(mut self, token: ProviderToken) -> Self {
        self.access_token = Some(token);
        self
    }

    /// The pull request.
    #[must_use]
    pub fn pull_request(&self) -> &PullRequestRef {
        &self.pull_request
    }

    pub(crate) fn token(&self) -> Option<&ProviderToken> {
        self.access_token.as_ref()
    }

    /// A text that is the same for those that ask for the same. It holds the token.
    pub(crate) fn identity(&self) -> String {
        let mut text = self.pull_request.to_string().to_ascii_lowercase();
        if let Some(token) = self.token() {
            // No address holds a line break.
            text.push('\n');
            text.push_str(token.expose());
        }
        text
    }

    pub(crate) fn body(&self) -> Result<Vec<u8>, serde_json::Error> {
        let reference = &self.pull_request;
        let mut body = Body { access_token: self.token().map(Secret::expose), ..Body::default() };
        match self.form {
            Form::Url => body.url = Some(Address(reference)),
            Form::Parts => {
                body.provider = Some(reference.provider().as_str());
                body.owner = Some(reference.owner());
                body.repo = Some(reference.repo());
                body.pr_number = Some(reference.number());
            }
        }
        serde_json::to_vec(&body)
    }
}

impl PartialEq for AnalyzeRequest {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for AnalyzeRequest {}

impl Hash for AnalyzeRequest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// What goes over the wire.
#[derive(Default, Serialize)]
struct Body<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Address<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pr_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'r str>,
}

/// The address of a pull request's page.
struct Address<'r>(&'r PullRequestRef);

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

impl From<PullRequestRef> for AnalyzeRequest {
    fn from(pull_request: PullRequestRef) -> Self {
        Self { pull_request, form: Form::Url, access_token: None }
    }
}

impl From<&PullRequestRef> for AnalyzeRequest {
    fn from(pull_request: &PullRequestRef) -> Self {
        pull_request.clone().into()
    }
}

impl TryFrom<&str> for AnalyzeRequest {
    type Error = ParsePullRequestError;

    fn try_from(url: &str) -> Result<Self, ParsePullRequestError> {
        url.parse::<PullRequestRef>().map(Self::from)
    }
}

impl TryFrom<String> for AnalyzeRequest {
    type Error = ParsePullRequestError;

    fn try_from(url: String) -> Result<Self, ParsePullRequestError> {
        Self::try_from(url.as_str())
    }
}

impl TryFrom<&String> for AnalyzeRequest {
    type Error = ParsePullRequestError;

    fn try_from(url: &String) -> Result<Self, ParsePullRequestError> {
        Self::try_from(url.as_str())
    }
}

/// Longer than any id, and short enough for every server to take it in an address.
const LONGEST_SCAN_ID: usize = 1024;
/// The most letters of a wrong id that a message repeats.
const SHOWN_OF_SCAN_ID: usize = 64;

/// What a client is asked to do.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Analyze(AnalyzeRequest),
    Scan(String),
}

impl Operation {
    pub(crate) fn analyze<R>(request: R) -> Result<Self, Error>
    where
        R: TryInto<AnalyzeRequest>,
        R::Error: Into<Error>,
    {
        request.try_into().map(Self::Analyze).map_err(Into::into)
    }

    pub(crate) fn scan(scan_id: String) -> Result<Self, Error> {
        // As a step of a path, the dots would lead elsewhere however they are escaped, and addresses lose
        // their tabs and line breaks.
        let leads_elsewhere = ["", ".", ".."].contains(&scan_id.trim()) || scan_id.contains(char::is_control);
        if leads_elsewhere || scan_id.len() > LONGEST_SCAN_ID {
            let shown: String = printable(&scan_id).chars().take(SHOWN_OF_SCAN_ID).collect();
            return Err(Error::invalid_request(format!(
                "`{shown}` is no scan id; expected one that an analysis gave, such as ax-owner-repo-123-a1b2c3d4"
            )));
        }
        Ok(Self::Scan(scan_id))
    }

    /// Whether doing it twice is the same as doing it once.
    pub(crate) fn is_idempotent(&self) -> bool {
        matches!(self, Self::Scan(_))
    }

    pub(crate) fn method(&self) -> http::Method {
        match self {
            Self::Analyze(_) => http::Method::POST,
            Self::Scan(_) => http::Method::GET,
        }
    }

    /// The path as it may be logged.
    pub(crate) fn path_template(&self) -> &'static str {
        match self {
            Self::Analyze(_) => "/analyze",
            Self::Scan(_) => "/scans/{scan_id}",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(request: &AnalyzeRequest) -> String {
        String::from_utf8(request.body().unwrap()).unwrap()
    }

    #[test]
    fn both_forms_of_the_body_are_as_the_api_takes_them() {
        let request = AnalyzeRequest::from_url("github.com/o/r/pull/7/files").unwrap();
        assert_eq!(body(&request), r#"{"url":"https://github.com/o/r/pull/7"}"#);
        let request = request.access_token(ProviderToken::new("t").unwrap());
        assert_eq!(body(&request), r#"{"url":"https://github.com/o/r/pull/7","access_token":"t"}"#);
        let request = AnalyzeRequest::from_parts(Provider::GitLab, "a/b", "r", 7).unwrap();
        assert_eq!(body(&request), r#"{"provider":"gitlab","owner":"a/b","repo":"r","pr_number":7}"#);
    }

    #[test]
    fn a_token_is_not_shown() {
        let request = AnalyzeRequest::from_url("github.com/o/r/pull/7").unwrap();
        let request = request.access_token(ProviderToken::new("ghp_secret").unwrap());
        assert!(!format!("{request:?}").contains("secret"));
    }
}
