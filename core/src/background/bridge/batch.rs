use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::client::{Prepared, request};
use super::settings::{Language, count, length};
use super::{Arrival, Bridge, Kind};
use crate::background::{Feed, no_request};
use crate::batch::{Batch, BatchOutcome, BatchProgress};
use crate::cancel::CancelHandle;
use crate::client::Client;
use crate::error::Error;
use crate::options::CallOptions;

/// How a batch is to be done.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Shape {
    ordered: bool,
    concurrency: Option<f64>,
    deadline_ms: Option<f64>,
}

/// A batch, whose items are given when they are asked for.
pub struct BridgedBatch {
    client: u32,
    batch: Arc<tokio::sync::Mutex<Batch<Prepared>>>,
    /// Ends what is under way, once nobody wants more results.
    closing: CancelHandle,
    feed: Feed<Prepared>,
    progress: BatchProgress,
}

impl BridgedBatch {
    pub(super) fn new(
        client: &Client,
        number: u32,
        shape: &Shape,
        left: Option<u32>,
        language: Language,
    ) -> Result<Self, Error> {
        let closing = CancelHandle::new();
        let client = client.with_options(CallOptions::new().cancel(&closing))?;
        let left = left.and_then(|left| usize::try_from(left).ok());
        let feed = Feed::new(&client, left);
        let mut batch = client.analyze_stream(feed.items());
        if shape.ordered {
            batch = batch.ordered();
        }
        if let Some(most) = count("concurrency", shape.concurrency, language)? {
            batch = batch.concurrency(usize::try_from(most).unwrap_or(usize::MAX));
        }
        if let Some(longest) = length("deadline", shape.deadline_ms, language)? {
            batch = batch.deadline(longest);
        }
        let progress = batch.progress();
        Ok(Self { client: number, batch: Arc::new(tokio::sync::Mutex::new(batch)), closing, feed, progress })
    }

    /// Asks for the next result, which comes under the call's number; items are asked for under the batch's.
    pub fn next(&self, bridge: &Arc<Bridge>, call: u32, batch: u32) {
        let asking = Arc::downgrade(bridge);
        self.feed.asked_by(move || {
            if let Some(bridge) = asking.upgrade() {
                bridge.add(Arrival::new(Kind::Feed, batch));
            }
        });
        let (shared, language) = (Arc::clone(&self.batch), bridge.language);
        bridge.begin(call, self.client, async move {
            let item = shared.lock().await.next().await;
            let Some(item) = item else { return Arrival::new(Kind::Ended, call) };
            let index = number(item.index);
            match item.outcome {
                BatchOutcome::Analyzed(analysis) => Arrival::of(call, Ok(*analysis), language).with([index, 0]),
                BatchOutcome::Failed(error) => Arrival::of(call, Err(error), language).with([index, 0]),
                BatchOutcome::Repeated { first } => Arrival::new(Kind::Repeated, call).with([index, number(first)]),
            }
        });
    }

    /// Gives an item that was asked for: an address, or a request in JSON.
    pub fn push(&self, text: &str, is_address: bool) {
        self.feed.push(Prepared(request(text, is_address, None)));
    }

    /// Gives an item that cannot be a request by its type.
    pub fn push_other(&self, found: &str) {
        self.feed.push(Prepared(Err(no_request(found))));
    }

    /// There are no more items.
    pub fn end(&self) {
        self.feed.end();
    }

    /// The source waits for something itself.
    pub fn wait(&self) {
        self.feed.wait();
    }

    /// Ends what is under way.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// How far it is, in JSON.
    #[must_use]
    pub fn progress(&self) -> String {
        let snapshot = self.progress.snapshot();
        let eta_ms = snapshot.eta.map(|eta| eta.as_secs_f64() * 1e3);
        let (done, failed, waiting) = (snapshot.done, snapshot.failed, snapshot.waiting);
        json!({"done": done, "failed": failed, "waiting": waiting, "etaMs": eta_ms}).to_string()
    }
}

impl fmt::Debug for BridgedBatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BridgedBatch").field("client", &self.client).finish_non_exhaustive()
    }
}

/// An item's place; nobody has as many items as do not fit.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
