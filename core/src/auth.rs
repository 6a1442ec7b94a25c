use std::fmt;
use std::future::Future;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::error::Error;

/// A key of the API. It is shown nowhere: not by `{:?}`, not in errors, not in logs.
///
/// ```
/// let key: axiomo::ApiKey = "ax_0123456789".parse()?;
/// assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
/// # Ok::<(), axiomo::ApiKeyError>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    secret: Arc<SecretString>,
    /// What goes into a request, marked so that no library prints it.
    header: HeaderValue,
}

/// A token of GitHub, GitLab or Bitbucket, with which the service reads a private repository. It is
/// shown nowhere.
#[derive(Clone)]
pub struct ProviderToken(Arc<SecretString>);

/// Why a text cannot be a key. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// There is nothing.
    #[error("it is empty; expected one such as ax_…, or no key at all for anonymous use")]
    Empty,
    /// There is a space, a tab or a line break, as copying likes to add.
    #[error("it holds white space or a line break; remove it")]
    WhiteSpace,
    /// Quotes came along.
    #[error("it holds a quotation mark; give the key without quotes")]
    Quotes,
    /// A whole header was pasted.
    #[error("it begins with `Bearer`; give the key alone, which begins with ax_")]
    Bearer,
    /// There is a letter that no key has.
    #[error("it holds a character that is not printable ASCII; copy the key again")]
    NotAscii,
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let trimmed = text.trim_start();
        if trimmed.is_empty() {
            return Err(ApiKeyError::Empty);
        }
        let word = trimmed.split(|letter: char| letter.is_whitespace() || letter == ':').next().unwrap_or_default();
        if word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("authorization") {
            return Err(ApiKeyError::Bearer);
        }
        if text.contains(char::is_whitespace) {
            return Err(ApiKeyError::WhiteSpace);
        }
        if text.contains(['"', '\'', '`', '“', '”', '‘', '’', '„', '«', '»']) {
            return Err(ApiKeyError::Quotes);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiKeyError::NotAscii);
        }
        let mut header = HeaderValue::try_from(format!("Bearer {text}")).map_err(|_| ApiKeyError::NotAscii)?;
        header.set_sensitive(true);
        Ok(Self { secret: Arc::new(SecretString::from(text)), header })
    }
}

impl ApiKey {
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }
}

impl ProviderToken {
    /// Takes a provider's token.
    ///
    /// # Errors
    ///
    /// `configuration` when it is empty or holds white space or control characters.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        let token = token.into();
        if token.is_empty() || token.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(Error::configuration(
                "the provider token is empty or holds white space; give the token alone, or none",
            ));
        }
        Ok(Self(Arc::new(SecretString::from(token))))
    }
}

/// What must not be shown.
pub(crate) trait Secret {
    fn secret(&self) -> &Arc<SecretString>;

    fn expose(&self) -> &str {
        self.secret().expose_secret()
    }
}

impl Secret for ApiKey {
    fn secret(&self) -> &Arc<SecretString> {
        &self.secret
    }
}

impl Secret for ProviderToken {
    fn secret(&self) -> &Arc<SecretString> {
        &self.0
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for ApiKey {}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey([redacted])")
    }
}

impl fmt::Debug for ProviderToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ProviderToken([redacted])")
    }
}

/// Gives the key when it is needed, so that it can be replaced while a program runs.
///
/// It is asked before the first call, and again after the service has refused the key it gave before;
/// the call is then repeated once with the new key. In between its answer is kept.
///
/// ```
/// use axiomo::{ApiKey, KeyProvider};
///
/// let from_file = KeyProvider::file("/run/secrets/axiomo");
/// let from_vault = KeyProvider::from_fn(|| async { "ax_from_the_vault".parse::<ApiKey>() });
/// ```
#[derive(Clone)]
pub struct KeyProvider(Arc<dyn Fn() -> KeyFuture + Send + Sync>);

type KeyFuture = Pin<Box<dyn Future<Output = Result<ApiKey, String>> + Send>>;

impl KeyProvider {
    /// Asks a function. Its error's text becomes a part of the message of a `configuration` error.
    pub fn from_fn<F, R, E>(function: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<ApiKey, E>> + Send + 'static,
        E: fmt::Display,
    {
        Self(Arc::new(move || {
            let answer = function();
            Box::pin(async move { answer.await.map_err(|error| error.to_string()) })
        }))
    }

    /// Reads a file of at most 64 KiB. White space around the key is left out, since files tend to end in
    /// a line break.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path: Arc<Path> = path.into().into();
        Self::from_fn(move || {
            let path = Arc::clone(&path);
            // A disk may be slow, and a network's disk slower.
            let reading = tokio::task::spawn_blocking(move || read_key(&path));
            async move { reading.await.unwrap_or_else(|error| Err(format!("its file was not read: {error}"))) }
        })
    }
}

/// The most bytes of a key's file that are read. A key has a few dozen.
const LONGEST_KEY_FILE: u64 = 64 << 10;

fn read_key(path: &Path) -> Result<ApiKey, String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    // One more, to see whether there is more.
    std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST_KEY_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if bytes.len() as u64 > LONGEST_KEY_FILE {
        let longest = LONGEST_KEY_FILE >> 10;
        return Err(format!(
            "{shown} is larger than {longest} KiB; expected a file that holds the key and nothing else"
        ));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("{shown} is no UTF-8 text; expected the key"))?;
    text.trim().parse().map_err(|error| format!("the key in {shown} cannot be used: {error}"))
}

impl fmt::Debug for KeyProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyProvider")
    }
}

/// Where the key of a client comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Credential {
    #[default]
    Anonymous,
    Fixed(ApiKey),
    Provided(KeyProvider, Arc<Mutex<Option<ApiKey>>>),
}

impl Credential {
    pub(crate) fn provided(provider: KeyProvider) -> Self {
        Self::Provided(provider, Arc::default())
    }

    /// The key to be used now.
    pub(crate) async fn key(&self) -> Result<Option<ApiKey>, Error> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed(key) => Ok(Some(key.clone())),
            Self::Provided(provider, kept) => {
                let mut kept = kept.lock().await;
                if kept.is_none() {
                    *kept = Some(ask(provider).await?);
                }
                Ok(kept.clone())
            }
        }
    }

    /// Another key than the one that was refused, if there is one. Of several calls whose key was
    /// refused, one asks, and the others get its answer.
    pub(crate) async fn replacement(&self, refused: Option<&ApiKey>) -> Result<Option<ApiKey>, Error> {
        let Self::Provided(provider, kept) = self else { return Ok(None) };
        let mut kept = kept.lock().await;
        if kept.as_ref() == refused {
            *kept = Some(ask(provider).await?);
        }
        Ok(kept.clone().filter(|key| Some(key) != refused))
    }
}

async fn ask(provider: &KeyProvider) -> Result<ApiKey, Error> {
    (provider.0)().await.map_err(|reason| Error::configuration(format!("the key provider gave no key: {reason}")))
}

/// The secrets of one call, to be taken out of whatever the service says.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Arc<SecretString>>);

const REDACTED: &str = "[redacted]";

impl Secrets {
    pub(crate) fn add(&mut self, secret: &impl Secret) {
        self.0.push(Arc::clone(secret.secret()));
    }

    /// The text without the secrets; as it is when it holds none.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        let mut text = std::borrow::Cow::Borrowed(text);
        for secret in self.0.iter().map(|secret| secret.expose_secret()) {
            if text.contains(secret) {
                text = text.replace(secret, REDACTED).into();
            }
        }
        text
    }

    /// The same, where the text is.
    pub(crate) fn redact_in_place(&self, text: &mut String) {
        if let std::borrow::Cow::Owned(redacted) = self.redact(text) {
            *text = redacted;
        }
    }

    /// Whether the text holds a secret.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.expose_secret()))
    }

    /// Replaces the values of headers that hold a secret.
    pub(crate) fn redact_headers(&self, headers: &mut http::HeaderMap) {
        for value in headers.values_mut() {
            let holds = |secret: &Arc<SecretString>| contains(value.as_bytes(), secret.expose_secret().as_bytes());
            if self.0.iter().any(holds) {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_refused_with_a_reason_that_does_not_repeat_it() {
        for (text, expected) in [
            ("", ApiKeyError::Empty),
            (" \n", ApiKeyError::Empty),
            ("ax_secret ", ApiKeyError::WhiteSpace),
            ("ax_secret\r\n", ApiKeyError::WhiteSpace),
            ("ax_sec ret", ApiKeyError::WhiteSpace),
            ("ax_sec\u{a0}ret", ApiKeyError::WhiteSpace),
            ("\"ax_secret\"", ApiKeyError::Quotes),
            ("‘ax_secret’", ApiKeyError::Quotes),
            ("Bearer ax_secret", ApiKeyError::Bearer),
            (" bearer\tax_secret", ApiKeyError::Bearer),
            ("Authorization: Bearer ax_secret", ApiKeyError::Bearer),
            ("ax_sécret", ApiKeyError::NotAscii),
            ("ax_secret\u{0}", ApiKeyError::NotAscii),
        ] {
            let error = text.parse::<ApiKey>().unwrap_err();
            assert_eq!(error, expected, "{text:?}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn a_key_is_not_judged_by_its_shape() {
        for text in ["ax_0123456789", "x", "sk-1/2+3=", "bearer_of_news"] {
            assert_eq!(text.parse::<ApiKey>().unwrap().header().to_str().unwrap(), format!("Bearer {text}"));
        }
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        let key: ApiKey = "ax_secret".parse().unwrap();
        let token = ProviderToken::new("ghp_secret").unwrap();
        let shown = format!("{key:?} {token:?} {:?} {:?}", key.header(), Credential::Fixed(key.clone()));
        assert!(!shown.contains("secret"), "{shown}");

        let mut secrets = Secrets::default();
        secrets.add(&key);
        secrets.add(&token);
        assert_eq!(secrets.redact("no ax_secret and no ghp_secret"), "no [redacted] and no [redacted]");
        let mut headers = http::HeaderMap::new();
        headers.insert("x-echo", HeaderValue::from_static("Bearer ax_secret"));
        headers.insert("x-other", HeaderValue::from_static("ax"));
        secrets.redact_headers(&mut headers);
        assert_eq!(headers["x-echo"], "[redacted]");
        assert_eq!(headers["x-other"], "ax");
    }
}
