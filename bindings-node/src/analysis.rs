use axiomo::{Document, ResponseMeta};
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::bridge::json_text;
use crate::client::told;

/// Reads an analysis from its text: what an arrival holds of one. Or says what is wrong with the text.
#[napi]
pub fn read_analysis(text: String) -> Either<Vec<Option<String>>, String> {
    told(Document::from_json(text).map_err(axiomo::Error::from).map(|document| {
        let parts = document.into_parts();
        let mut meta = ResponseMeta::default();
        meta.decode_warnings = parts.warnings;
        let (signal, meta) = (json_text(&parts.signal), json_text(&meta));
        vec![Some(signal), Some(parts.raw), Some(meta), parts.signal_id, parts.signal_url]
    }))
}

/// The members of a part of an analysis that this version does not know, in JSON.
#[napi]
pub fn extra_of(text: String, path: String) -> String {
    json_text(&Document::extra_of(&text, &path))
}
