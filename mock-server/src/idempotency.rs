//! `Idempotency-Key`: the same request twice is one analysis.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::analysis::Outcome;
use crate::api_error::{ApiError, Detail};
use crate::clock::Clock;
use crate::flight::{Flight, Landing};
use crate::key::Digest;
use crate::limit::Partition;

/// How long an answer is kept for a repeated key.
const KEPT: Duration = Duration::from_secs(600);
/// The most keys that are kept; the oldest go first.
const MOST: usize = 10_000;
const LONGEST_KEY: usize = 255;
const HEADER: &str = "idempotency-key";

/// The requests of the last ten minutes that have a key. What succeeded is kept; what failed may be
/// tried again under the same key.
#[derive(Debug)]
pub(crate) struct Idempotency {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<Name, Entry>,
    /// When each was made, the oldest first. A name that was made anew stands here twice.
    made: VecDeque<(Duration, Name)>,
}

/// Whose key, and which. The key itself is a text of the client's choice; its digest is enough.
type Name = (Partition, Digest);

#[derive(Debug)]
struct Entry {
    body: Digest,
    made: Duration,
    flight: Flight<Outcome>,
}

/// A key and its answer, as they are saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedAnswer {
    caller: Partition,
    key: Digest,
    body: Digest,
    made: Duration,
    answer: String,
}

/// What a key means.
pub(crate) enum Entrance {
    /// It is new: the work is to be done, and its result to be handed over.
    First(Landing<Outcome>, Flight<Outcome>),
    /// The work is being done, or done.
    Again(Flight<Outcome>),
    /// It was used for something else.
    Mismatch,
}

/// The key of a request; none where there is none.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<Digest>, ApiError> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.as_bytes();
    let is_fine = (1..=LONGEST_KEY).contains(&key.len()) && key.iter().all(|byte| (b' '..=b'~').contains(byte));
    if !is_fine || values.next().is_some() {
        let message = format!("expected one key of 1 to {LONGEST_KEY} printable ASCII characters");
        return Err(ApiError::invalid(vec![Detail::new("Idempotency-Key", message)]));
    }
    Ok(Some(Digest::of(key)))
}

impl Idempotency {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    pub(crate) fn enter(&self, caller: &Partition, key: Digest, body: Digest) -> Entrance {
        let now = self.clock.elapsed();
        let name = (caller.clone(), key);
        let mut state = self.state();
        state.forget(now);
        if let Some(entry) = state.entries.get(&name) {
            return if entry.body == body { Entrance::Again(entry.flight.clone()) } else { Entrance::Mismatch };
        }
        let (landing, flight) = Flight::start();
        state.entries.insert(name.clone(), Entry { body, made: now, flight: flight.clone() });
        state.made.push_back((now, name));
        Entrance::First(landing, flight)
    }

    /// The answers that are kept, the oldest first. What is still being worked on has none.
    pub(crate) fn save(&self) -> Vec<SavedAnswer> {
        let state = self.state();
        let saved = state.entries.iter().filter_map(|((caller, key), Entry { body, made, flight })| {
            let answer = String::from_utf8(flight.result()?.ok()?.to_vec()).ok()?;
            Some(SavedAnswer { caller: caller.clone(), key: *key, body: *body, made: *made, answer })
        });
        let mut saved: Vec<_> = saved.collect();
        // Among those of one moment by their keys, so that equal states are written equally.
        saved.sort_by_cached_key(|saved| (saved.made, serde_json::to_string(&saved.key).unwrap_or_default()));
        saved
    }

    /// Keeps what was saved in the place of everything.
    pub(crate) fn restore(&self, saved: Vec<SavedAnswer>) {
        let mut restored = State::default();
        for SavedAnswer { caller, key, body, made, answer } in saved {
            let name = (caller, key);
            restored.entries.insert(name.clone(), Entry { body, made, flight: Flight::over(Ok(answer.into())) });
            restored.made.push_back((made, name));
        }
        *self.state() = restored;
    }

    /// Forgets a key whose work failed.
    pub(crate) fn release(&self, caller: &Partition, key: Digest) {
        self.state().entries.remove(&(caller.clone(), key));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget(&mut self, now: Duration) {
        while let Some((made, _)) = self.made.front()
            && (now.saturating_sub(*made) >= KEPT || self.made.len() >= MOST)
        {
            let Some((made, name)) = self.made.pop_front() else { break };
            if self.entries.get(&name).is_some_and(|entry| entry.made == made) {
                self.entries.remove(&name);
            }
        }
    }
}

/// The key was used for another body.
pub(crate) fn mismatch() -> ApiError {
    let message = "this key was used for another body in the last ten minutes; give each request its own key";
    ApiError::invalid(vec![Detail::new("Idempotency-Key", message)])
}

/// Hands a result over; a failure is forgotten first, so that whoever sees it can try again.
pub(crate) fn land(
    idempotency: &Arc<Idempotency>,
    caller: &Partition,
    key: Digest,
    landing: Landing<Outcome>,
    outcome: Outcome,
) {
    if outcome.is_err() {
        idempotency.release(caller, key);
    }
    landing.land(outcome);
}
