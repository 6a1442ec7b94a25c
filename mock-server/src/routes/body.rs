//! Reading a request's body, within bounds.

use axum::extract::Request;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::Began;
use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::request::RequestError;

/// Far more than any request of the API needs.
pub(super) const LARGEST: usize = 64 * 1024;

/// The body of a request that says it is JSON.
pub(super) async fn json_body(app: &App, request: Request) -> Result<Bytes, ApiError> {
    check_type(request.headers())?;
    let too_large = || ApiError::new(Code::BodyTooLarge, format!("the body has more than {LARGEST} bytes"));
    let declared =
        request.headers().get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > LARGEST) {
        return Err(too_large());
    }
    let began = request.extensions().get::<Began>().map_or_else(|| app.clock.elapsed(), |began| began.0);
    let body = Limited::new(request.into_body(), LARGEST).collect();
    let collected = tokio::select! {
        collected = body => collected,
        () = app.clock.sleep_until(began.saturating_add(app.body_timeout)) => return Err(ApiError::request_timeout()),
    };
    match collected {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(ApiError::new(Code::MalformedJson, "the body ended early, or is not written as HTTP says")),
    }
}

/// `application/json`, or something that is written as JSON; nothing packed.
fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    let media_type = text(CONTENT_TYPE).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if !is_json {
        let message = "expected `Content-Type: application/json`";
        return Err(ApiError::new(Code::UnsupportedMediaType, message));
    }
    if text(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "expected a body that is not compressed";
        return Err(ApiError::new(Code::UnsupportedMediaType, message));
    }
    Ok(())
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::MalformedJson(_) => Self::new(Code::MalformedJson, error.to_string()),
            RequestError::Invalid(details) => Self::invalid(details),
        }
    }
}
