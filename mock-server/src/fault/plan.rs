use std::time::Duration;

use bytes::Bytes;

use super::content::Content;

/// What is written to a connection in place of HTTP, byte by byte.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) segments: Vec<Segment>,
    pub(crate) last: Last,
}

/// A part of a plan.
#[derive(Debug)]
pub(crate) enum Segment {
    /// From here on it is the answer with this head.
    Head(Box<http::response::Parts>),
    /// These bytes.
    Bytes(Bytes),
    /// These bytes, made as they are sent.
    Content(Content),
    /// These bytes, so many at a time, and nothing in between for so long.
    Drip { bytes: Bytes, at_once: usize, pause: Duration },
    /// Nothing, for so long.
    Pause(Duration),
}

/// The end of a plan, and of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    Fin,
    Reset,
    /// A reset when the client says something more.
    ResetNext,
    /// Nothing, until the client goes; what it says is read.
    Stall,
    /// Nothing, until the client goes; what it says is not read.
    StallUnread,
}

impl Plan {
    /// No bytes, and this end.
    pub(crate) fn only(last: Last) -> Self {
        Self { segments: Vec::new(), last }
    }
}
