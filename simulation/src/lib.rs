//! The rate limiter against the reference server's own limits, in virtual time.
//!
//! [`judge`] runs one seed: what happens follows from the seed alone. `simulation/README.md` says how to read
//! what it finds.

mod check;
mod event;
pub mod pacer;
pub mod plain;
mod scenario;
mod server;
mod tally;
mod world;

pub use check::{Promise, Violation};
pub use event::{Event, What};
pub use pacer::{Fleet, Library};
pub use scenario::{COMBINATIONS, Counting, Kind, MOST_PROCESSES, Scenario, WINDOW};
pub use tally::Tally;

use pacer::Maker;

/// What came of one seed.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What was run.
    pub scenario: Scenario,
    /// Every promise that was broken.
    pub violations: Vec<Violation>,
    /// What was let in from the second window on, as a share of what somebody gets who knows everything.
    /// Only of scenarios in which the claim holds.
    pub share: Option<f64>,
    /// How often what happened.
    pub tally: Tally,
    /// All that happened, in order.
    pub events: Vec<Event>,
}

/// Runs one seed with the library's own gates: with a store for some of the claims.
#[must_use]
pub fn judge_library(seed: u64) -> Verdict {
    if Scenario::of(seed).has_store() { judge(seed, Fleet::default()) } else { judge(seed, Library) }
}

/// Runs one seed with the gates of a maker.
pub fn judge<M: Maker + 'static>(seed: u64, maker: M) -> Verdict {
    let scenario = Scenario::of(seed);
    let has_store = maker.has_store();
    let events = world::run(&scenario, maker);
    let (violations, share) = check::check(&scenario, has_store, &events);
    let tally = Tally::of(&scenario, &events);
    Verdict { scenario, violations, share, tally, events }
}
