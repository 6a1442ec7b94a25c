//! A process that forks: the client's thread stands still meanwhile, so that the child finds no lock held for ever. The
//! child's clients and rate limiters have to be made anew.

use std::sync::{Mutex, PoisonError};

use axiomo::background::{self, Hold};

static HOLD: Mutex<Option<Hold>> = Mutex::new(None);

/// Called before a fork.
#[uniffi::export]
pub fn before_fork() {
    *HOLD.lock().unwrap_or_else(PoisonError::into_inner) = background::hold();
}

/// Called in the process that forked.
#[uniffi::export]
pub fn after_fork_in_parent() {
    drop(HOLD.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// Called in the child.
#[uniffi::export]
pub fn after_fork_in_child() {
    // Not let go: the thread that it held is not there, and may have been in the middle of beginning to wait.
    std::mem::forget(HOLD.lock().unwrap_or_else(PoisonError::into_inner).take());
}
