use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The requests of the last window and a little more: for each, when it left.
///
/// Moments are kept in whole milliseconds, rounded up, so that any number of requests a second takes a
/// bounded number of entries, and none is forgotten too early.
#[derive(Debug)]
pub(super) struct Log {
    began: Instant,
    /// How long a request counts.
    hold: Duration,
    /// The oldest first. An emptied one goes when its time is over.
    runs: VecDeque<Run>,
    /// How many of the first runs count no longer. They are kept to be compared with what an answer
    /// tells that took long to come.
    over: usize,
    /// The requests that count.
    active: u64,
    /// All requests that are kept.
    kept: u64,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    at: Instant,
    count: u64,
}

impl Log {
    pub(super) fn new(began: Instant, hold: Duration) -> Self {
        Self { began, hold, runs: VecDeque::new(), over: 0, active: 0, kept: 0 }
    }

    /// Notes a request that leaves now; gives the moment that it is kept under.
    pub(super) fn push(&mut self, now: Instant) -> Instant {
        const MILLISECOND: u128 = 1_000_000;
        let since = now.saturating_duration_since(self.began).as_nanos().div_ceil(MILLISECOND);
        let at = self.began + Duration::from_millis(u64::try_from(since).unwrap_or(u64::MAX));
        self.active += 1;
        self.kept += 1;
        match self.runs.back_mut() {
            // Also where time went back, which no clock of ours does.
            Some(last) if last.at >= at => {
                last.count += 1;
                last.at
            }
            _ => {
                self.runs.push_back(Run { at, count: 1 });
                at
            }
        }
    }

    /// Forgets a request that was kept under this moment.
    pub(super) fn remove(&mut self, at: Instant) {
        let Ok(index) = self.runs.binary_search_by_key(&at, |run| run.at) else { return };
        self.runs[index].count = self.runs[index].count.saturating_sub(1);
        self.kept = self.kept.saturating_sub(1);
        if index >= self.over {
            self.active = self.active.saturating_sub(1);
        }
    }

    /// Lets time pass. Requests after `kept_from` are kept even where they count no longer; all, where there
    /// was no such moment yet.
    pub(super) fn advance(&mut self, now: Instant, kept_from: Option<Instant>) {
        while let Some(run) = self.runs.get(self.over).filter(|run| run.at + self.hold <= now) {
            self.active = self.active.saturating_sub(run.count);
            self.over += 1;
        }
        while self.over > 0
            && let Some(run) = self.runs.front().filter(|run| Some(run.at) <= kept_from)
        {
            self.kept = self.kept.saturating_sub(run.count);
            self.runs.pop_front();
            self.over -= 1;
        }
    }

    /// How many requests count.
    pub(super) fn active(&self) -> u64 {
        self.active
    }

    /// How many requests left after a moment, as far back as they are kept; all, where there was no such
    /// moment.
    pub(super) fn since(&self, moment: Option<Instant>) -> u64 {
        // What is older is little, since little of it is kept.
        let older: u64 = self.runs.iter().take_while(|run| Some(run.at) <= moment).map(|run| run.count).sum();
        self.kept.saturating_sub(older)
    }

    /// When so many of the requests that count now will count no longer; none when there are not so many.
    pub(super) fn when_over(&self, count: u64) -> Option<Instant> {
        let mut left = count;
        for run in self.runs.range(self.over..) {
            if run.count >= left {
                return Some(run.at + self.hold);
            }
            left -= run.count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::VirtualClock;

    proptest! {
        /// Beside a plain list of moments.
        #[test]
        fn counts_what_a_list_counts(steps in proptest::collection::vec((0..4_u8, 0..3000_u64), 1..200)) {
            let clock = VirtualClock::new();
            let (hold, began) = (Duration::from_secs(10), clock.now());
            let mut log = Log::new(began, hold);
            let mut list: Vec<Instant> = Vec::new();
            for (what, pause) in steps {
                clock.advance(Duration::from_micros(pause * 1700));
                let now = clock.now();
                let kept_from = now.checked_sub(2 * hold);
                log.advance(now, kept_from);
                match what {
                    0 if !list.is_empty() => {
                        let at = list.remove(list.len() / 2);
                        if Some(at) > kept_from {
                            log.remove(at);
                        }
                    }
                    _ => {
                        let at = log.push(now);
                        prop_assert!(at >= now && at < now + Duration::from_millis(1));
                        list.push(at);
                    }
                }
                list.sort_unstable();
                let active: Vec<Instant> = list.iter().copied().filter(|at| *at + hold > now).collect();
                prop_assert_eq!(log.active(), active.len() as u64);
                let middle = now.checked_sub(hold / 2);
                prop_assert_eq!(log.since(middle), list.iter().filter(|at| Some(**at) > middle).count() as u64);
                for (index, at) in active.iter().enumerate() {
                    prop_assert_eq!(log.when_over(index as u64 + 1), Some(*at + hold));
                }
                prop_assert_eq!(log.when_over(active.len() as u64 + 1), None);
            }
        }
    }

    #[test]
    fn what_counts_is_not_forgotten_whatever_need_not_be_kept() {
        let clock = VirtualClock::new();
        let mut log = Log::new(clock.now(), Duration::from_secs(10));
        log.push(clock.now());
        log.advance(clock.now(), Some(clock.now()));
        assert_eq!((log.active(), log.since(None)), (1, 1));
        clock.advance(Duration::from_secs(10));
        log.advance(clock.now(), Some(clock.now()));
        assert_eq!((log.active(), log.since(None)), (0, 0));
    }

    #[test]
    fn any_number_of_requests_takes_little_room() {
        let clock = VirtualClock::new();
        let mut log = Log::new(clock.now(), Duration::from_secs(1));
        for _ in 0..1_000_000 {
            clock.advance(Duration::from_micros(10));
            let now = clock.now();
            log.advance(now, now.checked_sub(Duration::from_secs(1)));
            log.push(now);
        }
        assert!(log.runs.len() <= 1002 && log.active() >= 100_000, "{} {}", log.runs.len(), log.active());
    }
}
