// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::enums::{EFFORT, STALENESS};
use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// How much work a review is, and how long the pull request has waited.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Triage {
    /// The size of the review.
    #[pyo3(get)]
    effort: Py<PyAny>,
    /// How long a review is likely to take.
    ///
    /// Unit: minutes.
    #[pyo3(get)]
    estimated_minutes: Py<PyAny>,
    /// Days without a change; null once merged or closed.
    ///
    /// Unit: days.
    #[pyo3(get)]
    stale_days: Py<PyAny>,
    /// The waiting time in a word; absent once merged or closed.
    #[pyo3(get)]
    staleness: Py<PyAny>,
}

impl Triage {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Triage,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "triage", 0) };
        let fields = Self {
            effort: EFFORT.optional(py, part.effort.as_ref().map(axiomo_model::Effort::as_str))?,
            estimated_minutes: value::integer(py, part.estimated_minutes),
            stale_days: value::integer(py, part.stale_days),
            staleness: STALENESS.optional(py, part.staleness.as_ref().map(axiomo_model::Staleness::as_str))?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Triage {
    #[new]
    #[pyo3(signature = (*, effort=None, estimated_minutes=None, stale_days=None, staleness=None))]
    fn new(
        py: Python<'_>,
        effort: Option<Bound<'_, PyAny>>,
        estimated_minutes: Option<Bound<'_, PyAny>>,
        stale_days: Option<Bound<'_, PyAny>>,
        staleness: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            effort: Given { field: "Triage.effort" }.value_of(py, effort, &EFFORT)?,
            estimated_minutes: Given { field: "Triage.estimated_minutes" }.integer(py, estimated_minutes)?,
            stale_days: Given { field: "Triage.stale_days" }.integer(py, stale_days)?,
            staleness: Given { field: "Triage.staleness" }.value_of(py, staleness, &STALENESS)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["effort", "estimated_minutes", "stale_days", "staleness"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 1] = ["stale_days"];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
