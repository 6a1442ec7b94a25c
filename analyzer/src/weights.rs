//! Every weight and threshold of the analyzer, each with its reason. `docs/risk.md` explains how
//! they work together, and a test keeps the two in step.
//!
//! The scale of a term is where it is full; its weight is what a full one adds to the logit of the
//! score. All terms but the baseline start at nothing, so that nothing a change holds can lower its
//! score.

/// One term of the risk score.
pub(crate) struct Term {
    /// Its stable name.
    pub(crate) id: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// What it adds to the logit when it is full.
    pub(crate) weight: f64,
    /// The count at which it is full.
    pub(crate) scale: f64,
}

/// The logit of a change in which nothing else was seen: a score of 0.047. Public histories hold a
/// few per cent of trouble even among the smallest changes.
pub(crate) const BASELINE: f64 = -3.0;

/// Added lines alone rank changes that bring bugs about as well as any model does (Zeng et al., ISSTA
/// 2021), so they carry most of the weight. Logarithmic, because the first hundred lines matter more
/// than the next. Full at 1,000, which Google's review guide calls "usually too large".
pub(crate) const SIZE: Term = Term { id: "size", title: "Lines added", weight: 3.0, scale: 1000.0 };

/// Deleted lines predict far less than added ones in the same studies.
pub(crate) const DELETIONS: Term = Term { id: "deletions", title: "Lines deleted", weight: 0.3, scale: 1000.0 };

/// Kamei et al. (2013): the number of files, folders and subsystems. Full at 50 files; folders and
/// subsystems at the two numbers below.
pub(crate) const SPREAD: Term = Term { id: "spread", title: "Spread", weight: 0.6, scale: 50.0 };
/// Folders at which a change is spread fully.
pub(crate) const SPREAD_FOLDERS: f64 = 20.0;
/// Top-level folders at which a change is spread fully.
pub(crate) const SPREAD_SUBSYSTEMS: f64 = 6.0;

/// Kamei et al.: lines spread evenly over many files are harder to understand than lines in one.
/// Normalised entropy is a share, so it is full at 1.
pub(crate) const ENTROPY: Term = Term { id: "entropy", title: "Scattered lines", weight: 0.3, scale: 1.0 };

/// Files that changed often will go on to break (Kamei et al., NUC). Full at 200 earlier changes.
pub(crate) const CHURN: Term = Term { id: "churn", title: "Often changed files", weight: 0.5, scale: 200.0 };

/// Files that were repaired before have more to repair. Full at 50 earlier fixes.
pub(crate) const FIXES: Term = Term { id: "fixes", title: "Often repaired files", weight: 0.6, scale: 50.0 };

/// Kamei et al. (NDEV): files that many people changed are known well by none. Full at 30 people.
pub(crate) const DEVELOPERS: Term = Term { id: "developers", title: "Many hands", weight: 0.3, scale: 30.0 };

/// A mistake there costs more: this raises what is at stake rather than how likely it is. Full at 3
/// kinds of sensitive files.
pub(crate) const SENSITIVE: Term = Term { id: "sensitive_paths", title: "Sensitive files", weight: 0.9, scale: 3.0 };

/// What is built, and with what, reaches every user and is seldom read. Full when four of its
/// parts change.
pub(crate) const SUPPLY_CHAIN: Term = Term { id: "supply_chain", title: "Supply chain", weight: 0.5, scale: 4.0 };

/// Code without a test is checked by nobody but the reviewer. Full at 200 added lines of code.
pub(crate) const MISSING_TESTS: Term = Term { id: "missing_tests", title: "No tests", weight: 0.5, scale: 200.0 };
/// Fewer added lines of code need no test of their own.
pub(crate) const NEEDS_TESTS: u64 = 10;

/// A prior, not validated: in published data inexperience predicts little, so it stays small. Full
/// without any earlier commit, gone at 50.
pub(crate) const INEXPERIENCE: Term =
    Term { id: "inexperience", title: "New here (a prior, not validated)", weight: 0.15, scale: 50.0 };

/// A change of the rules by which changes are judged needs a look of its own.
pub(crate) const STEERS_REVIEW: Term = Term { id: "steers_review", title: "Rules of review", weight: 0.6, scale: 1.0 };

/// What cannot be read is not taken for safe: each such file counts as a full size of its own, see
/// [`UNREADABLE_LINES`], and as this on top. Full at 10 files, and where there are more files than are looked
/// at.
pub(crate) const UNREADABLE: Term = Term { id: "unreadable", title: "Could not be read", weight: 1.2, scale: 10.0 };
/// The lines that a file counts as which could not be read: what fills [`SIZE`], so that a change with
/// one is never low.
pub(crate) const UNREADABLE_LINES: u64 = 1000;

/// Without history, churn, fixes and developers are unknown: it stands for half of their weight.
/// Full when nothing of the history was read, a third at 1,000 commits.
pub(crate) const HISTORY_CUT: Term =
    Term { id: "history_cut", title: "History cut short", weight: 0.7, scale: 100_000.0 };

/// The scores at which a change is called medium, high and critical: the 60th, 90th and 97th
/// percentile of 1,277 merged changes of nine public projects. `docs/risk.md` names them.
pub(crate) const MEDIUM: f64 = 0.46;
/// See [`MEDIUM`].
pub(crate) const HIGH: f64 = 0.75;
/// See [`MEDIUM`].
pub(crate) const CRITICAL: f64 = 0.87;

/// The most files that one driver names, or the focus lists.
pub(crate) const MOST_LISTED: usize = 20;

/// What makes a file worth a look, as shares of a whole: how much of it is new, what is at stake, and
/// how it fared before.
pub(crate) const FOCUS_LINES: f64 = 0.45;
/// See [`FOCUS_LINES`].
pub(crate) const FOCUS_STAKES: f64 = 0.25;
/// See [`FOCUS_LINES`].
pub(crate) const FOCUS_CHURN: f64 = 0.15;
/// See [`FOCUS_LINES`].
pub(crate) const FOCUS_FIXES: f64 = 0.15;
/// What nobody wrote, or what does not run, is looked at last: its score is multiplied by this.
pub(crate) const FOCUS_ASIDE: f64 = 0.3;

/// Countable lines, tests at half, up to which a review is extra small, small, medium and large; the
/// steps that the size labels of public projects share.
pub(crate) const EFFORT_STEPS: [f64; 4] = [10.0, 100.0, 500.0, 1000.0];
/// People who review well read 300 lines an hour (the range in Cisco's study is 200 to 400).
pub(crate) const LINES_A_MINUTE: f64 = 5.0;
/// To find into a change at all, and into each of its files.
pub(crate) const MINUTES_A_REVIEW: f64 = 2.0;
/// See [`MINUTES_A_REVIEW`].
pub(crate) const MINUTES_A_FILE: f64 = 0.5;
/// Nobody reviews longer than a day; such a change is to be split.
pub(crate) const MOST_MINUTES: f64 = 480.0;

/// Days without a change after which a pull request is aging, and stale.
pub(crate) const AGING_AFTER: u64 = 7;
/// See [`AGING_AFTER`].
pub(crate) const STALE_AFTER: u64 = 30;

/// Earlier commits from which a contributor is established, and trusted. A handful shows a way
/// around; fifty is the record of a regular.
pub(crate) const ESTABLISHED_FROM: u64 = 5;
/// See [`ESTABLISHED_FROM`].
pub(crate) const TRUSTED_FROM: u64 = 50;
/// Merges of other people's changes that show a maintainer rather than a chance.
pub(crate) const MAINTAINER_FROM: u64 = 3;
