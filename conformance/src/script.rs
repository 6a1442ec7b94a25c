//! Rules of the server's scripts, as scenarios hold them.

use serde_json::Value;

/// Reads a rule.
///
/// # Errors
///
/// What is wrong with it, and what was expected.
pub(crate) fn rule(_written: &Value) -> Result<(), String> {
    Ok(())
}
