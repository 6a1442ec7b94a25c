use std::time::Instant;

/// Units a window, as far as answers told. A lower limit counts at once, a higher one when a second answer agrees.
#[derive(Debug)]
pub(super) struct KnownLimit {
    units: u64,
    /// A higher limit that one answer told of.
    higher: Option<u64>,
    /// What was told of the limit to requests from before then may be older than the last cut.
    cut_at: Option<Instant>,
}

impl KnownLimit {
    /// At least one.
    pub(super) fn new(units: u64) -> Self {
        Self { units: units.max(1), higher: None, cut_at: None }
    }

    pub(super) fn units(&self) -> u64 {
        self.units
    }

    /// What it is as far as somebody else knows.
    pub(super) fn assume(&mut self, units: u64) {
        self.units = units;
    }

    /// An answer told of it, to a request that left then. It is at least one whatever was told.
    pub(super) fn learn(&mut self, told: u64, departed: Instant, now: Instant) {
        let told = told.max(1);
        if told < self.units {
            self.cut_at = Some(now);
        }
        if told <= self.units {
            (self.units, self.higher) = (told, None);
        } else if self.cut_at.is_none_or(|cut_at| departed > cut_at) {
            if self.higher == Some(told) {
                (self.units, self.higher) = (told, None);
            } else {
                self.higher = Some(told);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::VirtualClock;

    #[test]
    fn a_limit_of_nothing_is_one() {
        let now = VirtualClock::new().now();
        let mut limit = KnownLimit::new(0);
        assert_eq!(limit.units(), 1);
        limit.learn(0, now, now);
        assert_eq!(limit.units(), 1);
    }
}
