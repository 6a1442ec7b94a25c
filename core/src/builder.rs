use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use axiomo_model::printable;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, PROXY_AUTHORIZATION};
use http::header::{TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::{Host, Url};

use crate::auth::{ApiKey, Credential, KeyProvider};
use crate::client::Client;
use crate::clock::Clock;
use crate::defaults;
use crate::error::Error;
use crate::options::{CallOptions, Limits, check_time};
use crate::tls::{self, ClientCertificate, TlsSettings};
use crate::transport::{BaseUrl, IDEMPOTENCY_KEY, TransportSettings};

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
    /// mistake: a secret that a pipeline failed to set must not make a client anonymous unnoticed.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let text = |name: &str| -> Result<Option<String>, Error> {
            let Some(value) = variable(name) else { return Ok(None) };
            match value.into_string() {
                Ok(value) if value.trim().is_empty() => {
                    Err(Error::configuration(format!("{name} is set but empty; give it a value, or unset it")))
                }
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(Error::configuration(format!("{name} is no UTF-8 text"))),
            }
        };
        let seconds = |name: &str| -> Result<Option<Duration>, Error> {
            let Some(value) = text(name)? else { return Ok(None) };
            let seconds = value.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            seconds.map(Some).ok_or_else(|| {
                let value = printable(&value);
                Error::configuration(format!("{name} is `{value}`; expected seconds, such as 30 or 2.5"))
            })
        };
        let mut builder = Self::default();
        if let Some(key) = text("AXIOMO_API_KEY")? {
            let key: ApiKey = key.parse().map_err(|error| {
                Error::configuration(format!("the API key in AXIOMO_API_KEY cannot be used: {error}"))
            })?;
            builder.credential = Some(Ok(Credential::Fixed(key)));
        }
        builder.base_url = text("AXIOMO_BASE_URL")?;
        builder.options.timeout = seconds("AXIOMO_TIMEOUT")?;
        builder.options.attempt_timeout = seconds("AXIOMO_ATTEMPT_TIMEOUT")?;
        builder.options.max_wait = seconds("AXIOMO_MAX_WAIT")?;
        if let Some(value) = text("AXIOMO_MAX_RETRIES")? {
            builder.options.max_retries = Some(value.trim().parse().map_err(|_| {
                let value = printable(&value);
                Error::configuration(format!("AXIOMO_MAX_RETRIES is `{value}`; expected a whole number from 0"))
            })?);
        }
        Ok(builder)
    }

    /// The API key. Default: none, for anonymous use.
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        let key = key.as_ref().parse::<ApiKey>();
        self.credential = Some(key.map(Credential::Fixed).map_err(Error::from));
        self
    }

    /// Where keys come from, for keys that are replaced while the program runs.
    pub fn key_provider(mut self, provider: KeyProvider) -> Self {
        self.credential = Some(Ok(Credential::provided(provider)));
        self
    }

    /// No key, whatever was set before.
    pub fn anonymous(mut self) -> Self {
        self.credential = Some(Ok(Credential::Anonymous));
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
        let base_url = base_url(self.base_url.as_deref().unwrap_or(defaults::BASE_URL), self.allow_insecure_http)?;
        let limits = Limits {
            timeout: defaults::TIMEOUT,
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            max_wait: defaults::MAX_WAIT,
            max_retries: defaults::MAX_RETRIES,
            retry_ambiguous: defaults::RETRY_AMBIGUOUS,
            cancel: None,
        }
        .with(self.options)?;
        let connect_timeout = self.connect_timeout.unwrap_or(defaults::CONNECT_TIMEOUT);
        check_time("connect_timeout", connect_timeout)?;
        tls::check(&self.tls, base_url.url.scheme() == "https")?;
        let transport = TransportSettings {
            proxy: proxy(self.proxy.as_deref(), &base_url)?,
            base_url,
            connect_timeout,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            headers: headers(&self.headers)?,
            tls: self.tls,
        };
        Ok(Client::new(credential, limits, transport, self.clock))
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

fn base_url(text: &str, allow_insecure_http: bool) -> Result<BaseUrl, Error> {
    let refuse =
        |what: &str| Error::configuration(format!("the base URL {what}; expected one such as {}", defaults::BASE_URL));
    let url = Url::parse(text.trim()).map_err(|error| refuse(&format!("cannot be read ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds a user name or a password, which would be sent to the service"));
    }
    let Some(host) = url.host().filter(|_| matches!(url.scheme(), "http" | "https")) else {
        return Err(refuse("does not begin with https://"));
    };
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("holds a `?` or a `#`"));
    }
    let is_loopback = is_loopback(&host);
    if url.scheme() == "http" && !is_loopback && !allow_insecure_http {
        return Err(refuse(
            "begins with http:// and leads to another machine, so that the key could be read on the way; use https:// \
             (or allow_insecure_http, if nobody is on the way)",
        ));
    }
    Ok(BaseUrl { url, is_loopback })
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).to_canonical().is_loopback(),
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
        Error::configuration("user_agent_suffix holds a character that a header cannot; expected one such as bot/2.1")
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
        let value = HeaderValue::try_from(value).map_err(|_| {
            Error::configuration(format!("the value of the header {shown} holds a control character; remove it"))
        })?;
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

    fn of(variables: &[(&str, &str)]) -> Result<ClientBuilder, Error> {
        ClientBuilder::from_variables(|name| {
            variables.iter().find(|(found, _)| *found == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_environment_says_everything() {
        let client = of(&[
            ("AXIOMO_API_KEY", "ax_key"),
            ("AXIOMO_BASE_URL", "http://127.0.0.1:8080/api"),
            ("AXIOMO_TIMEOUT", "10.5"),
            ("AXIOMO_ATTEMPT_TIMEOUT", "3"),
            ("AXIOMO_MAX_WAIT", "0"),
            ("AXIOMO_MAX_RETRIES", "7"),
        ])
        .unwrap()
        .build()
        .unwrap();
        let limits = client.limits();
        let times = [limits.timeout, limits.attempt_timeout, limits.max_wait].map(|time| time.as_secs_f64());
        assert_eq!((times, limits.max_retries), ([10.5, 3.0, 0.0], 7));
        assert_eq!(client.base_url(), "http://127.0.0.1:8080/api");
        assert!(client.has_key());
        assert!(!of(&[]).unwrap().build().unwrap().has_key());
        assert_eq!(of(&[]).unwrap().build().unwrap().base_url(), defaults::BASE_URL);
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_named() {
        for (name, value, part) in [
            ("AXIOMO_API_KEY", "", "set but empty"),
            ("AXIOMO_API_KEY", " ", "set but empty"),
            ("AXIOMO_API_KEY", "'ax_secret'", "quotation mark"),
            ("AXIOMO_BASE_URL", "", "set but empty"),
            ("AXIOMO_TIMEOUT", "5s", "`5s`; expected seconds"),
            ("AXIOMO_TIMEOUT", "-1", "`-1`; expected seconds"),
            ("AXIOMO_TIMEOUT", "nan", "expected seconds"),
            ("AXIOMO_ATTEMPT_TIMEOUT", "inf", "expected seconds"),
            ("AXIOMO_MAX_WAIT", "1,5", "expected seconds"),
            ("AXIOMO_MAX_RETRIES", "2.5", "expected a whole number"),
        ] {
            let error = of(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.message().contains(name) && error.message().contains(part), "{error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_base_url_must_be_safe_to_send_a_key_to() {
        for (url, part) in [
            ("", "cannot be read"),
            ("axiomo.app/api", "cannot be read"),
            ("ftp://axiomo.app/api", "does not begin with https://"),
            ("https://user:secret@axiomo.app/api", "user name or a password"),
            ("https://axiomo.app/api?x=1", "`?`"),
            ("https://axiomo.app/api#x", "`#`"),
            ("http://axiomo.app/api", "allow_insecure_http"),
            ("http://192.168.0.1/api", "allow_insecure_http"),
            ("http://127.0.0.1.example.com/api", "allow_insecure_http"),
            ("http://localhost.example.com/api", "allow_insecure_http"),
            ("http://notlocalhost/api", "allow_insecure_http"),
        ] {
            let message = refused(Client::builder().base_url(url));
            assert!(message.contains(part) && !message.contains("secret"), "{url}: {message}");
        }
        for url in [
            "http://localhost/api",
            "http://api.localhost:1/",
            "http://127.8.9.1",
            "http://[::1]:80/api",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(Client::builder().base_url(url).build().is_ok(), "{url}");
        }
        assert!(Client::builder().base_url("http://axiomo.test/api").allow_insecure_http(true).build().is_ok());
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
    fn a_builder_shows_no_secret() {
        let builder = Client::builder()
            .api_key("ax_secret")
            .base_url("https://u:secret@axiomo.app")
            .proxy("http://u:secret@p")
            .default_header("x-a", "secret")
            .client_certificate("secret", "secret");
        assert!(!format!("{builder:?}").contains("secret"));
    }
}
