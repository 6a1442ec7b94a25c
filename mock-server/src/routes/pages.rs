//! `GET /signal/{id}`: a Signal as a page.

use std::sync::Arc;

use axiomo_model::Document;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::limited::bad_key;
use super::scans::visible;
use crate::api_error::ApiError;
use crate::app::App;
use crate::connection::Peer;
use crate::page;

/// Whoever may have the scan may have its page. A browser sends no key, so it sees what is public.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let client = app.client_address(peer.0.ip(), &headers);
    let Some(caller) = app.identify(&headers, client, &app.enforced.rules()).caller else {
        app.count_failure(client);
        return Err(bad_key());
    };
    let scan = id.ok().and_then(|Path(id)| visible(&app, &id, &caller).transpose()).transpose()?;
    let document = scan.and_then(|scan| {
        let text = String::from_utf8_lossy(&scan.answer).into_owned();
        Document::from_json(text).inspect_err(|error| tracing::error!(%error, "a scan cannot be read")).ok()
    });
    let (status, text) = match &document {
        Some(document) => (StatusCode::OK, page::render(document)),
        None => (StatusCode::NOT_FOUND, page::not_found()),
    };
    let headers: HeaderMap = page::HEADERS.into_iter().collect();
    Ok((status, headers, text).into_response())
}
