//! `/api/keys`.

use std::sync::Arc;

use axiomo_model::Timestamp;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::body::json_body;
use super::json;
use crate::analysis::unkept;
use crate::api_error::{ApiError, Code, Detail};
use crate::app::App;
use crate::connection::Peer;
use crate::key_ring::KeyError;
use crate::management::Refusal;
use crate::request::{kind, object};
use crate::store::KeyRecord;

/// The user that keys belong to unless the request names one.
const DEFAULT_USER: &str = "default";
/// In characters.
const LONGEST_NAME: usize = 100;

#[derive(Serialize)]
struct NewKey<'k> {
    id: &'k str,
    name: &'k str,
    user: &'k str,
    key: &'k str,
    prefix: &'k str,
    created_at: Timestamp,
}

#[derive(Serialize)]
struct Listed<'k> {
    keys: Vec<Known<'k>>,
}

#[derive(Serialize)]
struct Known<'k> {
    id: &'k str,
    name: &'k str,
    user: &'k str,
    prefix: &'k str,
    last4: &'k str,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

/// Lets through only who may manage keys.
pub(super) async fn managed(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let client = app.client_address(peer.0.ip(), request.headers());
    match app.management.check(client, peer.0.ip(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(Refusal::Forbidden(error)) => error.into_response(),
        Err(Refusal::Unauthorized(error)) => {
            app.count_failure(client);
            error.into_response()
        }
    }
}

pub(super) async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let body = json_body(&app, request).await?;
    let members = object(&body)?;
    let mut details = Vec::new();
    let name = text("name", members.get("name"), None, &mut details);
    let user = text("user", members.get("user"), Some(DEFAULT_USER), &mut details);
    let (Some(name), Some(user)) = (name, user) else { return Err(ApiError::invalid(details)) };
    let (key, record) = app.keys.create(name, user).await.map_err(|error| refused(&error))?;
    let created = NewKey {
        id: &record.id,
        name: &record.name,
        user: &record.user,
        key: key.expose(),
        prefix: &record.prefix,
        created_at: moment(record.created_at),
    };
    let mut response = json(to_json(&created)?);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// All keys without what is secret, as they are listed.
pub(crate) fn listed(app: &App) -> Value {
    let records = app.keys.list();
    // Texts and moments can always be written as JSON.
    serde_json::to_value(records.iter().map(Known::from).collect::<Vec<_>>()).unwrap_or_default()
}

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let records = app.keys.list();
    let keys = records.iter().map(Known::from).collect();
    Ok(json(to_json(&Listed { keys })?))
}

pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    app.keys.revoke(&id).await.map_err(|error| refused(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// A name, which people read in lists: something visible, and nothing that could disturb a terminal.
fn text(path: &str, value: Option<&Value>, default: Option<&str>, details: &mut Vec<Detail>) -> Option<String> {
    let problem = match (value.filter(|value| !value.is_null()), default) {
        (None, Some(default)) => return Some(default.to_owned()),
        (None, None) => "it is missing; expected a text".to_owned(),
        (Some(Value::String(text)), _) => {
            let text = text.trim();
            let is_printable = axiomo_model::printable(text) == text;
            if !text.is_empty() && text.chars().count() <= LONGEST_NAME && is_printable {
                return Some(text.to_owned());
            }
            format!("expected 1 to {LONGEST_NAME} printable characters")
        }
        (Some(other), _) => format!("expected a text, but found {}", kind(other)),
    };
    details.push(Detail::new(path, problem));
    None
}

fn refused(error: &KeyError) -> ApiError {
    match error {
        KeyError::Unknown(_) => ApiError::new(Code::KeyNotFound, "there is no key with this id"),
        KeyError::Store(error) => unkept(error),
        KeyError::Randomness(error) => {
            tracing::error!(%error, "no random numbers");
            ApiError::internal()
        }
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        ApiError::internal()
    })
}

impl<'k> From<&'k KeyRecord> for Known<'k> {
    fn from(record: &'k KeyRecord) -> Self {
        Self {
            id: &record.id,
            name: &record.name,
            user: &record.user,
            prefix: &record.prefix,
            last4: &record.last4,
            created_at: moment(record.created_at),
            last_used_at: record.last_used_at.map(moment),
            revoked_at: record.revoked_at.map(moment),
        }
    }
}

/// To the millisecond.
fn moment(unix_milliseconds: i64) -> Timestamp {
    let since = std::time::Duration::from_millis(u64::try_from(unix_milliseconds).unwrap_or_default());
    Timestamp::from(std::time::SystemTime::UNIX_EPOCH + since)
}
