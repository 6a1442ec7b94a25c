use std::fmt;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// What a listener shows of who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certificate {
    /// A certificate of the test authority, for `localhost`, `127.0.0.1`, `::1` and the server's own name.
    Valid,
    /// One that was valid until the year 2001.
    Expired,
    /// One for `wrong.example`.
    WrongHost,
    /// One of an authority that nobody knows.
    UnknownAuthority,
}

/// Who vouches for the listeners of a server.
pub(super) struct Authority {
    pub(super) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum CertificateError {
    #[error(transparent)]
    Made(#[from] rcgen::Error),
    #[error("{0}")]
    Key(&'static str),
    #[error(transparent)]
    Used(#[from] rustls::Error),
}

impl Authority {
    pub(super) fn new() -> Result<Self, CertificateError> {
        Self::named("Axiomo mock server, an authority for tests")
    }

    fn named(name: &str) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        // Another name than its certificates have, or OpenSSL takes them for their own issuers.
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { pem, issuer: Issuer::new(params, key) })
    }

    /// What does the handshakes of a listener.
    pub(super) fn acceptor(&self, certificate: Certificate, host: &str) -> Result<TlsAcceptor, CertificateError> {
        if certificate == Certificate::UnknownAuthority {
            return Self::named("An authority that nobody knows")?.acceptor(Certificate::Valid, host);
        }
        let names = match certificate {
            Certificate::WrongHost => vec!["wrong.example".to_owned()],
            _ => ["localhost", "127.0.0.1", "::1", host].map(str::to_owned).to_vec(),
        };
        let mut params = CertificateParams::new(names)?;
        if certificate == Certificate::Expired {
            params.not_before = rcgen::date_time_ymd(2000, 1, 1);
            params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(CertificateError::Key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authority").finish_non_exhaustive()
    }
}
