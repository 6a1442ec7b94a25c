//! Errors of the client as exceptions of Python.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::ending;
use crate::meta::{Attempt, RateLimit};
use crate::value::{cached, seconds};

/// The exception for an error, of the class that `axiomo.errors` has for its kind.
pub(crate) fn raised(py: Python<'_>, error: &axiomo::Error) -> PyErr {
    exception(py, error).map_or_else(|failed| failed, PyErr::from_value)
}

pub(crate) fn exception<'py>(py: Python<'py>, error: &axiomo::Error) -> PyResult<Bound<'py, PyAny>> {
    let _within = ending::enter(py);
    let fields = PyDict::new(py);
    fields.set_item("http_status", error.http_status())?;
    fields.set_item("code", error.code())?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("retry_after", error.retry_after().map(seconds))?;
    fields.set_item("queue_depth", error.queue_depth())?;
    fields.set_item("local", error.is_local())?;
    fields.set_item("rate_limit", RateLimit::optional(py, error.rate_limit())?)?;
    fields.set_item("attempts", Attempt::all(py, error.attempts())?)?;
    fields.set_item("sent", error.sent().as_str())?;
    class(py, error.kind().as_str())?.call((error.message(),), Some(&fields))
}

/// What is wrong with a setting, an option or the place where the client is used; nothing was sent.
pub(crate) fn configuration(py: Python<'_>, message: &str) -> PyErr {
    let _within = ending::enter(py);
    let made = || {
        let fields = PyDict::new(py);
        fields.set_item("local", true)?;
        class(py, "configuration")?.call((message,), Some(&fields))
    };
    made().map_or_else(|failed| failed, PyErr::from_value)
}

/// Whether an error is to end more than what raised it, as Ctrl-C does.
pub(crate) fn is_interrupt(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<PyException>(py)
}

/// Tells of an error that nobody waits for. An interrupt is given back, to be raised by whoever runs.
pub(crate) fn unraisable(py: Python<'_>, error: PyErr, raised_by: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    if is_interrupt(py, &error) {
        return Err(error);
    }
    error.write_unraisable(py, raised_by);
    Ok(())
}

fn class<'py>(py: Python<'py>, kind: &str) -> PyResult<Bound<'py, PyAny>> {
    static CLASSES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let classes = cached(py, &CLASSES, || {
        PyResult::Ok(py.import("axiomo.errors")?.getattr("_CLASSES")?.cast_into::<PyDict>()?.unbind())
    })?;
    classes.bind(py).as_any().get_item(kind)
}
