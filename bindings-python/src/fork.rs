//! A process that forks: the client's thread stands still meanwhile, so that the child finds no lock held for ever. The
//! child's clients and rate limiters begin anew, when they are first used.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use axiomo::background::{self, Hold};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::ending;
use crate::value;

/// How often this process was forked off: which process this is, for less than it takes to ask the system.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Tells a process from those that it was forked off.
pub(crate) fn process() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

static HOLD: Mutex<Option<Hold>> = Mutex::new(None);

/// Called before a fork.
#[pyfunction]
fn before_fork(py: Python<'_>) -> PyResult<()> {
    // The thread needs nothing of Python's, but others may.
    let hold = ending::detached(py, background::hold);
    // A module that another thread is about to import stays locked in the child for ever. This one is imported when it is
    // first needed, and importing it here waits for whoever does.
    let imported = if hold.is_some() { value::epoch(py).map(drop) } else { Ok(()) };
    *HOLD.lock().unwrap_or_else(PoisonError::into_inner) = hold;
    imported
}

/// Called in the process that forked.
#[pyfunction]
fn after_fork_in_parent() {
    drop(HOLD.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// Called in the child.
#[pyfunction]
fn after_fork_in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    ending::after_fork_in_child();
    // Not let go: the thread that it held is not there, and may have been in the middle of beginning to wait.
    std::mem::forget(HOLD.lock().unwrap_or_else(PoisonError::into_inner).take());
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let os = module.py().import("os")?;
    // Windows has none.
    if let Ok(register) = os.getattr("register_at_fork") {
        let hooks = PyDict::new(module.py());
        hooks.set_item("before", wrap_pyfunction!(before_fork, module)?)?;
        hooks.set_item("after_in_parent", wrap_pyfunction!(after_fork_in_parent, module)?)?;
        hooks.set_item("after_in_child", wrap_pyfunction!(after_fork_in_child, module)?)?;
        register.call((), Some(&hooks))?;
    }
    Ok(())
}
