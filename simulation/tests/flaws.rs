//! The simulation tells a right gate from a wrong one.

use axiomo_simulation::plain::{Flaw, Plain};
use axiomo_simulation::{Event, Library, Promise, judge};

/// Two hundred seeds from all kinds of scenarios, which change every hundred seeds.
fn seeds() -> impl Iterator<Item = u64> {
    (0..200).map(|number| number * 101 % 1600)
}

#[test]
fn a_plain_gate_keeps_every_promise() {
    for seed in seeds() {
        let verdict = judge(seed, Plain(None));
        assert!(verdict.violations.is_empty(), "{seed}: {:#?}", verdict.violations);
    }
}

/// Each by the promise that it is a mistake against.
#[test]
fn each_mistake_is_found() {
    for flaw in Flaw::ALL {
        let broken = match flaw {
            Flaw::MinimumOfLogAndHeader => Promise::Share,
            Flaw::StrictPriority => Promise::FifthUnit,
            Flaw::JitterDownwards => Promise::RetryAfter,
            Flaw::HalfThePause | Flaw::NotHeldBack => Promise::Window,
            Flaw::EagerAfterRefusal => Promise::Spread,
            _ => Promise::NoRefusal,
        };
        let breaks_it = |seed| judge(seed, Plain(Some(flaw))).violations.iter().any(|seen| seen.promise == broken);
        assert!(seeds().any(breaks_it), "{flaw:?}");
    }
}

#[test]
fn a_seed_always_does_the_same() {
    for seed in [4, 404, 707] {
        let all = || judge(seed, Library).events.iter().map(Event::to_string).collect::<Vec<_>>();
        let (one, other) = (all(), all());
        assert!(one.len() > 1000);
        assert_eq!(one, other, "{seed}");
    }
}
