//! Settings and options as other languages give them: whoever calls has checked their names and types.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::Deserialize;

use super::Bridge;
use crate::auth::{ApiKey, KeyProvider};
use crate::builder::ClientBuilder;
use crate::error::Error;
use crate::options::CallOptions;
use crate::rate_limit::Pacing;

/// The language on the other side: how its users call what they give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript, in Node and what is like it.
    Node,
    /// Kotlin, and Java.
    Kotlin,
    /// Ruby.
    Ruby,
    /// Swift.
    Swift,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Kotlin => "kotlin",
            Self::Ruby => "ruby",
            Self::Swift => "swift",
        }
    }

    /// An option as its users write it.
    fn option(self, name: &str) -> String {
        if self == Self::Ruby {
            return name.to_owned();
        }
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        let camel = words.fold(first, |camel, word| {
            let (initial, rest) = word.split_at(word.len().min(1));
            camel + &initial.to_ascii_uppercase() + rest
        });
        let is_length = name.ends_with("timeout") || matches!(name, "max_wait" | "deadline");
        if self == Self::Node && is_length { camel + "Ms" } else { camel }
    }

    /// An error whose message calls options as its users do.
    pub(super) fn wording(self, mut error: Error) -> Error {
        let contents = error.contents_mut();
        for name in std::mem::take(&mut contents.named) {
            contents.message = contents.message.replace(name, &self.option(name));
        }
        error
    }

    /// What is wrong with a length of time.
    fn wrong_length(self, name: &str, milliseconds: f64) -> Error {
        let name = self.option(name);
        Error::configuration(match self {
            Self::Node => {
                format!("{name} is {milliseconds}; expected a number of milliseconds that is not negative")
            }
            Self::Ruby | Self::Kotlin | Self::Swift => {
                format!("{name} is {} s; expected a length of time that is not negative", milliseconds / 1e3)
            }
        })
    }
}

/// What one call, or one client, does differently. Lengths of time are in milliseconds.
#[derive(Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Options {
    timeout_ms: Option<f64>,
    attempt_timeout_ms: Option<f64>,
    max_wait_ms: Option<f64>,
    max_retries: Option<f64>,
    retry_ambiguous: Option<bool>,
}

impl Options {
    /// From their JSON; nothing for none.
    pub(super) fn read(text: Option<&str>) -> Result<Self, Error> {
        text.map_or_else(|| Ok(Self::default()), read)
    }

    pub(super) fn of_call(&self, language: Language) -> Result<CallOptions, Error> {
        let mut options = CallOptions::new();
        if let Some(timeout) = length("timeout", self.timeout_ms, language)? {
            options = options.timeout(timeout);
        }
        if let Some(timeout) = length("attempt_timeout", self.attempt_timeout_ms, language)? {
            options = options.attempt_timeout(timeout);
        }
        if let Some(longest) = length("max_wait", self.max_wait_ms, language)? {
            options = options.max_wait(longest);
        }
        if let Some(retries) = count("max_retries", self.max_retries, language)? {
            options = options.max_retries(retries);
        }
        if let Some(retry) = self.retry_ambiguous {
            options = options.retry_ambiguous(retry);
        }
        Ok(options)
    }

    fn of_client(&self, mut builder: ClientBuilder, language: Language) -> Result<ClientBuilder, Error> {
        if let Some(timeout) = length("timeout", self.timeout_ms, language)? {
            builder = builder.timeout(timeout);
        }
        if let Some(timeout) = length("attempt_timeout", self.attempt_timeout_ms, language)? {
            builder = builder.attempt_timeout(timeout);
        }
        if let Some(longest) = length("max_wait", self.max_wait_ms, language)? {
            builder = builder.max_wait(longest);
        }
        if let Some(retries) = count("max_retries", self.max_retries, language)? {
            builder = builder.max_retries(retries);
        }
        if let Some(retry) = self.retry_ambiguous {
            builder = builder.retry_ambiguous(retry);
        }
        Ok(builder)
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Settings {
    options: Options,
    api_key: Option<String>,
    /// Whether a function gives the key.
    asks_for_key: bool,
    anonymous: bool,
    base_url: Option<String>,
    connect_timeout_ms: Option<f64>,
    pacing: Option<String>,
    user_agent_suffix: Option<String>,
    proxy: Option<String>,
    root_certificate: Option<String>,
    client_certificate: Option<Certificate>,
    default_headers: BTreeMap<String, String>,
    allow_insecure_http: bool,
    /// What runs the package, such as `Node 20.11.1`.
    runtime: String,
}

#[derive(Deserialize)]
struct Certificate {
    chain: String,
    key: String,
}

/// What a client is made of, from its settings in JSON. A key that a function gives is asked for by the client's number.
pub(super) fn builder(
    settings: &str,
    client: u32,
    bridge: &Arc<Bridge>,
    language: Language,
) -> Result<ClientBuilder, Error> {
    let settings: Settings = read(settings)?;
    let mut builder = credential(ClientBuilder::from_env()?, &settings, client, Arc::downgrade(bridge))?;
    builder = settings.options.of_client(builder, language)?;
    if let Some(timeout) = length("connect_timeout", settings.connect_timeout_ms, language)? {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(url) = settings.base_url {
        builder = builder.base_url(url);
    }
    if let Some(pacing) = pacing(settings.pacing.as_deref())? {
        builder = builder.pacing(pacing);
    }
    let own = format!("axiomo-{}/{} ({})", language.name(), env!("CARGO_PKG_VERSION"), settings.runtime);
    builder = builder.user_agent_suffix(match settings.user_agent_suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own,
    });
    if let Some(proxy) = settings.proxy {
        builder = builder.proxy(proxy);
    }
    if let Some(pem) = settings.root_certificate {
        builder = builder.root_certificate(pem);
    }
    if let Some(Certificate { chain, key }) = settings.client_certificate {
        builder = builder.client_certificate(chain, key);
    }
    for (name, value) in settings.default_headers {
        builder = builder.default_header(name, value);
    }
    Ok(builder.allow_insecure_http(settings.allow_insecure_http))
}

fn credential(
    builder: ClientBuilder,
    settings: &Settings,
    client: u32,
    bridge: Weak<Bridge>,
) -> Result<ClientBuilder, Error> {
    let has_key = settings.asks_for_key || settings.api_key.is_some();
    if settings.anonymous && has_key {
        return Err(Error::configuration("a key was given, and anonymous: true; expected one of the two"));
    }
    Ok(match &settings.api_key {
        Some(key) => builder.api_key(key),
        None if settings.asks_for_key => builder.key_provider(provider(client, bridge)),
        None if settings.anonymous => builder.anonymous(),
        None => builder,
    })
}

fn provider(client: u32, bridge: Weak<Bridge>) -> KeyProvider {
    KeyProvider::from_fn(move || {
        let bridge = bridge.upgrade();
        async move {
            let bridge = bridge.ok_or("the program is about to end")?;
            bridge.key(client).await?.parse::<ApiKey>().map_err(|error| error.to_string())
        }
    })
}

/// What the package of the other language wrote.
pub(super) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Error> {
    // What the reader says holds what it found, which may be a key.
    serde_json::from_str(text).map_err(|_| {
        let message = "an option is not of the type that it has to be, or there is none of its name; see the options' \
                       documentation";
        Error::configuration(message)
    })
}

/// A length of time in milliseconds, by the name of its option in Rust.
pub(super) fn length(name: &str, milliseconds: Option<f64>, language: Language) -> Result<Option<Duration>, Error> {
    let Some(milliseconds) = milliseconds else { return Ok(None) };
    // Too long for the client's own check to be told: it is as much too long as the longest that can.
    let seconds = milliseconds / 1e3;
    let length = if seconds > 1e12 { Ok(Duration::MAX) } else { Duration::try_from_secs_f64(seconds) };
    length.map(Some).map_err(|_| language.wrong_length(name, milliseconds))
}

/// A number of things, which cannot be negative.
pub(super) fn count(name: &str, number: Option<f64>, language: Language) -> Result<Option<u32>, Error> {
    let Some(number) = number else { return Ok(None) };
    let whole = number.trunc();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the line before sees to that")]
    if whole.to_bits() == number.to_bits() && (0.0..=f64::from(u32::MAX)).contains(&number) {
        return Ok(Some(whole as u32));
    }
    let name = language.option(name);
    Err(Error::configuration(format!("{name} is {number}; expected a whole number, 0 or more")))
}

/// How requests are spread out, by its name.
pub(super) fn pacing(name: Option<&str>) -> Result<Option<Pacing>, Error> {
    name.map(str::parse).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_call_options_as_the_language_does() {
        let builder = || crate::Client::builder().anonymous();
        let too_long = Duration::from_secs(86_401);
        for (builder, in_node, in_kotlin, in_ruby) in [
            (builder().timeout(too_long), "timeoutMs is", "timeout is", "timeout is"),
            (builder().attempt_timeout(too_long), "attemptTimeoutMs is", "attemptTimeout is", "attempt_timeout is"),
            (builder().connect_timeout(too_long), "connectTimeoutMs is", "connectTimeout is", "connect_timeout is"),
            (builder().max_wait(too_long), "maxWaitMs is", "maxWait is", "max_wait is"),
            (builder().max_retries(101), "maxRetries is", "maxRetries is", "max_retries is"),
            (
                builder().user_agent_suffix("\n"),
                "userAgentSuffix holds",
                "userAgentSuffix holds",
                "user_agent_suffix holds",
            ),
            (
                builder().base_url("http://a.b"),
                "(or allowInsecureHttp,",
                "(or allowInsecureHttp,",
                "(or allow_insecure_http,",
            ),
        ] {
            let error = builder.build().unwrap_err();
            for (language, named) in [
                (Language::Node, in_node),
                (Language::Kotlin, in_kotlin),
                (Language::Swift, in_kotlin),
                (Language::Ruby, in_ruby),
            ] {
                let once = language.wording(error.clone());
                assert!(once.to_string().contains(named), "{once}");
                assert_eq!(language.wording(once.clone()).to_string(), once.to_string());
            }
            assert!(error.to_string().contains(in_ruby), "the other is as it was");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        for text in [r#"{"clientCertificate": "ax_canary"}"#, r#"{"ax_canary": 1}"#, r#"{"apiKey": ["ax_canary"]}"#] {
            let error = read::<Settings>(text).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
            assert!(std::error::Error::source(&error).is_none());
        }
    }
}
