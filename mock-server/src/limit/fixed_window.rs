use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Admission, Limiter, Partition, Quota, Recovery};

/// A window opens with a partition's first request and closes when its time is over; the next
/// request opens another one.
///
/// Partitions whose window is over are forgotten, so memory follows the partitions of the last window
/// and not those of all time.
#[derive(Debug)]
pub struct FixedWindow {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    windows: HashMap<Partition, Window>,
    /// How many windows there may be before those that are over are looked for.
    sweep_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened: Duration,
    used: u32,
}

/// Locks, so that threads seldom meet at one.
const SHARDS: usize = 16;
/// Fewer windows than these are not worth a look.
const FEW: usize = 64;

impl Default for FixedWindow {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::new() }
    }
}

impl FixedWindow {
    fn shard(&self, partition: &Partition) -> MutexGuard<'_, Shard> {
        let index = usize::try_from(self.hasher.hash_one(partition) % SHARDS as u64).unwrap_or_default();
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn partitions(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().windows.len()).sum()
    }
}

impl Window {
    fn is_over(&self, quota: Quota, now: Duration) -> bool {
        self.left(quota, now).is_zero()
    }

    fn left(&self, quota: Quota, now: Duration) -> Duration {
        self.opened.saturating_add(quota.window()).saturating_sub(now)
    }
}

impl Shard {
    /// Forgets the windows that are over, each time their number has doubled since the last look: the
    /// look costs each request little.
    fn sweep(&mut self, quota: Quota, now: Duration) {
        if self.windows.len() >= self.sweep_at.max(FEW) {
            self.windows.retain(|_, window| !window.is_over(quota, now));
            self.windows.shrink_to(self.windows.len() * 2);
            self.sweep_at = self.windows.len() * 2;
        }
    }
}

impl Limiter for FixedWindow {
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission {
        let mut shard = self.shard(partition);
        if !shard.windows.contains_key(partition) {
            shard.sweep(quota, now);
        }
        let window = match shard.windows.entry(partition.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Window { opened: now, used: 0 }),
        };
        if window.is_over(quota, now) {
            *window = Window { opened: now, used: 0 };
        }
        let is_admitted = window.used < quota.limit();
        if is_admitted {
            window.used += 1;
        }
        Admission { is_admitted, remaining: quota.limit().saturating_sub(window.used) }
    }

    /// All units come back at once, so the next one does when all do.
    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery {
        let left = self.shard(partition).windows.get(partition).map(|window| window.left(quota, now));
        let left = left.unwrap_or_default();
        Recovery { full: left, next: left }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn address(number: u32) -> Partition {
        Partition::Address(Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn partitions_whose_window_is_over_are_forgotten() {
        let limiter = FixedWindow::default();
        let quota = Quota::new(10, 60 * SECOND);
        for number in 0..100_000 {
            // A hundred new ones a second: 6,000 have an open window at any time.
            limiter.admit(&address(number), quota, SECOND * number / 100);
        }
        assert!(limiter.partitions() < 20_000, "{}", limiter.partitions());
    }

    #[test]
    fn no_limit_still_counts() {
        let limiter = FixedWindow::default();
        let quota = Quota::new(0, 60 * SECOND);
        let admitted = [1, 2, 3].map(|_| limiter.admit(&address(1), quota, SECOND).remaining);
        assert_eq!(admitted, [2_147_483_646, 2_147_483_645, 2_147_483_644]);
    }

    /// What the limiter should do, in the plainest words: it keeps every admitted request of the
    /// window that is open, and the moment the window closes.
    #[derive(Default)]
    struct Oracle {
        open_until: u64,
        admitted: Vec<u64>,
    }

    proptest! {
        #[test]
        fn admits_what_the_oracle_admits(
            limit in 1_u32..6, window in 1_u64..50,
            steps in prop::collection::vec((0_u64..20, 0_u32..3), 1..200),
        ) {
            let limiter = FixedWindow::default();
            let quota = Quota::new(limit, Duration::from_millis(window));
            let mut oracles: [Oracle; 3] = Default::default();
            let mut now = 0;
            for (pause, who) in steps {
                now += pause;
                let oracle = &mut oracles[who as usize];
                if now >= oracle.open_until {
                    *oracle = Oracle { open_until: now + window, admitted: Vec::new() };
                }
                let expected = oracle.admitted.len() < limit as usize;
                if expected {
                    oracle.admitted.push(now);
                }
                let moment = Duration::from_millis(now);
                let seen = limiter.admit(&address(who), quota, moment);
                let remaining = limit - u32::try_from(oracle.admitted.len()).unwrap();
                prop_assert_eq!(seen, Admission { is_admitted: expected, remaining });
                let left = Duration::from_millis(oracle.open_until - now);
                prop_assert_eq!(limiter.recovery(&address(who), quota, moment), Recovery { full: left, next: left });
                let later = Duration::from_millis(oracle.open_until);
                prop_assert_eq!(limiter.recovery(&address(who), quota, later), Recovery::default());
            }
        }
    }
}
