//! Requests that leave when it is their time, whether or not earlier ones were answered: a server that
//! falls behind shows it, where clients that wait for their answers would ask less.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Serialize;

use crate::clock;
use crate::measure::{microseconds, quantile};

/// What the requests took, from when each was to leave to the end of its answer.
#[derive(Serialize)]
pub(crate) struct Taken {
    median_us: f64,
    p99_us: f64,
    per_second: f64,
    failed: u64,
}

/// Asks for one scan after the other, at a rate.
pub(crate) async fn open(base_url: &str, scans: &Path, rate: u32, seconds: u32) -> anyhow::Result<Taken> {
    let key = std::env::var("AXIOMO_API_KEY").context("AXIOMO_API_KEY")?;
    let scans = std::fs::read_to_string(scans).with_context(|| scans.display().to_string())?;
    let addresses: Vec<reqwest::Url> =
        scans.lines().map(|id| format!("{base_url}/scans/{id}").parse()).collect::<Result<_, _>>()?;
    ensure!(!addresses.is_empty() && rate > 0, "nothing to ask for");
    // Fails only where a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let failed = Arc::new(AtomicU64::new(0));
    let count = u64::from(rate) * u64::from(seconds);
    let (took, mut latencies) = tokio::sync::mpsc::unbounded_channel();
    let began = clock::now();
    for (number, address) in (0..count).zip(addresses.iter().cycle()) {
        let due = began
            + Duration::from_secs(number / u64::from(rate))
            + Duration::from_secs(number % u64::from(rate)) / rate;
        clock::sleep_until(due).await;
        let request = client.get(address.clone()).bearer_auth(&key);
        let (took, failed) = (took.clone(), failed.clone());
        tokio::spawn(async move {
            let answer = async { request.send().await?.error_for_status()?.bytes().await };
            if answer.await.is_err() {
                failed.fetch_add(1, Ordering::Relaxed);
            }
            // The other end is open until all are counted.
            let _ = took.send(clock::now() - due);
        });
    }
    drop(took);
    let mut all = Vec::new();
    while let Some(latency) = latencies.recv().await {
        all.push(latency);
    }
    let whole = clock::now() - began;
    all.sort_unstable();
    Ok(Taken {
        median_us: microseconds(quantile(&all, 50)),
        p99_us: microseconds(quantile(&all, 99)),
        per_second: all.len() as f64 / whole.as_secs_f64(),
        failed: failed.load(Ordering::Relaxed),
    })
}
