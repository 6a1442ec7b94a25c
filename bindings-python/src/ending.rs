//! The end of the interpreter. Before Python 3.14, whichever other thread then asks for its lock is ended where it stands,
//! by unwinding what called it, which Rust's code does not survive. So when the end comes, those who are within this
//! module's code come out of it first, and nobody goes in any more.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};

use pyo3::prelude::*;

use crate::wait::LOOK;

/// How many threads are within, and whether the end has come.
static WITHIN: AtomicUsize = AtomicUsize::new(0);
const ENDING: usize = 1 << (usize::BITS - 1);

/// The thread in which the interpreter ends. It goes in and out as before.
static ENDER: OnceLock<Thread> = OnceLock::new();

/// How often the end looks whether somebody is within: for about a second, since code of Python's that is called there,
/// such as a source of items, may take its time.
const MOST_LOOKS: usize = 20;

thread_local! {
    static IS_WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// This thread is within, until this is dropped.
pub(crate) struct Within {
    is_outermost: bool,
}

impl Drop for Within {
    fn drop(&mut self) {
        if self.is_outermost && IS_WITHIN.get() {
            go_out();
        }
    }
}

/// Goes in, to where code of Python's may be called. Once the end has come, this returns in the ender's thread alone.
pub(crate) fn enter(py: Python<'_>) -> Within {
    try_enter().unwrap_or_else(|| py.detach(|| stay()))
}

/// Goes in, unless the end has come: for a thread of this module's own, whose answer somebody may wait for.
pub(crate) fn try_enter() -> Option<Within> {
    let is_outermost = !IS_WITHIN.get();
    (!is_outermost || go_in()).then(|| Within { is_outermost })
}

/// Waits for something without the interpreter's lock. Once the end has come, this returns in the ender's thread alone.
pub(crate) fn detached<T: Send>(py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
    let _within = enter(py);
    py.detach(|| {
        go_out();
        let result = wait();
        // Before the lock is asked for, so that the end waits until it was given.
        if !go_in() {
            stay();
        }
        result
    })
}

fn go_in() -> bool {
    let before = WITHIN.fetch_add(1, Ordering::SeqCst);
    let may = before & ENDING == 0 || ENDER.get().is_some_and(|ender| ender.id() == thread::current().id());
    if may {
        IS_WITHIN.set(true);
    } else {
        go_out();
    }
    may
}

fn go_out() {
    IS_WITHIN.set(false);
    if WITHIN.fetch_sub(1, Ordering::SeqCst) == ENDING + 1
        && let Some(ender) = ENDER.get()
    {
        ender.unpark();
    }
}

fn stay() -> ! {
    loop {
        thread::park();
    }
}

/// Called by the interpreter before it ends, when it may still be used.
#[pyfunction]
fn end(py: Python<'_>) {
    let _ = ENDER.set(thread::current());
    py.detach(|| {
        WITHIN.fetch_or(ENDING, Ordering::SeqCst);
        for _ in 0..MOST_LOOKS {
            if WITHIN.load(Ordering::SeqCst) == ENDING {
                break;
            }
            thread::park_timeout(LOOK);
        }
    });
}

/// Of the threads that were within, there is this one alone.
pub(crate) fn after_fork_in_child() {
    WITHIN.store(usize::from(IS_WITHIN.get()), Ordering::SeqCst);
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // From then on such threads stay where they are, and on Windows none is unwound.
    if cfg!(unix) && py.version_info() < (3, 14) {
        py.import("atexit")?.call_method1("register", (wrap_pyfunction!(end, module)?,))?;
    }
    Ok(())
}
