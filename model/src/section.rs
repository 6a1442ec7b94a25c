use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

/// A part of a [`Signal`](crate::Signal) that the service promises to send, and that may be missing
/// all the same.
///
/// It reads as its content; a missing one reads as content in which everything is absent, so that
/// `signal.risk.level` is `None` whether the level is missing or the whole section is.
///
/// ```
/// use axiomo_model::{Risk, Section, Signal};
///
/// let mut signal = Signal::default();
/// assert!(signal.risk.is_absent());
/// assert_eq!(signal.risk.score, None);
///
/// let mut risk = Risk::default();
/// risk.score = Some(0.25);
/// signal.risk = Section::from(risk);
/// assert_eq!(signal.risk.score, Some(0.25));
/// ```
#[derive(Clone, PartialEq)]
pub struct Section<T>(Option<T>);

/// Content in which everything is absent, to be borrowed for ever.
pub trait Empty: 'static {
    /// The one shared value.
    fn empty() -> &'static Self;
}

impl<T> Section<T> {
    /// A section that is missing.
    #[must_use]
    pub const fn absent() -> Self {
        Self(None)
    }

    /// Whether the section is missing, rather than there and empty.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// Where the content is put.
    pub(crate) const fn slot(&mut self) -> &mut Option<T> {
        &mut self.0
    }

    /// The content, to change it; none when the section is missing.
    pub const fn as_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut()
    }
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self::absent()
    }
}

impl<T> From<T> for Section<T> {
    fn from(content: T) -> Self {
        Self(Some(content))
    }
}

impl<T> From<Option<T>> for Section<T> {
    fn from(content: Option<T>) -> Self {
        Self(content)
    }
}

impl<T: Empty> Deref for Section<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap_or_else(|| T::empty())
    }
}

impl<T: fmt::Debug> fmt::Debug for Section<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(content) => content.fmt(formatter),
            None => formatter.write_str("absent"),
        }
    }
}

impl<T: Serialize> Serialize for Section<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
