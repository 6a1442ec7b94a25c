//! What the rate limiter itself takes: for a call that need not wait, and for waiters that give up.

use std::hint::black_box;
use std::task::{Context, Waker};
use std::time::Duration;

use anyhow::ensure;
use axiomo::{Priority, RateLimitReading, RateLimiter};
use serde::Serialize;

use crate::clock;
use crate::measure::microseconds;

/// More than anybody waits here.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// Units a minute that nobody uses up, so that nobody waits.
const PLENTY: u32 = i32::MAX.unsigned_abs();

/// What calls took that need not wait: to get a permit, to tell that the request leaves, and to tell of its
/// answer.
#[derive(Serialize)]
pub(crate) struct Taken {
    /// For each round, the time of one call.
    rounds_us: Vec<f64>,
}

/// What it took to cancel many and few waiters, in turns.
#[derive(Serialize)]
pub(crate) struct Cancelled {
    many_us: Vec<f64>,
    few_us: Vec<f64>,
}

pub(crate) async fn acquire(calls: u32, rounds: usize) -> anyhow::Result<Taken> {
    let mut reading = RateLimitReading::default();
    (reading.limit, reading.remaining) = (Some(PLENTY.into()), Some(u64::from(PLENTY) - 1));
    let mut rounds_us = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let limiter = RateLimiter::new(PLENTY);
        let began = clock::now();
        let latest = began + YEAR;
        for _ in 0..calls {
            let permit = limiter.acquire(Priority::Single, latest).await?;
            ensure!(permit.waited().is_none(), "somebody waited");
            permit.sent()?;
            permit.complete(200, black_box(reading));
        }
        rounds_us.push(microseconds(clock::now() - began) / f64::from(calls.max(1)));
    }
    Ok(Taken { rounds_us })
}

/// Lets so many wait for a unit that is used up, and then none of them any more, the first to come first.
pub(crate) async fn cancel(many: usize, few: usize, rounds: usize) -> anyhow::Result<Cancelled> {
    let mut cancelled = Cancelled { many_us: Vec::new(), few_us: Vec::new() };
    for _ in 0..rounds {
        cancelled.few_us.push(microseconds(cancel_all(few).await?));
        cancelled.many_us.push(microseconds(cancel_all(many).await?));
    }
    Ok(cancelled)
}

async fn cancel_all(count: usize) -> anyhow::Result<Duration> {
    let limiter = RateLimiter::new(1);
    let latest = clock::now() + YEAR;
    let permit = limiter.acquire(Priority::Single, latest).await?;
    permit.sent()?;
    let mut waiters = Vec::with_capacity(count);
    for _ in 0..count {
        let mut waiter = Box::pin(limiter.acquire(Priority::Single, latest));
        let polled = waiter.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        ensure!(polled.is_pending(), "somebody did not have to wait");
        waiters.push(waiter);
    }
    ensure!(limiter.snapshot().waiting == count, "{} of {count} wait", limiter.snapshot().waiting);
    let began = clock::now();
    drop(waiters);
    let took = clock::now() - began;
    ensure!(limiter.snapshot().waiting == 0, "{} still wait", limiter.snapshot().waiting);
    drop(permit);
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn as_many_rounds_are_measured_as_asked_for() {
        assert_eq!(run(acquire(1_000, 3)).unwrap().rounds_us.len(), 3);
        let cancelled = run(cancel(200, 20, 2)).unwrap();
        assert_eq!((cancelled.many_us.len(), cancelled.few_us.len()), (2, 2));
    }
}
