//! A client's settings as JavaScript gives them.

use std::collections::BTreeMap;
use std::sync::Weak;

use axiomo::background::configuration;
use axiomo::{ApiKey, ClientBuilder, Error, KeyProvider};
use serde::Deserialize;

use crate::bridge::Shared;
use crate::options::{Options, length, pacing, read};

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
pub(crate) fn builder(settings: &str, client: u32, bridge: Weak<Shared>) -> Result<ClientBuilder, Error> {
    let settings: Settings = read(settings)?;
    let mut builder = credential(ClientBuilder::from_env()?, &settings, client, bridge)?;
    builder = settings.options.of_client(builder)?;
    if let Some(timeout) = length("connectTimeoutMs", settings.connect_timeout_ms)? {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(url) = settings.base_url {
        builder = builder.base_url(url);
    }
    if let Some(pacing) = pacing(settings.pacing.as_deref())? {
        builder = builder.pacing(pacing);
    }
    let own = format!("axiomo-node/{} ({})", env!("CARGO_PKG_VERSION"), settings.runtime);
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
    bridge: Weak<Shared>,
) -> Result<ClientBuilder, Error> {
    let has_key = settings.asks_for_key || settings.api_key.is_some();
    if settings.anonymous && has_key {
        return Err(configuration("a key was given, and anonymous: true; expected one of the two"));
    }
    Ok(match &settings.api_key {
        Some(key) => builder.api_key(key),
        None if settings.asks_for_key => builder.key_provider(provider(client, bridge)),
        None if settings.anonymous => builder.anonymous(),
        None => builder,
    })
}

fn provider(client: u32, bridge: Weak<Shared>) -> KeyProvider {
    KeyProvider::from_fn(move || {
        let bridge = bridge.upgrade();
        async move {
            let bridge = bridge.ok_or("the program is about to end")?;
            bridge.key(client).await?.parse::<ApiKey>().map_err(|error| error.to_string())
        }
    })
}
