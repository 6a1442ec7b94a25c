// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What a pull request says it wants.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Intent {
    /// What it is for.
    #[pyo3(get)]
    goal: Py<PyAny>,
    /// What it leaves alone on purpose.
    #[pyo3(get)]
    non_goals: Py<PyAny>,
    /// How to tell that it succeeded.
    #[pyo3(get)]
    acceptance_criteria: Py<PyAny>,
    /// How sure this reading is.
    ///
    /// Unit: 0 to 1.
    #[pyo3(get)]
    confidence: Py<PyAny>,
    /// Where it was found, such as `title` or `description`.
    #[pyo3(get)]
    source: Py<PyAny>,
}

impl Intent {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Intent,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "intent", 0) };
        let fields = Self {
            goal: value::text(py, part.goal.as_deref()),
            non_goals: value::texts(py, &part.non_goals)?,
            acceptance_criteria: value::texts(py, &part.acceptance_criteria)?,
            confidence: value::number(py, part.confidence),
            source: value::text(py, part.source.as_deref()),
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Intent {
    #[new]
    #[pyo3(signature = (*, goal=None, non_goals=None, acceptance_criteria=None, confidence=None, source=None))]
    fn new(
        py: Python<'_>,
        goal: Option<Bound<'_, PyAny>>,
        non_goals: Option<Bound<'_, PyAny>>,
        acceptance_criteria: Option<Bound<'_, PyAny>>,
        confidence: Option<Bound<'_, PyAny>>,
        source: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            goal: Given { field: "Intent.goal" }.text(py, goal)?,
            non_goals: Given { field: "Intent.non_goals" }.texts(py, non_goals)?,
            acceptance_criteria: Given { field: "Intent.acceptance_criteria" }.texts(py, acceptance_criteria)?,
            confidence: Given { field: "Intent.confidence" }.number(py, confidence)?,
            source: Given { field: "Intent.source" }.text(py, source)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["goal", "non_goals", "acceptance_criteria", "confidence", "source"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
