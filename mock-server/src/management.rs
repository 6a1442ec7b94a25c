//! Who may make and revoke keys.

use std::net::IpAddr;

use http::header::HOST;
use http::{HeaderMap, Uri};

use crate::api_error::{ApiError, Code};
use crate::authentication::Credential;
use crate::config::ManageFrom;
use crate::key::Digest;

/// The rules of the key routes.
#[derive(Debug)]
pub(crate) struct Management {
    token: Digest,
    from: ManageFrom,
    /// What the server was told to listen at, which may be a name.
    host: String,
}

/// Why a request may not manage keys.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It comes from elsewhere, or for elsewhere.
    Forbidden(ApiError),
    /// It lacks the token.
    Unauthorized(ApiError),
}

impl Management {
    pub(crate) fn new(token: Digest, from: ManageFrom, host: String) -> Self {
        Self { token, from, host }
    }

    pub(crate) fn check(&self, client: IpAddr, peer: IpAddr, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_local = client.to_canonical().is_loopback() && peer.to_canonical().is_loopback();
        if self.from == ManageFrom::Loopback && !is_local {
            let message = "keys can be managed from the server's own machine only";
            return Err(Refusal::Forbidden(ApiError::new(Code::Forbidden, message)));
        }
        if !self.is_ours(uri, headers) {
            let message = "the Host of this request is not this server; use the address it printed when it started";
            return Err(Refusal::Forbidden(ApiError::new(Code::Forbidden, message)));
        }
        match Credential::of(headers) {
            Credential::Bearer(token) if Digest::of(token) == self.token => Ok(()),
            _ => {
                let message = "expected `Authorization: Bearer` with the management token, which the server printed \
                               when it started or was given in AXIOMO_MANAGEMENT_TOKEN; a key cannot manage keys";
                Err(Refusal::Unauthorized(ApiError::unauthorized(message)))
            }
        }
    }

    /// Whether a request means this server. A page in a browser can make any name lead here (DNS
    /// rebinding), but not an address, `localhost`, or the name we were given.
    fn is_ours(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter().map(|value| value.to_str().unwrap_or_default());
        let header = hosts.next();
        let target = uri.authority().map(http::uri::Authority::as_str);
        let is_one = header.or(target).is_some() && hosts.next().is_none();
        is_one && header.into_iter().chain(target).all(|host| self.is_our_name(host))
    }

    fn is_our_name(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<http::uri::Authority>() else { return false };
        if authority.as_str().contains('@') {
            return false;
        }
        let name = authority.host();
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        address.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || name.eq_ignore_ascii_case(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_is_not_ours() {
        let management = Management::new(Digest::of(b""), ManageFrom::Loopback, "build.example".to_owned());
        let is_ours = |hosts: &[&str], uri: &str| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, host.parse().unwrap());
            }
            management.is_ours(&uri.parse().unwrap(), &headers)
        };
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:8080", "build.example:80"] {
            assert!(is_ours(&[host], "/api/keys"), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost.", "", "a b"] {
            assert!(!is_ours(&[host], "/api/keys"), "{host}");
        }
        assert!(!is_ours(&[], "/api/keys"));
        assert!(!is_ours(&["localhost", "localhost"], "/api/keys"));
        assert!(!is_ours(&["localhost"], "http://evil.example/api/keys"));
        assert!(is_ours(&[], "http://localhost:80/api/keys"));
    }
}
