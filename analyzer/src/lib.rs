//! Turns a pull request into a [`Signal`]: who wrote it, how risky it is and why, where to look first.
//!
//! Two steps, so that what is read and how it is judged stay apart: [`git::Repository`] reads a
//! [`Change`] from a clone on disk, and [`analyze`] judges it. Neither touches the network, runs a
//! program or writes anything; the same change gives the same Signal, to the byte.
//!
//! ```no_run
//! use axiomo_analyzer::git::{Repository, Selection};
//! use axiomo_model::Timestamp;
//!
//! let repository = Repository::open("path/to/clone")?;
//! let change = repository.change(&Selection::PullRequest(42))?;
//! let signal = axiomo_analyzer::analyze(&change, Timestamp::from(std::time::SystemTime::now()));
//! println!("{:?} {:?}", signal.risk.level, signal.risk.score);
//! # Ok::<(), axiomo_analyzer::git::Error>(())
//! ```
//!
//! Sections that cannot be told from a repository alone are absent. The scores are this project's
//! own, not the service's; `docs/risk.md` in the repository explains them.

mod change;
mod digest;
pub mod git;
mod path_class;
mod redact;
mod sections;
mod weights;

use axiomo_model::{Section, Signal, Timestamp, VisitText};

pub use change::{
    Change, FileChange, FilePast, FileStatus, Gap, History, HistoryCut, Lines, Person, PersonPast, Place,
};
pub use path_class::{FileKind, PathClass, Sensitivity, SupplyChainPart};

/// The schema of the Signals that are made here.
pub const SIGNAL_VERSION: &str = "axiomo.signal.v1";

/// Judges a change. Ages are counted to `as_of`.
///
/// Only `meta.generated_at` and `meta.duration_ms` are left to the caller, who knows the time.
#[must_use]
pub fn analyze(change: &Change, as_of: Timestamp) -> Signal {
    let risk = sections::risk(change);
    let mut signal = Signal::default();
    signal.version = Some(SIGNAL_VERSION.to_owned());
    signal.pr = Section::from(sections::pull_request(change));
    signal.contributors = sections::contributors(change, as_of);
    signal.triage = Section::from(sections::triage(change, as_of));
    signal.focus = Section::from(sections::focus(change));
    signal.review = Section::from(sections::review(&risk));
    signal.meta = Section::from(sections::meta(change, as_of));
    signal.risk = Section::from(risk);
    signal.visit_text(&mut |text| *text = redact::redact(text));
    // Cleaned where it is made, part by part: as a whole it can look like a key, and would lose what tells it apart.
    signal.signal_id = Some(sections::signal_id(change));
    signal
}
