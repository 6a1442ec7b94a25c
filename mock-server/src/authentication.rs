//! Who asks, by the `Authorization` header.

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What the `Authorization` header holds.
#[derive(Clone, Copy)]
pub(crate) enum Credential<'h> {
    /// There is none.
    None,
    /// `Bearer`, and this.
    Bearer(&'h [u8]),
    /// Something else: another scheme, nothing after it, or several headers.
    Unusable,
}

impl<'h> Credential<'h> {
    pub(crate) fn of(headers: &'h HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(value), None) => bearer(value.as_bytes()).map_or(Self::Unusable, Self::Bearer),
            _ => Self::Unusable,
        }
    }
}

/// The scheme's case does not matter (RFC 9110, section 11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(b"Bearer ".len())?;
    let token = rest.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"Bearer ") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        match Credential::of(&headers) {
            Credential::None => Some("none".to_owned()),
            Credential::Bearer(token) => Some(String::from_utf8(token.to_vec()).unwrap()),
            Credential::Unusable => None,
        }
    }

    #[test]
    fn one_bearer_is_a_credential_and_nothing_else_is() {
        assert_eq!(read(&[]).unwrap(), "none");
        assert_eq!(read(&["Bearer ax_1"]).unwrap(), "ax_1");
        assert_eq!(read(&["bearer  ax_1 "]).unwrap(), "ax_1");
        for unusable in [&["Bearer"][..], &["Bearer "], &[""], &["Basic ax_1"], &["ax_1"], &["Bearer a", "Bearer a"]] {
            assert_eq!(read(unusable), None, "{unusable:?}");
        }
    }
}
