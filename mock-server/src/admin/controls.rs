//! What a test can see of a session's server, and do to it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{delete, get, post, put};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{Json, Refusal};
use super::routes::session;
use super::sessions::Sessions;
use crate::clock::sleep_on_the_machine;
use crate::config::Limits;
use crate::journal::{Entry, Event};
use crate::port::{Certificate, Listener};
use crate::script::Rule;
use crate::state::RestoreError;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    /// The number of the last entry that is known already.
    #[serde(default)]
    since: u64,
}

#[derive(Debug, Serialize)]
struct Entries {
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Rules {
    rules: Vec<Rule>,
}

/// What is to have happened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Awaited {
    /// What an entry has to hold: members of it with their values.
    #[serde(rename = "match")]
    meant: serde_json::Map<String, Value>,
    #[serde(default = "one")]
    count: usize,
    /// How long to wait for it at most, in real time.
    #[serde(default = "five_seconds")]
    timeout_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewListener {
    /// The certificate that it shows; without TLS when there is none.
    tls: Option<Certificate>,
}

#[derive(Debug, Serialize)]
struct NewlyListening {
    name: String,
    base_url: String,
    ca_pem: Option<String>,
}

fn one() -> usize {
    1
}

fn five_seconds() -> u64 {
    5000
}

pub(super) fn router() -> Router<Arc<Sessions>> {
    Router::new()
        .route("/sessions/{session}/script", get(script_left).put(set_script))
        .route("/sessions/{session}/journal", get(journal).delete(clear_journal))
        .route("/sessions/{session}/journal/await", post(await_journal))
        .route("/sessions/{session}/listeners", post(listen))
        .route("/sessions/{session}/listeners/{listener}", delete(stop_listening))
        .route("/sessions/{session}/limits", put(set_limits))
        .route("/sessions/{session}/snapshot", get(snapshot))
        .route("/sessions/{session}/state", get(state).put(restore).layer(DefaultBodyLimit::disable()))
}

async fn script_left(State(sessions): State<Arc<Sessions>>, Path(name): Path<String>) -> Result<Json<Rules>, Refusal> {
    Ok(Json(Rules { rules: session(&sessions, &name).await?.server.script_left() }))
}

async fn set_script(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(rules): Json<Vec<Rule>>,
) -> Result<StatusCode, Refusal> {
    session(&sessions, &name).await?.server.script(rules);
    Ok(StatusCode::NO_CONTENT)
}

async fn journal(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Query(Since { since }): Query<Since>,
) -> Result<Json<Entries>, Refusal> {
    let entries = session(&sessions, &name).await?.server.journal_since(since)?;
    Ok(Json(Entries { entries }))
}

async fn clear_journal(State(sessions): State<Arc<Sessions>>, Path(name): Path<String>) -> Result<StatusCode, Refusal> {
    session(&sessions, &name).await?.server.clear_journal();
    Ok(StatusCode::NO_CONTENT)
}

async fn await_journal(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(awaited): Json<Awaited>,
) -> Result<Json<Entries>, Refusal> {
    let session = session(&sessions, &name).await?;
    let is_meant = |entry: &Entry| {
        let written = serde_json::to_value(entry).unwrap_or_default();
        awaited.meant.iter().all(|(name, value)| written.get(name) == Some(value))
    };
    tokio::select! {
        entries = session.server.await_journal(is_meant, awaited.count) => Ok(Json(Entries { entries: entries? })),
        () = sleep_on_the_machine(Duration::from_millis(awaited.timeout_ms)) => {
            let seen = session.server.journal()?;
            let seen = seen.iter().filter(|entry| matches!(entry.event, Event::Request(_))).count();
            let message = format!(
                "within {} ms there were no {} entries of the journal with what was expected; there were {seen} requests",
                awaited.timeout_ms, awaited.count,
            );
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "not_seen", message))
        }
    }
}

async fn listen(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(NewListener { tls }): Json<NewListener>,
) -> Result<(StatusCode, Json<NewlyListening>), Refusal> {
    let session = session(&sessions, &name).await?;
    let listening = session.server.listen(tls.map_or_else(Listener::http, Listener::tls)).await?;
    let ca_pem = session.server.ca_pem();
    let listening = NewlyListening { name: listening.name, base_url: listening.base_url, ca_pem };
    Ok((StatusCode::CREATED, Json(listening)))
}

async fn stop_listening(
    State(sessions): State<Arc<Sessions>>,
    Path((name, listener)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    session(&sessions, &name).await?.server.stop_listening(&listener).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_limits(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(limits): Json<Limits>,
) -> Result<StatusCode, Refusal> {
    let changed = session(&sessions, &name).await?.server.set_limits(limits);
    changed.map_err(|error| Refusal::invalid(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn snapshot(State(sessions): State<Arc<Sessions>>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    let taken = session(&sessions, &name).await?.server.snapshot();
    taken.map(Json).map_err(|error| Refusal::conflict(error.to_string()))
}

async fn state(State(sessions): State<Arc<Sessions>>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    let saved = session(&sessions, &name).await?.server.state();
    saved.map(Json).map_err(|error| Refusal::conflict(error.to_string()))
}

async fn restore(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(state): Json<Value>,
) -> Result<StatusCode, Refusal> {
    let restored = session(&sessions, &name).await?.server.restore(&state);
    restored.map_err(|error| match error {
        RestoreError::Format(_) | RestoreError::Version(_) => Refusal::invalid(error.to_string()),
        _ => Refusal::conflict(error.to_string()),
    })?;
    Ok(StatusCode::NO_CONTENT)
}
