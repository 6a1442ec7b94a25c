use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::partitions::{Partitions, State};
use super::{Admission, Limiter, Partition, Quota, Recovery, nanoseconds};

/// The generic cell rate algorithm: units come back one by one, `window ÷ limit` apart, and a whole
/// limit of them can be taken at once.
///
/// The second of the two equivalent forms in ITU-T I.371, the continuous-state leaky bucket. Levels are
/// kept in units × nanoseconds, in which one unit is a window and a nanosecond drains the limit, so that
/// nothing is rounded whatever the limit. When the limit is lowered, the bucket holds no more than the
/// new one.
#[derive(Debug, Default)]
pub struct Gcra {
    buckets: Partitions<Bucket>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Bucket {
    /// How full it was when the last request was admitted.
    #[serde(with = "as_text")]
    level: u128,
    /// When that was.
    at: Duration,
}

/// A level may be more than a number in JSON can be.
mod as_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(level: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(level)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Bucket {
    fn level(self, quota: Quota, now: Duration) -> u128 {
        let drained = now.saturating_sub(self.at).as_nanos() * u128::from(quota.limit());
        self.level.min(capacity(quota)).saturating_sub(drained)
    }
}

fn capacity(quota: Quota) -> u128 {
    quota.window().as_nanos() * u128::from(quota.limit())
}

/// The whole units that fit above a level.
fn left(level: u128, quota: Quota) -> u32 {
    u32::try_from((capacity(quota) - level) / quota.window().as_nanos()).unwrap_or(u32::MAX)
}

impl State for Bucket {
    /// A full bucket drains in one window, whatever the limit.
    fn is_idle(&self, window: Duration, now: Duration) -> bool {
        now >= self.at.saturating_add(window)
    }
}

impl Limiter for Gcra {
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission {
        self.buckets.update(partition, quota.window(), now, |bucket, now| {
            let level = bucket.level(quota, now);
            let left = left(level, quota);
            if left > 0 {
                *bucket = Bucket { level: level + quota.window().as_nanos(), at: now };
            }
            Admission { is_admitted: left > 0, remaining: left.saturating_sub(1) }
        })
    }

    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery {
        self.buckets.read(partition, now, |bucket, now| {
            let level = bucket.level(quota, now);
            let until = |target: u128| nanoseconds(level.saturating_sub(target).div_ceil(quota.limit().into()));
            let next_left = u128::from(left(level, quota)) + 1;
            let room = next_left * quota.window().as_nanos();
            Recovery { full: until(0), next: until(capacity(quota).saturating_sub(room)) }
        })
    }

    fn forget(&self, partition: &Partition) {
        self.buckets.forget(partition);
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        self.buckets.save()
    }

    fn restore(&self, saved: Value) -> Result<(), serde_json::Error> {
        self.buckets.restore(saved)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::laws::{address, flood};
    use super::*;

    #[test]
    fn partitions_whose_bucket_is_empty_are_forgotten() {
        let limiter = Gcra::default();
        flood(&limiter);
        assert!(limiter.buckets.len() < 20_000, "{}", limiter.buckets.len());
    }

    #[test]
    fn a_third_of_a_window_is_not_rounded() {
        let limiter = Gcra::default();
        let quota = Quota::new(3, Duration::from_nanos(10));
        let admit = |now| limiter.admit(&address(1), quota, Duration::from_nanos(now)).is_admitted;
        // Units are back at 3⅓, 6⅔, 10, 13⅓ …: ten in 33 ns, where 3 ns each would give eleven, 4 ns eight.
        assert!([0, 0, 0].into_iter().all(admit));
        let admitted: Vec<u64> = (1..=34).filter(|now| admit(*now)).collect();
        assert_eq!(admitted, [4, 7, 10, 14, 17, 20, 24, 27, 30, 34]);
    }

    proptest! {
        /// The other form of the algorithm, virtual scheduling: a request is late, or early by no more
        /// than what the burst allows of its theoretical time. Times are multiplied by the limit.
        #[test]
        fn admits_what_the_oracle_admits(
            limit in 1_u32..6, window in 1_u64..50,
            steps in prop::collection::vec((0_u64..20, 0_u32..3), 1..200),
        ) {
            let limiter = Gcra::default();
            let quota = Quota::new(limit, Duration::from_millis(window));
            let limit = u64::from(limit);
            let mut theoretical = [0; 3];
            let mut now = 0;
            for (pause, who) in steps {
                now += pause;
                let theoretical = &mut theoretical[who as usize];
                let (arrival, interval, tolerance) = (now * limit, window, (limit - 1) * window);
                let expected = *theoretical <= arrival + tolerance;
                if expected {
                    *theoretical = arrival.max(*theoretical) + interval;
                }
                let mut after = arrival.max(*theoretical);
                let mut remaining = 0;
                while after <= arrival + tolerance {
                    after += interval;
                    remaining += 1;
                }
                let seen = limiter.admit(&address(who), quota, Duration::from_millis(now));
                prop_assert_eq!(seen, Admission { is_admitted: expected, remaining });
            }
        }
    }
}
