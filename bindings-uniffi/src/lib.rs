//! The native part of the packages for Kotlin, Ruby and Swift: nothing that the Rust client does not do. `kotlin`, `ruby`
//! and `swift` beside it hold what users see, and check what they give.
//!
//! Values come and go as JSON, and results as messages of one bridge ([`Bridge`]): records cost several times as much to
//! read, and each language waits in its own way.

mod analysis;
mod batch;
mod bridge;
mod cancel;
mod client;
mod failure;
mod fork;
mod rate_limiter;
mod sections;
mod testing;
mod webhook;

pub use analysis::{Parts, extra_of, read_analysis};
pub use batch::NativeBatch;
pub use bridge::{Arrival, Bridge};
pub use cancel::NativeCancelHandle;
pub use client::NativeClient;
pub use failure::{Failure, refuse};
pub use fork::{after_fork_in_child, after_fork_in_parent, before_fork};
pub use rate_limiter::NativeRateLimiter;
pub use sections::sections_of;
pub use testing::{NativeClock, forbid_real_time};
pub use webhook::verify_webhook;

uniffi::setup_scaffolding!();

/// Results are made on the client's thread and freed on others, which is the worst case of most allocators.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
