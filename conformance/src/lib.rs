//! Proves that every language's client of the Axiomo API behaves the same.
//!
//! What has to hold stands in scenarios, which are data: what the reference server is told to do, what a client is
//! told to do, and what has to come over the wire, be waited for, and come of it. The runner has the server in its
//! own process and tells a driver, a small program in each language, what to call. Time is virtual: it passes when
//! neither the server nor a client has anything left to do, so that ten minutes of waiting take none.

mod clock;
pub mod driver;
mod evidence;
mod expected_failures;
mod full_queue;
pub mod matcher;
mod problem;
mod project;
pub mod report;
mod run;
pub mod scenario;
mod setting;
pub mod suite;
mod template;

pub use clock::today;
pub use evidence::Evidence;
pub use expected_failures::ExpectedFailures;
pub use problem::{Kind, Problem};
pub use project::Project;
pub use run::{Outcome, run};
pub use template::substitute;

/// What docs/testing.md shows has to work.
#[cfg(doctest)]
#[doc = include_str!("../../docs/testing.md")]
struct Testing;
