use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use axiomo::{Pacing, Priority};

use super::{Broken, Promise};
use crate::event::{Event, What};
use crate::pacer::Status;
use crate::scenario::WINDOW;

/// What one gate promised, followed from event to event.
pub(super) struct Gate {
    pacing: Pacing,
    /// The limit as it knew it last.
    limit: u64,
    /// Who waits: priority and until when at most.
    waiting: BTreeMap<u64, (Priority, Duration)>,
    /// How many of them are a batch's.
    waiting_batch: usize,
    /// Who has leave and has not left.
    granted: BTreeSet<u64>,
    /// Who is under way.
    in_flight: BTreeSet<u64>,
    departures: VecDeque<Duration>,
    /// When somebody got leave last, and what the limit was then.
    last_grant: Option<(Duration, u64)>,
    /// How many units its books hold at most: it stood so, and nobody got leave since.
    used: Option<u64>,
    /// When it was refused with so many units in its books. They explain that if it just learned of a limit as low.
    unexplained: Option<(Duration, u64)>,
    /// Until then it spreads requests out evenly.
    spread_until: Duration,
    /// When somebody got leave last since then, and what the limit was.
    last_spread: Option<(Duration, u64)>,
    /// Until then nobody may leave.
    paused_until: Duration,
    last_refusal: Option<Duration>,
    wants_probe: bool,
    probe: Option<(u64, Duration)>,
    /// A refusal came while the probe was out. Whether there has to be another probe then depends on how long
    /// the gate means to pause, which is not always told.
    may_want_probe: bool,
    possible_probe: Option<(u64, Duration)>,
    /// Who left before all who came before had, and when, for single calls and those of a batch.
    foremost: [BTreeMap<u64, Duration>; 2],
    /// Single calls that left while one of a batch waited.
    singles_in_a_row: u32,
    /// Since when a batch's turn has been passed over, for how many single calls.
    passed_over: Option<(Duration, u32)>,
    /// Who was under way when the gate learned that it has to pause. Others are not refused before it goes on.
    under_way: BTreeSet<u64>,
}

/// How long a request counts at most: the window, and 250 ms on the way; the gate may round a millisecond up.
const HOLD: Duration = Duration::from_millis(60_251);

impl Gate {
    pub(super) fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            limit: 60,
            waiting: BTreeMap::new(),
            waiting_batch: 0,
            granted: BTreeSet::new(),
            in_flight: BTreeSet::new(),
            departures: VecDeque::new(),
            last_grant: None,
            used: None,
            unexplained: None,
            spread_until: Duration::ZERO,
            last_spread: None,
            paused_until: Duration::ZERO,
            last_refusal: None,
            wants_probe: false,
            probe: None,
            may_want_probe: false,
            possible_probe: None,
            foremost: Default::default(),
            singles_in_a_row: 0,
            passed_over: None,
            under_way: BTreeSet::new(),
        }
    }

    /// What this event breaks.
    pub(super) fn see(&mut self, event: &Event) -> impl Iterator<Item = Broken> + use<> {
        // At one instant, order means nothing.
        let passed_over = self.passed_over.take_if(|(since, _)| *since < event.at).map(|(_, singles)| {
            self.singles_in_a_row = 0;
            (Promise::FifthUnit, format!("{singles} single calls left in a row, and a batch waits"))
        });
        if let Some((refusal, used)) = self.unexplained.take_if(|(refusal, _)| *refusal < event.at)
            && used < self.limit
        {
            self.spread_until = refusal + WINDOW * 10;
        }
        passed_over.into_iter().chain(self.follow(event))
    }

    fn follow(&mut self, event: &Event) -> Option<Broken> {
        let Event { at, call, what, .. } = *event;
        match what {
            What::Asked(priority, latest) => {
                self.waiting.insert(call, (priority, latest));
                self.waiting_batch += usize::from(priority == Priority::Batch);
                None
            }
            What::Granted => self.granted(call, at),
            What::TooLong | What::CancelledInQueue => {
                let (_, latest) = self.leave_queue(call)?;
                (at > latest).then(|| {
                    (Promise::Latest, format!("it waited {:?} longer than it was to", at.saturating_sub(latest)))
                })
            }
            What::CancelledBeforeDeparture | What::Unsent | What::Withdrawn => {
                self.granted.remove(&call);
                // Its place between the others is free again.
                self.last_spread = None;
                if self.probe.is_some_and(|(probe, _)| probe == call) {
                    (self.probe, self.wants_probe) = (None, true);
                }
                if self.possible_probe.take_if(|(probe, _)| *probe == call).is_some() {
                    self.may_want_probe = true;
                }
                None
            }
            What::Departed => {
                self.granted.remove(&call);
                self.in_flight.insert(call);
                self.departures.push_back(at);
                self.may_leave(call, at)
            }
            What::CancelledInFlight | What::Lost => {
                self.landed(call);
                None
            }
            What::Answered { status, retry_after } => {
                let broken = if status == 429 { self.refused(call, at, retry_after) } else { None };
                self.landed(call);
                broken
            }
            What::Stands(status) => self.stands(at, status),
            _ => None,
        }
    }

    fn leave_queue(&mut self, call: u64) -> Option<(Priority, Duration)> {
        let left = self.waiting.remove(&call)?;
        self.used = None;
        self.waiting_batch -= usize::from(left.0 == Priority::Batch);
        if self.waiting_batch == 0 {
            (self.singles_in_a_row, self.passed_over) = (0, None);
        }
        Some(left)
    }

    fn granted(&mut self, call: u64, at: Duration) -> Option<Broken> {
        let (priority, latest) = self.leave_queue(call)?;
        self.granted.insert(call);
        self.last_grant = Some((at, self.limit));
        let foremost = &mut self.foremost[usize::from(priority == Priority::Batch)];
        let overtaker = foremost.range(call..).next().map(|(other, when)| (*other, *when));
        if overtaker.is_none() {
            foremost.insert(call, at);
        }
        if at > latest {
            return Some((Promise::Latest, format!("it waited {:?} longer than it was to", at.saturating_sub(latest))));
        }
        let broken = self.may_leave(call, at);
        if broken.is_some() {
            return broken;
        }
        self.probe = None;
        if std::mem::take(&mut self.wants_probe) {
            self.probe = Some((call, at));
        }
        if std::mem::take(&mut self.may_want_probe) {
            self.possible_probe = Some((call, at));
        }
        if let Some((by, when)) = overtaker.filter(|(_, when)| *when < at) {
            return Some((Promise::Order, format!("call {by} overtook it by {:?}", at.saturating_sub(when))));
        }
        match priority {
            Priority::Batch => (self.singles_in_a_row, self.passed_over) = (0, None),
            Priority::Single if self.waiting_batch > 0 => {
                self.singles_in_a_row += 1;
            }
            Priority::Single => {}
        }
        if self.singles_in_a_row > 4 {
            self.passed_over.get_or_insert((at, 0)).1 = self.singles_in_a_row;
        }
        self.spread(at)
    }

    /// After a refusal that its books do not explain, everybody keeps apart from who left before.
    fn spread(&mut self, at: Duration) -> Option<Broken> {
        let is_spread = at < self.spread_until && self.pacing != Pacing::Off;
        let now = is_spread.then_some((at, self.limit));
        let (before, limit) = std::mem::replace(&mut self.last_spread, now)?;
        let even = WINDOW / u32::try_from(limit.max(1)).unwrap_or(u32::MAX);
        let apart = at.saturating_sub(before);
        (apart < even).then(|| (Promise::Spread, format!("{apart:?} lie between two that should be {even:?} apart")))
    }

    /// After a refusal, nobody does before it is time, and then one alone.
    fn may_leave(&self, call: u64, at: Duration) -> Option<Broken> {
        if at < self.paused_until {
            let early = self.paused_until.saturating_sub(at);
            return Some((Promise::RetryAfter, format!("somebody left {early:?} before Retry-After")));
        }
        let (probe, since) = self.probe.filter(|(probe, since)| *probe != call && at < *since + WINDOW)?;
        Some((Promise::Probe, format!("somebody left while the probe was out, call {probe} from {since:?}")))
    }

    fn landed(&mut self, call: u64) {
        self.in_flight.remove(&call);
        if self.probe.is_some_and(|(probe, _)| probe == call) {
            self.probe = None;
        }
        self.possible_probe.take_if(|(probe, _)| *probe == call);
    }

    fn refused(&mut self, call: u64, at: Duration, retry_after: Option<Duration>) -> Option<Broken> {
        let is_out = |probe: Option<(u64, Duration)>| probe.is_some_and(|(_, since)| at < since + WINDOW);
        let (is_probe_out, is_one_possibly_out) = (is_out(self.probe), is_out(self.possible_probe));
        let is_probe = [self.probe, self.possible_probe].iter().flatten().any(|(probe, _)| *probe == call);
        let was_going_on = !self.wants_probe && !is_probe_out && at >= self.paused_until;
        self.last_refusal = Some(at);
        self.unexplained = self.used.filter(|used| *used < self.limit).map(|used| (at, used));
        if let Some(retry_after) = retry_after {
            self.paused_until = self.paused_until.max(at + retry_after);
        }
        if is_probe || !is_probe_out && !is_one_possibly_out {
            self.wants_probe = true;
        } else {
            self.may_want_probe = true;
        }
        if was_going_on || is_probe {
            self.under_way = self.in_flight.clone();
            return None;
        }
        (!self.under_way.contains(&call))
            .then(|| (Promise::Refusals, "it left after another was refused, and was refused itself".into()))
    }

    /// Nobody waits for nothing, and nothing is counted twice.
    fn stands(&mut self, at: Duration, status: Status) -> Option<Broken> {
        self.limit = status.limit;
        // What is learned at the moment of a leave may have come before it.
        if let Some((_, limit)) = self.last_spread.as_mut().filter(|(grant, _)| *grant == at) {
            *limit = status.limit.max(*limit);
        }
        while self.departures.front().is_some_and(|departure| *departure + HOLD <= at) {
            self.departures.pop_front();
        }
        let own = (self.departures.len() + self.granted.len()) as u64;
        if status.own > own {
            return Some((
                Promise::OwnUnits,
                format!("it counts {} units of its own, and there are {own}", status.own),
            ));
        }
        // While nobody waits, it is not told when an answer changes that.
        self.used = (status.waiting > 0).then_some(status.own + status.others);
        let has_unit = self.pacing == Pacing::Off || status.own + status.others < status.limit;
        let probes = [self.probe, self.possible_probe];
        let is_held = status.is_paused || probes.iter().flatten().any(|(_, since)| at < *since + WINDOW);
        let is_spaced =
            self.last_grant.is_some_and(|(grant, limit)| at < grant + self.spacing(at, limit.min(status.limit)));
        (has_unit && !is_held && !is_spaced && !self.waiting.is_empty())
            .then(|| (Promise::WakeUp, format!("{} wait, and nothing holds them: {status:?}", self.waiting.len())))
    }

    /// The most that lies between two who leave.
    fn spacing(&self, at: Duration, limit: u64) -> Duration {
        let even = HOLD / u32::try_from(limit.max(1)).unwrap_or(u32::MAX);
        let was_refused = self.last_refusal.is_some_and(|refusal| at < refusal + WINDOW * 10);
        match self.pacing {
            Pacing::Off => Duration::ZERO,
            Pacing::Eager if !was_refused => Duration::from_millis(30),
            _ => even.max(Duration::from_millis(30)),
        }
    }
}
