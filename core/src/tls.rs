//! TLS: whom to trust, and who we are. Nothing here is installed for the process.

use std::sync::Arc;

use crate::error::Error;

/// What the builder was told of certificates, in PEM.
#[derive(Clone, Default)]
pub(crate) struct TlsSettings {
    pub(crate) extra_roots: Vec<Vec<u8>>,
    pub(crate) client_certificate: Option<ClientCertificate>,
}

#[derive(Clone)]
#[cfg_attr(
    not(any(feature = "rustls", feature = "aws-lc-rs", feature = "native-tls")),
    expect(dead_code, reason = "without TLS nobody asks who we are")
)]
pub(crate) struct ClientCertificate {
    pub(crate) chain: Vec<u8>,
    pub(crate) key: Arc<secrecy::SecretSlice<u8>>,
}

impl std::fmt::Debug for TlsSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("TlsSettings");
        shown.field("extra_roots", &self.extra_roots.len());
        shown.field("client_certificate", &self.client_certificate.is_some()).finish()
    }
}

#[cfg(any(feature = "rustls", feature = "aws-lc-rs", feature = "native-tls"))]
fn unreadable(what: &str) -> Error {
    Error::configuration(format!("the {what} cannot be read; expected PEM, which begins with `-----BEGIN`"))
}

pub(crate) use backend::{check, configure, is_certificate_problem};

#[cfg(feature = "native-tls")]
mod backend {
    use secrecy::ExposeSecret;

    use super::{Error, TlsSettings, unreadable};

    pub(crate) fn check(settings: &TlsSettings, _is_https: bool) -> Result<(), Error> {
        roots(settings)?;
        identity(settings).map(drop)
    }

    pub(crate) fn configure(
        builder: reqwest::ClientBuilder,
        settings: &TlsSettings,
        _is_https: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let builder = builder.tls_backend_native().tls_certs_merge(roots(settings)?);
        Ok(match identity(settings)? {
            Some(identity) => builder.identity(identity),
            None => builder,
        })
    }

    fn roots(settings: &TlsSettings) -> Result<Vec<reqwest::Certificate>, Error> {
        let mut roots = Vec::new();
        for pem in &settings.extra_roots {
            let found = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| unreadable("root certificate"))?;
            if found.is_empty() {
                return Err(unreadable("root certificate"));
            }
            roots.extend(found);
        }
        Ok(roots)
    }

    fn identity(settings: &TlsSettings) -> Result<Option<reqwest::Identity>, Error> {
        let Some(certificate) = &settings.client_certificate else { return Ok(None) };
        let identity = reqwest::Identity::from_pkcs8_pem(&certificate.chain, certificate.key.expose_secret());
        identity.map(Some).map_err(|_| unreadable("client certificate or its key"))
    }

    pub(crate) fn is_certificate_problem(error: &(dyn std::error::Error + 'static)) -> bool {
        error.is::<native_tls::Error>()
    }
}

#[cfg(all(any(feature = "rustls", feature = "aws-lc-rs"), not(feature = "native-tls")))]
mod backend {
    use std::sync::Arc;

    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::crypto::CryptoProvider;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::Verifier;
    use secrecy::ExposeSecret;

    use super::{Error, TlsSettings, unreadable};

    /// The certificates of a client, the first one its own, and the key to it.
    type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

    pub(crate) fn check(settings: &TlsSettings, _is_https: bool) -> Result<(), Error> {
        roots(settings)?;
        identity(settings).map(drop)
    }

    pub(crate) fn configure(
        builder: reqwest::ClientBuilder,
        settings: &TlsSettings,
        is_https: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let provider = provider();
        let problem = |error: rustls::Error| Error::configuration("TLS cannot be set up").with_source(error);
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_safe_default_protocol_versions().map_err(problem)?;
        let config = if is_https {
            // The name is rustls's warning: this verifier asks the system, and is the stricter for it.
            config.dangerous().with_custom_certificate_verifier(verifier(settings, &provider)?)
        } else {
            // Nothing to verify, so the system's certificates need not be read.
            config.with_root_certificates(RootCertStore::empty())
        };
        let mut config = match identity(settings)? {
            Some((chain, key)) => config.with_client_auth_cert(chain, key).map_err(problem)?,
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(builder.tls_backend_preconfigured(config))
    }

    #[cfg(feature = "aws-lc-rs")]
    fn provider() -> Arc<CryptoProvider> {
        Arc::new(rustls::crypto::aws_lc_rs::default_provider())
    }

    #[cfg(not(feature = "aws-lc-rs"))]
    fn provider() -> Arc<CryptoProvider> {
        Arc::new(rustls::crypto::ring::default_provider())
    }

    /// The system's roots; where there are none, as in a bare container, those that this crate bundles.
    fn verifier(settings: &TlsSettings, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let extra = roots(settings)?;
        match Verifier::new(Arc::clone(provider)) {
            Ok(verifier) if extra.is_empty() => return Ok(Arc::new(verifier)),
            Ok(_) => {
                let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(provider)).map_err(|error| {
                    Error::configuration("a root certificate cannot be used as one").with_source(error)
                })?;
                return Ok(Arc::new(verifier));
            }
            Err(error) => {
                tracing::warn!(target: "axiomo", %error, "the system has no root certificates; using bundled ones");
            }
        }
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        store.add_parsable_certificates(extra);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build();
        let verifier =
            verifier.map_err(|error| Error::configuration("no root certificate can be used").with_source(error))?;
        Ok(verifier)
    }

    fn roots(settings: &TlsSettings) -> Result<Vec<CertificateDer<'static>>, Error> {
        let mut roots = Vec::new();
        for pem in &settings.extra_roots {
            roots.extend(certificates(pem).ok_or_else(|| unreadable("root certificate"))?);
        }
        Ok(roots)
    }

    fn identity(settings: &TlsSettings) -> Result<Option<Identity>, Error> {
        let Some(certificate) = &settings.client_certificate else { return Ok(None) };
        let chain = certificates(&certificate.chain).ok_or_else(|| unreadable("client certificate"))?;
        let key = PrivateKeyDer::from_pem_slice(certificate.key.expose_secret());
        Ok(Some((chain, key.map_err(|_| unreadable("client certificate's key"))?)))
    }

    fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        found.ok().filter(|found| !found.is_empty())
    }

    /// Whatever rustls complains of, another attempt would meet again.
    pub(crate) fn is_certificate_problem(error: &(dyn std::error::Error + 'static)) -> bool {
        error.is::<rustls::Error>()
    }
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc-rs", feature = "native-tls")))]
mod backend {
    use super::{Error, TlsSettings};

    pub(crate) fn check(_settings: &TlsSettings, is_https: bool) -> Result<(), Error> {
        if is_https {
            return Err(Error::configuration(
                "this build has no TLS, and the address begins with https; enable one of the features rustls, \
                 aws-lc-rs and native-tls",
            ));
        }
        Ok(())
    }

    pub(crate) fn configure(
        builder: reqwest::ClientBuilder,
        _settings: &TlsSettings,
        _is_https: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        Ok(builder)
    }

    pub(crate) fn is_certificate_problem(_error: &(dyn std::error::Error + 'static)) -> bool {
        false
    }
}
