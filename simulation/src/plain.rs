//! A gate that does by the rules what is needed and nothing cleverly, and the mistakes it can be told to make.
//!
//! A simulation that a mistaken gate passes proves nothing.

mod rules;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use axiomo::testing::VirtualClock;
use axiomo::{Pacing, Priority, RateLimitReading};
use futures::future::select;

use crate::pacer::{Holder, Leave, Library, Maker, Pacer, Status};
use rules::{Rules, Ticket};

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Only what the headers told last counts.
    HeadersOnly,
    /// A call that is cancelled after it left gives its unit back.
    RefundAfterSending,
    /// As many as both the own log and the headers, less what is under way, allow.
    MinimumOfLogAndHeader,
    /// A unit is free again a window after its request left, however long that was on the way.
    NoLegAllowance,
    /// Two keys of one user have a gate each.
    OneGateAKey,
    /// Each process takes the whole quota for its own.
    FullLocalBudgets,
    /// A batch gets what single calls leave.
    StrictPriority,
    /// Waits are up to 10 ms shorter than they have to be.
    JitterDownwards,
    /// After a refusal it waits half as long as it was told to.
    HalfThePause,
    /// What has leave when another is refused leaves nevertheless.
    NotHeldBack,
    /// A refusal that nothing explains changes nothing about how requests are spread out.
    EagerAfterRefusal,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::HeadersOnly,
        Self::RefundAfterSending,
        Self::MinimumOfLogAndHeader,
        Self::NoLegAllowance,
        Self::OneGateAKey,
        Self::FullLocalBudgets,
        Self::StrictPriority,
        Self::JitterDownwards,
        Self::HalfThePause,
        Self::NotHeldBack,
        Self::EagerAfterRefusal,
    ];
}

/// Makes plain gates, with a mistake or without.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain(pub Option<Flaw>);

impl Maker for Plain {
    type Gate = PlainGate;

    fn number(&self, holder: Holder) -> usize {
        match self.0 {
            Some(Flaw::OneGateAKey) if holder.is_shared => holder.key,
            Some(Flaw::FullLocalBudgets) => Library.number(Holder { is_shared: false, deaths: 0, ..holder }),
            _ => Library.number(holder),
        }
    }

    fn open(&self, clock: &VirtualClock, limit: u32, pacing: Pacing, seed: u64) -> PlainGate {
        let rules = Rules::new(limit.into(), pacing, self.0, seed);
        PlainGate(Rc::new(Inner { clock: clock.clone(), rules: RefCell::new(rules) }))
    }
}

/// A gate of one thread. Clones are the same gate.
#[derive(Clone)]
pub struct PlainGate(Rc<Inner>);

struct Inner {
    clock: VirtualClock,
    rules: RefCell<Rules>,
}

impl PlainGate {
    /// Changes what is known, and wakes whoever is next by it.
    fn change<T>(&self, change: impl FnOnce(&mut Rules, Instant) -> T) -> T {
        let mut rules = self.0.rules.borrow_mut();
        let now = self.0.clock.now();
        let result = change(&mut rules, now);
        let waker = rules.wake_next();
        drop(rules);
        waker.into_iter().for_each(Waker::wake);
        result
    }
}

impl Pacer for PlainGate {
    type Leave = PlainLeave;

    async fn acquire(&self, priority: Priority, latest: Instant) -> Option<PlainLeave> {
        let place = Place { gate: self.clone(), ticket: self.0.rules.borrow_mut().join(priority) };
        loop {
            let now = self.0.clock.now();
            let at = self.0.rules.borrow_mut().turn(place.ticket, now);
            if at.is_some_and(|at| at <= now) {
                let ticket = place.ticket;
                self.change(|rules, now| rules.grant(ticket, now));
                return Some(PlainLeave { gate: self.clone(), ticket, is_over: false });
            }
            if now >= latest {
                return None;
            }
            let until = at.map_or(latest, |at| at.min(latest));
            let mut is_first = true;
            let called = poll_fn(|context| {
                if std::mem::take(&mut is_first) {
                    self.0.rules.borrow_mut().wait(place.ticket, context.waker().clone());
                    return Poll::Pending;
                }
                Poll::Ready(())
            });
            select(pin!(called), pin!(self.0.clock.sleep(until - now))).await;
        }
    }

    fn status(&self) -> Status {
        self.0.rules.borrow_mut().status(self.0.clock.now())
    }
}

/// A place in the queue, which is left when this is dropped.
struct Place {
    gate: PlainGate,
    ticket: Ticket,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.change(|rules, _| rules.leave(self.ticket));
    }
}

/// Leave of a [`PlainGate`].
pub struct PlainLeave {
    gate: PlainGate,
    ticket: Ticket,
    is_over: bool,
}

impl Leave for PlainLeave {
    fn sent(&mut self) -> bool {
        self.gate.change(|rules, now| rules.sent(self.ticket, now))
    }

    fn unsent(mut self) {
        self.is_over = true;
        self.gate.change(|rules, _| rules.unsent(self.ticket));
    }

    fn complete(mut self, status: u16, reading: RateLimitReading) {
        self.is_over = true;
        self.gate.change(|rules, now| rules.complete(self.ticket, status, &reading, now));
    }
}

impl Drop for PlainLeave {
    fn drop(&mut self) {
        if !self.is_over {
            self.gate.change(|rules, now| rules.dropped(self.ticket, now));
        }
    }
}

/// How long a request counts.
fn hold(flaw: Option<Flaw>) -> Duration {
    let allowance = if flaw == Some(Flaw::NoLegAllowance) { 0 } else { 250 };
    crate::scenario::WINDOW + Duration::from_millis(allowance)
}
