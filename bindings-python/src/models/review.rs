// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::enums::{REVIEW_ACTION, REVIEW_CONCLUSION};
use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What to do with a pull request. Advice, not a decision.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Review {
    /// The suggested next step.
    #[pyo3(get)]
    action: Py<PyAny>,
    /// The same as the conclusion of a check run.
    #[pyo3(get)]
    conclusion: Py<PyAny>,
    /// Why, in a sentence or two.
    #[pyo3(get)]
    rationale: Py<PyAny>,
}

impl Review {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Review,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "review", 0) };
        let fields = Self {
            action: REVIEW_ACTION.optional(py, part.action.as_ref().map(axiomo_model::ReviewAction::as_str))?,
            conclusion: REVIEW_CONCLUSION
                .optional(py, part.conclusion.as_ref().map(axiomo_model::ReviewConclusion::as_str))?,
            rationale: value::text(py, part.rationale.as_deref()),
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Review {
    #[new]
    #[pyo3(signature = (*, action=None, conclusion=None, rationale=None))]
    fn new(
        py: Python<'_>,
        action: Option<Bound<'_, PyAny>>,
        conclusion: Option<Bound<'_, PyAny>>,
        rationale: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            action: Given { field: "Review.action" }.value_of(py, action, &REVIEW_ACTION)?,
            conclusion: Given { field: "Review.conclusion" }.value_of(py, conclusion, &REVIEW_CONCLUSION)?,
            rationale: Given { field: "Review.rationale" }.text(py, rationale)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["action", "conclusion", "rationale"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
