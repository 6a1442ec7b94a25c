//! Many pull requests, as an asynchronous iterator of JavaScript's has them.

use std::sync::Arc;

use axiomo::background::{Feed, no_request};
use axiomo::{BatchOutcome, BatchProgress, CallOptions, CancelHandle, Client, Error};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::json;

use crate::bridge::{Arrival, Bridge, Kind};
use crate::client::{Prepared, request};
use crate::options::{count, length};

/// How a batch is to be done.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Shape {
    ordered: bool,
    concurrency: Option<f64>,
    deadline_ms: Option<f64>,
}

/// A batch, whose items are given when they are asked for.
#[napi]
pub struct NativeBatch {
    client: u32,
    batch: Arc<tokio::sync::Mutex<axiomo::Batch<Prepared>>>,
    /// Ends what is under way, once nobody wants more results.
    closing: CancelHandle,
    feed: Feed<Prepared>,
    progress: BatchProgress,
}

impl NativeBatch {
    pub(crate) fn new(client: &Client, number: u32, shape: &Shape, left: Option<u32>) -> Result<Self, Error> {
        let closing = CancelHandle::new();
        let client = client.with_options(CallOptions::new().cancel(&closing))?;
        let left = left.and_then(|left| usize::try_from(left).ok());
        let feed = Feed::new(&client, left);
        let mut batch = client.analyze_stream(feed.items());
        if shape.ordered {
            batch = batch.ordered();
        }
        if let Some(most) = count("concurrency", shape.concurrency)? {
            batch = batch.concurrency(usize::try_from(most).unwrap_or(usize::MAX));
        }
        if let Some(longest) = length("deadlineMs", shape.deadline_ms)? {
            batch = batch.deadline(longest);
        }
        let progress = batch.progress();
        Ok(Self { client: number, batch: Arc::new(tokio::sync::Mutex::new(batch)), closing, feed, progress })
    }
}

#[napi]
impl NativeBatch {
    /// Asks for the next result, which comes under the call's number; items are asked for under the batch's.
    #[napi]
    pub fn next(&self, bridge: &Bridge, call: u32, batch: u32) {
        let asking = Arc::downgrade(&bridge.shared);
        self.feed.asked_by(move || {
            if let Some(bridge) = asking.upgrade() {
                bridge.add(Arrival::new(Kind::Feed, batch));
            }
        });
        let shared = Arc::clone(&self.batch);
        bridge.begin(call, self.client, async move {
            let item = shared.lock().await.next().await;
            let Some(item) = item else { return Arrival::new(Kind::Ended, call) };
            let index = number(item.index);
            match item.outcome {
                BatchOutcome::Analyzed(analysis) => Arrival::of(call, Ok(*analysis)).with([index, 0]),
                BatchOutcome::Failed(error) => Arrival::of(call, Err(error)).with([index, 0]),
                BatchOutcome::Repeated { first } => Arrival::new(Kind::Repeated, call).with([index, number(first)]),
            }
        });
    }

    /// Gives an item that was asked for: an address, or a request in JSON.
    #[napi]
    pub fn push(&self, text: String, is_address: bool) {
        self.feed.push(Prepared(request(&text, is_address, None)));
    }

    /// Gives an item that cannot be a request by its type.
    #[napi]
    pub fn push_other(&self, found: String) {
        self.feed.push(Prepared(Err(no_request(&found))));
    }

    /// There are no more items.
    #[napi]
    pub fn end(&self) {
        self.feed.end();
    }

    /// The source waits for something itself.
    #[napi]
    pub fn wait(&self) {
        self.feed.wait();
    }

    /// Ends what is under way.
    #[napi]
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// How far it is, in JSON.
    #[napi]
    pub fn progress(&self) -> String {
        let snapshot = self.progress.snapshot();
        let eta_ms = snapshot.eta.map(|eta| eta.as_secs_f64() * 1e3);
        let (done, failed, waiting) = (snapshot.done, snapshot.failed, snapshot.waiting);
        json!({"done": done, "failed": failed, "waiting": waiting, "etaMs": eta_ms}).to_string()
    }
}

/// An item's place; nobody has as many items as do not fit.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
