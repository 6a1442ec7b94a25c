//! Where the service is.

use std::net::IpAddr;

use url::{Host, Url};

use crate::defaults;
use crate::error::Error;

/// The address that the API's paths are appended to.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    pub(crate) url: Url,
    /// Whether its host is this machine.
    pub(crate) is_loopback: bool,
}

impl BaseUrl {
    /// Reads an address, and refuses one that a key cannot be sent to safely.
    pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Self, Error> {
        let refuse = |what: &str| {
            Error::configuration(format!("the base URL {what}; expected one such as {}", defaults::BASE_URL))
        };
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
            let what = "begins with http:// and leads to another machine, so that the key could be read on the way; use \
                        https:// (or allow_insecure_http, if nobody is on the way)";
            return Err(refuse(what).naming(&["allow_insecure_http"]));
        }
        Ok(Self { url, is_loopback })
    }

    /// The scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The address below this one, with each step escaped.
    pub(crate) fn join<'s>(&self, steps: impl IntoIterator<Item = &'s str>) -> Url {
        let mut url = self.url.clone();
        // Every http address has a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(steps);
        }
        url
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use axiomo_model::ErrorKind;

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
            let error = BaseUrl::parse(url, false).unwrap_err();
            assert_eq!((error.kind(), error.is_local()), (ErrorKind::Configuration, true));
            assert!(error.message().contains(part) && !error.message().contains("secret"), "{url}: {error}");
        }
        for url in [
            "http://localhost/api",
            "http://api.localhost:1/",
            "http://127.8.9.1",
            "http://[::1]:80/api",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(BaseUrl::parse(url, false).unwrap().is_loopback, "{url}");
        }
        assert!(!BaseUrl::parse("http://axiomo.test/api", true).unwrap().is_loopback);
    }
}
