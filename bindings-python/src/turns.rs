//! Turns of threads at what only one of them may poll.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::wait::LOOK;

/// Whose turn it is to poll a batch, which runs its source: one thread at a time, and none within its own turn.
#[derive(Default)]
pub(crate) struct Turns {
    holder: Mutex<Option<ThreadId>>,
    is_free: Condvar,
}

/// A turn, which ends when it is dropped.
pub(crate) struct Turn<'t>(&'t Turns);

/// A thread wants a turn within its own.
pub(crate) struct WithinItsOwn;

impl Turns {
    fn holder(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn, no longer than signals may wait. None if it did not come.
    pub(crate) fn take(&self) -> Result<Option<Turn<'_>>, WithinItsOwn> {
        let own = Some(thread::current().id());
        let mut holder = self.holder();
        if *holder == own {
            return Err(WithinItsOwn);
        }
        if holder.is_some() {
            (holder, _) = self.is_free.wait_timeout(holder, LOOK).unwrap_or_else(PoisonError::into_inner);
        }
        if holder.is_some() {
            return Ok(None);
        }
        *holder = own;
        Ok(Some(Turn(self)))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.holder() = None;
        self.0.is_free.notify_one();
    }
}
