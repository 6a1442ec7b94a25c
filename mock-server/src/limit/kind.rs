use super::{FixedWindow, Gcra, Limiter, SlidingLog, SlidingWindowCounter};

/// How requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum LimiterKind {
    /// In a window that opens with the first request; all units come back when it closes.
    #[default]
    Fixed,
    /// Each unit comes back one window after it was taken.
    Log,
    /// By an estimate from this window's count and the one before it.
    Counter,
    /// Units come back one by one, evenly spread over the window.
    Gcra,
}

impl LimiterKind {
    /// A limiter of this kind that has counted nothing yet.
    #[must_use]
    pub fn limiter(self) -> Box<dyn Limiter> {
        match self {
            Self::Fixed => Box::<FixedWindow>::default(),
            Self::Log => Box::<SlidingLog>::default(),
            Self::Counter => Box::<SlidingWindowCounter>::default(),
            Self::Gcra => Box::<Gcra>::default(),
        }
    }
}
