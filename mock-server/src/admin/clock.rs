//! A session's time.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::reply::{Json, Refusal};
use super::sessions::Session;
use crate::conductor::ConductedWait;

/// What is to become of the time: one of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// Lets so much of it pass.
    advance_ms: Option<u64>,
    /// Whether it passes by itself whenever nothing has anything left to do.
    run: Option<bool>,
}

/// How far the time is.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    now_ms: u64,
    /// Whether it passes by itself.
    is_running: bool,
    /// Calls and batches that the clients have begun.
    begun: u64,
    /// Those that the clients have begun.
    waits: Vec<ConductedWait>,
}

pub(super) async fn standing(session: &Session) -> Result<Json<Standing>, Refusal> {
    let conductor = session.server.conductor().await?;
    let is_running = session.running.lock().await.as_ref().is_some_and(|running| !running.is_finished());
    let now_ms = u64::try_from(conductor.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(Standing { now_ms, is_running, begun: conductor.begun(), waits: conductor.waits() }))
}

pub(super) async fn change(session: &Arc<Session>, change: Change) -> Result<Json<Standing>, Refusal> {
    match change {
        Change { advance_ms: Some(length), run: None } => {
            if session.running.lock().await.as_ref().is_some_and(|running| !running.is_finished()) {
                return Err(Refusal::conflict("time passes by itself; stop that first, with {\"run\": false}"));
            }
            session.server.advance(Duration::from_millis(length)).await?;
        }
        Change { advance_ms: None, run: Some(run) } => set_running(session, run).await?,
        _ => return Err(Refusal::invalid("expected either `advance_ms` or `run`")),
    }
    standing(session).await
}

async fn set_running(session: &Arc<Session>, run: bool) -> Result<(), Refusal> {
    let conductor = session.server.conductor().await?.clone();
    let mut running = session.running.lock().await;
    if let Some(running) = running.take() {
        running.abort();
    }
    if run {
        let passing = tokio::spawn(async move {
            // Whoever has not come to rest for so long may do so yet: a debugger may hold him.
            while let Err(error) = conductor.run_until(std::future::pending::<()>()).await {
                tracing::warn!(%error, "time stands still");
            }
        });
        *running = Some(passing.abort_handle());
    }
    Ok(())
}
