use std::collections::BTreeMap;
use std::task::Waker;
use std::time::{Duration, Instant};

use axiomo::{Pacing, Priority, RateLimitReading};
use fastrand::Rng;

use super::{Flaw, hold};
use crate::pacer::Status;
use crate::scenario::WINDOW;

/// The number of a call.
pub(super) type Ticket = u64;

/// What a gate knows, in plain lists.
pub(super) struct Rules {
    pacing: Pacing,
    flaw: Option<Flaw>,
    random: Rng,
    limit: u64,
    higher: Option<u64>,
    cut_at: Option<Instant>,
    tickets: Ticket,
    waiting: BTreeMap<Ticket, (Priority, Option<Waker>)>,
    singles_in_a_row: u32,
    granted: Vec<Ticket>,
    /// Who left and when, the oldest first; for three windows.
    log: Vec<(Ticket, Instant)>,
    in_flight: BTreeMap<Ticket, Instant>,
    /// Units of others, and until when.
    debts: Vec<(Instant, u64)>,
    /// What the headers told last: units left, and until when that holds.
    told: Option<(u64, Instant)>,
    paused_until: Option<Instant>,
    wants_probe: bool,
    probe: Option<(Ticket, Instant)>,
    vague_refusals: u32,
    smooth_until: Option<Instant>,
    next: Option<Instant>,
    /// By how much the next one leaves too early.
    hurry: Duration,
}

impl Rules {
    pub(super) fn new(limit: u64, pacing: Pacing, flaw: Option<Flaw>, seed: u64) -> Self {
        Self {
            pacing,
            flaw,
            random: Rng::with_seed(seed),
            limit,
            higher: None,
            cut_at: None,
            tickets: 0,
            waiting: BTreeMap::new(),
            singles_in_a_row: 0,
            granted: Vec::new(),
            log: Vec::new(),
            in_flight: BTreeMap::new(),
            debts: Vec::new(),
            told: None,
            paused_until: None,
            wants_probe: false,
            probe: None,
            vague_refusals: 0,
            smooth_until: None,
            next: None,
            hurry: Duration::ZERO,
        }
    }

    pub(super) fn join(&mut self, priority: Priority) -> Ticket {
        self.tickets += 1;
        self.waiting.insert(self.tickets, (priority, None));
        self.tickets
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.waiting.remove(&ticket);
    }

    pub(super) fn wait(&mut self, ticket: Ticket, waker: Waker) {
        if let Some((_, place)) = self.waiting.get_mut(&ticket) {
            *place = Some(waker);
        }
    }

    pub(super) fn wake_next(&mut self) -> Option<Waker> {
        let next = self.next_in_queue()?;
        self.waiting.get_mut(&next)?.1.take()
    }

    fn next_in_queue(&self) -> Option<Ticket> {
        let first =
            |wanted| self.waiting.iter().find(|(_, (priority, _))| *priority == wanted).map(|(ticket, _)| *ticket);
        let is_turn_of_batch = self.singles_in_a_row >= 4 && self.flaw != Some(Flaw::StrictPriority);
        if is_turn_of_batch {
            first(Priority::Batch).or_else(|| first(Priority::Single))
        } else {
            first(Priority::Single).or_else(|| first(Priority::Batch))
        }
    }

    /// When it may leave; none while others are before it.
    pub(super) fn turn(&mut self, ticket: Ticket, now: Instant) -> Option<Instant> {
        if self.next_in_queue() != Some(ticket) {
            return None;
        }
        let mut at = match (self.pacing, self.flaw) {
            (Pacing::Off, _) => now,
            (_, Some(Flaw::HeadersOnly)) => self.header_free(now),
            (_, Some(Flaw::MinimumOfLogAndHeader)) => self.unit_free(now).max(self.header_free(now)),
            _ => self.unit_free(now),
        };
        at = at.max(self.next.unwrap_or(now)).max(self.paused_until.unwrap_or(now));
        if let Some((_, since)) = self.probe {
            at = at.max(since + WINDOW);
        }
        at.checked_sub(self.hurry)
    }

    fn unit_free(&self, now: Instant) -> Instant {
        let is_free = |at: Instant| self.own(at) + self.debt(at) < self.limit;
        if is_free(now) {
            return now;
        }
        let hold = hold(self.flaw);
        let mut moments: Vec<Instant> =
            self.log.iter().map(|(_, at)| *at + hold).chain(self.debts.iter().map(|(at, _)| *at)).collect();
        moments.retain(|at| *at > now);
        moments.sort_unstable();
        let index = moments.partition_point(|at| !is_free(*at));
        moments.get(index).copied().unwrap_or(now + hold)
    }

    fn header_free(&self, now: Instant) -> Instant {
        let under_way =
            if self.flaw == Some(Flaw::HeadersOnly) { 0 } else { self.in_flight.len() + self.granted.len() };
        match self.told.filter(|(_, until)| *until > now) {
            Some((left, until)) if left <= under_way as u64 => until,
            _ => now,
        }
    }

    fn own(&self, at: Instant) -> u64 {
        let hold = hold(self.flaw);
        let first = self.log.partition_point(|(_, departed)| *departed + hold <= at);
        (self.granted.len() + self.log.len() - first) as u64
    }

    fn debt(&self, at: Instant) -> u64 {
        self.debts.iter().filter(|(until, _)| *until > at).map(|(_, units)| *units).max().unwrap_or(0)
    }

    pub(super) fn grant(&mut self, ticket: Ticket, now: Instant) {
        let Some((priority, _)) = self.waiting.remove(&ticket) else { return };
        self.singles_in_a_row = if priority == Priority::Batch { 0 } else { self.singles_in_a_row + 1 };
        self.granted.push(ticket);
        let even = hold(self.flaw) / u32::try_from(self.limit).unwrap_or(u32::MAX);
        let is_smooth = self.pacing == Pacing::Smooth || self.smooth_until.is_some_and(|until| now < until);
        let quick = Duration::from_millis(20) + Duration::from_micros(self.random.u64(..10_000));
        self.next = match self.pacing {
            Pacing::Off => None,
            _ if is_smooth => Some(now + even),
            _ => Some(now + quick),
        };
        if self.flaw == Some(Flaw::JitterDownwards) {
            self.hurry = Duration::from_micros(self.random.u64(..10_000));
        }
        self.probe = None;
        if self.paused_until.is_some_and(|until| until <= now) {
            self.paused_until = None;
        }
        if std::mem::take(&mut self.wants_probe) {
            self.probe = Some((ticket, now));
        }
    }

    pub(super) fn sent(&mut self, ticket: Ticket, now: Instant) -> bool {
        let is_probe_out = self.probe.is_some_and(|(probe, since)| probe != ticket && since + WINDOW > now);
        let is_held_back = self.paused_until.is_some_and(|until| until > now) || self.wants_probe || is_probe_out;
        if is_held_back && self.flaw != Some(Flaw::NotHeldBack) {
            return false;
        }
        self.granted.retain(|other| *other != ticket);
        self.in_flight.insert(ticket, now);
        self.log.retain(|(_, at)| *at + WINDOW * 3 > now);
        self.debts.retain(|(until, _)| *until > now);
        self.log.push((ticket, now));
        true
    }

    pub(super) fn unsent(&mut self, ticket: Ticket) {
        // Its place in the order of departures is free again as well.
        let even = hold(self.flaw) / u32::try_from(self.limit).unwrap_or(u32::MAX);
        if self.pacing == Pacing::Smooth && self.granted.contains(&ticket) {
            self.next = self.next.and_then(|next| next.checked_sub(even));
        }
        self.granted.retain(|other| *other != ticket);
        self.log.retain(|(other, _)| *other != ticket);
        self.landed(ticket, true);
    }

    pub(super) fn dropped(&mut self, ticket: Ticket, _: Instant) {
        if !self.in_flight.contains_key(&ticket) || self.flaw == Some(Flaw::RefundAfterSending) {
            self.unsent(ticket);
        } else {
            self.landed(ticket, false);
        }
    }

    fn landed(&mut self, ticket: Ticket, is_probe_wanted: bool) {
        self.in_flight.remove(&ticket);
        if self.probe.is_some_and(|(probe, _)| probe == ticket) {
            self.probe = None;
            self.wants_probe |= is_probe_wanted;
        }
    }

    pub(super) fn complete(&mut self, ticket: Ticket, status: u16, reading: &RateLimitReading, now: Instant) {
        let Some(departed) = self.in_flight.get(&ticket).copied() else { return };
        let is_explained = self.own(now) + self.debt(now) >= self.limit;
        let reset = if status == 429 { reading.retry_after } else { reading.reset };
        if !matches!(status, 401 | 403) {
            if let Some(limit) = reading.limit {
                self.learn(limit.max(1), departed, now);
            }
            if let Some(remaining) = reading.remaining {
                let hold = hold(self.flaw);
                let own = self.log.iter().filter(|(_, at)| *at + hold > departed).count() as u64;
                let until = reset.map_or(departed + hold, |reset| (now + reset).min(departed + hold));
                let others = reading.limit.unwrap_or(self.limit).saturating_sub(remaining).saturating_sub(own);
                self.debts.push((until, others));
                self.told = Some((remaining, reset.map_or(departed + WINDOW, |reset| now + reset)));
            }
        }
        self.landed(ticket, false);
        if status != 429 {
            self.vague_refusals = 0;
            return;
        }
        let wait = reading.retry_after.unwrap_or_else(|| {
            self.vague_refusals += 1;
            Duration::from_secs(1 << (self.vague_refusals - 1).min(5))
        });
        let wait = if self.flaw == Some(Flaw::HalfThePause) { wait / 2 } else { wait };
        if !is_explained && self.flaw != Some(Flaw::EagerAfterRefusal) {
            self.smooth_until = Some(now + WINDOW * 10);
        }
        self.paused_until = Some(self.paused_until.map_or(now + wait, |until| until.max(now + wait)));
        self.wants_probe |= self.probe.is_none();
    }

    fn learn(&mut self, told: u64, departed: Instant, now: Instant) {
        if told < self.limit {
            self.cut_at = Some(now);
        }
        if told <= self.limit || self.higher == Some(told) {
            (self.limit, self.higher) = (told, None);
        } else if self.cut_at.is_none_or(|cut_at| departed > cut_at) {
            self.higher = Some(told);
        }
    }

    pub(super) fn status(&mut self, now: Instant) -> Status {
        Status {
            limit: self.limit,
            own: self.own(now),
            others: self.debt(now),
            waiting: self.waiting.len(),
            is_paused: self.paused_until.is_some_and(|until| until > now),
        }
    }
}
