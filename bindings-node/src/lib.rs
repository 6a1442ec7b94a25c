//! The native part of the npm package `axiomo`: nothing that the Rust client does not do. `source` beside it holds what
//! users see, and checks what they give.
//!
//! Values come and go as JSON, which the engine reads quicker than any object can be made from here. Nothing is thrown
//! and no promise is made here: what went wrong is told as data, from which JavaScript makes its own errors.

// In tests, which there are none of here, napi's macros export nothing.
#![cfg(not(test))]

mod analysis;
mod batch;
mod bridge;
mod cancel;
mod client;
mod rate_limiter;
mod testing;
mod webhook;

/// Results are made on the client's thread and freed on JavaScript's, which is the worst case of most allocators.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
