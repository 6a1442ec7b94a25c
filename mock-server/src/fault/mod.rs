//! What scripts do to requests and their answers.

mod content;
mod draft;
mod edit;
mod headers;
mod http2;
mod plan;
mod redirect;
mod waiting;
mod wire;

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use h2::Reason;
use http::{Method, Request, Version};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body as HttpBody;

use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::port::Port;
use crate::script::{Fault, LastStream, RequestFault, reason};
pub(crate) use content::Content;
pub(crate) use draft::Draft;
pub(crate) use http2::goaway;
pub(crate) use plan::{Last, Plan, Segment};
pub(crate) use waiting::{Delay, Waiting};

/// Where a request came in.
pub(crate) struct Scene<'s> {
    pub(crate) app: &'s Arc<App>,
    pub(crate) port: &'s Port,
    pub(crate) waiting: Waiting,
}

/// What the connection is to do about a request.
pub(crate) enum Act {
    /// Give this answer.
    Answer(Draft),
    /// Give this answer, and take no more requests after it.
    WindDown(Draft),
    /// Give the head and so much of the body of this answer, and reset the stream.
    ResetAfter(Draft, u64, Reason),
    /// Reset the stream.
    Reset(Reason),
    /// Say that the connection takes no more requests, and end it.
    GoAway(LastStream, Reason),
    /// Write these bytes, and end the connection.
    TakeOver(Plan),
}

/// More than any client sends.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Does what a step says to one request.
pub(crate) async fn perform<B, F>(
    fault: &Fault,
    scene: &Scene<'_>,
    mut request: Request<B>,
    real: impl FnOnce(Request<B>) -> F,
) -> Act
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Response<Body>>,
{
    let is_http2 = request.version() == Version::HTTP_2;
    if let Err(message) = fits(fault, is_http2) {
        return Act::Answer(Draft::script_error(scene.app, &message));
    }
    match fault.request {
        Some(RequestFault::CloseAfterHead) => return Act::TakeOver(Plan::only(Last::Fin)),
        Some(RequestFault::ResetAfterHead) => return Act::TakeOver(Plan::only(Last::Reset)),
        Some(RequestFault::ResetAfterBytes(bytes)) => {
            read(request.body_mut(), bytes).await;
            return Act::TakeOver(Plan::only(Last::Reset));
        }
        Some(RequestFault::Stall) if is_http2 => {
            // Whoever waits lets go of the request when its client does.
            scene.waiting.forever().await;
            return Act::Reset(Reason::CANCEL);
        }
        Some(RequestFault::Stall) => return Act::TakeOver(Plan::only(Last::StallUnread)),
        Some(RequestFault::EarlyAnswer) | None => {}
    }
    let delay = Delay::new(fault.delay_ms, &scene.waiting);
    let authorization = request.headers().get(http::header::AUTHORIZATION).cloned();
    let method = request.method().clone();
    let drafted = if is_scripted(fault) {
        scripted(fault, scene, request, &delay).await
    } else {
        // It waits between its work and its head, so that what the head says of time is true.
        request.extensions_mut().insert(delay);
        Ok(Draft::of(real(request).await).await)
    };
    let changed = drafted.and_then(|mut draft| {
        if let Some(edit) = &fault.edit {
            draft.edit(edit)?;
        }
        if fault.echo_authorization {
            draft.echo(authorization.as_ref());
        }
        draft.pack(fault.huge_bytes, fault.compress)?;
        draft.change_headers(fault, scene.app.clock.time_of_day())?;
        Ok(draft)
    });
    match changed {
        Ok(draft) => act(fault, draft, &method, is_http2),
        Err(message) => Act::Answer(Draft::script_error(scene.app, &message)),
    }
}

/// Whether a step can be done at all.
fn fits(fault: &Fault, is_http2: bool) -> Result<(), String> {
    fault.check()?;
    if is_http2 && fault.wire.is_some() {
        return Err("`wire` is for HTTP/1.1, and this request came over HTTP/2; see `http2`".to_owned());
    }
    if is_http2 && fault.respond.as_ref().is_some_and(|answer| answer.status < 200) {
        return Err("a status below 200 is for HTTP/1.1, and this request came over HTTP/2".to_owned());
    }
    if !is_http2 && fault.http2.is_some() {
        return Err("`http2` is for HTTP/2, and this request came over HTTP/1.1; see `wire`".to_owned());
    }
    Ok(())
}

fn is_scripted(fault: &Fault) -> bool {
    fault.respond.is_some() || fault.redirect.is_some() || fault.request == Some(RequestFault::EarlyAnswer)
}

/// An answer that the server would not give by itself.
async fn scripted<B>(fault: &Fault, scene: &Scene<'_>, request: Request<B>, delay: &Delay) -> Result<Draft, String>
where
    B: HttpBody<Data = Bytes>,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let (head, body) = request.into_parts();
    let is_early = fault.request == Some(RequestFault::EarlyAnswer);
    let is_left = is_early || {
        let body = std::pin::pin!(Limited::new(body, LARGEST_BODY).collect());
        tokio::select! {
            read = body => read.is_err(),
            () = scene.app.clock.sleep(scene.app.body_timeout) => true,
        }
    };
    let mut draft = match (&fault.respond, &fault.redirect) {
        (Some(respond), _) => Draft::scripted(respond)?,
        (None, Some(redirect)) => redirect::draft(redirect, scene, &head.uri).await?,
        (None, None) => {
            let message = "the answer came before the body was read, as the script says";
            Draft::error(scene.app, &ApiError::new(Code::BodyTooLarge, message))
        }
    };
    if is_left && head.version != Version::HTTP_2 {
        draft.head.headers.insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    }
    delay.wait().await;
    draft.sign(scene.app);
    if let Some(respond) = &fault.respond {
        draft.set_headers(&respond.headers, scene.app.clock.time_of_day())?;
    }
    Ok(draft)
}

fn act(fault: &Fault, draft: Draft, method: &Method, is_http2: bool) -> Act {
    if !is_http2 && (fault.wire.is_some() || draft.head.status.is_informational()) {
        return Act::TakeOver(wire::plan(&fault.wire.clone().unwrap_or_default(), draft, method == Method::HEAD));
    }
    let Some(http2) = &fault.http2 else { return Act::Answer(draft) };
    let by_name = |name: &str| reason(name).unwrap_or(Reason::INTERNAL_ERROR);
    match (&http2.reset, &http2.goaway, http2.end_after) {
        (Some(reset), _, None) => Act::Reset(by_name(reset)),
        (Some(reset), _, Some(bytes)) => Act::ResetAfter(draft, bytes, by_name(reset)),
        (None, Some(goaway), _) if goaway.last_stream == LastStream::This && goaway.error == "NO_ERROR" => {
            Act::WindDown(draft)
        }
        (None, Some(goaway), _) => Act::GoAway(goaway.last_stream, by_name(&goaway.error)),
        (None, None, _) => Act::Answer(draft),
    }
}

/// Reads so many bytes of a body, or all of it.
async fn read<B: HttpBody<Data = Bytes> + Unpin>(body: &mut B, bytes: u64) {
    let mut left = bytes;
    while left > 0 {
        let Some(Ok(frame)) = body.frame().await else { return };
        left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
    }
}
