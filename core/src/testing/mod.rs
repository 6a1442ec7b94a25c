//! Time that passes only when a test says so, for programs that use a [`Client`](crate::Client).
//!
//! A wait of ten minutes is tested in no time:
//!
//! ```
//! use std::time::Duration;
//! use axiomo::testing::VirtualClock;
//!
//! let clock = VirtualClock::new();
//! clock.skip_waits(true);
//! let client = axiomo::Client::builder().clock(clock.clone()).build()?;
//! // … calls of the client that have to wait …
//! let waited: Duration = clock.waits().iter().map(|wait| wait.length).sum();
//! # assert_eq!(waited, Duration::ZERO);
//! # Ok::<(), axiomo::Error>(())
//! ```
//!
//! Only the client's own time is virtual: its waits, its time limits, the ages it reports. The connection below it
//! lives in real time, and so does whatever the program around it sleeps for.
//!
//! With the reference server, `axiomo-mock-server`, one clock serves both: the server conducts the client's
//! ([`VirtualClock::conducted`]), and lets time pass only when neither has anything left to do.

mod activity;
mod link;
mod virtual_clock;

pub(crate) use activity::Activity;
pub(crate) use virtual_clock::{OnTheWire, Request};
pub use virtual_clock::{VirtualClock, Wait};

pub use crate::clock::forbid_real_time;
pub use crate::error_body::{ErrorBody, read_error_body};
