use std::time::{Duration, Instant};

use super::store::Lease;

/// Whose a permit's unit is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    /// Of this limiter alone.
    Own,
    /// Of a store.
    Leased(Lease),
    /// Taken without the store, which is to hear of it later.
    Alone(u64),
}

/// What a permit is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grant {
    pub(super) unit: Unit,
    /// When it was given.
    pub(super) given: Instant,
    /// Which probe it is, if it is one.
    pub(super) probe: Option<u64>,
    /// How long it holds up the next one.
    pub(super) spacing: Duration,
    /// None before its request leaves.
    pub(super) stamps: Option<Stamps>,
    /// Whether its request was to leave and may not any more.
    pub(super) is_withdrawn: bool,
}

impl Grant {
    /// One that nothing holds up and that is no probe.
    pub(super) fn new(unit: Unit, given: Instant) -> Self {
        Self { unit, given, probe: None, spacing: Duration::ZERO, stamps: None, is_withdrawn: false }
    }

    /// Whether its request left.
    pub(super) fn has_left(&self) -> bool {
        self.stamps.is_some()
    }

    /// When its request left, or when it may have.
    pub(super) fn left(&self) -> Instant {
        self.stamps.map_or(self.given, |stamps| stamps.first)
    }
}

/// When a request left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamps {
    /// The earliest that it can have been.
    pub(super) first: Instant,
    /// What the log has: the latest that it can have been.
    pub(super) logged: Instant,
}
