//! What is left of a request's body when its answer is ready.
//!
//! An answer that comes before the body was read (401, 429, 415 …) must not cost the client its
//! connection, nor get lost because the connection ends under what is still being sent. So a short rest
//! is read and dropped, and where the rest is long the answer says that the connection ends
//! (`Connection: close`, by which the connection knows to linger).

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT};
use http::{HeaderValue, Version};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::body::LARGEST;
use crate::app::App;

/// A request's body once everybody has let go of it.
#[derive(Clone)]
pub(super) struct Leftover {
    body: Arc<Mutex<Option<Body>>>,
    /// Whether it is read; otherwise the connection ends.
    is_short: bool,
}

impl Leftover {
    /// Keeps an eye on a request's body; none where there is nothing to keep it on.
    pub(super) fn watch(request: Request) -> Request {
        let is_http1 = request.version() <= Version::HTTP_11;
        if !is_http1 || request.body().is_end_stream() {
            return request;
        }
        let (mut parts, body) = request.into_parts();
        let declared = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        // Whoever expects a word before the body has not sent it, and reading it would be that word.
        let is_short = declared.is_some_and(|length: usize| length <= LARGEST) && !parts.headers.contains_key(EXPECT);
        let leftover = Self { body: Arc::default(), is_short };
        let watched = Watched { body: Some(body), leftover: leftover.clone() };
        parts.extensions.insert(leftover);
        Request::from_parts(parts, Body::new(watched))
    }

    /// Reads what is left. A second time changes nothing.
    pub(super) async fn settle(self, app: &App, response: &mut Response) {
        let Some(rest) = self.body.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        // Where the connection ends anyway, as after a body that did not come in time, nobody waits for the rest.
        let is_read = self.is_short
            && !response.headers().contains_key(CONNECTION)
            && tokio::select! {
                read = Limited::new(rest, LARGEST).collect() => read.is_ok(),
                () = app.clock.sleep(app.body_timeout) => false,
            };
        if !is_read {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// A body that is handed back when it is dropped before its end.
struct Watched {
    body: Option<Body>,
    leftover: Leftover,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        Pin::new(body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.leftover.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
