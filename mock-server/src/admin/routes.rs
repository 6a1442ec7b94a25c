use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::clock::{self, Change, Standing};
use super::controls;
use super::reply::{Json, Refusal};
use super::sessions::{Session, Sessions};
use crate::authentication::Credential;
use crate::config::{Config, Limits};
use crate::key::Digest;
use crate::repositories::Mount;
use crate::server::MockServer;

/// What a session is to be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewSession {
    limits: Limits,
    /// Whether its time is the machine's; else it passes when it is told to.
    real_time: bool,
    repositories: Vec<Repository>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repository {
    url: String,
    path: PathBuf,
    #[serde(default)]
    private: bool,
}

#[derive(Debug, Serialize)]
struct Created {
    id: String,
    base_url: String,
    management_token: String,
    /// What clients' clocks are told; none where time is the machine's.
    conductor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    name: String,
    #[serde(default = "default_user")]
    user: String,
}

#[derive(Debug, Serialize)]
struct CreatedKey {
    id: String,
    key: String,
}

fn default_user() -> String {
    "default".to_owned()
}

pub(super) fn router(sessions: Arc<Sessions>, token: Digest) -> Router {
    Router::new()
        .route("/version", get(version))
        .route("/sessions", post(create))
        .route("/sessions/{session}", delete(end))
        .route("/sessions/{session}/keys", post(create_key))
        .route("/sessions/{session}/keys/{key}", delete(revoke_key))
        .route("/sessions/{session}/clock", get(read_clock).post(change_clock))
        .merge(controls::router())
        .fallback(|| async { Refusal::not_found("such control") })
        .method_not_allowed_fallback(|| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this control has other methods")
        })
        .layer(middleware::from_fn_with_state(token, authorized))
        .with_state(sessions)
}

/// Lets through only who has the token. A page in a browser has not, whatever name it found this address by.
async fn authorized(State(token): State<Digest>, request: Request, next: Next) -> Response {
    match Credential::of(request.headers()) {
        Credential::Bearer(given) if Digest::of(given) == token => next.run(request).await,
        _ => Refusal::unauthorized().into_response(),
    }
}

async fn version() -> Json<serde_json::Value> {
    Json(serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "protocol": 1}))
}

async fn create(
    State(sessions): State<Arc<Sessions>>,
    Json(asked): Json<NewSession>,
) -> Result<(StatusCode, Json<Created>), Refusal> {
    let is_real = asked.real_time;
    let server = MockServer::start(asked.into_config()?).await;
    let server = server.map_err(|error| Refusal::invalid(error.to_string()))?;
    let conductor = if is_real { None } else { Some(server.conductor().await?.address().to_owned()) };
    let base_url = server.base_url();
    let management_token = server.management_token().expose().to_owned();
    let id = sessions.add(server).await;
    Ok((StatusCode::CREATED, Json(Created { id, base_url, management_token, conductor })))
}

async fn end(State(sessions): State<Arc<Sessions>>, Path(name): Path<String>) -> Result<StatusCode, Refusal> {
    if sessions.end(&name).await { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::not_found("such session")) }
}

async fn create_key(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(asked): Json<NewKey>,
) -> Result<(StatusCode, Json<CreatedKey>), Refusal> {
    let session = session(&sessions, &name).await?;
    let created = session.server.create_key(asked.name, asked.user).await?;
    Ok((StatusCode::CREATED, Json(CreatedKey { id: created.id, key: created.key.expose().to_owned() })))
}

async fn revoke_key(
    State(sessions): State<Arc<Sessions>>,
    Path((name, key)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let session = session(&sessions, &name).await?;
    session.server.revoke_key(&key).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read_clock(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
) -> Result<Json<Standing>, Refusal> {
    clock::standing(&*session(&sessions, &name).await?).await
}

async fn change_clock(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
    Json(change): Json<Change>,
) -> Result<Json<Standing>, Refusal> {
    clock::change(&session(&sessions, &name).await?, change).await
}

pub(super) async fn session(sessions: &Sessions, name: &str) -> Result<Arc<Session>, Refusal> {
    sessions.get(name).await.ok_or_else(|| Refusal::not_found("such session"))
}

impl NewSession {
    fn into_config(self) -> Result<Config, Refusal> {
        let mut config = if self.real_time { Config::default() } else { Config::conducted() };
        config.limits = self.limits;
        for Repository { url, path, private } in self.repositories {
            let url =
                url.parse().map_err(|error: crate::ParseRepositoryUrlError| Refusal::invalid(error.to_string()))?;
            config.mounts.push(if private { Mount::private(url, path) } else { Mount::public(url, path) });
        }
        Ok(config)
    }
}
