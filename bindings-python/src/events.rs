//! What the client tells while it works, for Python's `logging`: the logger `axiomo`. Nothing is told to a program that
//! does not use `logging`.
//!
//! The client's thread never waits for Python: it puts events into a bounded buffer, from which callers' threads take
//! them when they come by.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use axiomo::background::{Listener, Told, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tracing::Level;
use tracing::level_filters::LevelFilter;

use crate::error::unraisable;
use crate::value::cached;

const TARGET: &str = "axiomo";

fn listener() -> &'static Arc<Listener> {
    static LISTENER: OnceLock<Arc<Listener>> = OnceLock::new();
    LISTENER.get_or_init(Listener::whole_program)
}

/// Looks whether, and from which level on, this program wants to be told.
pub(crate) fn look(py: Python<'_>) -> PyResult<()> {
    let wanted = match logger(py)? {
        Some(logger) => {
            let level: i64 = logger.call_method0(py, intern!(py, "getEffectiveLevel"))?.extract(py)?;
            filter(level)
        }
        None => LevelFilter::OFF,
    };
    listener().want(wanted);
    Ok(())
}

/// The levels that are at least as important as a number of `logging`'s.
fn filter(least: i64) -> LevelFilter {
    let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
    levels.into_iter().find(|level| number(*level) >= least).map_or(LevelFilter::OFF, LevelFilter::from_level)
}

/// As `logging` numbers levels.
fn number(level: Level) -> i64 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

/// The logger, once the program has imported `logging`.
fn logger(py: Python<'_>) -> PyResult<Option<&'static Py<PyAny>>> {
    static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Some(logger) = LOGGER.get(py) {
        return Ok(Some(logger));
    }
    let modules =
        cached(py, &MODULES, || PyResult::Ok(py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?.unbind()))?;
    let Some(logging) = modules.bind(py).get_item(intern!(py, "logging"))? else { return Ok(None) };
    let made = cached(py, &LOGGER, || {
        let logger = logging.call_method1("getLogger", (TARGET,))?;
        // Without any handler, `logging` would print warnings by itself.
        logger.call_method1("addHandler", (logging.call_method0("NullHandler")?,))?;
        PyResult::Ok(logger.unbind())
    })?;
    Ok(Some(made))
}

/// Hands on what was told so far. This runs code of Python's, in which Ctrl-C may be noticed.
pub(crate) fn deliver(py: Python<'_>) -> PyResult<()> {
    let told = listener().take();
    if told.is_empty() {
        return Ok(());
    }
    let Some(logger) = logger(py)? else { return Ok(()) };
    let logger = logger.bind(py);
    for told in told {
        if let Err(error) = log(told, logger) {
            unraisable(py, error, Some(logger))?;
        }
    }
    let left_out = listener().take_left_out();
    if left_out > 0 {
        let message = format!("{left_out} events were left out, since nobody took them in time");
        if let Err(error) = logger.call_method1(intern!(py, "warning"), (message,)) {
            unraisable(py, error, Some(logger))?;
        }
    }
    Ok(())
}

fn log(told: Told, logger: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = logger.py();
    let (members, mut text) = (PyDict::new(py), told.name);
    members.set_item("event", &text)?;
    for (name, value) in told.fields {
        let _ = write!(text, " {name}={value}");
        match value {
            Value::Unsigned(number) => members.set_item(name, number)?,
            Value::Signed(number) => members.set_item(name, number)?,
            Value::Float(number) => members.set_item(name, number)?,
            Value::Bool(value) => members.set_item(name, value)?,
            Value::Text(value) => members.set_item(name, value)?,
        }
    }
    let (extra, keywords) = (PyDict::new(py), PyDict::new(py));
    extra.set_item(TARGET, members)?;
    keywords.set_item("extra", extra)?;
    // As an argument, so that nothing in it is taken for a placeholder.
    logger.call_method(intern!(py, "log"), (number(told.level), "%s", text), Some(&keywords))?;
    Ok(())
}
