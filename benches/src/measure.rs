//! What calls take.

use std::time::Duration;

use anyhow::ensure;
use serde::Serialize;

use crate::{FOCUS_FILES, clock};

/// What one call of a series took.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Taken {
    median_us: f64,
    p99_us: f64,
    /// The processor time of the client's process, divided by the calls.
    cpu_us: f64,
    per_second: f64,
}

/// Makes calls one after the other, and drops what each gives before the next.
///
/// A call gives the number of focus files it read, so that an answer which was not understood counts
/// as a failure.
pub(crate) async fn sequential(
    calls: usize,
    warm_up: usize,
    call: impl AsyncFn() -> anyhow::Result<usize>,
) -> anyhow::Result<Taken> {
    let checked = async || {
        let files = call().await?;
        ensure!(files == FOCUS_FILES, "{files} focus files were read of {FOCUS_FILES}");
        Ok(())
    };
    for _ in 0..warm_up {
        checked().await?;
    }
    let mut latencies = Vec::with_capacity(calls);
    let (began, processor_began) = (clock::now(), clock::processor_time());
    let mut last = began;
    for _ in 0..calls {
        checked().await?;
        let now = clock::now();
        latencies.push(now - last);
        last = now;
    }
    let processor_time = clock::processor_time().saturating_sub(processor_began);
    Ok(Taken::of(latencies, last - began, processor_time))
}

impl Taken {
    fn of(mut latencies: Vec<Duration>, whole: Duration, processor_time: Duration) -> Self {
        latencies.sort_unstable();
        let calls = latencies.len().max(1) as f64;
        Self {
            median_us: microseconds(quantile(&latencies, 50)),
            p99_us: microseconds(quantile(&latencies, 99)),
            cpu_us: microseconds(processor_time) / calls,
            per_second: calls / whole.as_secs_f64(),
        }
    }
}

/// The smallest value that so many in a hundred do not exceed.
pub(crate) fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

pub(crate) fn microseconds(length: Duration) -> f64 {
    length.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_summed_up() {
        let latencies = (1..=200).rev().map(Duration::from_micros).collect();
        let taken = Taken::of(latencies, Duration::from_secs(2), Duration::from_millis(20));
        assert_eq!(taken, Taken { median_us: 100.0, p99_us: 198.0, cpu_us: 100.0, per_second: 100.0 });
    }
}
