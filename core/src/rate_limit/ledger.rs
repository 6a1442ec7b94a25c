use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::debts::{Debt, Debts};
use super::fleet::{Known, Share};
use super::grant::{Grant, Stamps, Unit};
use super::headers::{RateLimitReading, WINDOW};
use super::known_limit::KnownLimit;
use super::log::Log;
use super::penalty::Penalties;
use super::permit::Withdrawn;
use super::store::Lease;
use super::{ALLOWANCE, Pacing};
use crate::clock::after;
use crate::retry;

/// What is known of a user's quota, and what follows from it. All of it is arithmetic on moments that
/// the caller gives.
#[derive(Debug)]
pub(super) struct Ledger {
    pacing: Pacing,
    random: fastrand::Rng,
    limit: KnownLimit,
    /// Requests that left.
    log: Log,
    /// Permits that were given and not used yet. Each is a unit.
    unused: u64,
    /// When the requests left that got no answer yet.
    in_flight: BTreeMap<Instant, u32>,
    /// Units that others hold.
    debts: Debts,
    penalties: Penalties,
    /// Until then, requests are spread out however they are paced otherwise.
    smooth_until: Option<Instant>,
    /// The earliest that the next request may follow the last one.
    next_departure: Option<Instant>,
    /// What a store says that keeps the quota: nobody leaves before.
    hold: Option<Hold>,
    /// What this process may take for itself, while the store is lost.
    share: Option<Share>,
    /// When the turn of whoever is first in the queue comes, or came. The others leave so much later that he
    /// has the time to go first, and none the less if he does not.
    front_since: Instant,
    /// When retries were made.
    retries: VecDeque<Instant>,
}

/// What a store says of the next unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    /// It is asked again then.
    pub(super) again: Instant,
    /// There is no unit before.
    pub(super) not_before: Instant,
    pub(super) is_penalty: bool,
}

/// How long a request counts: the service's window, and what the way to the service may take.
pub(super) const HOLD: Duration = WINDOW.saturating_add(ALLOWANCE);
/// Between two requests, however many units there are: a service whose quota is used up by somebody else
/// has time to say so before all of ours is on the way.
pub(super) const EAGER_SPACING: Duration = Duration::from_millis(20);
/// A refusal that this one's books do not explain means that the service counts in some other way, or that
/// others use the quota. Ten windows later one can try again.
pub(super) const SMOOTH: Duration = Duration::from_secs(10 * WINDOW.as_secs());

/// When somebody may leave, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// Never earlier than this.
    pub(super) not_before: Instant,
    /// Then at the latest, unless the service tells something new.
    pub(super) at: Instant,
    /// Whether everybody is held back because the service refused somebody.
    pub(super) is_penalty: bool,
}

impl Ledger {
    pub(super) fn new(limit: u64, pacing: Pacing, seed: Option<u64>, now: Instant) -> Self {
        Self {
            pacing,
            random: seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            limit: KnownLimit::new(limit),
            log: Log::new(now, HOLD),
            unused: 0,
            in_flight: BTreeMap::new(),
            debts: Debts::default(),
            penalties: Penalties::default(),
            smooth_until: None,
            next_departure: None,
            hold: None,
            share: None,
            front_since: now,
            retries: VecDeque::new(),
        }
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        let oldest = self.in_flight.first_key_value().map_or(now, |(oldest, _)| *oldest);
        self.log.advance(now, oldest.min(now).checked_sub(HOLD));
        self.debts.advance(now);
        self.penalties.advance(now);
        while self.retries.front().is_some_and(|retry| *retry + WINDOW <= now) {
            self.retries.pop_front();
        }
    }

    /// Notes when the turn of the first comes.
    pub(super) fn note_front(&mut self, now: Instant) {
        let turn = self.turn(now, 0);
        let front = if self.hold.is_some() { turn.not_before } else { turn.at };
        self.front_since = if front > now { front } else { self.front_since.min(now) };
    }

    /// Somebody else is first from now on.
    pub(super) fn front_changed(&mut self, now: Instant) {
        self.front_since = self.front_since.max(now);
    }

    /// When somebody may leave who has so many before him.
    pub(super) fn turn(&self, now: Instant, before: u64) -> Turn {
        let mut at = self.earliest(now, before);
        if before > 0 {
            let spacing = self.spacing(now).checked_mul(u32::try_from(before).unwrap_or(u32::MAX));
            // Who is at the front is not late before it may leave.
            let since = self.next_departure.map_or(self.front_since, |next| self.front_since.max(next));
            at = at.max(after(since, spacing.unwrap_or(Duration::MAX)));
        }
        let answer_until = self.penalties.answer_until();
        let turn = Turn {
            not_before: at,
            at: answer_until.map_or(at, |answer_until| at.max(answer_until)),
            is_penalty: answer_until.is_some() || self.penalties.until().is_some_and(|until| until > now),
        };
        // While the store is asked, it may give a unit at any moment.
        self.hold.map_or(turn, |hold| Turn {
            not_before: turn.not_before.max(hold.not_before),
            at: turn.at.max(hold.again),
            is_penalty: turn.is_penalty || hold.is_penalty,
        })
    }

    /// The earliest that somebody may leave who has so many before him, if these leave as soon as they may.
    fn earliest(&self, now: Instant, before: u64) -> Instant {
        let mut at = now;
        if self.pacing != Pacing::Off {
            at = self.units_free(now, before.saturating_add(1));
        }
        at = self.next_departure.map_or(at, |next| at.max(next));
        self.penalties.until().map_or(at, |until| at.max(until))
    }

    /// The first moment at which so many units are free.
    fn units_free(&self, now: Instant, units: u64) -> Instant {
        let rounds = (units - 1) / self.share();
        let needed = (units - 1) % self.share() + 1;
        let mut from = now;
        for debt in self.debts.iter().chain([Debt { until: after(now, Duration::MAX), units: 0 }]) {
            if let Some(allowed) = self.limit.units().checked_sub(debt.units.saturating_add(needed)) {
                let allowed = allowed.min(self.share().saturating_sub(needed));
                let at = self.own_at_most(allowed, now).max(from);
                if at < debt.until {
                    from = at;
                    break;
                }
            }
            from = from.max(debt.until);
        }
        let rounds = HOLD.checked_mul(u32::try_from(rounds).unwrap_or(u32::MAX)).unwrap_or(Duration::MAX);
        after(from, rounds)
    }

    /// The first moment at which no more than so many units are our own.
    fn own_at_most(&self, allowed: u64, now: Instant) -> Instant {
        match self.own().saturating_sub(allowed) {
            0 => now,
            // Permits that are not used yet may still be used at the last moment.
            excess => self.log.when_over(excess).unwrap_or(now + HOLD),
        }
    }

    fn own(&self) -> u64 {
        self.unused + self.log.active()
    }

    /// What is this process's own of the limit, at least one.
    fn share(&self) -> u64 {
        self.share.map_or(self.limit.units(), |share| (self.limit.units() / share.members.max(1)).max(1))
    }

    /// How far apart requests leave at least.
    fn spacing(&self, now: Instant) -> Duration {
        let share = |length: Duration| length / u32::try_from(self.limit.units()).unwrap_or(u32::MAX);
        match self.pacing {
            // One goes first after a refusal, and has to be let go first.
            Pacing::Off if self.penalties.is_any() => EAGER_SPACING,
            Pacing::Off => Duration::ZERO,
            _ if self.is_smooth(now) => share(HOLD),
            // Half, so that what chance adds costs none of the quota.
            _ => (share(WINDOW) / 2).min(EAGER_SPACING),
        }
    }

    fn is_smooth(&self, now: Instant) -> bool {
        self.pacing == Pacing::Smooth || self.smooth_until.is_some_and(|until| until > now)
    }

    /// Gives a permit to somebody who may leave now.
    pub(super) fn grant(&mut self, now: Instant) -> Grant {
        let chance = self.chance();
        self.grant_by(now, chance)
    }

    /// The same by a chance from 0 to 1.
    pub(super) fn grant_by(&mut self, now: Instant, chance: f64) -> Grant {
        self.unused += 1;
        let spacing = match self.pacing {
            Pacing::Off => Duration::ZERO,
            _ if self.is_smooth(now) => self.spacing(now),
            // Those who were told the same moment should not keep in step for ever.
            _ => self.spacing(now).mul_f64(1.0 + chance / 2.0),
        };
        self.next_departure = Some(now + spacing);
        Grant { spacing, probe: self.penalties.next_probe(now), ..Grant::new(Unit::Own, now) }
    }

    /// Whatever a store says of the next unit, from now on; none where it was given.
    pub(super) fn set_hold(&mut self, hold: Option<Hold>) {
        self.hold = hold;
    }

    /// Gives a permit to somebody who may leave now, for a unit of a store, which sees to everything else.
    pub(super) fn grant_leased(&mut self, lease: Lease, now: Instant) -> Grant {
        self.unused += 1;
        self.penalties.forget_past(now);
        Grant::new(Unit::Leased(lease), now)
    }

    /// How long the service wants to be left alone, and the limit as it is known.
    pub(super) fn known(&self, now: Instant) -> Known {
        let until = self.penalties.until();
        let pause = until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        Known { limit: self.limit.units(), pacing: self.pacing, pause }
    }

    /// Whether the store is lost, and what this process may take for itself then.
    pub(super) fn part(&mut self, share: Option<Share>, now: Instant) {
        match share {
            Some(share) if self.share.is_none_or(|known| known.loss != share.loss) => {
                self.hold = None;
                if share.members > 0 {
                    // The others may have taken all the rest since the store was heard of.
                    self.debts.owe(Debt { until: now + HOLD, units: self.limit.units().saturating_sub(self.own()) });
                }
            }
            // The store knows better who holds what.
            None if self.share.is_some() => self.debts = Debts::default(),
            _ => {}
        }
        self.share = share;
    }

    /// Notes a request that left before this was there.
    pub(super) fn restore(&mut self, left: Instant) -> Grant {
        let stamps = Stamps { first: left, logged: self.log.push(left) };
        *self.in_flight.entry(left).or_default() += 1;
        Grant { stamps: Some(stamps), ..Grant::new(Unit::Own, left) }
    }

    /// Nobody leaves before, and then one alone.
    pub(super) fn pause(&mut self, until: Instant) {
        self.penalties.pause(until);
    }

    /// What the limit is as far as somebody else knows.
    pub(super) fn assume(&mut self, limit: u64) {
        self.limit.assume(limit);
    }

    /// When a lost store is looked for, by whoever is first.
    pub(super) fn look_again_at(&self) -> Option<Instant> {
        self.share.map(|share| share.ask_again_at)
    }

    pub(super) fn chance(&mut self) -> f64 {
        self.random.f64()
    }

    /// A request leaves now, unless somebody was refused since its permit was given. Told again, it left now at
    /// the latest.
    pub(super) fn sent(&mut self, grant: &mut Grant, now: Instant) -> Result<(), Withdrawn> {
        let first = match grant.stamps.take() {
            None => {
                if !self.penalties.lets_go(grant.probe, now) {
                    grant.is_withdrawn = true;
                    return Err(Withdrawn);
                }
                self.leaves(now);
                now
            }
            Some(Stamps { first, logged }) => {
                self.log.remove(logged);
                first
            }
        };
        grant.stamps = Some(Stamps { first, logged: self.log.push(now) });
        Ok(())
    }

    /// A part of a request left that was not to leave any more: the service may count it.
    pub(super) fn left_anyway(&mut self, grant: &mut Grant, now: Instant) {
        if grant.stamps.is_none() {
            self.leaves(now);
            grant.stamps = Some(Stamps { first: now, logged: self.log.push(now) });
        }
    }

    fn leaves(&mut self, now: Instant) {
        self.unused = self.unused.saturating_sub(1);
        *self.in_flight.entry(now).or_default() += 1;
    }

    /// A request that was noted when its permit was given left later.
    pub(super) fn left(&mut self, grant: &mut Grant, at: Instant) {
        if let Some(stamps) = &mut grant.stamps {
            let first = std::mem::replace(&mut stamps.first, at);
            self.landed(first);
            *self.in_flight.entry(at).or_default() += 1;
        }
    }

    /// A request surely never left: its unit is free again, and so is its place between the others.
    pub(super) fn unsent(&mut self, grant: Grant) {
        match grant.stamps {
            None => self.unused = self.unused.saturating_sub(1),
            Some(Stamps { first, logged }) => {
                self.log.remove(logged);
                self.landed(first);
            }
        }
        self.next_departure = self.next_departure.and_then(|next| next.checked_sub(grant.spacing));
        self.penalties.unsent(grant.probe);
    }

    /// A request left, and nobody waits for its answer any longer.
    pub(super) fn abandoned(&mut self, grant: Grant, now: Instant) {
        match grant.stamps {
            Some(Stamps { first, .. }) => {
                self.landed(first);
                self.penalties.probed(grant.probe, now);
            }
            None => self.unsent(grant),
        }
    }

    /// An answer came now. Gives whether everybody has to wait longer than before.
    pub(super) fn complete(&mut self, grant: Grant, status: u16, reading: RateLimitReading, now: Instant) -> bool {
        let Some(Stamps { first, .. }) = grant.stamps else {
            self.unsent(grant);
            return false;
        };
        // Whoever is not let in is told somebody else's limit.
        let is_ours = !matches!(status, 401 | 403);
        let was_used_up = self.own().saturating_add(self.debts.units());
        if is_ours && let Some(limit) = reading.limit {
            self.limit.learn(limit, first, now);
        }
        // A store sees for itself who holds what.
        let is_alone = !matches!(grant.unit, Unit::Leased(_));
        if is_ours
            && is_alone
            && let Some(remaining) = reading.remaining
        {
            let limit = reading.limit.unwrap_or(self.limit.units());
            let own = self.log.since(first.checked_sub(HOLD));
            // What others hold is free again a window later, or when the service says so.
            let told = if status == 429 { reading.wait() } else { reading.reset };
            let until = told.map_or(first + HOLD, |told| after(now, told).min(first + HOLD));
            self.debts.owe(Debt { until, units: limit.saturating_sub(remaining).saturating_sub(own) });
        }
        self.landed(first);
        if status != 429 {
            self.penalties.let_in(grant.probe, now);
            return false;
        }
        if was_used_up < self.limit.units() && is_alone {
            self.smooth_until = Some(now + SMOOTH);
        }
        let before = self.penalties.until();
        let wait = self.penalties.wait_of(grant.probe, reading);
        let until = self.penalties.refused(grant.probe, after(now, wait));
        self.next_departure = Some(self.next_departure.map_or(until, |next| next.max(until)));
        before.is_none_or(|before| before < until)
    }

    fn landed(&mut self, first: Instant) {
        if let Some(count) = self.in_flight.get_mut(&first) {
            *count -= 1;
            if *count == 0 {
                self.in_flight.remove(&first);
            }
        }
    }

    /// How many requests left whose answer is waited for.
    #[cfg(test)]
    pub(super) fn under_way(&self) -> u32 {
        self.in_flight.values().sum()
    }

    /// Whether one more retry is within its share of the quota; it counts if so.
    pub(super) fn may_retry(&mut self, now: Instant) -> bool {
        let most = retry::most_a_window(self.share());
        let may = (self.retries.len() as u64) < most;
        if may {
            self.retries.push_back(now);
        }
        may
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn pacing(&self) -> Pacing {
        self.pacing
    }

    pub(super) fn set_pacing(&mut self, pacing: Pacing) {
        self.pacing = pacing;
    }

    /// The limit, our own units, those of others, and how long everybody is held back.
    pub(super) fn shown(&self, now: Instant) -> (u64, u64, u64, Option<Duration>) {
        let until = self.penalties.until().filter(|until| *until > now);
        (self.limit.units(), self.own(), self.debts.units(), until.map(|until| until - now))
    }

    /// Whether nothing is known that holds anybody up.
    pub(super) fn is_idle(&self) -> bool {
        self.own() == 0 && self.debts.units() == 0 && !self.penalties.is_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::VirtualClock;

    #[test]
    fn a_newcomer_does_not_take_the_turn_of_the_first_at_the_moment_that_it_comes() {
        let clock = VirtualClock::new();
        let mut ledger = Ledger::new(60, Pacing::Smooth, Some(1), clock.now());
        ledger.grant(clock.now());
        // Somebody waits since then, and is the first.
        let turn = ledger.turn(clock.now(), 0).at;
        clock.advance(turn - clock.now());
        assert_eq!(ledger.turn(clock.now(), 0).at, turn);
        assert!(ledger.turn(clock.now(), 1).at > turn, "the first has not had its moment yet");
    }

    #[test]
    fn what_was_answered_and_counts_no_more_takes_no_room() {
        let clock = VirtualClock::new();
        let mut ledger = Ledger::new(1_000, Pacing::Off, Some(1), clock.now());
        let send = |ledger: &mut Ledger| {
            let mut grant = ledger.grant(clock.now());
            ledger.sent(&mut grant, clock.now()).unwrap();
            grant
        };
        for _ in 0..100 {
            clock.advance(Duration::from_secs(1));
            let grants = [0; 4].map(|_| send(&mut ledger));
            clock.advance(Duration::from_secs(1));
            ledger.advance(clock.now());
            let [answered, refused, unsent, abandoned] = grants;
            ledger.complete(answered, 200, RateLimitReading::default(), clock.now());
            ledger.complete(refused, 500, RateLimitReading::default(), clock.now());
            ledger.unsent(unsent);
            ledger.abandoned(abandoned, clock.now());
        }
        assert_eq!(ledger.in_flight.len(), 0);
        clock.advance(2 * HOLD);
        ledger.advance(clock.now());
        assert_eq!(ledger.log.since(None), 0);
    }
}
