//! API keys: how they are made, and what is kept of them.

use std::fmt;
use std::hash::{Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use sha2::Digest as _;
use subtle::ConstantTimeEq;

/// A key as its owner sees it, once. It is redacted wherever it could be printed.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// The token that opens the key routes. It is redacted wherever it could be printed.
#[derive(Clone)]
pub struct ManagementToken(SecretString);

/// A SHA-256: all that is kept of a secret. Compared in constant time.
#[derive(Clone, Copy)]
pub(crate) struct Digest([u8; 32]);

/// What every key begins with.
const BRAND: &str = "ax_";
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Letters of chance: 178 bits.
const RANDOM_LETTERS: usize = 30;
/// Enough letters for 32 bits.
const CHECKSUM_LETTERS: usize = 6;
/// How much of a key is shown when keys are listed, so that their owners can tell them apart.
const PREFIX_LETTERS: usize = BRAND.len() + 4;
const LAST_LETTERS: usize = 4;

impl ApiKey {
    /// A new key: `ax_`, 30 random letters and digits, and 6 more that write the CRC-32 of those 30
    /// in base 62.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let random = random_letters(RANDOM_LETTERS)?;
        let checksum = base62(crc32fast::hash(random.as_bytes()));
        Ok(Self(format!("{BRAND}{random}{checksum}").into()))
    }

    /// The key itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub(crate) fn prefix(&self) -> String {
        self.expose().chars().take(PREFIX_LETTERS).collect()
    }

    pub(crate) fn last_letters(&self) -> String {
        let key = self.expose();
        key[key.len().saturating_sub(LAST_LETTERS)..].to_owned()
    }
}

impl ManagementToken {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("axm_{}", random_letters(40)?).into()))
    }

    /// The token itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for ManagementToken {
    fn from(token: String) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey([redacted])")
    }
}

impl fmt::Debug for ManagementToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ManagementToken([redacted])")
    }
}

impl Digest {
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(sha2::Sha256::digest(secret).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// In Base64.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        Self::from_bytes(&bytes).ok_or_else(|| D::Error::custom("a digest has 32 bytes"))
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Digest(…)")
    }
}

/// Letters and digits, each equally likely.
pub(crate) fn random_letters(count: usize) -> Result<String, getrandom::Error> {
    // The largest multiple of 62 in a byte: bytes from there on would favour the first letters.
    const FAIR: u8 = 248;
    let mut text = String::with_capacity(count);
    let mut bytes = [0; 64];
    while text.len() < count {
        getrandom::fill(&mut bytes)?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        text.extend(fair.take(count - text.len()).map(|byte| char::from(LETTERS[usize::from(byte % 62)])));
    }
    Ok(text)
}

fn base62(number: u32) -> String {
    let mut rest = number as usize;
    let mut letters = [0_u8; CHECKSUM_LETTERS];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[rest % 62];
        rest /= 62;
    }
    letters.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, by another way than the library's.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |register, byte| {
            (0..8).fold(register ^ u32::from(*byte), |register, _| {
                (register >> 1) ^ (0xEDB8_8320 & (register & 1).wrapping_neg())
            })
        })
    }

    #[test]
    fn a_key_is_a_brand_30_random_letters_and_their_checksum() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        for _ in 0..200 {
            let key = ApiKey::generate().unwrap();
            let text = key.expose();
            let (random, checksum) = text.strip_prefix("ax_").unwrap().split_at(30);
            assert_eq!(checksum.len(), 6, "{text}");
            assert!(text[3..].bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
            let digit = |letter: u8| LETTERS.iter().position(|known| *known == letter).unwrap() as u64;
            let read = checksum.bytes().fold(0, |number, letter| number * 62 + digit(letter));
            assert_eq!(read, u64::from(crc32(random.as_bytes())), "{text}");
            assert!(text.starts_with(&key.prefix()) && text.ends_with(&key.last_letters()));
            assert_eq!((key.prefix().len(), key.last_letters().len()), (7, 4));
        }
    }

    #[test]
    fn every_letter_occurs_and_no_key_twice() {
        let texts: std::collections::HashSet<String> = (0..200).map(|_| random_letters(30).unwrap()).collect();
        assert_eq!(texts.len(), 200);
        let letters: std::collections::BTreeSet<char> = texts.iter().flat_map(|text| text.chars()).collect();
        assert_eq!(letters.len(), 62);
    }

    #[test]
    fn secrets_are_not_printed() {
        let key = ApiKey::generate().unwrap();
        let token = ManagementToken::generate().unwrap();
        let printed = format!("{key:?} {token:?} {:?}", Digest::of(key.expose().as_bytes()));
        assert_eq!(printed, "ApiKey([redacted]) ManagementToken([redacted]) Digest(…)");
    }
}
