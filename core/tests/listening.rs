//! Who is told what, where several parts of a program listen.
//!
//! The test is alone in its program, whose subscriber the listeners set.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axiomo::background::{Feed, Listener};
use axiomo::{Client, Pacing};
use support::{ANALYSIS, RawServer, URL, answer};
use tracing::Instrument;
use tracing::level_filters::LevelFilter;

/// Whose requests it was told of, and which of no call they are.
fn requests(listener: &Listener) -> Vec<(u32, u64)> {
    listener.take().iter().filter(|told| told.name == "request").map(|told| (told.owner, told.number)).collect()
}

#[tokio::test]
async fn each_is_told_of_its_own_calls_alone_those_of_batches_included() {
    let (whole, one, other) = (Listener::whole_program(), Listener::of_a_part(), Listener::of_a_part());
    let rung = Arc::new(AtomicUsize::new(0));
    let ringing = Arc::clone(&rung);
    one.on_event(move || {
        ringing.fetch_add(1, Ordering::Relaxed);
    });
    let server = RawServer::choosing(|_| answer(200, &[], ANALYSIS)).await;
    let client = Client::builder().base_url(server.base_url()).anonymous().pacing(Pacing::Off).build().unwrap();
    client.analyze(URL).await.unwrap();
    assert!(whole.take().is_empty(), "nobody listens yet");

    for listener in [&whole, &one, &other] {
        listener.want(LevelFilter::DEBUG);
    }
    let (third, ninth) = (NonZeroU32::new(3).unwrap(), NonZeroU32::new(9).unwrap());
    client.analyze(URL).await.unwrap();
    client.analyze(URL).into_future().instrument(one.owner(third)).await.unwrap();
    let feed = Feed::new(&client, Some(1));
    let mut batch = client.analyze_stream(feed.items());
    feed.push(URL);
    feed.end();
    while batch.next().instrument(other.owner(ninth)).await.is_some() {}
    // What is of no call that belongs to somebody is told to everybody, who can tell that it is the same.
    let of_nobody = requests(&whole);
    assert!(matches!(of_nobody[..], [(0, 1..)]), "{of_nobody:?}");
    assert_eq!(requests(&one), [of_nobody[0], (3, 0)]);
    assert_eq!(requests(&other), [of_nobody[0], (9, 0)]);
    assert_eq!(rung.load(Ordering::Relaxed), 1, "once, since nobody took anything meanwhile");

    one.want(LevelFilter::INFO);
    client.analyze(URL).into_future().instrument(one.owner(third)).await.unwrap();
    assert!(one.take().is_empty(), "a request is no more than a detail");
    one.want(LevelFilter::DEBUG);
    for _ in 0..2100 {
        client.analyze(URL).into_future().instrument(one.owner(third)).await.unwrap();
    }
    let (kept, left_out) = (one.take().len(), one.take_left_out());
    assert_eq!(kept, 2048);
    assert!(left_out >= 2100 - 2048 && one.take_left_out() == 0, "{left_out}");
    one.end();
    client.analyze(URL).into_future().instrument(one.owner(third)).await.unwrap();
    assert!(one.take().is_empty() && whole.take().is_empty(), "it ended");
}
