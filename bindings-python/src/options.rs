//! Options of a call as Python gives them.

use std::time::Duration;

use axiomo::CallOptions;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

use crate::error::configuration;

/// Cancels calls from elsewhere, such as another thread. They raise `CancelledError`.
#[pyclass(module = "axiomo", frozen, weakref)]
pub(crate) struct CancelHandle(pub(crate) axiomo::CancelHandle);

#[pymethods]
impl CancelHandle {
    #[new]
    fn new() -> Self {
        Self(axiomo::CancelHandle::new())
    }

    /// Cancels every call that has this handle, and every one that will get it.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it was cancelled.
    #[getter]
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    fn __repr__(&self) -> String {
        format!("CancelHandle(is_cancelled={})", if self.0.is_cancelled() { "True" } else { "False" })
    }
}

/// A value that may be left out.
pub(crate) type Maybe<'py> = Option<Bound<'py, PyAny>>;

/// What one call, or one client, does differently.
pub(crate) struct Options<'py> {
    pub(crate) timeout: Maybe<'py>,
    pub(crate) attempt_timeout: Maybe<'py>,
    pub(crate) max_wait: Maybe<'py>,
    pub(crate) max_retries: Maybe<'py>,
    pub(crate) retry_ambiguous: Option<bool>,
    pub(crate) cancel: Option<Py<CancelHandle>>,
}

impl Options<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        let Self { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel } = self;
        let times = [timeout, attempt_timeout, max_wait, max_retries];
        times.into_iter().all(Option::is_none) && retry_ambiguous.is_none() && cancel.is_none()
    }

    /// Adds them to those of before.
    pub(crate) fn add_to(&self, mut options: CallOptions) -> PyResult<CallOptions> {
        if let Some(timeout) = length("timeout", self.timeout.as_ref())? {
            options = options.timeout(timeout);
        }
        if let Some(timeout) = length("attempt_timeout", self.attempt_timeout.as_ref())? {
            options = options.attempt_timeout(timeout);
        }
        if let Some(longest) = length("max_wait", self.max_wait.as_ref())? {
            options = options.max_wait(longest);
        }
        if let Some(retries) = count("max_retries", self.max_retries.as_ref())? {
            options = options.max_retries(retries);
        }
        if let Some(retry) = self.retry_ambiguous {
            options = options.retry_ambiguous(retry);
        }
        Ok(match &self.cancel {
            Some(handle) => options.cancel(&handle.get().0),
            None => options,
        })
    }
}

/// A length of time, in seconds or as a `timedelta`.
pub(crate) fn length(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Duration>> {
    let Some(value) = value else { return Ok(None) };
    let seconds: PyResult<f64> = if value.cast::<PyBool>().is_ok() {
        Err(wrong_type(name, "a number of seconds or a timedelta", value))
    } else if let Ok(seconds) = value.extract() {
        Ok(seconds)
    } else if let Ok(total) = value.call_method0("total_seconds") {
        total.extract()
    } else {
        Err(wrong_type(name, "a number of seconds or a timedelta", value))
    };
    let seconds = seconds?;
    // Too long for the client's own check to be told: it is as much too long as the longest that can.
    let length = if seconds > 1e12 { Ok(Duration::MAX) } else { Duration::try_from_secs_f64(seconds) };
    length.map(Some).map_err(|_| {
        configuration(value.py(), &format!("{name} is {seconds} s; expected a number of seconds that is not negative"))
    })
}

/// A number of things, which cannot be negative.
pub(crate) fn count<N: for<'a> TryFrom<i128>>(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<N>> {
    let Some(value) = value else { return Ok(None) };
    if value.cast::<PyInt>().is_err() || value.cast::<PyBool>().is_ok() {
        return Err(wrong_type(name, "an int", value));
    }
    let number = value.extract::<i128>().ok().and_then(|number| N::try_from(number).ok());
    number.map(Some).ok_or_else(|| configuration(value.py(), &format!("{name} is {value}; expected 0 or more")))
}

pub(crate) fn wrong_type(name: &str, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let found = value.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{name} must be {expected}, not {found}"))
}
