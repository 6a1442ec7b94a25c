mod counting;
mod told;

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axiomo_model::ErrorKind;
use futures::executor::LocalPool;
use futures::task::LocalSpawnExt as _;
use proptest::prelude::*;

use super::*;
use crate::response::WaitReason;
use crate::testing::VirtualClock;
use crate::{Error, Permit, Priority, Withdrawn};

/// A limiter, and the time at it.
struct Setup {
    limiter: RateLimiter,
    time: VirtualClock,
}

impl Setup {
    fn new(limit: u32) -> Self {
        let time = VirtualClock::new();
        Self { limiter: RateLimiter::new(limit).clock(time.clone(), 1), time }
    }

    fn acquire(&self, max_wait: u64) -> Result<Permit, Error> {
        let mut acquire = pin!(self.limiter.acquire(Priority::Single, self.time.now() + seconds(max_wait)));
        match acquire.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => Err(Error::local(ErrorKind::Cancelled, "it would have to wait")),
        }
    }

    /// A request that leaves at once, and is not answered.
    fn send(&self) -> Permit {
        let permit = self.acquire(0).unwrap();
        permit.sent().unwrap();
        permit
    }

    /// So many requests, as fast as may be.
    fn send_many(&self, count: usize) {
        for _ in 0..count {
            drop(self.send());
            self.time.advance(milliseconds_of(30));
        }
    }

    /// How many could leave at this very moment, were they not spaced out.
    fn free(&self) -> u64 {
        let RateLimiterSnapshot { limit, own, others, .. } = self.limiter.snapshot();
        limit.saturating_sub(own + others)
    }
}

fn seconds(length: u64) -> Duration {
    Duration::from_secs(length)
}

fn milliseconds_of(length: u64) -> Duration {
    Duration::from_millis(length)
}

fn told(limit: u64, remaining: u64) -> RateLimitReading {
    RateLimitReading { limit: Some(limit), remaining: Some(remaining), ..RateLimitReading::default() }
}

fn wish(length: u64) -> RateLimitReading {
    RateLimitReading { retry_after: Some(seconds(length)), remaining: Some(0), ..RateLimitReading::default() }
}

#[test]
fn a_limit_beyond_all_measure_is_borne() {
    let setup = Setup::new(60);
    setup.limiter.set_pacing(Pacing::Off);
    let (sent, granted) = (setup.send(), setup.acquire(0).unwrap());
    sent.complete(200, told(u64::MAX, 0));
    granted.sent().unwrap();
    granted.complete(200, RateLimitReading::default());
    assert_eq!(setup.limiter.snapshot().own, 2);
}

#[test]
fn refusals_of_what_was_under_way_together_are_one() {
    let setup = Setup::new(60);
    setup.limiter.set_pacing(Pacing::Off);
    let paused_for = || setup.limiter.snapshot().paused_for;
    for permit in [(); 7].map(|()| setup.send()) {
        permit.complete(429, RateLimitReading::default());
    }
    assert_eq!(paused_for(), Some(seconds(1)));
    for length in [2, 4] {
        setup.time.advance(paused_for().unwrap());
        setup.send().complete(429, RateLimitReading::default());
        assert_eq!(paused_for(), Some(seconds(length)), "the one that went alone was refused");
    }
}

#[test]
fn a_wait_outside_a_runtime_is_an_error() {
    let limiter = RateLimiter::new(1);
    let acquire = || {
        let latest = limiter.shared.clock.now() + seconds(600);
        futures::executor::block_on(limiter.acquire(Priority::Single, latest))
    };
    let _permit = acquire().unwrap();
    let error = acquire().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("Tokio"), "{error}");
    assert_eq!(limiter.snapshot().waiting, 0);
}

#[test]
fn a_unit_is_free_again_a_window_and_the_allowance_after_its_request_left() {
    let setup = Setup::new(3);
    let began = setup.time.elapsed();
    setup.send_many(3);
    let error = setup.acquire(10).unwrap_err();
    assert_eq!((error.kind(), error.is_local(), error.queue_depth()), (ErrorKind::RateLimited, true, Some(0)));
    let left = (began + milliseconds_of(60_250)).saturating_sub(setup.time.elapsed());
    assert_eq!(error.retry_after(), Some(left));
    setup.time.advance(left.saturating_sub(milliseconds_of(1)));
    assert_eq!(setup.free(), 0);
    setup.time.advance(milliseconds_of(1));
    assert_eq!(setup.free(), 1, "the others left later");
    drop(setup.send());
}

#[test]
fn a_permit_that_is_not_used_costs_nothing_and_one_that_is_used_counts_whatever_becomes_of_it() {
    let setup = Setup::new(10);
    let permit = setup.acquire(0).unwrap();
    assert_eq!(setup.free(), 9, "counted from the grant");
    drop(permit);
    assert_eq!(setup.free(), 10);
    setup.time.advance(seconds(1));
    let permit = setup.send();
    permit.unsent();
    assert_eq!(setup.free(), 10, "it surely never left");
    setup.time.advance(seconds(1));
    drop(setup.send());
    assert_eq!(setup.free(), 9, "cancelled after it left");
    setup.time.advance(milliseconds_of(60_249));
    assert_eq!(setup.free(), 9);
    setup.time.advance(milliseconds_of(1));
    assert_eq!(setup.free(), 10);
}

#[test]
fn a_permit_counts_from_when_its_request_left_and_not_from_the_grant() {
    let setup = Setup::new(10);
    let permit = setup.acquire(0).unwrap();
    setup.time.advance(seconds(100));
    assert_eq!(setup.free(), 9, "however long connecting takes");
    permit.sent().unwrap();
    setup.time.advance(seconds(60));
    assert_eq!(setup.free(), 9);
    permit.sent().unwrap();
    setup.time.advance(seconds(60));
    assert_eq!(setup.free(), 9, "told again, it left later");
    setup.time.advance(milliseconds_of(250));
    assert_eq!(setup.free(), 10);
}

#[test]
fn what_others_hold_is_owed_for_a_window_and_never_becomes_ours() {
    let setup = Setup::new(60);
    setup.send().complete(200, told(60, 20));
    assert_eq!(setup.free(), 20, "39 are somebody else's");
    setup.time.advance(seconds(1));
    setup.send().complete(200, told(60, 58));
    assert_eq!(setup.free(), 19, "a better reading adds no budget");
    setup.time.advance(seconds(1));
    setup.send().complete(401, told(10, 0));
    setup.time.advance(seconds(1));
    setup.send().complete(403, told(10, 0));
    assert_eq!(setup.free(), 17, "not the limit of whoever is let in");
    setup.time.advance(seconds(57) + milliseconds_of(250));
    assert_eq!(setup.free(), 57, "what is owed is over, and one of ours");
}

#[test]
fn a_debt_ends_early_when_the_service_says_so() {
    let setup = Setup::new(60);
    let reading = RateLimitReading { reset: Some(seconds(20)), ..told(60, 20) };
    setup.send().complete(200, reading);
    setup.time.advance(milliseconds_of(19_999));
    assert_eq!(setup.free(), 20);
    setup.time.advance(milliseconds_of(1));
    assert_eq!(setup.free(), 59);
}

#[test]
fn our_own_requests_are_no_debt_however_late_the_answers_are() {
    let setup = Setup::new(60);
    let slow = setup.send();
    setup.time.advance(milliseconds_of(30));
    setup.send_many(9);
    setup.time.advance(seconds(85));
    slow.complete(200, told(60, 50));
    let snapshot = setup.limiter.snapshot();
    assert_eq!((snapshot.own, snapshot.others), (0, 0), "the ten it was told of are in the log");
}

#[test]
fn a_lower_limit_holds_at_once_and_a_higher_one_when_two_answers_agree() {
    let setup = Setup::new(60);
    let limit = || setup.limiter.snapshot().limit;
    let answer = |permit: Permit, limit: u64| {
        permit.complete(200, told(limit, limit - 1));
        setup.time.advance(seconds(1));
    };
    let before_the_cut = [setup.acquire(0).unwrap(), {
        setup.time.advance(seconds(1));
        setup.acquire(0).unwrap()
    }];
    assert!(before_the_cut.iter().all(|permit| permit.sent().is_ok()));
    setup.time.advance(seconds(1));
    answer(setup.send(), 30);
    assert_eq!(limit(), 30);
    for permit in before_the_cut {
        answer(permit, 60);
    }
    assert_eq!(limit(), 30, "they left before the cut was known");
    answer(setup.send(), 60);
    assert_eq!(limit(), 30);
    answer(setup.send(), 90);
    assert_eq!(limit(), 30, "they do not agree");
    answer(setup.send(), 90);
    assert_eq!(limit(), 90);
}

#[test]
fn a_refusal_pauses_everybody_then_one_goes_ahead() {
    let setup = Setup::new(60);
    let (first, second) = (setup.send(), {
        setup.time.advance(seconds(1));
        setup.send()
    });
    first.complete(429, wish(30));
    second.complete(429, wish(5));
    assert_eq!(setup.acquire(29).unwrap_err().retry_after(), Some(seconds(30)), "never shortened");
    setup.time.advance(seconds(30));
    assert_eq!(setup.limiter.snapshot().paused_for, None);
    let probe = setup.send();
    setup.time.advance(seconds(20));
    assert_eq!(setup.acquire(30).unwrap_err().kind(), ErrorKind::Cancelled, "the others wait for its answer");
    probe.complete(200, RateLimitReading::default());
    setup.send().complete(429, wish(9));
    setup.time.advance(seconds(9));
    let probe = setup.acquire(0).unwrap();
    assert!(setup.acquire(1).is_err());
    drop(probe);
    setup.time.advance(seconds(2));
    let probe = setup.send();
    setup.time.advance(seconds(60));
    assert!(setup.acquire(0).is_ok(), "an answer that never comes is not waited for longer than a window");
    drop(probe);
}

#[test]
fn a_permit_that_was_not_used_before_a_refusal_is_withdrawn() {
    let setup = Setup::new(60);
    let refused = setup.send();
    setup.time.advance(seconds(1));
    let (early, late) = (setup.acquire(0).unwrap(), {
        setup.time.advance(seconds(1));
        setup.acquire(0).unwrap()
    });
    refused.complete(429, wish(30));
    assert!(!early.is_withdrawn());
    assert_eq!(early.sent(), Err(Withdrawn));
    assert!(early.is_withdrawn());
    drop(early);
    setup.time.advance(seconds(30));
    let probe = setup.acquire(0).unwrap();
    assert_eq!(late.sent(), Err(Withdrawn), "before the answer of the one that goes ahead");
    assert_eq!(probe.sent(), Ok(()));
    probe.complete(200, RateLimitReading::default());
    assert_eq!(late.sent(), Ok(()), "the queue goes on");
}

#[test]
fn a_request_of_which_a_part_left_counts_though_it_was_not_to_leave() {
    let setup = Setup::new(60);
    let refused = setup.send();
    setup.time.advance(seconds(1));
    let held_back = setup.acquire(0).unwrap();
    refused.complete(429, wish(30));
    assert_eq!(held_back.sent(), Err(Withdrawn));
    assert!(!held_back.has_left());
    held_back.left_anyway();
    assert!(held_back.has_left());
    drop(held_back);
    assert_eq!(setup.limiter.snapshot().own, 2, "the service may count it");
}

#[test]
fn the_refusal_of_an_earlier_request_lets_no_second_probe_leave() {
    let setup = Setup::new(60);
    let first = setup.send();
    setup.time.advance(seconds(1));
    let second = setup.send();
    first.complete(429, wish(1));
    setup.time.advance(seconds(1));
    let probe = setup.send();
    second.complete(429, wish(3));
    setup.time.advance(seconds(3));
    assert!(setup.acquire(0).is_err(), "the probe's answer is still waited for");
    probe.complete(200, RateLimitReading::default());
    assert!(setup.acquire(0).is_ok());
}

#[test]
fn a_probe_that_is_given_up_ends_no_later_pause() {
    let setup = Setup::new(60);
    setup.send().complete(429, wish(1));
    setup.time.advance(seconds(1));
    let old = setup.send();
    setup.time.advance(seconds(60));
    setup.send().complete(429, wish(5));
    setup.time.advance(seconds(5));
    let probe = setup.send();
    setup.time.advance(seconds(2));
    old.complete(200, RateLimitReading::default());
    assert!(setup.acquire(1).is_err(), "the newer probe is still under way");
    probe.complete(200, RateLimitReading::default());
    assert!(setup.acquire(1).is_ok());
}

#[test]
fn whoever_never_leaves_leaves_no_gap() {
    let setup = Setup::new(60);
    setup.limiter.set_pacing(Pacing::Smooth);
    for give_up in [drop, Permit::unsent] {
        drop(setup.send());
        setup.time.advance(seconds(2));
        give_up(setup.acquire(0).unwrap());
        drop(setup.send());
        assert!(setup.acquire(0).is_err(), "and the next one keeps its distance");
        setup.time.advance(seconds(2));
    }
}

#[test]
fn no_limit_is_left_unused_by_spacing() {
    for (limit, pacing) in [(2_400, Pacing::Eager), (6_000, Pacing::Eager), (6_000, Pacing::Smooth)] {
        let setup = Setup::new(limit);
        setup.limiter.set_pacing(pacing);
        let mut sent = 0;
        while setup.time.elapsed() < milliseconds_of(60_250) {
            if let Ok(permit) = setup.acquire(0) {
                permit.sent().unwrap();
                sent += 1;
            }
            setup.time.advance(Duration::from_micros(500));
        }
        assert!(sent * 100 >= limit * 94, "{limit} {pacing:?}: {sent}");
    }
}

#[test]
fn refusals_that_do_not_say_how_long_are_answered_with_longer_and_longer_pauses() {
    let setup = Setup::new(60);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        setup.send().complete(429, RateLimitReading::default());
        let pause = setup.limiter.snapshot().paused_for.unwrap();
        pauses.push(pause.as_secs());
        setup.time.advance(pause);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    setup.send().complete(200, RateLimitReading::default());
    setup.time.advance(seconds(2));
    setup.send().complete(429, RateLimitReading::default());
    assert_eq!(setup.limiter.snapshot().paused_for, Some(seconds(1)));
}

#[test]
fn no_refusal_pauses_longer_than_a_day() {
    let setup = Setup::new(60);
    setup.send().complete(429, wish(365 * 24 * 3600));
    assert_eq!(setup.limiter.snapshot().paused_for, Some(seconds(24 * 3600)));
}

#[test]
fn a_refusal_that_is_not_explained_spreads_requests_out_for_ten_windows() {
    let spacing = |setup: &Setup| {
        drop(setup.send());
        let error = setup.acquire(0).unwrap_err();
        error.retry_after().unwrap()
    };
    let setup = Setup::new(60);
    let eager = spacing(&setup);
    assert!(eager >= milliseconds_of(20) && eager <= milliseconds_of(30), "{eager:?}");
    setup.time.advance(seconds(1));
    setup.send().complete(429, wish(1));
    setup.time.advance(seconds(1));
    setup.send().complete(200, RateLimitReading::default());
    setup.time.advance(seconds(2));
    assert_eq!(spacing(&setup), seconds(60) / 60 + milliseconds_of(250) / 60);
    setup.time.advance(seconds(600));
    assert!(spacing(&setup) <= milliseconds_of(30));

    let explained = Setup::new(4);
    explained.send_many(3);
    explained.send().complete(429, wish(60));
    explained.time.advance(seconds(61));
    explained.send().complete(200, RateLimitReading::default());
    explained.time.advance(seconds(1));
    assert!(spacing(&explained) <= milliseconds_of(30));
}

#[test]
fn without_pacing_only_refusals_are_obeyed() {
    let setup = Setup::new(1);
    setup.limiter.set_pacing(Pacing::Off);
    for _ in 0..10 {
        drop(setup.send());
    }
    setup.send().complete(429, wish(3));
    assert!(setup.acquire(2).is_err());
}

#[test]
fn a_high_limit_holds_nobody_up() {
    let setup = Setup::new(60_000);
    drop(setup.send());
    setup.time.advance(milliseconds_of(2));
    drop(setup.send());
}

#[test]
fn retries_are_a_share_of_the_limit() {
    for (limit, expected) in [(60, 12), (10, 3), (1, 3)] {
        let setup = Setup::new(limit);
        assert_eq!((0..50).filter(|_| setup.limiter.may_retry()).count(), expected, "{limit}");
        setup.time.advance(seconds(60));
        assert!(setup.limiter.may_retry());
    }
}

/// Those who wait, each in the order of his coming, and when and by whom units were got.
struct Waiters {
    setup: Setup,
    pool: LocalPool,
    got: std::rc::Rc<std::cell::RefCell<Vec<(usize, Duration)>>>,
}

impl Waiters {
    fn new(limit: u32) -> Self {
        Self { setup: Setup::new(limit), pool: LocalPool::new(), got: std::rc::Rc::default() }
    }

    fn add(&self, name: usize, priority: Priority) -> futures::future::RemoteHandle<()> {
        let (limiter, time, got) = (self.setup.limiter.clone(), self.setup.time.clone(), self.got.clone());
        let latest = time.now() + seconds(1_000_000);
        let wait = async move {
            let permit = limiter.acquire(priority, latest).await.unwrap();
            permit.sent().unwrap();
            got.borrow_mut().push((name, time.elapsed()));
        };
        self.pool.spawner().spawn_local_with_handle(wait).unwrap()
    }

    /// Lets everything happen until so much time has passed.
    fn run(&mut self, length: Duration) {
        let end = self.setup.time.elapsed() + length;
        loop {
            self.pool.run_until_stalled();
            match self.setup.time.next_due() {
                Some(next) if self.setup.time.elapsed() + next <= end => self.setup.time.advance(next),
                _ => break,
            }
        }
        self.setup.time.advance(end.saturating_sub(self.setup.time.elapsed()));
        self.pool.run_until_stalled();
    }

    fn order(&self) -> Vec<usize> {
        self.got.borrow().iter().map(|(name, _)| *name).collect()
    }
}

#[test]
fn whoever_comes_first_goes_first_and_the_whole_quota_is_used() {
    let mut waiters = Waiters::new(10);
    let _handles: Vec<_> = (0..50).map(|name| waiters.add(name, Priority::Single)).collect();
    waiters.run(seconds(300));
    assert_eq!(waiters.order(), (0..50).collect::<Vec<_>>());
    for (index, (_, at)) in waiters.got.borrow().iter().enumerate() {
        let due = milliseconds_of(60_250) * u32::try_from(index / 10).unwrap();
        assert!(*at >= due && *at <= due + milliseconds_of(400), "{index}: {at:?}");
    }
}

#[test]
fn a_batch_gets_every_fifth_unit() {
    let mut waiters = Waiters::new(60);
    let _handles: Vec<_> =
        (0..40).map(|name| waiters.add(name, if name < 20 { Priority::Batch } else { Priority::Single })).collect();
    waiters.run(seconds(60));
    let order = waiters.order();
    assert_eq!(order.len(), 40);
    // The first one came when nobody was there.
    for five in order[1..21].chunks(5) {
        assert_eq!(five.iter().filter(|name| **name < 20).count(), 1, "{order:?}");
    }
}

#[test]
fn whoever_is_cancelled_gives_his_place_to_the_next_at_once() {
    let mut waiters = Waiters::new(10);
    let mut handles: Vec<_> = (0..100).map(|name| waiters.add(name, Priority::Single)).collect();
    waiters.run(seconds(1));
    assert_eq!(waiters.order().len(), 10);
    let kept = handles.split_off(90);
    drop(handles);
    waiters.run(seconds(60));
    assert_eq!(waiters.order()[10..], (90..100).collect::<Vec<_>>());
    drop(kept);
}

#[test]
fn one_who_sleeps_through_his_turn_holds_up_nobody() {
    let mut waiters = Waiters::new(10);
    let _first: Vec<_> = (0..10).map(|name| waiters.add(name, Priority::Single)).collect();
    waiters.run(seconds(1));
    let limiter = waiters.setup.limiter.clone();
    let latest = waiters.setup.time.now() + seconds(1000);
    let mut asleep: Pin<Box<dyn Future<Output = _>>> = Box::pin(limiter.acquire(Priority::Single, latest));
    assert!(asleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let _others: Vec<_> = (10..15).map(|name| waiters.add(name, Priority::Single)).collect();
    waiters.run(seconds(61));
    assert_eq!(waiters.order()[10..], (10..15).collect::<Vec<_>>());
    drop(asleep);
}

#[test]
fn after_a_pause_the_first_in_the_queue_goes_ahead_whoever_looks_first() {
    for pacing in [Pacing::Eager, Pacing::Smooth, Pacing::Off] {
        let setup = Setup::new(60);
        setup.limiter.set_pacing(pacing);
        setup.send().complete(429, wish(30));
        let latest = setup.time.now() + seconds(100);
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(setup.limiter.acquire(Priority::Single, latest))).collect();
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.iter_mut().all(|waiter| waiter.as_mut().poll(&mut context).is_pending()));
        setup.time.advance(seconds(30));
        for number in [2, 1] {
            assert!(waiting[number].as_mut().poll(&mut context).is_pending(), "{pacing:?} {number}");
        }
        assert!(waiting[0].as_mut().poll(&mut context).is_ready(), "{pacing:?}");
    }
}

#[test]
fn a_longer_pause_is_told_at_once_to_whoever_cannot_wait_so_long() {
    let setup = Setup::new(60);
    let (first, second) = (setup.send(), {
        setup.time.advance(seconds(1));
        setup.send()
    });
    first.complete(429, wish(30));
    let hasty_latest = setup.time.now() + seconds(45);
    let mut hasty = pin!(setup.limiter.acquire(Priority::Single, hasty_latest));
    let mut context = Context::from_waker(Waker::noop());
    assert!(hasty.as_mut().poll(&mut context).is_pending());
    setup.time.advance(seconds(10));
    second.complete(429, wish(50));
    let Poll::Ready(Err(error)) = hasty.as_mut().poll(&mut context) else { panic!("it still waits") };
    assert_eq!((error.is_local(), error.retry_after(), error.queue_depth()), (true, Some(seconds(50)), Some(0)));
}

proptest! {
    /// In whatever order they look, and however many units come free at one moment.
    #[test]
    fn who_came_first_leaves_first_and_a_batch_gets_every_fifth_unit(seed: u64, singles in 1..40_usize, batch in 1..20_usize) {
        let mut random = fastrand::Rng::with_seed(seed);
        let setup = Setup::new(50);
        setup.send().complete(200, told(50, 0));
        let mut priorities = vec![Priority::Single; singles];
        priorities.resize(singles + batch, Priority::Batch);
        random.shuffle(&mut priorities);
        let latest = setup.time.now() + seconds(1000);
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting: Vec<_> = priorities
            .iter()
            .enumerate()
            .map(|(number, priority)| (number, Box::pin(setup.limiter.acquire(*priority, latest))))
            .collect();
        for (_, waiter) in &mut waiting {
            prop_assert!(waiter.as_mut().poll(&mut context).is_pending());
        }
        let mut left: Vec<(usize, Permit)> = Vec::new();
        while !waiting.is_empty() {
            setup.time.advance(setup.time.next_due().unwrap_or(seconds(1)));
            random.shuffle(&mut waiting);
            waiting.retain_mut(|(number, waiter)| match waiter.as_mut().poll(&mut context) {
                Poll::Ready(Ok(permit)) => {
                    permit.sent().unwrap();
                    left.push((*number, permit));
                    false
                }
                _ => true,
            });
        }
        for wanted in [Priority::Single, Priority::Batch] {
            let order: Vec<usize> =
                left.iter().map(|(number, _)| *number).filter(|number| priorities[*number] == wanted).collect();
            prop_assert!(order.is_sorted(), "{order:?}");
        }
        let mut in_a_row = 0;
        let mut batch_left = batch;
        for (number, _) in &left {
            in_a_row = if priorities[*number] == Priority::Batch { 0 } else { in_a_row + 1 };
            batch_left -= usize::from(in_a_row == 0);
            prop_assert!(in_a_row <= 4 || batch_left == 0, "{in_a_row} single calls in a row");
        }
    }

    /// Whatever happens, no more than the limit leaves in any window.
    #[test]
    fn no_window_holds_more_than_the_limit(
        limit in 1..8_u32, seed: u64,
        steps in proptest::collection::vec((0..6_u8, 0..20_000_u64), 1..150),
    ) {
        let time = VirtualClock::new();
        let limiter = RateLimiter::new(limit).clock(time.clone(), seed);
        let setup = Setup { limiter, time };
        let mut permits: Vec<Permit> = Vec::new();
        let mut sent: Vec<Duration> = Vec::new();
        for (what, pause) in steps {
            setup.time.advance(milliseconds_of(pause));
            match what {
                0..=2 => {
                    if let Ok(permit) = setup.acquire(0) {
                        permit.sent().unwrap();
                        sent.push(setup.time.elapsed());
                        permits.push(permit);
                    }
                }
                3 => permits.truncate(permits.len() / 2),
                4 => drop(setup.acquire(0)),
                _ => {
                    if let Some(permit) = permits.pop() {
                        permit.complete(200, told(limit.into(), pause % (u64::from(limit) + 1)));
                    }
                }
            }
            let now = setup.time.elapsed();
            let recent = sent.iter().filter(|at| **at + milliseconds_of(60_250) > now).count();
            prop_assert!(recent <= limit as usize, "{} of {}", recent, limit);
        }
    }
}
