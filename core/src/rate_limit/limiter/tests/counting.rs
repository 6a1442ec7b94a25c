//! What is counted, when it counts no more, and when somebody may leave for it.

use super::*;

/// What is known of a quota, kept in the plainest way.
#[derive(Default)]
struct Plain {
    limit: u64,
    sent: Vec<Duration>,
    debts: Vec<(u64, Duration)>,
}

impl Plain {
    fn own(&self, at: Duration) -> u64 {
        self.sent.iter().filter(|sent| **sent + milliseconds_of(60_250) > at).count() as u64
    }

    fn others(&self, at: Duration) -> u64 {
        self.debts.iter().filter(|(_, until)| *until > at).map(|(units, _)| *units).max().unwrap_or(0)
    }

    fn answered(&mut self, sent: Duration, reading: RateLimitReading, at: Duration) {
        let since = self.sent.iter().filter(|other| **other + milliseconds_of(60_250) > sent).count() as u64;
        let over = sent + milliseconds_of(60_250);
        let until = reading.reset.map_or(over, |reset| over.min(at + reset));
        self.debts.push((self.limit.saturating_sub(reading.remaining.unwrap() + since), until));
    }

    /// How long it takes until there is a unit.
    fn wait(&self, now: Duration) -> Duration {
        let ends = self.sent.iter().map(|sent| *sent + milliseconds_of(60_250));
        let moments = ends.chain(self.debts.iter().map(|(_, until)| *until)).chain([now]).filter(|at| *at >= now);
        let free = moments.filter(|at| self.own(*at) + self.others(*at) < self.limit).min().unwrap();
        free.saturating_sub(now)
    }
}

proptest! {
    #[test]
    fn what_is_counted_is_what_a_plain_list_counts(
        limit in 1..12_u64,
        steps in proptest::collection::vec((0..3_u8, 30..20_000_u64, 0..12_u64, proptest::option::of(0..90_u64)), 1..100),
    ) {
        let setup = Setup::new(u32::try_from(limit).unwrap());
        let mut plain = Plain { limit, ..Plain::default() };
        let mut waiting: VecDeque<(Permit, Duration)> = VecDeque::new();
        for (what, pause, remaining, reset) in steps {
            setup.time.advance(milliseconds_of(pause));
            let now = setup.time.elapsed();
            match what {
                0 => if let Some((permit, sent)) = waiting.pop_front() {
                    let reading = RateLimitReading { reset: reset.map(seconds), ..told(limit, remaining) };
                    plain.answered(sent, reading, now);
                    permit.complete(200, reading);
                },
                _ => match setup.acquire(0) {
                    Ok(permit) => {
                        prop_assert_eq!(plain.wait(now), Duration::ZERO);
                        permit.sent().unwrap();
                        plain.sent.push(now);
                        waiting.push_back((permit, now));
                    }
                    Err(error) => prop_assert_eq!(error.retry_after(), Some(plain.wait(now))),
                },
            }
            let snapshot = setup.limiter.snapshot();
            prop_assert_eq!((snapshot.own, snapshot.others), (plain.own(now), plain.others(now)));
        }
    }
}

#[test]
fn whoever_comes_is_told_what_those_before_him_leave() {
    let setup = Setup::new(3);
    let began = setup.time.elapsed();
    for _ in 0..3 {
        drop(setup.send());
        setup.time.advance(seconds(10));
    }
    let latest = setup.time.now() + seconds(1000);
    let mut waiting: Vec<Pin<Box<dyn Future<Output = _>>>> = Vec::new();
    let mut told = Vec::new();
    for _ in 0..8 {
        let error = setup.acquire(0).unwrap_err();
        assert_eq!(error.queue_depth(), Some(waiting.len()));
        told.push((error.retry_after().unwrap() + setup.time.elapsed()).saturating_sub(began));
        waiting.push(Box::pin(setup.limiter.acquire(Priority::Single, latest)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.last_mut().unwrap().as_mut().poll(&mut context).is_pending());
    }
    let window = milliseconds_of(60_250);
    let first: Vec<Duration> = [0, 10, 20].map(|at| window + seconds(at)).into();
    let expected: Vec<Duration> = (0..3).flat_map(|round| first.iter().map(move |at| *at + window * round)).collect();
    assert_eq!(told, expected[..8]);
}

#[test]
fn a_permit_that_is_not_used_yet_may_be_used_at_the_last_moment() {
    let setup = Setup::new(1);
    let permit = setup.acquire(0).unwrap();
    setup.time.advance(seconds(7));
    assert_eq!(setup.acquire(0).unwrap_err().retry_after(), Some(milliseconds_of(60_250)));
    drop(permit);
}

#[test]
fn whoever_is_behind_somebody_who_waits_for_permits_leaves_a_distance_after_him() {
    let setup = Setup::new(2);
    let first = setup.acquire(0).unwrap();
    setup.time.advance(milliseconds_of(30));
    let permits = [first, setup.acquire(0).unwrap()];
    let latest = setup.time.now() + seconds(100);
    let mut waiting = pin!(setup.limiter.acquire(Priority::Single, latest));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    setup.time.advance(seconds(7));
    // However late the permits are used, he is first.
    assert_eq!(setup.acquire(0).unwrap_err().retry_after(), Some(milliseconds_of(60_250 + 20)));
    drop(permits);
}

#[test]
fn who_gives_up_leaves_nothing_behind() {
    let setup = Setup::new(1);
    let permit = setup.acquire(0).unwrap();
    assert_eq!(setup.acquire(100).unwrap_err().kind(), ErrorKind::Cancelled, "it waited");
    drop(permit);
    assert!(setup.acquire(0).is_ok(), "there is nobody to wait for");
}

#[test]
fn when_the_first_gives_up_late_the_second_goes_before_the_third() {
    let setup = Setup::new(60);
    setup.send().complete(429, wish(30));
    let latest = setup.time.now() + seconds(100);
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(setup.limiter.acquire(Priority::Single, latest))).collect();
    assert!(waiting.iter_mut().all(|waiter| waiter.as_mut().poll(&mut context).is_pending()));
    setup.time.advance(seconds(35));
    drop(waiting.remove(0));
    assert!(waiting[1].as_mut().poll(&mut context).is_pending());
    assert!(waiting[0].as_mut().poll(&mut context).is_ready());
}

#[test]
fn without_pacing_all_leave_at_once_when_a_pause_is_over() {
    let setup = Setup::new(1);
    setup.limiter.set_pacing(Pacing::Off);
    setup.send().complete(429, wish(30));
    let latest = setup.time.now() + seconds(100);
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(setup.limiter.acquire(Priority::Single, latest))).collect();
    assert!(waiting.iter_mut().all(|waiter| waiter.as_mut().poll(&mut context).is_pending()));
    setup.time.advance(seconds(30));
    let Poll::Ready(Ok(probe)) = waiting.remove(0).as_mut().poll(&mut context) else { panic!("it still waits") };
    probe.sent().unwrap();
    probe.complete(200, RateLimitReading::default());
    assert!(waiting.iter_mut().rev().all(|waiter| waiter.as_mut().poll(&mut context).is_ready()));
}

#[test]
fn chance_adds_up_to_half_to_the_distance_and_takes_nothing() {
    let distances: Vec<Duration> = (0..200)
        .map(|seed| {
            let time = VirtualClock::new();
            let setup = Setup { limiter: RateLimiter::new(60).clock(time.clone(), seed), time };
            drop(setup.send());
            setup.acquire(0).unwrap_err().retry_after().unwrap()
        })
        .collect();
    let (least, most) = (distances.iter().min().unwrap(), distances.iter().max().unwrap());
    assert!(*least >= milliseconds_of(20) && *least < milliseconds_of(21), "{least:?}");
    assert!(*most > milliseconds_of(29) && *most <= milliseconds_of(30), "{most:?}");
}

#[test]
fn the_distance_is_half_of_what_a_high_limit_allows_and_all_of_it_where_requests_are_spread_out() {
    for (limit, pacing, distance) in [
        (6_000, Pacing::Eager, milliseconds_of(5)),
        (6_000, Pacing::Smooth, Duration::from_micros(60_250) / 6),
        (1, Pacing::Off, Duration::ZERO),
    ] {
        let time = VirtualClock::new();
        let setup = Setup { limiter: RateLimiter::new(limit).pacing(pacing).clock(time.clone(), 1), time };
        drop(setup.send());
        let wait = setup.acquire(0).map_or_else(|error| error.retry_after().unwrap(), |_| Duration::ZERO);
        assert!(wait >= distance && wait <= distance * 3 / 2, "{limit} {pacing:?}: {wait:?}");
    }
}

#[test]
fn requests_are_spread_out_for_exactly_ten_windows() {
    let setup = Setup::new(60);
    setup.send().complete(429, wish(1));
    setup.time.advance(seconds(1));
    setup.send().complete(200, RateLimitReading::default());
    for (at, is_spread_out) in [(599_999, true), (600_000, false)] {
        setup.time.advance(milliseconds_of(at).saturating_sub(setup.time.elapsed()));
        let permit = setup.send();
        let wait = setup.acquire(0).unwrap_err().retry_after().unwrap();
        assert_eq!(wait > milliseconds_of(30), is_spread_out, "{at}: {wait:?}");
        permit.unsent();
    }
}

#[test]
fn what_others_hold_explains_a_refusal() {
    let setup = Setup::new(3);
    let (first, second) = (setup.send(), {
        setup.time.advance(milliseconds_of(30));
        setup.send()
    });
    first.complete(200, told(3, 0));
    second.complete(429, wish(1));
    setup.time.advance(seconds(61));
    setup.send().complete(200, RateLimitReading::default());
    setup.time.advance(seconds(1));
    drop(setup.send());
    assert!(setup.acquire(0).unwrap_err().retry_after().unwrap() <= milliseconds_of(30));
}

#[test]
fn after_a_refusal_what_others_hold_is_free_when_it_says_so() {
    let setup = Setup::new(60);
    setup.send().complete(429, RateLimitReading { reset: Some(seconds(40)), ..wish(20) });
    setup.time.advance(milliseconds_of(19_999));
    assert_eq!(setup.limiter.snapshot().others, 59);
    setup.time.advance(milliseconds_of(1));
    assert_eq!(setup.limiter.snapshot().others, 0);
}

#[test]
fn a_limit_that_is_told_again_is_no_cut() {
    let setup = Setup::new(60);
    let permits = [0; 3].map(|_| {
        setup.time.advance(milliseconds_of(30));
        setup.send()
    });
    for (permit, limit) in permits.into_iter().rev().zip([60, 90, 90]) {
        permit.complete(200, told(limit, limit - 3));
    }
    assert_eq!(setup.limiter.snapshot().limit, 90);
}

#[test]
fn why_somebody_has_to_wait_is_told() {
    let setup = Setup::new(1);
    let began = setup.time.now();
    setup.send().complete(429, wish(10));
    for (at, why, wait) in [(9, "asked to be left alone", 51_250), (10, "is used up", 50_250)] {
        setup.time.advance((began + seconds(at)).saturating_duration_since(setup.time.now()));
        let error = setup.acquire(0).unwrap_err();
        assert_eq!(error.retry_after(), Some(milliseconds_of(wait)));
        assert!(error.message().contains(why), "{at}: {error}");
    }
}

#[test]
fn a_retry_counts_for_a_window() {
    let setup = Setup::new(1);
    assert_eq!((0..9).filter(|_| setup.limiter.may_retry()).count(), 3);
    setup.time.advance(milliseconds_of(59_999));
    assert!(!setup.limiter.may_retry());
    setup.time.advance(milliseconds_of(1));
    assert!(setup.limiter.may_retry());
}

#[test]
fn a_limiter_is_idle_when_nobody_has_it_and_it_knows_nothing() {
    let setup = Setup::new(60);
    assert!(setup.limiter.is_idle());
    let another = setup.limiter.clone();
    assert!(!setup.limiter.is_idle(), "somebody has it");
    drop(another);
    drop(setup.send());
    assert!(!setup.limiter.is_idle(), "a request counts");
    setup.time.advance(seconds(61));
    assert!(setup.limiter.is_idle());
    setup.send().complete(429, wish(100));
    setup.time.advance(seconds(61));
    assert!(!setup.limiter.is_idle(), "the service wants to be left alone");
}

#[test]
fn how_long_somebody_waited_and_why_is_told() {
    let setup = Setup::new(1);
    let permit = setup.send();
    assert_eq!(permit.waited(), None);
    let latest = setup.time.now() + seconds(1000);
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(setup.limiter.acquire(Priority::Single, latest))).collect();
    assert!(waiting.iter_mut().all(|waiter| waiter.as_mut().poll(&mut context).is_pending()));
    let mut last = permit;
    for (waiter, waited) in waiting.iter_mut().zip([(60_250, WaitReason::Pacing), (2 * 60_250, WaitReason::Queue)]) {
        setup.time.advance(milliseconds_of(60_250));
        let Poll::Ready(Ok(permit)) = waiter.as_mut().poll(&mut context) else { panic!("it still waits") };
        assert_eq!(permit.waited(), Some((milliseconds_of(waited.0), waited.1)));
        permit.sent().unwrap();
        last = permit;
    }
    last.complete(429, wish(100));
    let mut refused = pin!(setup.limiter.acquire(Priority::Single, latest));
    assert!(refused.as_mut().poll(&mut context).is_pending());
    setup.time.advance(seconds(100));
    let Poll::Ready(Ok(permit)) = refused.as_mut().poll(&mut context) else { panic!("it still waits") };
    assert_eq!(permit.waited(), Some((seconds(100), WaitReason::Penalty)));
}

#[test]
fn whose_turn_comes_at_the_last_moment_gets_it() {
    let setup = Setup::new(1);
    drop(setup.send());
    let latest = setup.time.now() + milliseconds_of(60_250);
    let mut context = Context::from_waker(Waker::noop());
    let mut acquire = pin!(setup.limiter.acquire(Priority::Single, latest));
    assert!(acquire.as_mut().poll(&mut context).is_pending());
    setup.time.advance(milliseconds_of(60_250));
    assert!(matches!(acquire.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
}
