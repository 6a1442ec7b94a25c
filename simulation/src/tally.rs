//! How often what happened, over any number of seeds.

use std::collections::BTreeMap;

use axiomo::{Pacing, Priority};

use crate::event::{Event, What};
use crate::scenario::{COMBINATIONS, Counting, Kind, Scenario};

/// How often what happened.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    combinations: BTreeMap<usize, u64>,
    counts: BTreeMap<&'static str, u64>,
}

/// Everything that has to happen.
const NAMES: [&str; 41] = [
    "claims",
    "cold starts",
    "rough seeds",
    "Eager on a fixed window",
    "Eager on aligned windows",
    "Eager on a log",
    "Eager on a counter",
    "Eager on GCRA",
    "Smooth on a fixed window",
    "Smooth on aligned windows",
    "Smooth on a log",
    "Smooth on a counter",
    "Smooth on GCRA",
    "Off on a fixed window",
    "Off on aligned windows",
    "Off on a log",
    "Off on a counter",
    "Off on GCRA",
    "single calls",
    "batch calls",
    "granted",
    "too long",
    "cancelled in the queue",
    "cancelled before departure",
    "cancelled in flight",
    "never left",
    "withdrawn",
    "departed",
    "admitted",
    "refused",
    "refused by a gateway",
    "answered by a cache",
    "answers overtook",
    "lost answers",
    "5xx",
    "401",
    "process deaths",
    "units of strangers",
    "strangers refused",
    "limit changes",
    "clock steps",
];

impl Tally {
    pub(crate) fn of(scenario: &Scenario, events: &[Event]) -> Self {
        let mut tally = Self::default();
        tally.combinations.insert(Scenario::combination_of(scenario.seed), 1);
        tally.add(match scenario.kind {
            Kind::Claim => "claims",
            Kind::ColdStart => "cold starts",
            Kind::Rough => "rough seeds",
        });
        tally.add(pacing_on(scenario));
        let mut last_answered = 0;
        for event in events {
            if let What::Answered { .. } = event.what {
                if event.call < last_answered {
                    tally.add("answers overtook");
                }
                last_answered = last_answered.max(event.call);
            }
            if let Some(name) = name(event.what) {
                tally.add(name);
            }
        }
        tally
    }

    fn add(&mut self, name: &'static str) {
        *self.counts.entry(name).or_default() += 1;
    }

    /// Adds what happened elsewhere.
    pub fn merge(&mut self, other: &Self) {
        for (combination, count) in &other.combinations {
            *self.combinations.entry(*combination).or_default() += count;
        }
        for (name, count) in &other.counts {
            *self.counts.entry(name).or_default() += count;
        }
    }

    /// What happened how often, including what never did.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let rarest = (0..COMBINATIONS).map(|combination| self.combinations.get(&combination).copied().unwrap_or(0));
        let mut counts = vec![("the rarest combination", rarest.min().unwrap_or(0))];
        counts.extend(NAMES.iter().map(|name| (*name, self.counts.get(name).copied().unwrap_or(0))));
        counts
    }
}

fn pacing_on(scenario: &Scenario) -> &'static str {
    let row = match scenario.pacing {
        Pacing::Eager => 3,
        Pacing::Smooth => 8,
        _ => 13,
    };
    NAMES[row
        + match scenario.counting {
            Counting::Opened => 0,
            Counting::Aligned => 1,
            Counting::Log => 2,
            Counting::Counter => 3,
            Counting::Gcra => 4,
        }]
}

fn name(what: What) -> Option<&'static str> {
    Some(match what {
        What::Asked(Priority::Single, _) => "single calls",
        What::Asked(Priority::Batch, _) => "batch calls",
        What::Granted => "granted",
        What::TooLong => "too long",
        What::CancelledInQueue => "cancelled in the queue",
        What::CancelledBeforeDeparture => "cancelled before departure",
        What::CancelledInFlight => "cancelled in flight",
        What::Unsent => "never left",
        What::Withdrawn => "withdrawn",
        What::Departed => "departed",
        What::Arrived { is_admitted: true } => "admitted",
        What::Arrived { is_admitted: false } => "refused",
        What::StoppedAtGateway => "refused by a gateway",
        What::AnsweredByCache => "answered by a cache",
        What::Answered { status: 500..=599, .. } => "5xx",
        What::Answered { status: 401, .. } => "401",
        What::Answered { .. } | What::SpentBefore | What::Stands(_) => return None,
        What::Lost => "lost answers",
        What::ProcessDied => "process deaths",
        What::StrangerTook { is_admitted: true } => "units of strangers",
        What::StrangerTook { is_admitted: false } => "strangers refused",
        What::LimitIs(_) => "limit changes",
        What::ClockStepped => "clock steps",
    })
}
