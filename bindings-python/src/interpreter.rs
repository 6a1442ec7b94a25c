//! The one interpreter of the process that this module serves: its classes and caches belong to it.

use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

static OWNER: AtomicI64 = AtomicI64::new(NOBODY);
const NOBODY: i64 = -1;

/// Makes the current interpreter the owner, unless another one is.
pub(crate) fn claim(py: Python<'_>) -> PyResult<()> {
    let own = number(py);
    match OWNER.compare_exchange(NOBODY, own, Ordering::AcqRel, Ordering::Acquire) {
        Err(owner) if owner != own => Err(PyImportError::new_err(
            "axiomo was imported by another interpreter of this process, and serves one; use it there, or in a process \
             of its own",
        )),
        _ => Ok(()),
    }
}

#[expect(unsafe_code, reason = "pyo3 has no safe way to ask which interpreter this is")]
fn number(_attached: Python<'_>) -> i64 {
    // SAFETY: this thread is attached to the interpreter, as the token shows, which is all that both calls need.
    unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) }
}
