use axiomo_model::{DecodeError, LazyDocument};

use crate::call::Call;
use crate::error::Error;
use crate::response::{Analysis, Reading, ResponseMeta};

/// An analysis of which the Signal's fields are read when the other language asks for them, on its own thread.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// What the service made of the pull request.
    pub document: LazyDocument,
    /// How it was obtained.
    pub meta: ResponseMeta,
}

impl Received {
    /// Reads an analysis from its text. How it was obtained is not known then.
    ///
    /// # Errors
    ///
    /// `decode` when the text is no JSON object, or holds no Signal.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut received = Self::default();
        received.meta.decode_warnings = received.document.read(text.to_owned())?;
        Ok(received)
    }
}

impl Reading for LazyDocument {
    fn read(&mut self, text: String) -> Result<Vec<String>, DecodeError> {
        let (document, warnings) = Self::from_json(text)?;
        *self = document;
        Ok(warnings)
    }
}

/// Of a batch, whose analyses are read when they come.
impl From<Analysis> for Received {
    fn from(analysis: Analysis) -> Self {
        let Analysis { signal_id, signal_url, signal, raw, meta } = analysis;
        Self { document: LazyDocument::of_signal(raw, signal, signal_id, signal_url), meta }
    }
}

/// Makes a call.
///
/// # Errors
///
/// Those of the call.
pub async fn receive(call: Call) -> Result<Received, Error> {
    let mut document = LazyDocument::default();
    let meta = call.make(&mut document).await?;
    Ok(Received { document, meta })
}
