use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::partitions::{Partitions, State};
use super::{Admission, Limiter, Partition, Quota, Recovery, nanoseconds};

/// Two counts a partition, of this window and of the one before it, stand for a sliding log: a request
/// is admitted while `previous × (1 − elapsed ÷ window) + current` is below the limit.
///
/// The estimate is Cloudflare's. Windows begin at the multiples of their length since the moment that all
/// times count from, as with services that keep such counts in a shared store under a name made of the
/// window's number. A refused request does not count. The previous window's requests are taken for evenly
/// spread, which holds a burst against a client for longer than a log would: it may take nearly two
/// windows until the full quota is back.
#[derive(Debug, Default)]
pub struct SlidingWindowCounter {
    counts: Partitions<Counts>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Counts {
    opened: Duration,
    previous: u32,
    current: u32,
}

impl Counts {
    /// The counts as they are seen in the window of `now`.
    fn at(self, quota: Quota, now: Duration) -> Self {
        let opened = quota.window_start(now);
        if opened == self.opened {
            self
        } else if opened == self.opened.saturating_add(quota.window()) {
            Self { opened, previous: self.current, current: 0 }
        } else {
            Self { opened, previous: 0, current: 0 }
        }
    }

    /// The whole units of the estimate: below the limit exactly when the estimate is.
    fn spent(self, quota: Quota, now: Duration) -> u32 {
        let window = quota.window().as_nanos();
        let left = window.saturating_sub(now.saturating_sub(self.opened).as_nanos());
        let estimate = u128::from(self.previous) * left + u128::from(self.current) * window;
        u32::try_from(estimate / window).unwrap_or(u32::MAX)
    }

    /// The first moment at which the estimate is below so many units, of which there is at least one, if
    /// nothing more is admitted. It never rises, so that is when it has fallen far enough in this window
    /// or, if this window's own count is too much, in the next.
    fn below(self, units: u32, quota: Quota) -> Duration {
        let closes = self.opened.saturating_add(quota.window());
        let window = quota.window().as_nanos();
        let (count, room, end) = if self.current < units {
            (self.previous, units - self.current, closes)
        } else {
            (self.current, units, closes.saturating_add(quota.window()))
        };
        // What is left until the end must satisfy `count × left < room × window`.
        let too_much = (u128::from(room) * window).div_ceil(u128::from(count).max(1));
        end.saturating_sub(nanoseconds(too_much.saturating_sub(1)))
    }
}

impl State for Counts {
    fn is_idle(&self, window: Duration, now: Duration) -> bool {
        now >= self.opened.saturating_add(window).saturating_add(window)
    }
}

impl Limiter for SlidingWindowCounter {
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission {
        self.counts.update(partition, quota.window(), now, |counts, now| {
            *counts = counts.at(quota, now);
            let left = quota.limit().saturating_sub(counts.spent(quota, now));
            if left > 0 {
                counts.current += 1;
            }
            Admission { is_admitted: left > 0, remaining: left.saturating_sub(1) }
        })
    }

    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery {
        self.counts.read(partition, now, |counts, now| {
            let counts = counts.at(quota, now);
            match counts.spent(quota, now) {
                0 => Recovery::default(),
                spent => Recovery {
                    full: counts.below(1, quota).saturating_sub(now),
                    next: counts.below(spent.min(quota.limit()), quota).saturating_sub(now),
                },
            }
        })
    }

    fn forget(&self, partition: &Partition) {
        self.counts.forget(partition);
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        self.counts.save()
    }

    fn restore(&self, saved: Value) -> Result<(), serde_json::Error> {
        self.counts.restore(saved)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::laws::{address, flood};
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn partitions_without_a_count_in_two_windows_are_forgotten() {
        let limiter = SlidingWindowCounter::default();
        flood(&limiter);
        assert!(limiter.counts.len() < 40_000, "{}", limiter.counts.len());
        let counts = Counts { opened: 60 * SECOND, previous: 3, current: 7 };
        let is_idle = [179 * SECOND, 180 * SECOND].map(|now| counts.is_idle(60 * SECOND, now));
        assert_eq!(is_idle, [false, true]);
    }

    /// Cloudflare's own example: 42 requests in the minute before and 18 in the first quarter of this one
    /// make 49.5, and one more is let in under a limit of 50.
    #[test]
    fn the_previous_window_counts_by_what_is_left_of_it() {
        let limiter = SlidingWindowCounter::default();
        let quota = Quota::new(50, 60 * SECOND);
        let admit = |second| limiter.admit(&address(1), quota, second * SECOND);
        for _ in 0..42 {
            admit(30);
        }
        for _ in 0..17 {
            admit(75);
        }
        assert_eq!(admit(75), Admission { is_admitted: true, remaining: 1 });
        assert_eq!(admit(75), Admission { is_admitted: true, remaining: 0 });
        assert_eq!(admit(75), Admission { is_admitted: false, remaining: 0 });
        // When 44.285714285… s of the minute are left, 19 + 42 × 44.28… ÷ 60 is 50.
        let next = limiter.recovery(&address(1), quota, 75 * SECOND).next;
        assert_eq!(next, Duration::from_nanos(714_285_715));
    }

    proptest! {
        /// In the plainest words: everything ever admitted, sorted into windows anew each time. Both
        /// sides of the comparison are multiplied by the window's length.
        #[test]
        fn admits_what_the_oracle_admits(
            limit in 1_u32..6, window in 1_u64..50,
            steps in prop::collection::vec((0_u64..20, 0_u32..3), 1..200),
        ) {
            let limiter = SlidingWindowCounter::default();
            let quota = Quota::new(limit, Duration::from_millis(window));
            let mut admitted: [Vec<u64>; 3] = Default::default();
            let mut now = 0;
            for (pause, who) in steps {
                now += pause;
                let admitted = &mut admitted[who as usize];
                let count = |admitted: &[u64], number: u64| {
                    admitted.iter().filter(|then| *then / window + number == now / window).count() as u64
                };
                let estimate = |admitted: &[u64]| {
                    count(admitted, 1) * (window - now % window) + count(admitted, 0) * window
                };
                let expected = estimate(admitted) < u64::from(limit) * window;
                if expected {
                    admitted.push(now);
                }
                // One further request after the other, until one is too much.
                let mut after = estimate(admitted);
                let mut remaining = 0;
                while after < u64::from(limit) * window {
                    after += window;
                    remaining += 1;
                }
                let seen = limiter.admit(&address(who), quota, Duration::from_millis(now));
                prop_assert_eq!(seen, Admission { is_admitted: expected, remaining });
            }
        }
    }
}
