//! What happened, in order.

use std::fmt;
use std::time::Duration;

use axiomo::Priority;

use crate::pacer::Status;

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// Since the beginning.
    pub at: Duration,
    /// The number of the gate; 0 where none is meant.
    pub gate: usize,
    /// The number of the call; 0 where none is meant.
    pub call: u64,
    /// What it was.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// A caller asks for leave, and waits until then at most.
    Asked(Priority, Duration),
    /// It got it.
    Granted,
    /// It did not.
    TooLong,
    /// It did not wait for it.
    CancelledInQueue,
    /// It had leave, and never used it.
    CancelledBeforeDeparture,
    /// The connection failed.
    Unsent,
    /// Another was refused before the request left, and it was held back.
    Withdrawn,
    /// The request left.
    Departed,
    /// The server counted it, and let it in or not.
    Arrived {
        /// Whether there was a unit.
        is_admitted: bool,
    },
    /// A gateway refused it.
    StoppedAtGateway,
    /// A cache answered it.
    AnsweredByCache,
    /// The caller does not wait for the answer any longer.
    CancelledInFlight,
    /// The answer came.
    Answered {
        /// Its status.
        status: u16,
        /// Its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// The answer never came.
    Lost,
    /// A process died, with everything that it had under way.
    ProcessDied,
    /// Somebody else took a unit, or was refused.
    StrangerTook {
        /// Whether there was a unit.
        is_admitted: bool,
    },
    /// A unit was spent before.
    SpentBefore,
    /// The limit is another now.
    LimitIs(u32),
    /// The server's clock was set.
    ClockStepped,
    /// How a gate stands that somebody waits at, when nothing more happens at this moment.
    Stands(Status),
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, gate, call, what } = self;
        write!(formatter, "{:>12.6} s  gate {gate:<3} call {call:<5} {what:?}", at.as_secs_f64())
    }
}
