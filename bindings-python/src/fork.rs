//! A process that forks: the client's thread stands still meanwhile, so that the child finds no lock held for ever. The
//! child's clients and rate limiters begin anew, when they are first used.

use std::sync::{Mutex, PoisonError};

use axiomo::background::{self, Hold};
use pyo3::prelude::*;

static HOLD: Mutex<Option<Hold>> = Mutex::new(None);

/// Called before a fork.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    // The thread needs nothing of Python's, but others may.
    let hold = py.detach(background::hold);
    *HOLD.lock().unwrap_or_else(PoisonError::into_inner) = hold;
}

/// Called after a fork, in both processes.
#[pyfunction]
pub(crate) fn after_fork() {
    drop(HOLD.lock().unwrap_or_else(PoisonError::into_inner).take());
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let os = module.py().import("os")?;
    // Windows has none.
    if let Ok(register) = os.getattr("register_at_fork") {
        let after = module.getattr("after_fork")?;
        let hooks = [("before", module.getattr("before_fork")?), ("after_in_parent", after.clone())];
        let hooks = pyo3::types::IntoPyDict::into_py_dict(hooks, module.py())?;
        hooks.set_item("after_in_child", after)?;
        register.call((), Some(&hooks))?;
    }
    Ok(())
}
