use pyo3::prelude::*;

/// Whether `signature`, as in the header `X-Hub-Signature-256`, is that of a webhook's body under a secret. Takes the
/// same time wherever it differs; without a signature it is false.
#[pyfunction]
#[pyo3(signature = (secret, body, signature))]
pub(crate) fn verify_webhook(secret: &str, body: &[u8], signature: Option<&str>) -> bool {
    signature.is_some_and(|signature| axiomo::webhook::verify(secret, body, signature))
}
