//! The limiter between threads, in many orders of what they do. No time passes unless a test lets it: whoever
//! is not woken waits for ever, which the scheduler notices.

use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Context;

use shuttle::future::block_on;
use shuttle::thread;

use super::super::lock::in_many_orders;
use super::*;
use crate::testing::VirtualClock;
use crate::{Permit, Priority};

const ORDERS: usize = 2_000;

fn limiter(limit: u32) -> (RateLimiter, VirtualClock) {
    let time = VirtualClock::new();
    (RateLimiter::new(limit).clock(time.clone(), 1), time)
}

fn wait(limiter: &RateLimiter, time: &VirtualClock, priority: Priority) -> Permit {
    let latest = time.now() + Duration::from_secs(1000);
    block_on(limiter.acquire(priority, latest)).unwrap()
}

/// Joins the queue if it has to, and leaves it at some moment.
fn give_up(limiter: &RateLimiter, time: &VirtualClock) {
    let latest = time.now() + Duration::from_secs(1000);
    let mut acquire = pin!(limiter.acquire(Priority::Single, latest));
    let _ = acquire.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    thread::yield_now();
}

fn join(threads: impl IntoIterator<Item = thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_unit_that_comes_back_wakes_whoever_waits() {
    in_many_orders(ORDERS, || {
        let (limiter, time) = limiter(1);
        let permit = wait(&limiter, &time, Priority::Single);
        let waiters = [Priority::Single, Priority::Batch, Priority::Single].map(|priority| {
            let (limiter, time) = (limiter.clone(), time.clone());
            thread::spawn(move || drop(wait(&limiter, &time, priority)))
        });
        drop(permit);
        join(waiters);
        assert_eq!((limiter.snapshot().own, limiter.snapshot().waiting, time.elapsed()), (0, 0, Duration::ZERO));
    });
}

#[test]
fn whoever_gives_up_holds_nobody_elses_wake_up() {
    in_many_orders(ORDERS, || {
        let (limiter, time) = limiter(1);
        let permit = wait(&limiter, &time, Priority::Single);
        let quitters: Vec<_> = (0..3)
            .map(|_| {
                let (limiter, time) = (limiter.clone(), time.clone());
                thread::spawn(move || give_up(&limiter, &time))
            })
            .collect();
        let waiter = {
            let (limiter, time) = (limiter.clone(), time.clone());
            thread::spawn(move || drop(wait(&limiter, &time, Priority::Batch)))
        };
        drop(permit);
        waiter.join().unwrap();
        join(quitters);
        assert_eq!((limiter.snapshot().own, limiter.snapshot().waiting, time.elapsed()), (0, 0, Duration::ZERO));
    });
}

#[test]
fn after_a_refusal_one_goes_ahead_and_its_answer_wakes_the_others() {
    in_many_orders(ORDERS, || {
        let (limiter, time) = limiter(60);
        limiter.set_pacing(Pacing::Off);
        let refused = wait(&limiter, &time, Priority::Single);
        refused.sent().unwrap();
        let reading = RateLimitReading { retry_after: Some(Duration::ZERO), ..RateLimitReading::default() };
        refused.complete(429, reading);
        let ahead = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..3)
            .map(|_| {
                let (limiter, time, ahead) = (limiter.clone(), time.clone(), Arc::clone(&ahead));
                thread::spawn(move || {
                    let permit = wait(&limiter, &time, Priority::Single);
                    // One that is first in the queue, is not woken in time, and so is overtaken, goes on.
                    permit.sent().unwrap();
                    if ahead.fetch_add(1, Relaxed) == 0 {
                        thread::yield_now();
                        assert_eq!(ahead.load(Relaxed), 1, "nobody follows before the answer");
                    }
                    permit.complete(200, RateLimitReading::default());
                })
            })
            .collect();
        join(callers);
        assert_eq!(time.elapsed(), Duration::ZERO);
    });
}

#[test]
fn no_more_leave_than_the_limit_and_everybody_leaves_in_time() {
    in_many_orders(ORDERS, || {
        let (limiter, time) = limiter(2);
        let left = Arc::new(Mutex::new(Vec::new()));
        let callers: Vec<_> = (0..5)
            .map(|number| {
                let (limiter, time, left) = (limiter.clone(), time.clone(), Arc::clone(&left));
                thread::spawn(move || {
                    let priority = if number % 2 == 0 { Priority::Single } else { Priority::Batch };
                    let permit = wait(&limiter, &time, priority);
                    // It leaves somewhere between the two.
                    let from = time.elapsed();
                    permit.sent().unwrap();
                    left.lock().unwrap().push((from, time.elapsed()));
                })
            })
            .collect();
        while left.lock().unwrap().len() < 5 {
            if let Some(length) = time.next_due() {
                time.advance(length);
            }
            thread::yield_now();
        }
        join(callers);
        let mut left = left.lock().unwrap();
        left.sort_unstable();
        for departures in left.windows(3) {
            let last = departures.iter().map(|(_, to)| *to).max().unwrap();
            assert!(last.saturating_sub(departures[0].0) >= Duration::from_secs(60), "{left:?}");
        }
    });
}
