//! The errors of the API: one shape for all of them.

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

/// What went wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    MalformedJson,
    InvalidApiKey,
    Forbidden,
    NotFound,
    RepositoryNotFound,
    PullRequestNotFound,
    ScanNotFound,
    KeyNotFound,
    MethodNotAllowed,
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    UnsupportedHost,
    RateLimited,
    InternalError,
    Overloaded,
    RepositoryUnreadable,
    StoreUnavailable,
    /// A test asks for what cannot be done.
    ScriptError,
}

impl Code {
    const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::InvalidApiKey => "invalid_api_key",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RepositoryNotFound => "repository_not_found",
            Self::PullRequestNotFound => "pull_request_not_found",
            Self::ScanNotFound => "scan_not_found",
            Self::KeyNotFound => "key_not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedHost => "unsupported_host",
            Self::RateLimited => "rate_limited",
            Self::InternalError => "internal_error",
            Self::Overloaded => "overloaded",
            Self::RepositoryUnreadable => "repository_unreadable",
            Self::StoreUnavailable => "store_unavailable",
            Self::ScriptError => "script_error",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson => StatusCode::BAD_REQUEST,
            Self::InvalidApiKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound
            | Self::RepositoryNotFound
            | Self::PullRequestNotFound
            | Self::ScanNotFound
            | Self::KeyNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidRequest | Self::UnsupportedHost => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::InternalError | Self::ScriptError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded | Self::RepositoryUnreadable | Self::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// One thing that is wrong with a request, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The member's name, `$` for the whole body, or the name of a header.
    pub path: String,
    /// What is wrong with it, and what was expected.
    pub message: String,
}

impl Detail {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// An error as the API answers it. What it says never repeats a secret.
#[derive(Debug, Clone)]
pub(crate) struct ApiError(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    code: Code,
    message: String,
    details: Vec<Detail>,
    /// A header that belongs to the status.
    header: Option<(HeaderName, HeaderValue)>,
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Parts { code, message: message.into(), details: Vec::new(), header: None }))
    }

    fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.0.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    pub(crate) fn invalid(details: Vec<Detail>) -> Self {
        let message = details.iter().map(|detail| format!("{}: {}", detail.path, detail.message));
        let mut error = Self::new(Code::InvalidRequest, message.collect::<Vec<_>>().join("; "));
        error.0.details = details;
        error
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(Code::InvalidApiKey, message).with_header(WWW_AUTHENTICATE, "Bearer")
    }

    pub(crate) fn method_not_allowed(allowed: &'static str) -> Self {
        Self::new(Code::MethodNotAllowed, format!("this address takes {allowed}")).with_header(ALLOW, allowed)
    }

    /// There is more to do than will be done soon.
    pub(crate) fn overloaded() -> Self {
        let message = "as many analyses wait as the server lets wait; try again in a moment";
        Self::new(Code::Overloaded, message).with_header(RETRY_AFTER, "1")
    }

    /// A body that did not come; the rest of it may still be under way, so the connection ends.
    pub(crate) fn request_timeout() -> Self {
        let message = "the body of the request did not come in time";
        Self::new(Code::RequestTimeout, message).with_header(CONNECTION, "close")
    }

    /// Something that should not happen; the server's own log says what.
    pub(crate) fn internal() -> Self {
        Self::new(Code::InternalError, "the server failed; its own log says more")
    }

    #[cfg(test)]
    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    pub(crate) fn as_str(&self) -> &'static str {
        self.0.code.as_str()
    }

    /// The answer's body.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'e> {
            error: Error<'e>,
            request_id: &'e str,
        }
        #[derive(Serialize)]
        struct Error<'e> {
            code: &'static str,
            message: &'e str,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            details: &'e [Detail],
        }
        let error = Error { code: self.0.code.as_str(), message: &self.0.message, details: &self.0.details };
        serde_json::to_vec(&Body { error, request_id }).unwrap_or_default()
    }
}

/// The body is written where the request's id is known: the error travels there beside the response.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some((name, value)) = self.0.header.clone() {
            headers.insert(name, value);
        }
        let mut response = (self.0.code.status(), headers).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
