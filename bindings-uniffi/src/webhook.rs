use axiomo::webhook;

/// Whether a signature is that of a body under a secret; see `axiomo::webhook::verify`.
#[uniffi::export]
pub fn verify_webhook(secret: String, body: Vec<u8>, signature: String) -> bool {
    webhook::verify(&secret, &body, &signature)
}
