//! `GET /api/scans/{id}`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;

use super::json;
use crate::analysis::unkept;
use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::repositories::Caller;
use crate::store::Scan;

pub(super) async fn scan(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    // An id that is not even text names no scan.
    let Ok(Path(id)) = id else { return Err(not_found()) };
    let scan = visible(&app, &id, &caller)?.ok_or_else(not_found)?;
    Ok(json(scan.answer))
}

pub(super) async fn no_id() -> ApiError {
    not_found()
}

/// A scan, if the caller may have it.
pub(super) fn visible(app: &App, id: &str, caller: &Caller) -> Result<Option<Scan>, ApiError> {
    let scan = app.store.scan(id).map_err(|error| unkept(&error))?;
    Ok(scan.filter(|scan| app.repositories.opens_scan(&scan.repository, scan.is_private, caller)))
}

fn not_found() -> ApiError {
    ApiError::new(Code::ScanNotFound, "there is no scan with this id, or not for whoever asks")
}
