//! What a batch keeps of the items it has given. Alone in its program, whose memory it measures.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::time::Duration;

use axiomo::{BatchOutcome, Client, ErrorKind};

const ITEMS: usize = 400_000;

/// The memory of this process, in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn of_an_item_that_was_given_less_than_64_bytes_are_kept() {
    let client = Client::builder().base_url("http://127.0.0.1:1").build().unwrap();
    let items = (0..2 * ITEMS).map(|n| format!("https://github.com/owner/repo/pull/{}", n % ITEMS + 1));
    // With no time at all, nothing is sent and everything else is as ever.
    let mut batch = client.analyze_many(items).deadline(Duration::ZERO);
    let first = batch.next().await.unwrap();
    assert!(matches!(first.outcome, BatchOutcome::Failed(error) if error.kind() == ErrorKind::Timeout));
    let before = memory();
    for _ in 1..ITEMS {
        assert!(matches!(batch.next().await.unwrap().outcome, BatchOutcome::Failed(_)));
    }
    let kept = memory() - before;
    assert!(kept < 64 * ITEMS, "{} bytes an item", kept as f64 / ITEMS as f64);
    assert!(kept > 16 * ITEMS, "the measurement sees {kept} bytes only");
    for _ in 0..ITEMS {
        assert!(matches!(batch.next().await.unwrap().outcome, BatchOutcome::Repeated { .. }));
    }
    assert!(memory() - before < 64 * ITEMS, "what repeats another costs nothing");
    assert!(batch.next().await.is_none());
}
