//! Rules of the server's scripts, as scenarios hold them.

use serde_json::Value;

/// Reads a rule.
///
/// # Errors
///
/// What is wrong with it, and what was expected.
#[expect(clippy::unnecessary_wraps, reason = "the server has no scripts yet")]
pub(crate) fn rule(_written: &Value) -> Result<(), String> {
    Ok(())
}
