use std::fmt;
use std::time::Duration;

use axiomo_model::printable;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, PROXY_AUTHORIZATION};
use http::header::{TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::auth::{ApiKey, Credential, KeyProvider};
use crate::base_url::BaseUrl;
use crate::client::Client;
use crate::clock::Clock;
use crate::defaults;
use crate::environment;
use crate::error::Error;
use crate::options::{CallOptions, Limits, check_time};
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::registry::fingerprint;
use crate::rate_limit::{ADDRESS_LIMIT, KEY_LIMIT, Pacing};
use crate::tls::{self, ClientCertificate, TlsSettings};
use crate::transport::{IDEMPOTENCY_KEY, TransportSettings};

/// Makes a [`Client`]. What is not set is as [`defaults`] says; [`build`](Self::build) checks all of it,
/// so that a mistake shows before anything is sent.
#[derive(Clone, Default)]
#[must_use]
pub struct ClientBuilder {
    credential: Option<Result<Credential, Error>>,
    base_url: Option<String>,
    connect_timeout: Option<Duration>,
    options: CallOptions,
    user_agent_suffix: Option<String>,
    proxy: Option<String>,
    tls: TlsSettings,
    headers: Vec<(String, String)>,
    allow_insecure_http: bool,
    clock: Clock,
    rate_limiter: Option<RateLimiter>,
    pacing: Option<Pacing>,
}

/// Headers that this crate sets, or that HTTP does.
const RESERVED: [HeaderName; 10] = [
    ACCEPT,
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    IDEMPOTENCY_KEY,
    PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
    USER_AGENT,
];

impl ClientBuilder {
    /// Takes what the environment says: `AXIOMO_API_KEY`, `AXIOMO_BASE_URL`, `AXIOMO_TIMEOUT`,
    /// `AXIOMO_ATTEMPT_TIMEOUT` and `AXIOMO_MAX_WAIT` (decimal seconds), `AXIOMO_MAX_RETRIES`.
    /// Without a key, the client is anonymous.
    ///
    /// # Errors
    ///
    /// `configuration` when a variable is there and cannot be used. One that is empty is such a
    /// mistake: a secret that a pipeline failed to set must not make a client anonymous unnoticed. What is wrong with
    /// the key shows when the client is [built](Self::build), unless another way to have one is set before.
    pub fn from_env() -> Result<Self, Error> {
        environment::read(|name| std::env::var_os(name))
    }

    /// The API key. Default: none, for anonymous use.
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        let key = key.as_ref().parse::<ApiKey>();
        self.credential = Some(key.map(Credential::Fixed).map_err(Error::from));
        self
    }

    /// Where keys come from, for keys that are replaced while the program runs.
    pub fn key_provider(self, provider: KeyProvider) -> Self {
        self.credential(Ok(Credential::provided(provider)))
    }

    /// No key, whatever was set before.
    pub fn anonymous(self) -> Self {
        self.credential(Ok(Credential::Anonymous))
    }

    pub(crate) fn credential(mut self, credential: Result<Credential, Error>) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Where the service is, `/api` included. Default: [`defaults::BASE_URL`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The whole time of one call, waits and retries included. Default: [`defaults::TIMEOUT`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The time of one attempt. Default: [`defaults::ATTEMPT_TIMEOUT`].
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = Some(timeout);
        self
    }

    /// The time to connect. Default: [`defaults::CONNECT_TIMEOUT`].
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The longest single wait. A wait that would be longer is an error at once. Default:
    /// [`defaults::MAX_WAIT`].
    pub fn max_wait(mut self, longest: Duration) -> Self {
        self.options.max_wait = Some(longest);
        self
    }

    /// How many attempts may follow the first. Default: [`defaults::MAX_RETRIES`].
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.options.max_retries = Some(retries);
        self
    }

    /// Whether an analysis whose answer was lost is asked for once more, at most once a call. Default:
    /// [`defaults::RETRY_AMBIGUOUS`].
    pub fn retry_ambiguous(mut self, retry: bool) -> Self {
        self.options.retry_ambiguous = Some(retry);
        self
    }

    /// What stands behind this crate's own name in `User-Agent`, such as `review-bot/2.1`. Default:
    /// nothing.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// The proxy for every request, such as `http://proxy.example:3128`. Default: what the proxy
    /// variables of the environment say. A service on this machine is never reached through a proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Trusts one more root certificate, or several, in PEM. May be called again.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.extra_roots.push(pem.into());
        self
    }

    /// Shows this certificate to a service that asks for one; the chain, its own certificate first, and
    /// its private key, both in PEM.
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        let key = std::sync::Arc::new(key.into().into());
        self.tls.client_certificate = Some(ClientCertificate { chain: chain.into(), key });
        self
    }

    /// Adds a header to every request. Those that the crate sets itself are refused.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Allows plain `http:` to other machines, where the key can be read by anyone on the way. Default:
    /// not allowed.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// What keeps calls under the rate limit. Default: one that all clients of this process with the same
    /// service and key share; a client with a key provider, or with virtual time, has one for itself.
    pub fn rate_limiter(mut self, limiter: &RateLimiter) -> Self {
        self.rate_limiter = Some(limiter.clone());
        self
    }

    /// How requests are spread out, for everybody who shares the client's rate limiter. Default:
    /// [`defaults::PACING`], or what was set for the limiter before.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = Some(pacing);
        self
    }

    /// Takes time from a virtual clock.
    #[cfg(any(test, feature = "testing"))]
    pub fn clock(mut self, clock: crate::testing::VirtualClock) -> Self {
        self.clock = Clock::Virtual(clock);
        self
    }

    /// Makes the client. Nothing is sent or read yet, and no runtime is needed.
    ///
    /// # Errors
    ///
    /// `configuration`, naming the setting and what was expected of it.
    pub fn build(self) -> Result<Client, Error> {
        let credential = self.credential.unwrap_or(Ok(Credential::Anonymous))?;
        let base_url = self.base_url.as_deref().unwrap_or(defaults::BASE_URL);
        let base_url = BaseUrl::parse(base_url, self.allow_insecure_http)?;
        let limits = Limits {
            timeout: defaults::TIMEOUT,
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            max_wait: defaults::MAX_WAIT,
            max_retries: defaults::MAX_RETRIES,
            retry_ambiguous: defaults::RETRY_AMBIGUOUS,
            cancel: Vec::new(),
        }
        .with(&self.options)?;
        let connect_timeout = self.connect_timeout.unwrap_or(defaults::CONNECT_TIMEOUT);
        check_time(&["connect_timeout"], connect_timeout)?;
        tls::check(&self.tls, base_url.url.scheme() == "https")?;
        let transport = TransportSettings {
            proxy: proxy(self.proxy.as_deref(), &base_url)?,
            base_url,
            connect_timeout,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            headers: headers(&self.headers)?,
            tls: self.tls,
        };
        let rate_limiter = match self.rate_limiter {
            Some(given) => {
                serve(&given, &transport.base_url, &credential);
                given
            }
            None => limiter(&transport.base_url, &credential, &self.clock),
        };
        if let Some(pacing) = self.pacing {
            rate_limiter.set_pacing(pacing);
        }
        Ok(Client::new(credential, limits, transport, rate_limiter, self.clock))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses may hold a password that is only refused later, and headers may hold anything.
        let mut shown = formatter.debug_struct("ClientBuilder");
        shown.field("credential", &self.credential).field("options", &self.options).field("tls", &self.tls);
        shown.finish_non_exhaustive()
    }
}

/// Tells a limiter for whom it is used.
fn serve(limiter: &RateLimiter, base_url: &BaseUrl, credential: &Credential) {
    let origin = base_url.origin();
    let (fingerprint, limit): (String, _) = match credential {
        Credential::Anonymous => (fingerprint(&origin, None), ADDRESS_LIMIT),
        Credential::Fixed(key) => (fingerprint(&origin, Some(key)), KEY_LIMIT),
        // All keys of a provider are of one user.
        Credential::Provided(..) => (format!("{}-provided", fingerprint(&origin, None)), KEY_LIMIT),
    };
    limiter.serve(&fingerprint, limit);
}

/// The limiter of whoever makes the calls.
fn limiter(base_url: &BaseUrl, credential: &Credential, clock: &Clock) -> RateLimiter {
    let limit = if matches!(credential, Credential::Anonymous) { ADDRESS_LIMIT } else { KEY_LIMIT };
    match (clock, credential) {
        (Clock::System, Credential::Fixed(key)) => RateLimiter::of_user(&base_url.origin(), Some(key)),
        (Clock::System, Credential::Anonymous) => RateLimiter::of_user(&base_url.origin(), None),
        // Whose keys a provider gives shows only when there is one, and all of them are of one user.
        (clock, _) => RateLimiter::with_clock(limit, clock.clone(), None),
    }
}

fn proxy(text: Option<&str>, base_url: &BaseUrl) -> Result<Option<reqwest::Proxy>, Error> {
    let Some(text) = text else { return Ok(None) };
    if base_url.is_loopback {
        return Err(Error::configuration("a service on this machine is not reached through a proxy; remove the proxy"));
    }
    // The address may hold a password, so it is not repeated.
    let is_proxy = |url: &Url| url.has_host() && matches!(url.scheme(), "http" | "https");
    let proxy = Url::parse(text).ok().filter(is_proxy).and_then(|url| reqwest::Proxy::all(url).ok());
    let expected = "the proxy's address cannot be read; expected one such as http://proxy.example:3128";
    proxy.map(Some).ok_or_else(|| Error::configuration(expected))
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let own =
        format!("axiomo-rust/{} ({}; {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let whole = match suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own,
    };
    let is_plain = whole.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    HeaderValue::try_from(whole).ok().filter(|_| is_plain).ok_or_else(|| {
        let message = "user_agent_suffix holds a character that a header cannot; expected one such as bot/2.1";
        Error::configuration(message).naming(&["user_agent_suffix"])
    })
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let shown = printable(name);
        let parsed = HeaderName::try_from(name).map_err(|_| {
            Error::configuration(format!("`{shown}` is no name of a header; expected one such as X-Team"))
        })?;
        if RESERVED.contains(&parsed) {
            return Err(Error::configuration(format!("the header {shown} is set by the client itself; remove it")));
        }
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            Error::configuration(format!("the value of the header {shown} holds a control character; remove it"))
        })?;
        // It may be a secret of the user's, so that nobody is to print it.
        value.set_sensitive(true);
        headers.append(parsed, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axiomo_model::ErrorKind;

    fn refused(builder: ClientBuilder) -> String {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(error.is_local());
        error.message().to_owned()
    }

    #[test]
    fn absurd_settings_are_named() {
        let second = Duration::from_secs(1);
        let builder = Client::builder;
        for (builder, part) in [
            (builder().timeout(Duration::ZERO), "timeout is 0 s"),
            (builder().timeout(Duration::MAX), "at most 86400 s"),
            (builder().attempt_timeout(Duration::ZERO), "attempt_timeout"),
            (builder().connect_timeout(second * 86_401), "connect_timeout is 86401 s"),
            (builder().max_wait(second * 86_401), "max_wait"),
            (builder().max_retries(101), "max_retries is 101"),
            (builder().api_key("Bearer ax_secret"), "begins with `Bearer`"),
            (builder().api_key(""), "empty"),
            (builder().user_agent_suffix("bot\r\nX: y"), "user_agent_suffix"),
            (builder().default_header("Authorization", "secret"), "Authorization is set by the client"),
            (builder().default_header("a b", "c"), "`a b` is no name"),
            (builder().default_header("x-a", "secret\n"), "x-a holds a control character"),
            (builder().proxy("secret"), "proxy's address"),
            (builder().proxy("socks5://secret:1080"), "proxy's address"),
            (builder().proxy("http://p:1").base_url("http://localhost/api"), "remove the proxy"),
            (builder().root_certificate("secret"), "root certificate"),
            (builder().client_certificate("secret", "secret"), "client certificate"),
        ] {
            let message = refused(builder);
            assert!(message.contains(part) && !message.contains("secret"), "{message}");
        }
        assert!(builder().max_wait(Duration::ZERO).build().is_ok(), "never to wait is a sensible wish");
        assert!(builder().timeout(second * 86_400).build().is_ok(), "a day is the longest");
    }

    #[test]
    fn what_is_set_last_holds() {
        let client = Client::builder().api_key("\"").anonymous().retry_ambiguous(false).build().unwrap();
        assert!(!client.has_key() && !client.limits().retry_ambiguous);
        let client = Client::builder().anonymous().api_key("ax_key").retry_ambiguous(true).build().unwrap();
        assert!(client.has_key() && client.limits().retry_ambiguous);
    }

    #[test]
    fn neither_a_builder_nor_a_client_shows_a_secret() {
        let builder = Client::builder().api_key("ax_secret").proxy("http://u:secret@p").default_header("x-a", "secret");
        let client = builder.clone().build().unwrap();
        let headers = &client.transport_settings().headers;
        assert_eq!(headers["x-a"], "secret");
        let builder = builder.base_url("https://u:secret@axiomo.app").client_certificate("secret", "secret");
        let shown = format!("{builder:?} {client:?} {:?} {headers:?}", client.scan("x"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
