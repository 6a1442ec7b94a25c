//! The store in this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::grant::Grant;
use super::super::ledger::{HOLD, Hold, Ledger};
use super::{ALIVE, Joining, Lease, News, Reply, SETTLE, Standing, Store, Take, Taken};
use crate::clock::{Clock, after};

/// One user's quota in this process, for several limiters, and for tests of what else keeps one. A limiter that
/// nobody else needs to know of does without.
#[derive(Debug)]
pub struct InProcessStore {
    clock: Clock,
    member: u64,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    began: Instant,
    ledger: Ledger,
    knows_limit: bool,
    /// How many there were.
    count: u64,
    /// Until when each is counted.
    members: BTreeMap<u64, Instant>,
    /// Who holds what.
    units: BTreeMap<(u64, u64), Held>,
    /// When those were forgotten last that nobody asks for any more.
    cleared_at: Instant,
    settled: Option<Instant>,
}

#[derive(Debug)]
struct Held {
    grant: Grant,
    since: Instant,
    /// Whether nobody waits for the answer any longer.
    is_over: bool,
}

impl Default for InProcessStore {
    fn default() -> Self {
        Self::with_clock(Clock::System)
    }
}

impl InProcessStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with time that a test moves.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn with_virtual_clock(clock: crate::testing::VirtualClock) -> Self {
        Self::with_clock(Clock::Virtual(clock))
    }

    fn with_clock(clock: Clock) -> Self {
        let now = clock.now();
        let kept = Kept {
            began: now,
            ledger: Ledger::new(1, super::Pacing::Eager, Some(0), now),
            knows_limit: false,
            count: 1,
            members: BTreeMap::new(),
            units: BTreeMap::new(),
            cleared_at: now,
            settled: None,
        };
        Self { clock, member: 1, kept: Arc::new(Mutex::new(kept)) }
    }

    /// The same quota, for another limiter.
    #[must_use]
    pub fn for_another(&self) -> Self {
        let member = {
            let mut kept = self.kept();
            kept.count += 1;
            kept.count
        };
        Self { clock: self.clock.clone(), member, kept: Arc::clone(&self.kept) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept, Instant) -> T) -> (T, Standing) {
        let mut kept = self.kept();
        let now = self.clock.now();
        kept.ledger.advance(now);
        kept.members.retain(|_, until| *until > now);
        if kept.cleared_at + HOLD <= now {
            let Kept { ledger, units, .. } = &mut *kept;
            units.retain(|_, held| {
                let is_kept = held.since + 2 * HOLD > now;
                if !is_kept && !held.is_over {
                    ledger.abandoned(held.grant, now);
                }
                is_kept
            });
            kept.cleared_at = now;
        }
        let result = change(&mut kept, now);
        kept.ledger.advance(now);
        let (limit, own, debt, _) = kept.ledger.shown(now);
        let limit = if kept.knows_limit { limit } else { 0 };
        (result, Standing { limit, own, debt, members: kept.members.len() as u64 })
    }
}

impl Kept {
    fn assume(&mut self, limit: u64) {
        if !self.knows_limit {
            self.ledger.assume(limit.max(1));
            self.knows_limit = true;
        }
    }
}

impl Store for InProcessStore {
    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)> {
        let member = self.member;
        let answer = self.change(|kept, now| {
            if !kept.members.contains_key(&member) {
                return Taken::Unknown;
            }
            kept.members.insert(member, now + ALIVE);
            kept.assume(take.limit);
            kept.ledger.set_pacing(take.pacing);
            kept.ledger.set_hold(kept.settled.map(|again| Hold { again, not_before: again, is_penalty: false }));
            let turn = kept.ledger.turn(now, 0);
            if turn.at > now {
                return Taken::Wait {
                    at: turn.at - now,
                    not_before: turn.not_before.saturating_duration_since(now),
                    is_penalty: turn.is_penalty,
                };
            }
            let mut grant = kept.ledger.grant_by(now, take.chance);
            // It counts from now on, whatever becomes of it.
            let _ = kept.ledger.sent(&mut grant, now);
            kept.units.insert((member, take.unit), Held { grant, since: now, is_over: false });
            let (probe, spacing) = (grant.probe, grant.spacing);
            Taken::Lease(Lease { unit: take.unit, probe, spacing, given: now.saturating_duration_since(kept.began) })
        });
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn tell(&self, news: News) -> Reply<'_, Standing> {
        let member = self.member;
        let ((), standing) = self.change(|kept, now| {
            let Kept { ledger, units, .. } = kept;
            match news {
                News::Sent(lease, left_after) => {
                    if let Some(Held { grant, since, .. }) = units.get_mut(&(member, lease.unit)) {
                        let _ = ledger.sent(grant, *since + left_after);
                    }
                }
                News::Unsent(lease) => {
                    if let Some(held) = units.remove(&(member, lease.unit)) {
                        ledger.unsent(held.grant);
                    }
                }
                News::GivenUp(lease) => {
                    if let Some(held) = units.get_mut(&(member, lease.unit)) {
                        held.is_over = true;
                        ledger.abandoned(held.grant, now);
                    }
                }
                News::Answered { lease, left_after, status, reading } => {
                    if let Some(Held { grant, since, is_over }) = units.get_mut(&(member, lease.unit)) {
                        *is_over = true;
                        ledger.left(grant, *since + left_after);
                        ledger.complete(*grant, status, reading, now);
                    }
                }
            }
        });
        Box::pin(std::future::ready(Ok(standing)))
    }

    fn join(&self, joining: Joining) -> Reply<'_, Standing> {
        let member = self.member;
        let ((), standing) = self.change(|kept, now| {
            kept.members.insert(member, now + ALIVE);
            kept.assume(joining.limit);
            let mut has_news = joining.was_lost;
            for (unit, ago) in joining.units {
                if !kept.units.contains_key(&(member, unit)) {
                    let left = now.checked_sub(ago).unwrap_or(now);
                    let grant = kept.ledger.restore(left);
                    kept.units.insert((member, unit), Held { grant, since: left, is_over: false });
                    has_news = true;
                }
            }
            if has_news {
                kept.settled = Some(now + SETTLE);
            }
            if joining.pause > Duration::ZERO {
                kept.ledger.pause(after(now, joining.pause));
            }
        });
        Box::pin(std::future::ready(Ok(standing)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::VirtualClock;

    #[test]
    fn what_was_never_answered_is_not_under_way_for_ever() {
        let clock = VirtualClock::new();
        let store = InProcessStore::with_virtual_clock(clock.clone());
        let join = |units| drop(store.join(Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units }));
        join(vec![(1, Duration::ZERO), (2, Duration::ZERO)]);
        assert_eq!(store.kept().ledger.under_way(), 2);
        for _ in 0..4 {
            clock.advance(HOLD);
            join(vec![]);
        }
        assert_eq!(store.kept().ledger.under_way(), 0);
    }

    #[test]
    fn units_are_looked_through_once_a_window_and_forgotten_two_windows_after_they_were_given() {
        let clock = VirtualClock::new();
        let store = InProcessStore::with_virtual_clock(clock.clone());
        let join = |units| {
            let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units };
            drop(store.join(joining));
            store.kept().units.len()
        };
        let instant = Duration::from_nanos(1);
        let at = |moment: Duration| clock.advance(moment.saturating_sub(clock.elapsed()));
        assert_eq!(join(vec![(1, Duration::ZERO)]), 1);
        at(HOLD);
        assert_eq!(join(vec![]), 1);
        at(HOLD + instant);
        assert_eq!(join(vec![(2, Duration::ZERO)]), 2);
        at((2 * HOLD).saturating_sub(instant));
        assert_eq!(join(vec![]), 2);
        at(2 * HOLD);
        assert_eq!(join(vec![]), 1);
        at(3 * HOLD);
        assert_eq!(join(vec![]), 1);
        at(3 * HOLD + instant);
        assert_eq!(join(vec![]), 1, "not before the next window");
        at(5 * HOLD);
        assert_eq!(join(vec![]), 0);
    }
}
