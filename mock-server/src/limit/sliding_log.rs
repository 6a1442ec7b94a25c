use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::partitions::{Partitions, State};
use super::{Admission, Limiter, Partition, Quota, Recovery};

/// In no stretch of time as long as the window, wherever it begins, are more requests admitted than
/// there are units: each unit comes back exactly one window after it was taken.
///
/// Keeps the time of every admitted request of the last window, 16 bytes each.
#[derive(Debug, Default)]
pub struct SlidingLog {
    logs: Partitions<Log>,
}

/// When requests were admitted, the oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Log(VecDeque<Duration>);

impl Log {
    /// How many of the oldest do not count any more.
    fn expired(&self, window: Duration, now: Duration) -> usize {
        self.0.partition_point(|admitted| admitted.saturating_add(window) <= now)
    }
}

impl State for Log {
    fn is_idle(&self, window: Duration, now: Duration) -> bool {
        self.expired(window, now) == self.0.len()
    }
}

impl Limiter for SlidingLog {
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission {
        self.logs.update(partition, quota.window(), now, |log, now| {
            log.0.drain(..log.expired(quota.window(), now));
            let used = u32::try_from(log.0.len()).unwrap_or(u32::MAX);
            let left = quota.limit().saturating_sub(used);
            if left > 0 {
                log.0.push_back(now);
            }
            Admission { is_admitted: left > 0, remaining: left.saturating_sub(1) }
        })
    }

    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery {
        self.logs.read(partition, now, |log, now| {
            let until = |admitted: Option<&Duration>| {
                let freed = admitted.map(|admitted| admitted.saturating_add(quota.window()));
                freed.unwrap_or_default().saturating_sub(now)
            };
            let expired = log.expired(quota.window(), now);
            let used = log.0.len() - expired;
            // More than the limit are used when it has been lowered meanwhile: those above it come back
            // to nobody.
            let above = used.saturating_sub(usize::try_from(quota.limit()).unwrap_or(usize::MAX));
            Recovery { full: until(log.0.back()), next: until(log.0.get(expired + above)) }
        })
    }

    fn forget(&self, partition: &Partition) {
        self.logs.forget(partition);
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        self.logs.save()
    }

    fn restore(&self, saved: Value) -> Result<(), serde_json::Error> {
        self.logs.restore(saved)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::laws::{address, flood};
    use super::*;

    #[test]
    fn partitions_whose_units_are_all_back_are_forgotten() {
        let limiter = SlidingLog::default();
        flood(&limiter);
        assert!(limiter.logs.len() < 20_000, "{}", limiter.logs.len());
    }

    #[test]
    fn what_is_over_takes_no_memory() {
        let limiter = SlidingLog::default();
        let quota = Quota::new(0, Duration::from_secs(60));
        for second in 0..10_000 {
            limiter.admit(&address(1), quota, Duration::from_secs(second));
        }
        let room = limiter.logs.read(&address(1), Duration::ZERO, |log, _| log.0.capacity());
        assert!(room < 200, "{room}");
    }

    proptest! {
        /// In the plainest words: everything ever admitted, looked at anew each time.
        #[test]
        fn admits_what_the_oracle_admits(
            limit in 1_u32..6, window in 1_u64..50,
            steps in prop::collection::vec((0_u64..20, 0_u32..3), 1..200),
        ) {
            let limiter = SlidingLog::default();
            let quota = Quota::new(limit, Duration::from_millis(window));
            let mut admitted: [Vec<u64>; 3] = Default::default();
            let mut now = 0;
            for (pause, who) in steps {
                now += pause;
                let admitted = &mut admitted[who as usize];
                let count = |admitted: &[u64]| admitted.iter().filter(|then| *then + window > now).count();
                let expected = count(admitted) < limit as usize;
                if expected {
                    admitted.push(now);
                }
                let moment = Duration::from_millis(now);
                let seen = limiter.admit(&address(who), quota, moment);
                let remaining = limit - u32::try_from(count(admitted)).unwrap();
                prop_assert_eq!(seen, Admission { is_admitted: expected, remaining });
                let oldest = admitted.iter().find(|then| *then + window > now).unwrap();
                let newest = admitted.last().unwrap();
                let [full, next] = [newest, oldest].map(|then| Duration::from_millis(then + window - now));
                prop_assert_eq!(limiter.recovery(&address(who), quota, moment), Recovery { full, next });
            }
        }
    }
}
