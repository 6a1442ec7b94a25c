//! What the client tells while it works, for Python's `logging`: the logger `axiomo`. Nothing is told to a program that
//! does not use `logging`.
//!
//! The client's thread never waits for Python: it puts events into a bounded buffer, from which callers' threads take
//! them when they come by.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::value::cached;

const TARGET: &str = "axiomo";

/// The most events that wait to be taken; those beyond are counted and left out.
const MOST: usize = 2048;

static BUFFER: Mutex<Vec<Told>> = Mutex::new(Vec::new());
static WAITING: AtomicUsize = AtomicUsize::new(0);
static LEFT_OUT: AtomicUsize = AtomicUsize::new(0);
/// The least level that is wanted, as `logging` numbers it; `NOTHING` when nothing is.
static WANTED: AtomicU8 = AtomicU8::new(NOTHING);
const NOTHING: u8 = u8::MAX;

/// One event, with what it tells by name.
struct Told {
    level: u8,
    name: String,
    fields: Vec<(&'static str, Value)>,
}

enum Value {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
    Text(String),
}

/// Looks whether, and from which level on, this program wants to be told.
pub(crate) fn look(py: Python<'_>) -> PyResult<()> {
    static SUBSCRIBED: Once = Once::new();
    let wanted = match logger(py)? {
        Some(logger) => {
            let level: i64 = logger.call_method0(py, intern!(py, "getEffectiveLevel"))?.extract(py)?;
            u8::try_from(level.max(0)).unwrap_or(NOTHING)
        }
        None => NOTHING,
    };
    WANTED.store(wanted, Ordering::Relaxed);
    if wanted != NOTHING {
        SUBSCRIBED.call_once(|| {
            // This module's own, which no other part of the process has a share in.
            let _ = tracing::subscriber::set_global_default(Buffering);
        });
    }
    Ok(())
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

/// Hands on what was told so far.
pub(crate) fn deliver(py: Python<'_>) {
    if WAITING.load(Ordering::Acquire) == 0 {
        return;
    }
    let told = {
        let mut buffer = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
        WAITING.store(0, Ordering::Release);
        std::mem::take(&mut *buffer)
    };
    let Ok(Some(logger)) = logger(py) else { return };
    let logger = logger.bind(py);
    for told in told {
        if let Err(error) = told.log(logger) {
            error.write_unraisable(py, Some(logger));
        }
    }
    let left_out = LEFT_OUT.swap(0, Ordering::Relaxed);
    if left_out > 0 {
        let message = format!("{left_out} events were left out, since nobody took them in time");
        if let Err(error) = logger.call_method1(intern!(py, "warning"), (message,)) {
            error.write_unraisable(py, Some(logger));
        }
    }
}

impl Told {
    fn log(self, logger: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = logger.py();
        let (members, mut text) = (PyDict::new(py), self.name);
        members.set_item("event", &text)?;
        for (name, value) in self.fields {
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
        logger.call_method(intern!(py, "log"), (self.level, "%s", text), Some(&keywords))?;
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(formatter),
            Self::Signed(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
            Self::Bool(value) => value.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// Puts the client's own events into the buffer.
struct Buffering;

/// As `logging` numbers levels.
fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

impl Subscriber for Buffering {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() && metadata.target() == TARGET { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && metadata.target() == TARGET
            && number(*metadata.level()) >= WANTED.load(Ordering::Relaxed)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut told = Told { level: number(*event.metadata().level()), name: String::new(), fields: Vec::new() };
        event.record(&mut told);
        let mut buffer = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
        if buffer.len() < MOST {
            buffer.push(told);
            WAITING.store(buffer.len(), Ordering::Release);
        } else {
            LEFT_OUT.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Told {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.push((field.name(), Value::Unsigned(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.push((field.name(), Value::Signed(value)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.push((field.name(), Value::Float(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.push((field.name(), Value::Bool(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), Value::Text(value.to_owned())));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.name = text;
        } else {
            self.fields.push((field.name(), Value::Text(text)));
        }
    }
}
