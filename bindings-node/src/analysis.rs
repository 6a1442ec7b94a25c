use axiomo::background::bridge;
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::client::told;

/// Reads an analysis from its text: what an arrival holds of one. Or says what is wrong with the text.
#[napi]
pub fn read_analysis(text: String) -> Either<Vec<Option<String>>, String> {
    told(bridge::read_analysis(text).map(Vec::from))
}

/// The members of a part of an analysis that this version does not know, in JSON.
#[napi]
pub fn extra_of(text: String, path: String) -> String {
    bridge::extra_of(&text, &path)
}
