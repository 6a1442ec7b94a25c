//! Time that a test moves.

use axiomo::testing;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::ending;
use crate::error::{configuration, raised};
use crate::options::length;
use crate::value::seconds;

/// Time that passes only when a test says so.
#[pyclass(module = "axiomo.testing", frozen, weakref)]
pub(crate) struct VirtualClock(pub(crate) testing::VirtualClock);

#[pymethods]
impl VirtualClock {
    #[new]
    fn new() -> Self {
        Self(testing::VirtualClock::new())
    }

    /// One that a reference server moves, at the address of its conductor.
    #[classmethod]
    fn conducted(class: &Bound<'_, PyType>, address: &str) -> PyResult<Self> {
        let py = class.py();
        let clock =
            ending::detached(py, || testing::VirtualClock::conducted(address)).map_err(|error| raised(py, &error))?;
        Ok(Self(clock))
    }

    /// Whether waits end at once, as if their time had passed.
    #[pyo3(signature = (skip=true))]
    fn skip_waits(&self, skip: bool) {
        self.0.skip_waits(skip);
    }

    /// Lets time pass.
    fn advance(&self, seconds: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = seconds.py();
        let length = length("seconds", Some(seconds))?;
        self.0.advance(length.ok_or_else(|| configuration(py, "seconds is None; expected a number"))?);
        Ok(())
    }

    /// How many seconds have passed.
    #[getter]
    fn elapsed(&self) -> f64 {
        seconds(self.0.elapsed())
    }

    /// Every wait that was begun: its length in seconds, and its reason.
    fn waits(&self) -> Vec<(f64, &'static str)> {
        self.0.waits().into_iter().map(|wait| (seconds(wait.length), wait.reason.as_str())).collect()
    }

    fn __repr__(&self) -> String {
        format!("VirtualClock(elapsed={})", self.elapsed())
    }
}

/// From now on, a client that takes its time from the machine panics, for tests that show that none does.
#[pyfunction]
pub(crate) fn forbid_real_time() {
    testing::forbid_real_time();
}
