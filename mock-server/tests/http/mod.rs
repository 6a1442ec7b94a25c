//! A client without TLS, and without packed answers, whatever the rest of the workspace builds into its library.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

pub(crate) fn client() -> reqwest::ClientBuilder {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().no_gzip()
}
