use axiomo::background::bridge;

use crate::Failure;

/// What an arrival holds of an analysis.
#[derive(uniffi::Record)]
pub struct Parts {
    /// The typed Signal, in JSON.
    pub signal: Option<String>,
    /// The text as it was received.
    pub raw: Option<String>,
    /// How it was obtained, in JSON.
    pub meta: Option<String>,
    /// The Signal's id.
    pub signal_id: Option<String>,
    /// The Signal's address.
    pub signal_url: Option<String>,
}

/// Reads an analysis from its text.
#[uniffi::export]
pub fn read_analysis(text: String) -> Result<Parts, Failure> {
    let [signal, raw, meta, signal_id, signal_url] = bridge::read_analysis(text)?;
    Ok(Parts { signal, raw, meta, signal_id, signal_url })
}

/// The members of a part of an analysis that this version does not know, in JSON.
#[uniffi::export]
pub fn extra_of(text: String, path: String) -> String {
    bridge::extra_of(&text, &path)
}
