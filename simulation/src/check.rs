//! What is promised, and whether it was kept.

mod gate;
mod window;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::event::{Event, What};
use crate::scenario::{Kind, Scenario, WINDOW};
use crate::server::most_admitted;
use gate::Gate;
use window::Windows;

/// The share of what somebody gets in who knows everything.
const LEAST_SHARE: f64 = 0.99;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Under the claim's conditions, no request is refused.
    NoRefusal,
    /// Under the claim's conditions, 99 % of the quota is used from the second window on.
    Share,
    /// After a cold start, at most 1 + ⌈round trip ÷ 20 ms⌉ requests are refused that left before it was known.
    ColdStart,
    /// Nobody waits longer than he was to.
    Latest,
    /// After a refusal nobody leaves before its `Retry-After`.
    RetryAfter,
    /// Then one leaves, and no other before its answer.
    Probe,
    /// Of those that leave after a refusal is known, none but that one is refused until the gate goes on.
    Refusals,
    /// In one window of the server, no more are refused than one, and those under way when that is known. Where the
    /// server counts without windows, in a minute of a cold start.
    Window,
    /// A refusal that its own books do not explain spreads requests out evenly for ten windows.
    Spread,
    /// Of equals, who came first leaves first.
    Order,
    /// A batch gets every fifth unit at least.
    FifthUnit,
    /// No unit is counted twice; what never left is not counted.
    OwnUnits,
    /// Nobody waits while there is a unit for him and nothing holds him.
    WakeUp,
}

/// A promise that was broken.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The number of the event that broke it; how many there are, where it shows at the end only.
    pub event: usize,
    /// The promise.
    pub promise: Promise,
    /// What happened.
    pub what: String,
}

type Broken = (Promise, String);

/// Every promise that was broken, and the share.
pub(crate) fn check(scenario: &Scenario, has_store: bool, events: &[Event]) -> (Vec<Violation>, Option<f64>) {
    let mut violations: Vec<(usize, Broken)> = Vec::new();
    let mut gates: BTreeMap<usize, Gate> = BTreeMap::new();
    let mut windows = Windows::of(scenario);
    for (number, event) in events.iter().enumerate() {
        if event.call > 0 || matches!(event.what, What::Stands(_)) {
            let gate = gates.entry(event.gate).or_insert_with(|| Gate::new(scenario.pacing));
            let mut broken: Vec<Broken> = gate.see(event).collect();
            // What happens at other gates comes as a surprise.
            broken.retain(|(promise, _)| !has_store || *promise != Promise::WakeUp);
            violations.extend(broken.into_iter().map(|broken| (number, broken)));
        }
        if let Some(broken) = windows.as_mut().and_then(|windows| windows.see(event)) {
            violations.push((number, broken));
        }
        if scenario.kind == Kind::Claim && matches!(event.what, What::Arrived { is_admitted: false }) {
            violations.push((number, (Promise::NoRefusal, "a request was refused".into())));
        }
    }
    let mut share = None;
    match scenario.kind {
        Kind::Claim => {
            share = share_of(scenario, events);
            if share.is_none_or(|share| share < LEAST_SHARE) {
                let what = format!("from the second window on, {share:?} of the quota was used");
                violations.push((events.len(), (Promise::Share, what)));
            }
        }
        Kind::ColdStart => violations.extend(cold_start(scenario, events)),
        Kind::Rough => {}
    }
    let violations = violations.into_iter().map(|(event, (promise, what))| Violation { event, promise, what });
    (violations.collect(), share)
}

fn share_of(scenario: &Scenario, events: &[Event]) -> Option<f64> {
    let arrivals = || events.iter().filter(|event| matches!(event.what, What::Arrived { .. })).map(|event| event.at);
    let first = arrivals().next()?;
    let (from, to) = (first + WINDOW, first + WINDOW * scenario.windows);
    let got = arrivals().filter(|at| (from..to).contains(at)).count();
    Some(got as f64 / f64::from(most_admitted(scenario, first, from, to)))
}

/// At most 1 + ⌈round trip ÷ 20 ms⌉ requests are refused of those that leave before the first refusal is known. Where
/// the limit is above 1,500, requests leave closer together.
fn cold_start(scenario: &Scenario, events: &[Event]) -> Option<(usize, Broken)> {
    let departures: BTreeMap<u64, Duration> = events
        .iter()
        .filter(|event| matches!(event.what, What::Departed))
        .map(|event| (event.call, event.at))
        .collect();
    let refusals: Vec<(usize, &Event)> = events
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event.what, What::Answered { status: 429, .. }))
        .collect();
    let (_, first) = refusals.first()?;
    let unwarned: Vec<(usize, Duration)> = refusals
        .iter()
        .filter_map(|(number, refusal)| {
            let departure = *departures.get(&refusal.call).filter(|at| **at < first.at)?;
            Some((*number, refusal.at.saturating_sub(departure)))
        })
        .collect();
    let round_trip = unwarned.iter().map(|(_, length)| *length).max()?;
    let spacing = (WINDOW / scenario.limit / 2).min(Duration::from_millis(20));
    let most = 1 + usize::try_from(round_trip.as_nanos().div_ceil(spacing.as_nanos())).unwrap_or(usize::MAX);
    let (number, _) = unwarned.get(most)?;
    let what = format!("{} refusals at a cold start, where {most} are allowed", unwarned.len());
    Some((*number, (Promise::ColdStart, what)))
}
