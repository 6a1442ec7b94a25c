use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::partitions::{Partitions, State};
use super::{Admission, Limiter, Partition, Quota, Recovery};

/// All units of a window come back at once, when it closes.
///
/// By default a window opens with a partition's first request, and the first one after its end opens
/// another. [`aligned`](Self::aligned) windows begin and end at the same moments for everybody.
#[derive(Debug, Default)]
pub struct FixedWindow {
    windows: Partitions<Window>,
    is_aligned: bool,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Window {
    opened: Duration,
    /// Zero when no window has been opened yet.
    used: u32,
}

impl FixedWindow {
    /// Windows that open at the multiples of their length since the moment that all times count from,
    /// as those of services do that count under a name made of the minute.
    #[must_use]
    pub fn aligned() -> Self {
        Self { is_aligned: true, ..Self::default() }
    }
}

impl Window {
    fn left(&self, window: Duration, now: Duration) -> Duration {
        if self.used == 0 { Duration::ZERO } else { self.opened.saturating_add(window).saturating_sub(now) }
    }
}

impl State for Window {
    fn is_idle(&self, window: Duration, now: Duration) -> bool {
        self.left(window, now).is_zero()
    }
}

impl Limiter for FixedWindow {
    fn admit(&self, partition: &Partition, quota: Quota, now: Duration) -> Admission {
        self.windows.update(partition, quota.window(), now, |window, now| {
            if window.is_idle(quota.window(), now) {
                let opened = if self.is_aligned { quota.window_start(now) } else { now };
                *window = Window { opened, used: 0 };
            }
            let is_admitted = window.used < quota.limit();
            if is_admitted {
                window.used += 1;
            }
            Admission { is_admitted, remaining: quota.limit().saturating_sub(window.used) }
        })
    }

    /// All units come back at once, so the next one does when all do.
    fn recovery(&self, partition: &Partition, quota: Quota, now: Duration) -> Recovery {
        self.windows.read(partition, now, |window, now| {
            let left = window.left(quota.window(), now);
            Recovery { full: left, next: left }
        })
    }

    fn forget(&self, partition: &Partition) {
        self.windows.forget(partition);
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        self.windows.save()
    }

    fn restore(&self, saved: Value) -> Result<(), serde_json::Error> {
        self.windows.restore(saved)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::laws::{address, flood};
    use super::*;

    #[test]
    fn partitions_whose_window_is_over_are_forgotten() {
        for limiter in [FixedWindow::default(), FixedWindow::aligned()] {
            flood(&limiter);
            assert!(limiter.windows.len() < 20_000, "{}", limiter.windows.len());
        }
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
            is_aligned: bool, limit in 1_u32..6, window in 1_u64..50,
            steps in prop::collection::vec((0_u64..20, 0_u32..3), 1..200),
        ) {
            let limiter = if is_aligned { FixedWindow::aligned() } else { FixedWindow::default() };
            let quota = Quota::new(limit, Duration::from_millis(window));
            let mut oracles: [Oracle; 3] = Default::default();
            let mut now = 0;
            for (pause, who) in steps {
                now += pause;
                let oracle = &mut oracles[who as usize];
                if now >= oracle.open_until {
                    let open_until = if is_aligned { (now / window + 1) * window } else { now + window };
                    *oracle = Oracle { open_until, admitted: Vec::new() };
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
