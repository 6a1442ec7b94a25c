//! What holds of every limiter.

use std::net::Ipv4Addr;
use std::sync::Barrier;
use std::time::Duration;

use proptest::prelude::*;

use super::{Admission, FixedWindow, Gcra, Limiter, Partition, Quota, Recovery, SlidingLog, SlidingWindowCounter};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn address(number: u32) -> Partition {
    Partition::Address(Ipv4Addr::from_bits(number).into())
}

/// A request each of 100,000 partitions, a hundred of them a second: 6,000 have spent something in the
/// last minute at any time.
pub(super) fn flood(limiter: &dyn Limiter) {
    let quota = Quota::new(10, 60 * SECOND);
    for number in 0..100_000 {
        limiter.admit(&address(number), quota, SECOND * number / 100);
    }
}

type Make = fn() -> Box<dyn Limiter>;

const LIMITERS: [Make; 5] = [
    || Box::<FixedWindow>::default(),
    || Box::new(FixedWindow::aligned()),
    || Box::<SlidingLog>::default(),
    || Box::<SlidingWindowCounter>::default(),
    || Box::<Gcra>::default(),
];

#[test]
fn at_one_instant_as_many_are_admitted_as_there_are_units() {
    for limiter in LIMITERS.map(|make| make()) {
        let start = Barrier::new(8);
        let request = || limiter.admit(&address(1), Quota::new(60, 60 * SECOND), 100 * SECOND);
        let admissions: Vec<Admission> = std::thread::scope(|scope| {
            let begin = || {
                start.wait();
                (0..50).map(|_| request()).collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let (admitted, refused): (Vec<_>, Vec<_>) = admissions.into_iter().partition(|seen| seen.is_admitted);
        let mut remaining: Vec<u32> = admitted.iter().map(|seen| seen.remaining).collect();
        remaining.sort_unstable();
        assert_eq!(remaining, (0..60).collect::<Vec<_>>(), "{limiter:?}");
        assert!(refused.iter().all(|seen| seen.remaining == 0), "{limiter:?}");
    }
}

#[test]
fn no_limit_still_counts() {
    for limiter in LIMITERS.map(|make| make()) {
        let quota = Quota::new(0, 60 * SECOND);
        let admitted = [1, 2, 3].map(|_| limiter.admit(&address(1), quota, SECOND).remaining);
        assert_eq!(admitted, [2_147_483_646, 2_147_483_645, 2_147_483_644], "{limiter:?}");
    }
}

#[test]
fn nothing_is_forgotten_that_counts() {
    for limiter in LIMITERS.map(|make| make()) {
        let quota = Quota::new(1, 60 * SECOND);
        for number in 0..5_000 {
            limiter.admit(&address(number), quota, 60 * SECOND);
        }
        // Others come, just before the first units are back.
        let next = limiter.recovery(&address(1), quota, 60 * SECOND).next;
        let late = 60 * SECOND + next.saturating_sub(Duration::from_nanos(1));
        for number in 5_000..20_000 {
            limiter.admit(&address(number), quota, late);
        }
        let again = (0..5_000).filter(|number| limiter.admit(&address(*number), quota, late).is_admitted).count();
        assert_eq!(again, 0, "{limiter:?}");
    }
}

#[test]
fn the_longest_times_and_the_highest_limit_can_be_counted() {
    for limiter in LIMITERS.map(|make| make()) {
        let quota = Quota::new(u32::MAX, Duration::MAX);
        for now in [Duration::ZERO, Duration::MAX] {
            assert!(limiter.admit(&address(1), quota, now).is_admitted, "{limiter:?}");
            limiter.recovery(&address(1), quota, now);
        }
        let instant = Quota::new(1, Duration::ZERO);
        assert!(limiter.admit(&address(2), instant, SECOND).is_admitted, "{limiter:?}");
        assert!(limiter.recovery(&address(2), instant, SECOND).full <= Duration::from_nanos(2), "{limiter:?}");
    }
}

#[derive(Debug, Clone, Copy)]
struct Request {
    quota: Quota,
    at: Duration,
}

/// Requests of one partition that sees its limit changed once.
fn requests() -> impl Strategy<Value = Vec<Request>> {
    let steps = prop::collection::vec((0_u64..25, 0_u64..4), 1..40);
    (1_u32..6, 1_u32..6, 1_u64..40, steps, any::<prop::sample::Index>()).prop_map(
        |(limit, later_limit, window, steps, changed)| {
            let changed = changed.index(steps.len());
            let mut now = 0;
            let requests = steps.iter().enumerate().map(|(index, (pause, among))| {
                // Three of four come at once with the one before, so that units are used up.
                now += if *among == 0 { *pause } else { 0 };
                let limit = if index < changed { limit } else { later_limit };
                Request { quota: Quota::new(limit, Duration::from_nanos(window)), at: Duration::from_nanos(now) }
            });
            requests.collect()
        },
    )
}

fn replayed(make: Make, history: &[Request]) -> Box<dyn Limiter> {
    let limiter = make();
    for request in history {
        limiter.admit(&address(1), request.quota, request.at);
    }
    limiter
}

/// How many further requests would be admitted at a time, tried out on a limiter of its own.
fn left(make: Make, history: &[Request], at: Duration) -> u32 {
    let limiter = replayed(make, history);
    let quota = history.last().unwrap().quota;
    (0..=quota.limit()).find(|_| !limiter.admit(&address(1), quota, at).is_admitted).unwrap()
}

proptest! {
    /// So whoever waits for `next` after a refusal, and is alone, is admitted, and would not have been
    /// a nanosecond earlier.
    #[test]
    fn units_are_back_exactly_when_recovery_says(history in requests(), later in 0_u64..30) {
        for make in LIMITERS {
            let last = history.last().unwrap();
            let now = last.at + Duration::from_nanos(later);
            let limit = last.quota.limit();
            let limiter = replayed(make, &history);
            let seen = limiter.recovery(&address(1), last.quota, now);
            let left_at = |wait: u64| left(make, &history, now + Duration::from_nanos(wait));
            let left_now = left_at(0);
            let first = |enough: u32| Duration::from_nanos((0..100).find(|wait| left_at(*wait) >= enough).unwrap());
            let expected = Recovery { full: first(limit), next: first(limit.min(left_now + 1)) };
            prop_assert_eq!(seen, expected, "{:?}", limiter);
            let admission = limiter.admit(&address(1), last.quota, now);
            let remaining = left_now.saturating_sub(1);
            prop_assert_eq!(admission, Admission { is_admitted: left_now > 0, remaining }, "{:?}", limiter);
        }
    }

    /// Requests read the clock before they are counted, so they may be counted in another order.
    #[test]
    fn time_does_not_go_back(history in requests(), back in prop::collection::vec(0_u64..30, 40)) {
        for make in LIMITERS {
            let (limiter, in_order) = (make(), make());
            let mut latest = Duration::ZERO;
            for (Request { quota, at }, back) in history.iter().zip(&back) {
                let read = at.saturating_sub(Duration::from_nanos(*back));
                latest = latest.max(read);
                let seen = limiter.admit(&address(1), *quota, read);
                prop_assert_eq!(seen, in_order.admit(&address(1), *quota, latest), "{:?}", limiter);
                let seen = limiter.recovery(&address(1), *quota, read);
                prop_assert_eq!(seen, in_order.recovery(&address(1), *quota, latest), "{:?}", limiter);
            }
        }
    }
}
