use axiomo::webhook;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

/// Whether a signature is that of a body under a secret; see `axiomo::webhook::verify`.
#[napi]
pub fn verify_webhook(secret: String, body: Uint8Array, signature: String) -> bool {
    webhook::verify(&secret, &body, &signature)
}
