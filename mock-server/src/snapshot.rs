//! What a server knows, at one moment.

use axiomo_model::Timestamp;
use serde_json::{Value, json};

use crate::app::App;
use crate::routes;
use crate::store::{Scan, StoreError};

pub(crate) fn take(app: &App) -> Result<Value, StoreError> {
    let mut scans = app.store.scans()?;
    scans.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(json!({
        "time": Timestamp::from(app.clock.time_of_day()),
        "elapsed_ms": milliseconds(app.clock.elapsed()),
        "keys": routes::listed_keys(app),
        "scans": scans.iter().map(scan).collect::<Vec<_>>(),
        "limits": app.enforced.rules().limits,
        "script": app.script.left(),
    }))
}

fn scan(scan: &Scan) -> Value {
    // What the server wrote as JSON is JSON.
    let answer: Value = serde_json::from_slice(&scan.answer).unwrap_or_default();
    json!({"id": *scan.id, "repository": *scan.repository, "private": scan.is_private, "answer": answer})
}

fn milliseconds(length: std::time::Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
