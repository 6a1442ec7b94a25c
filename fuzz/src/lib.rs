//! What must hold for any bytes at all. Each function is one fuzz target; the tests replay the corpora
//! through the same functions.

use axiomo_model::{Document, PullRequestRef};

/// A reference that is read prints as one that reads as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn pull_request_ref(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<PullRequestRef>() {
        Ok(reference) => assert_eq!(reference.to_string().parse().as_ref(), Ok(&reference)),
        Err(error) => assert!(error.to_string().len() < 1000, "a message is short whatever it was given"),
    }
}

/// An analysis keeps its text; what it could not read is named by paths that lead somewhere; what is
/// written of it reads again without a complaint.
///
/// # Panics
///
/// When that does not hold.
pub fn signal(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(document) = Document::from_json(text) else { return };
    assert_eq!(document.to_json(), text);
    for path in document.warnings() {
        let _ = document.extra(path);
    }
    let written = serde_json::json!({ "signal": document.signal() }).to_string();
    let again = Document::from_json(written);
    let again = again.as_ref().map(|again| (again.signal(), again.warnings()));
    assert_eq!(again, Ok((document.signal(), &[][..])));
}
