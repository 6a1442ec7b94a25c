//! What a call tells those who watch it with tracing: the target `axiomo`, these events, and these fields alone.
//!
//! The test is alone in its program, whose subscriber it sets.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use axiomo::Client;
use axiomo::testing::VirtualClock;
use support::{ANALYSIS, RawServer, URL, answer};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<BTreeMap<&'static str, String>>>>);

impl<S: Subscriber> Layer<S> for Events {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "axiomo" {
            assert_eq!(*event.metadata().level(), Level::DEBUG);
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().push(fields.0);
        }
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

#[tokio::test]
async fn a_call_with_a_refused_attempt_tells_its_story() {
    let events = Events::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(events.clone())).unwrap();
    let refusal = [("x-request-id", "req-1"), ("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0")];
    let refusal = [&refusal[..], &[("x-ratelimit-reset", "12"), ("retry-after", "7")]].concat();
    let server = RawServer::start([
        answer(429, &refusal, ""),
        answer(200, &[("x-ratelimit-remaining", "59")], ANALYSIS),
        answer(200, &[], ANALYSIS),
    ])
    .await;
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    let client = Client::builder().base_url(server.base_url()).clock(clock).build().unwrap();
    client.analyze(URL).await.unwrap();
    client.scan("x").await.unwrap();

    let mut events = std::mem::take(&mut *events.0.lock().unwrap());
    let waited: u64 = events[2].insert("wait_ms", "some".to_owned()).unwrap().parse().unwrap();
    assert!((7000..=7700).contains(&waited), "{waited}");
    let analysis = [("http.request.method", "POST"), ("url.template", "/analyze")];
    let scan = [("http.request.method", "GET"), ("url.template", "/scans/{scan_id}")];
    let answered = [("duration_ms", "0"), ("sent", "yes")];
    let expected: [&[&[(&str, &str)]]; 7] = [
        &[&[("message", "rate_limit"), ("limit", "60"), ("remaining", "0"), ("reset_ms", "12000")]],
        &[
            &[("message", "request"), ("http.request.resend_count", "0"), ("http.response.status_code", "429")],
            &[("error.type", "rate_limited"), ("request_id", "req-1")],
            &analysis,
            &answered,
        ],
        &[&[("message", "retry"), ("error.type", "rate_limited"), ("wait_ms", "some"), ("reason", "retry_after")]],
        &[&[("message", "rate_limit"), ("remaining", "59")]],
        &[
            &[("message", "request"), ("http.request.resend_count", "1"), ("http.response.status_code", "200")],
            &analysis,
            &answered,
        ],
        // A refusal that nothing explains: from then on, the ten requests a minute are spread out.
        &[&[("message", "wait"), ("wait_ms", "6025"), ("reason", "pacing")]],
        &[
            &[("message", "request"), ("http.request.resend_count", "0"), ("http.response.status_code", "200")],
            &scan,
            &answered,
        ],
    ];
    let expected = expected.map(|parts| parts.concat().into_iter().map(|(name, value)| (name, value.to_owned())));
    let expected: Vec<BTreeMap<&str, String>> = expected.map(Iterator::collect).into();
    assert_eq!(events, expected);
}
