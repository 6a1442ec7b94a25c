use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The first 8 hexadecimal digits of the SHA-256 of texts, each followed by a zero byte so that their
/// borders count.
pub(crate) fn short(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text);
        digest.update("\0");
    }
    digest.finalize().iter().take(4).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
