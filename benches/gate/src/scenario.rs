//! What happens to the calls of a run.

use std::ops::Range;
use std::time::Duration;

/// Calls of one run, by all processes together.
pub(crate) const CALLS: usize = 600;
/// Calls under way at once, by all processes together. An analysis takes 12 s, so that ten would ask 50
/// times a minute and need no limiter at all.
pub(crate) const CALLERS: usize = 32;
/// The service's documented limit with a key.
pub(crate) const LIMIT: u32 = 60;
/// The service's window.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
/// What the service takes for an analysis.
pub(crate) const WORK: Range<Duration> = Duration::from_secs(6)..Duration::from_secs(18);
/// What it takes to refuse one.
pub(crate) const REFUSAL: Range<Duration> = Duration::ZERO..Duration::from_millis(5);
/// A request's way to the service, and an answer's way back.
pub(crate) const LEG: Range<Duration> = Duration::from_millis(5)..Duration::from_millis(50);
/// What was spent before was spent at one moment so long before the first call.
pub(crate) const BEFORE: Range<Duration> = Duration::ZERO..Duration::from_secs(30);
/// When the limit is cut.
pub(crate) const CUT: Range<Duration> = Duration::from_secs(150)..Duration::from_secs(210);

/// One row of the comparison.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Units that are spent before the first call.
    pub(crate) spent: u32,
    /// Units a minute that somebody else asks for with the same key.
    pub(crate) stranger: u32,
    /// What the limit is cut to, for the rest of the run.
    pub(crate) cut_to: Option<u32>,
    /// The calls and the callers are shared out between so many processes, which know nothing of each other.
    pub(crate) processes: usize,
}

impl Scenario {
    const SOLE: Self = Self { name: "sole user", spent: 0, stranger: 0, cut_to: None, processes: 1 };

    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::SOLE,
        Self { name: "40 units already spent", spent: 40, ..Self::SOLE },
        Self { name: "a stranger asks 18 times a minute", stranger: 18, ..Self::SOLE },
        Self { name: "the limit is cut to 30", cut_to: Some(30), ..Self::SOLE },
        Self { name: "two processes without a store", processes: 2, ..Self::SOLE },
    ];
}
