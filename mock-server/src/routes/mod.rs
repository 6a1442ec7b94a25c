//! The routes: what stands where, and what all answers have in common.

mod analyze;
mod body;
mod keys;
mod leftover;
mod limited;
mod pages;
mod scans;

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{any, delete, get, post};
use axum::{Extension, Router};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE};
use http::{HeaderName, HeaderValue};

use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::connection::Peer;
use crate::fault::Delay;
pub(crate) use keys::listed as listed_keys;
use leftover::Leftover;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) fn router(app: &Arc<App>) -> Router {
    let limited = middleware::from_fn_with_state(app.clone(), limited::limited);
    let managed = middleware::from_fn_with_state(app.clone(), keys::managed);
    let scan = get(scans::scan).fallback(|| not_allowed("GET, HEAD"));
    Router::new()
        .route("/api/analyze", post(analyze::analyze).fallback(|| not_allowed("POST")).layer(limited.clone()))
        // The wildcard takes ids with slashes in them, which name no scan.
        .route("/api/scans/{*id}", scan.layer(limited.clone()))
        .route("/api/scans", any(scans::no_id).layer(limited.clone()))
        .route("/api/scans/", any(scans::no_id).layer(limited))
        .route(
            "/api/keys",
            get(keys::list).post(keys::create).fallback(|| not_allowed("GET, HEAD, POST")).layer(managed.clone()),
        )
        .route("/api/keys/{id}", delete(keys::revoke).fallback(|| not_allowed("DELETE")).layer(managed))
        .route("/signal/{*id}", get(pages::page).fallback(|| not_allowed("GET, HEAD")))
        .route("/openapi.json", get(openapi).fallback(|| not_allowed("GET, HEAD")))
        .route("/healthz", get(healthz).fallback(|| not_allowed("GET, HEAD")))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(app.clone(), answered))
        .with_state(app.clone())
}

/// When the head of a request was there, by the server's clock.
#[derive(Clone, Copy)]
struct Began(Duration);

/// What every answer has: a date, the request's id, and an error's body.
async fn answered(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let mut request = Leftover::watch(request);
    let began = app.clock.elapsed();
    request.extensions_mut().insert(Began(began));
    let leftover = request.extensions().get::<Leftover>().cloned();
    let id = app.request_ids.next();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let is_api = request.uri().path().starts_with("/api/");
    for value in request.headers_mut().values_mut() {
        // Whatever prints headers, a key or a token among them stays unprinted.
        value.set_sensitive(true);
    }
    let delay = request.extensions().get::<Delay>().cloned();
    let mut response = next.run(request).await;
    if let Some(leftover) = leftover {
        leftover.settle(&app, &mut response).await;
    }
    if let Some(delay) = delay {
        delay.wait().await;
    }
    let error = response.extensions_mut().remove::<ApiError>();
    if let Some(error) = &error {
        *response.body_mut() = error.body(&id).into();
    }
    let path = path.as_ref().map_or("-", MatchedPath::as_str);
    let code = error.as_ref().map_or("-", ApiError::as_str);
    let elapsed = app.clock.elapsed().saturating_sub(began);
    tracing::info!(%method, path, status = response.status().as_u16(), code, request_id = id, peer = %peer.0, ?elapsed, "answered");
    let date = httpdate::fmt_http_date(app.clock.time_of_day());
    let headers = response.headers_mut();
    headers.insert(DATE, header(date));
    headers.insert(REQUEST_ID, header(id));
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        // What one caller may see is not for a cache to show another.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A header's value from a text that is one.
fn header(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// An answer in JSON.
fn json(body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn openapi() -> Response {
    json(crate::openapi::json())
}

async fn healthz() -> Response {
    json(r#"{"status":"ok"}"#)
}

async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound, "there is nothing at this address; GET /openapi.json lists what there is")
}

fn not_allowed(allowed: &'static str) -> Ready<ApiError> {
    ready(ApiError::method_not_allowed(allowed))
}
