//! Whether a failed attempt is followed by another, and when.

use std::time::Duration;

use crate::response::WaitReason;

/// The backoff before the first retry is at most this long, and twice as long before each further one.
const BASE: Duration = Duration::from_millis(500);
/// No backoff is longer.
const CAP: Duration = Duration::from_secs(20);
/// What is added at random to a wait that the service asks for, so that clients which were told the
/// same do not come back at the same instant: a tenth of it, but within these bounds.
const JITTER: std::ops::RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(2);
/// An analysis whose answer was lost may still be running; it is not asked for again before this.
const AMBIGUOUS_FLOOR: Duration = Duration::from_secs(5);

/// Retries are at most this part of the requests that a window allows, so that a service in trouble is not
/// kept there by those who ask again.
const SHARE: u64 = 5;
/// However low the limit is, one call may use up its own retries.
const FEWEST: u64 = 3;

/// How many retries a window may have, where so many requests are allowed.
pub(crate) fn most_a_window(limit: u64) -> u64 {
    (limit / SHARE).max(FEWEST)
}

/// How a failed attempt is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Another attempt would end the same.
    Final,
    /// Nothing was done; another attempt is safe and may succeed.
    Transient,
    /// It may have been done, and the answer was lost.
    Ambiguous,
}

/// How an answer that is no success is taken.
pub(crate) fn class_of_status(status: u16, has_retry_after: bool) -> Class {
    match status {
        502 | 504 => Class::Ambiguous,
        501 => Class::Final,
        408 | 425 | 429 | 500..=599 => Class::Transient,
        409 if has_retry_after => Class::Transient,
        _ => Class::Final,
    }
}

/// What is allowed to a call, and what it has used of it.
#[derive(Debug)]
pub(crate) struct RetryState {
    pub(crate) max_retries: u32,
    pub(crate) retry_ambiguous: bool,
    /// Whether doing it twice is the same as doing it once.
    pub(crate) is_idempotent: bool,
    pub(crate) retries: u32,
    pub(crate) has_retried_ambiguous: bool,
}

/// What is known when an attempt has failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailedAttempt {
    pub(crate) class: Class,
    /// How long it took.
    pub(crate) took: Duration,
    /// How long the service asks to wait.
    pub(crate) asked: Option<Duration>,
    /// What is left of the call's time.
    pub(crate) left: Duration,
    /// The longest wait allowed.
    pub(crate) max_wait: Duration,
}

impl RetryState {
    /// How long to wait before the next attempt, and why; none when there is to be none.
    pub(crate) fn next(&mut self, failed: FailedAttempt, random: &mut fastrand::Rng) -> Option<(Duration, WaitReason)> {
        if self.retries >= self.max_retries {
            return None;
        }
        let (mut wait, reason) = match failed.asked {
            Some(asked) => (asked, WaitReason::RetryAfter),
            None => (backoff(self.retries, random), WaitReason::Backoff),
        };
        let is_ambiguous = failed.class == Class::Ambiguous && !self.is_idempotent;
        let mut needed = Duration::ZERO;
        if is_ambiguous {
            if !self.retry_ambiguous || self.has_retried_ambiguous {
                return None;
            }
            wait = wait.max(AMBIGUOUS_FLOOR).max(failed.took / 2);
            needed = failed.took;
        }
        // Until the deadline itself would be too long.
        let left = failed.left.checked_sub(needed.saturating_add(Duration::from_nanos(1)))?;
        // A wait that is too long is an error, never a reason to try earlier.
        let spare = left.min(failed.max_wait).checked_sub(wait)?;
        if failed.class == Class::Final {
            return None;
        }
        if let Some(asked) = failed.asked {
            wait += jitter(asked, spare, random);
        }
        self.retries += 1;
        self.has_retried_ambiguous |= is_ambiguous;
        Some((wait, reason))
    }
}

/// Anything from nothing to the longest backoff of this retry ("full jitter").
fn backoff(retries: u32, random: &mut fastrand::Rng) -> Duration {
    let longest = BASE.saturating_mul(2_u32.saturating_pow(retries)).min(CAP);
    longest.mul_f64(random.f64())
}

/// Anything from nothing to the longest addition to this wait, or to what there is to spare.
fn jitter(asked: Duration, spare: Duration, random: &mut fastrand::Rng) -> Duration {
    (asked / 10).clamp(*JITTER.start(), *JITTER.end()).min(spare).mul_f64(random.f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state(is_idempotent: bool) -> RetryState {
        RetryState { max_retries: 3, retry_ambiguous: true, is_idempotent, retries: 0, has_retried_ambiguous: false }
    }

    fn failed(class: Class) -> FailedAttempt {
        let seconds = Duration::from_secs;
        FailedAttempt { class, took: seconds(1), asked: None, left: seconds(300), max_wait: seconds(180) }
    }

    #[test]
    fn statuses_are_taken_as_they_are_meant() {
        for (status, has_retry_after, expected) in [
            (400, false, Class::Final),
            (401, true, Class::Final),
            (403, true, Class::Final),
            (404, false, Class::Final),
            (408, false, Class::Transient),
            (409, false, Class::Final),
            (409, true, Class::Transient),
            (422, false, Class::Final),
            (425, false, Class::Transient),
            (429, false, Class::Transient),
            (500, false, Class::Transient),
            (501, true, Class::Final),
            (502, false, Class::Ambiguous),
            (503, false, Class::Transient),
            (504, false, Class::Ambiguous),
            (599, false, Class::Transient),
            (302, false, Class::Final),
        ] {
            assert_eq!(class_of_status(status, has_retry_after), expected, "{status}");
        }
    }

    #[test]
    fn a_fifth_of_a_windows_requests_may_be_retries_and_three_however_few_there_are() {
        assert_eq!([0, 1, 19, 20, 60, 6_000].map(most_a_window), [3, 3, 3, 4, 12, 1_200]);
    }

    #[test]
    fn retries_end_after_as_many_as_are_allowed() {
        let mut state = state(true);
        let mut random = fastrand::Rng::with_seed(1);
        let waits = (0..5).filter_map(|_| state.next(failed(Class::Transient), &mut random));
        assert_eq!(waits.count(), 3);
    }

    #[test]
    fn a_lost_analysis_is_asked_for_once_more_and_late() {
        let mut random = fastrand::Rng::with_seed(1);
        let lost = |took: u64, left: u64| FailedAttempt {
            took: Duration::from_secs(took),
            left: Duration::from_secs(left),
            ..failed(Class::Ambiguous)
        };
        let mut one = state(false);
        assert_eq!(one.next(lost(2, 300), &mut random), Some((Duration::from_secs(5), WaitReason::Backoff)));
        assert_eq!(one.next(lost(2, 300), &mut random), None, "never twice");
        assert!(one.next(failed(Class::Transient), &mut random).is_some(), "but what is safe goes on");

        assert_eq!(state(false).next(lost(40, 300), &mut random), Some((Duration::from_secs(20), WaitReason::Backoff)));
        assert_eq!(state(false).next(lost(40, 60), &mut random), None, "20 s of waiting leave less than it took");
        assert!(state(false).next(lost(40, 61), &mut random).is_some());
        let mut unwilling = RetryState { retry_ambiguous: false, ..state(false) };
        assert_eq!(unwilling.next(lost(2, 300), &mut random), None);

        let mut reading = state(true);
        let waits = (0..3).filter_map(|_| reading.next(lost(2, 300), &mut random));
        assert!(waits.map(|(wait, _)| wait).all(|wait| wait < Duration::from_secs(5)), "reading is no analysis");
    }

    #[test]
    fn a_wait_that_is_too_long_is_no_retry() {
        let mut random = fastrand::Rng::with_seed(1);
        let asked = |asked: u64, left: u64| FailedAttempt {
            asked: Some(Duration::from_secs(asked)),
            left: Duration::from_secs(left),
            ..failed(Class::Transient)
        };
        assert!(state(true).next(asked(170, 300), &mut random).is_some());
        assert_eq!(state(true).next(asked(181, 300), &mut random), None, "longer than max_wait");
        assert_eq!(state(true).next(asked(30, 30), &mut random), None, "until the deadline");
        assert_eq!(state(true).next(asked(277_403, 300), &mut random), None);
    }

    #[test]
    fn a_wait_may_be_as_long_as_the_longest_one() {
        let mut random = fastrand::Rng::with_seed(1);
        let lost = FailedAttempt { max_wait: AMBIGUOUS_FLOOR, ..failed(Class::Ambiguous) };
        assert_eq!(state(false).next(lost, &mut random), Some((AMBIGUOUS_FLOOR, WaitReason::Backoff)));
        let hasty = FailedAttempt { max_wait: AMBIGUOUS_FLOOR.saturating_sub(Duration::from_nanos(1)), ..lost };
        assert_eq!(state(false).next(hasty, &mut random), None);
    }

    #[test]
    fn a_wish_that_just_fits_is_granted_and_chance_adds_no_more_than_there_is_room_for() {
        let seconds = Duration::from_secs;
        for (asked, left, max_wait, longest) in [
            (180, 300, seconds(180), seconds(180)),
            (180, 300, seconds(181), seconds(181)),
            (29, 30, seconds(180), seconds(30).saturating_sub(Duration::from_nanos(1))),
            (0, 300, Duration::ZERO, Duration::ZERO),
        ] {
            for seed in 0..100 {
                let failed = FailedAttempt {
                    asked: Some(seconds(asked)),
                    left: seconds(left),
                    max_wait,
                    ..failed(Class::Transient)
                };
                let (wait, reason) = state(true).next(failed, &mut fastrand::Rng::with_seed(seed)).unwrap();
                assert_eq!(reason, WaitReason::RetryAfter);
                assert!(wait >= seconds(asked) && wait <= longest, "{asked} s of {left} s: {wait:?}");
            }
        }
        let lost = FailedAttempt { asked: Some(seconds(7)), left: seconds(8), ..failed(Class::Ambiguous) };
        let mut random = fastrand::Rng::with_seed(1);
        assert_eq!(state(false).next(lost, &mut random), None, "and then as long as it took before");
        assert!(state(false).next(FailedAttempt { left: seconds(9), ..lost }, &mut random).is_some());
    }

    #[test]
    fn chance_uses_the_whole_of_its_range() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut range = |retries: u32, asked: Option<Duration>| {
            let waits: Vec<Duration> = (0..1000)
                .map(|_| {
                    let mut state = RetryState { max_retries: 9, retries, ..state(true) };
                    state.next(FailedAttempt { asked, ..failed(Class::Transient) }, &mut random).unwrap().0
                })
                .collect();
            let least = waits.iter().min().unwrap().saturating_sub(asked.unwrap_or_default());
            let most = waits.iter().max().unwrap().saturating_sub(asked.unwrap_or_default());
            (least.as_secs_f64(), most.as_secs_f64())
        };
        for (retries, asked, longest) in [
            (0, None, 0.5),
            (1, None, 1.0),
            (3, None, 4.0),
            (7, None, 20.0),
            (0, Some(0), 0.1),
            (0, Some(10), 1.0),
            (0, Some(100), 2.0),
        ] {
            let (least, most) = range(retries, asked.map(Duration::from_secs));
            assert!(least < 0.1 * longest, "{retries} {asked:?}: {least}");
            assert!(most > 0.9 * longest && most <= longest, "{retries} {asked:?}: {most}");
        }
    }

    proptest! {
        #[test]
        fn waits_keep_their_bounds(seed: u64, retries in 0..8_u32, asked in proptest::option::of(0..100_000_u64)) {
            let mut state = RetryState { max_retries: 9, retries, ..state(true) };
            let asked = asked.map(Duration::from_millis);
            let failed = FailedAttempt { asked, ..failed(Class::Transient) };
            let (wait, reason) = state.next(failed, &mut fastrand::Rng::with_seed(seed)).unwrap();
            if let Some(asked) = asked {
                prop_assert_eq!(reason, WaitReason::RetryAfter);
                prop_assert!(wait >= asked && wait <= asked + *JITTER.end());
            } else {
                prop_assert_eq!(reason, WaitReason::Backoff);
                prop_assert!(wait <= BASE * 2_u32.pow(retries) && wait <= CAP);
            }
        }
    }
}
