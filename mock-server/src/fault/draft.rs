use std::collections::BTreeMap;
use std::time::SystemTime;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::BodyExt;

use super::content::Content;
use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::script::{Compress, Respond, Template};

/// An answer that is being made.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) head: http::response::Parts,
    pub(crate) content: Content,
}

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Draft {
    /// An answer of the server's own.
    pub(super) async fn of(response: Response<Body>) -> Self {
        let (mut head, body) = response.into_parts();
        head.headers.remove(CONTENT_LENGTH);
        // The server's own bodies are in memory, where reading does not fail.
        let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Self { head, content: Content::whole(bytes) }
    }

    /// The answer of a step, without its headers.
    pub(super) fn scripted(respond: &Respond) -> Result<Self, String> {
        let (kind, body) = match (&respond.json, &respond.text, &respond.base64) {
            (Some(json), _, _) => ("application/json", json.to_string().into()),
            (_, Some(text), _) => ("text/plain; charset=utf-8", Bytes::from(text.clone())),
            (_, _, Some(base64)) => {
                ("application/octet-stream", STANDARD.decode(base64).map_err(|error| error.to_string())?.into())
            }
            (None, None, None) => ("", Bytes::new()),
        };
        let mut draft = Self::empty(StatusCode::from_u16(respond.status).map_err(|error| error.to_string())?);
        if !kind.is_empty() {
            draft.head.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        draft.content = Content::whole(body);
        Ok(draft)
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = status;
        Self { head, content: Content::whole(Bytes::new()) }
    }

    /// An error in the API's shape.
    pub(super) fn error(app: &App, error: &ApiError) -> Self {
        let (mut head, _) = error.clone().into_response().into_parts();
        head.extensions.clear();
        let id = app.request_ids.next();
        let content = Content::whole(error.body(&id).into());
        head.headers.insert(REQUEST_ID, HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("")));
        Self { head, content }
    }

    /// The script asks for what cannot be done.
    pub(crate) fn script_error(app: &App, message: &str) -> Self {
        let mut draft = Self::error(app, &ApiError::new(Code::ScriptError, message));
        draft.sign(app);
        draft
    }

    /// Gives it the date, and an id if it has none.
    pub(super) fn sign(&mut self, app: &App) {
        let text = |text: String| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        let headers = &mut self.head.headers;
        headers.insert(DATE, text(httpdate::fmt_http_date(app.clock.time_of_day())));
        headers.entry(REQUEST_ID).or_insert_with(|| text(app.request_ids.next()));
    }

    /// Sets headers whose values may have places for moments.
    pub(super) fn set_headers(&mut self, headers: &BTreeMap<String, String>, now: SystemTime) -> Result<(), String> {
        for (name, template) in headers {
            let (name, value) = header(name, template, now)?;
            self.head.headers.insert(name, value);
        }
        Ok(())
    }

    pub(super) fn pack(&mut self, huge_bytes: Option<u64>, compress: Option<Compress>) -> Result<(), String> {
        let length = match compress {
            Some(Compress::BombBytes(length)) => Some(length),
            _ => huge_bytes,
        };
        let mut content = std::mem::replace(&mut self.content, Content::whole(Bytes::new()));
        if let Some(length) = length {
            content = Content::padded(&content.collect(), length)?;
        }
        self.content = match compress {
            None => content,
            Some(Compress::Gzip | Compress::BombBytes(_)) => content.packed(),
            Some(Compress::Corrupt) => {
                let mut packed = content.packed().collect().to_vec();
                // The second half, and with it the checksum at the end.
                let middle = packed.len() / 2;
                packed.iter_mut().skip(middle).for_each(|byte| *byte = !*byte);
                Content::whole(packed.into())
            }
        };
        if compress.is_some() {
            self.head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(())
    }
}

/// A header from what a script says.
pub(super) fn header(name: &str, template: &str, now: SystemTime) -> Result<(HeaderName, HeaderValue), String> {
    let value = Template::parse(template).map_err(|error| error.to_string())?.at(now);
    let name = name.parse().map_err(|error| format!("{name}: {error}"))?;
    let value = HeaderValue::from_str(&value).map_err(|error| format!("{value:?}: {error}"))?;
    Ok((name, value))
}
