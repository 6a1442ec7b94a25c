//! What requests have changed, to have it again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::config::Limits;
use crate::enforcement::Rules;
use crate::idempotency::SavedAnswer;
use crate::store::{KeyRecord, Scan, StoreError};

/// A state cannot be restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// It is something else, or another version's.
    #[error("this is no state that {VERSION} saved: {0}")]
    Format(#[from] serde_json::Error),
    /// Of another version.
    #[error("this is a state of {0}, and {VERSION} takes only its own")]
    Version(String),
    /// It was saved at a later time.
    #[error(
        "it was saved {saved:?} after the start of its server, and this one started {now:?} ago; let time pass first"
    )]
    TooEarly {
        /// The time from the start of the server that it was saved from.
        saved: Duration,
        /// The time from the start of this server.
        now: Duration,
    },
    /// What is in a file outlives the server, and is not replaced.
    #[error("the store of this server is a file; only what is kept in memory can be restored")]
    Kept,
}

/// All of it. Moments are as they were.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    version: String,
    elapsed: Duration,
    keys: Vec<KeyRecord>,
    scans: Vec<Scan>,
    limits: Limits,
    counted: Value,
    answers: Vec<SavedAnswer>,
}

/// Who saves it, and who takes it.
const VERSION: &str = concat!("axiomo-mock-server ", env!("CARGO_PKG_VERSION"));

pub(crate) fn save(app: &App) -> Result<Value, StoreError> {
    let unwritable = |error: serde_json::Error| StoreError::Unwritable(error.to_string().into());
    let rules = app.enforced.rules();
    let mut scans = app.store.scans()?;
    scans.sort_by(|one, other| one.id.cmp(&other.id));
    let state = State {
        version: VERSION.to_owned(),
        elapsed: app.clock.elapsed(),
        keys: app.keys.list(),
        scans,
        limits: rules.limits,
        counted: rules.counted().map_err(unwritable)?,
        answers: app.idempotency.save(),
    };
    serde_json::to_value(state).map_err(unwritable)
}

pub(crate) fn restore(app: &App, state: &Value) -> Result<(), RestoreError> {
    // Another version may have other members, and is named first.
    if let Some(version) = state["version"].as_str().filter(|version| *version != VERSION) {
        return Err(RestoreError::Version(version.to_owned()));
    }
    let State { elapsed, keys, scans, limits, counted, answers, .. } = State::deserialize(state)?;
    let now = app.clock.elapsed();
    if now < elapsed {
        return Err(RestoreError::TooEarly { saved: elapsed, now });
    }
    let restored = Rules::of(limits, counted)?;
    if !app.store.replace(scans) {
        return Err(RestoreError::Kept);
    }
    app.enforced.replace(restored);
    app.keys.restore(keys);
    app.idempotency.restore(answers);
    Ok(())
}
