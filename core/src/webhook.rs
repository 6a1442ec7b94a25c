//! Checking that a webhook comes from the service.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Whether `signature` is that of `body` under `secret`: HMAC-SHA256 in hexadecimal, with or without
/// `sha256=` before it, as the header `X-Hub-Signature-256` carries it. The comparison takes the same
/// time wherever the first difference is. An empty secret verifies nothing.
///
/// `body` is the request's body as it came, before anything parses it.
///
/// ```
/// let body = br#"{"action": "opened"}"#;
/// let signature = "sha256=354a78a05319cbd74a8ad99c471cffb775c77b5172d16a8055ea939d6b3444a7";
/// assert!(axiomo::webhook::verify("the webhook's secret", body, signature));
/// ```
#[must_use]
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    let signature = signature.trim();
    let hexadecimal = signature.strip_prefix("sha256=").unwrap_or(signature);
    let Some(expected) = decode(hexadecimal) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    !secret.is_empty() && mac.verify_slice(&expected).is_ok()
}

fn decode(hexadecimal: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hexadecimal.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf 'Hello, World!' | openssl dgst -sha256 -hmac "It's a Secret to Everybody"`,
    /// the example of GitHub's documentation.
    const SIGNATURE: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    /// What the empty secret gives, by Python's `hmac`.
    const OF_THE_EMPTY_SECRET: &str = "2bbcfa9524f3218c7a34b30e6936f8b1a4516cb097f1a85a1c7d98b5977ec769";
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";

    #[test]
    fn the_right_signature_passes() {
        assert!(verify(SECRET, BODY, SIGNATURE));
        assert!(verify(SECRET, BODY, &format!("sha256={SIGNATURE}")));
        assert!(verify(SECRET, BODY, &format!("sha256={}\n", SIGNATURE.to_uppercase())));
    }

    #[test]
    fn everything_else_does_not() {
        for (secret, body, signature) in [
            (SECRET, b"Hello, World?".as_slice(), SIGNATURE),
            ("another", BODY, SIGNATURE),
            ("", BODY, SIGNATURE),
            (SECRET, BODY, ""),
            (SECRET, BODY, "sha256="),
            (SECRET, BODY, &SIGNATURE[..62]),
            (SECRET, BODY, &SIGNATURE[..63]),
            (SECRET, BODY, "sha1=757107ea0eb2509fc211221cce984b8a37570b6d"),
            (SECRET, BODY, "zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
            (SECRET, BODY, "é"),
        ] {
            assert!(!verify(secret, body, signature), "{signature}");
        }
        assert!(!verify("", BODY, OF_THE_EMPTY_SECRET));
    }
}
