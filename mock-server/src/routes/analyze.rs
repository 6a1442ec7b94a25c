//! `POST /api/analyze`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use http::HeaderValue;

use super::body::json_body;
use super::json;
use crate::analysis::Outcome;
use crate::api_error::ApiError;
use crate::app::App;
use crate::idempotency::{self, Entrance};
use crate::key::Digest;
use crate::limit::Partition;
use crate::repositories::Caller;
use crate::request::AnalyzeRequest;

pub(super) async fn analyze(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Extension(partition): Extension<Partition>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = idempotency::key(request.headers());
    let body = json_body(&app, request).await?;
    let asked = AnalyzeRequest::from_json(&body)?;
    let Some(key) = key? else { return Ok(json(work(&app, &caller, asked).await?)) };
    match app.idempotency.enter(&partition, key, Digest::of(&body)) {
        Entrance::Mismatch => Err(idempotency::mismatch()),
        Entrance::Again(flight) => {
            let answer = flight.landed().await.unwrap_or_else(|| Err(ApiError::internal()))?;
            let mut response = json(answer);
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
            Ok(response)
        }
        Entrance::First(landing, flight) => {
            // It goes on when whoever asked goes, so that asking again finds it.
            tokio::spawn(async move {
                let outcome = work(&app, &caller, asked).await;
                idempotency::land(&app.idempotency, &partition, key, landing, outcome);
            });
            Ok(json(flight.landed().await.unwrap_or_else(|| Err(ApiError::internal()))?))
        }
    }
}

async fn work(app: &App, caller: &Caller, asked: AnalyzeRequest) -> Outcome {
    let mount = app.repositories.find(&asked.reference, caller, asked.access_token.as_ref())?;
    app.analyst.analyze(mount, asked.reference).await
}
