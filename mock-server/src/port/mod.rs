//! What a server listens at.

mod certificate;
mod list;

pub use certificate::Certificate;
pub use list::ListenError;
pub(crate) use list::{Ports, authority};
use tokio_rustls::TlsAcceptor;

/// Something more for a server to listen at, at a free port of the interface of its first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    certificate: Option<Certificate>,
}

/// A listener that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listening {
    /// Names it in rules and in the journal: `http`, `http-2`, `tls`, `tls-2` and so on. `http` is the first one.
    pub name: String,
    /// What clients are told: `https://127.0.0.1:PORT/api`.
    pub base_url: String,
    /// Where it listens.
    pub address: std::net::SocketAddr,
}

/// What a connection knows of the listener that accepted it.
#[derive(Clone)]
pub(crate) struct Port {
    pub(crate) name: String,
    /// `http://127.0.0.1:8080`.
    pub(crate) origin: String,
    pub(crate) acceptor: Option<TlsAcceptor>,
}

impl Listener {
    /// One that speaks HTTP.
    #[must_use]
    pub const fn http() -> Self {
        Self { certificate: None }
    }

    /// One that speaks HTTP over TLS: HTTP/2 or HTTP/1.1, as the client likes (ALPN).
    #[must_use]
    pub const fn tls(certificate: Certificate) -> Self {
        Self { certificate: Some(certificate) }
    }
}

impl std::fmt::Debug for Port {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Port").field("name", &self.name).field("origin", &self.origin).finish_non_exhaustive()
    }
}
