//! The limits, and the headers that tell of them, around the routes that count.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::leftover::Leftover;
use crate::api_error::{ApiError, Code};
use crate::app::App;
use crate::connection::Peer;
use crate::fault::Delay;
use crate::limit::{self, Shown, Stamp};
use crate::repositories::Caller;

/// Authentication comes first: a bad key is told so even when its address has nothing left.
pub(super) async fn limited(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = app.client_address(peer.0.ip(), request.headers());
    let rules = app.enforced.rules();
    let identified = app.identify(request.headers(), client, &rules);
    let admission = rules.admit(&identified.partition, app.clock.elapsed());
    let recovery = || (rules.recovery(&identified.partition, app.clock.elapsed()), app.clock.time_of_day());
    let admitted_at = recovery();
    let leftover = request.extensions().get::<Leftover>().cloned();
    let delay = request.extensions().get::<Delay>().cloned();
    let is_refused = identified.caller.is_some() && !admission.is_admitted;
    let mut response = match &identified.caller {
        None => {
            drop(request);
            bad_key().into_response()
        }
        Some(caller) if is_refused => {
            drop(request);
            rate_limited(caller).into_response()
        }
        Some(caller) => {
            request.extensions_mut().insert(caller.clone());
            request.extensions_mut().insert(identified.partition.clone());
            next.run(request).await
        }
    };
    if let Some(leftover) = leftover {
        leftover.settle(&app, &mut response).await;
    }
    if let Some(delay) = delay {
        delay.wait().await;
    }
    let (recovery, at) = match rules.limits.stamp {
        Stamp::Answer => recovery(),
        Stamp::Admission => admitted_at,
    };
    let shown = Shown { quota: identified.quota, admission, recovery, at, is_refused };
    response.headers_mut().extend(limit::headers(&shown, rules.limits.reset_format, rules.limits.reset_means));
    response
}

/// The same words for a key that never was, one that is revoked, and one that cannot be read.
pub(super) fn bad_key() -> ApiError {
    ApiError::unauthorized(
        "the API key is not valid; expected `Authorization: Bearer ax_…` with a key that is not revoked",
    )
}

fn rate_limited(caller: &Caller) -> ApiError {
    let who = match caller {
        Caller::User(_) => "this user's keys",
        Caller::Anonymous => "this address; a key has more",
    };
    let message = format!("the limit is used up for {who}; wait for what Retry-After says");
    ApiError::new(Code::RateLimited, message)
}
