// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// How a pull request keeps to the contribution guidelines.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Conventions {
    /// One entry a guideline.
    #[pyo3(get)]
    checks: Py<PyAny>,
}

impl Conventions {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Conventions,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "conventions", 0) };
        let fields = Self { checks: ConventionCheck::all(py, text, &part.checks)? };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Conventions {
    #[new]
    #[pyo3(signature = (*, checks=None))]
    fn new(py: Python<'_>, checks: Option<Bound<'_, PyAny>>) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            checks: Given { field: "Conventions.checks" }.parts::<ConventionCheck>(
                py,
                checks,
                "an iterable of ConventionCheck",
            )?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["checks"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One guideline and whether it is kept.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct ConventionCheck {
    /// A stable name.
    #[pyo3(get)]
    id: Py<PyAny>,
    /// Whether it is kept.
    #[pyo3(get)]
    passed: Py<PyAny>,
    /// What was seen.
    #[pyo3(get)]
    detail: Py<PyAny>,
}

impl ConventionCheck {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::ConventionCheck,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "conventions.checks[]", index);
        let fields = Self {
            id: value::text(py, part.id.as_deref()),
            passed: value::boolean(py, part.passed),
            detail: value::text(py, part.detail.as_deref()),
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(
        py: Python<'_>,
        text: &Arc<Received>,
        parts: &[axiomo_model::ConventionCheck],
    ) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl ConventionCheck {
    #[new]
    #[pyo3(signature = (*, id=None, passed=None, detail=None))]
    fn new(
        py: Python<'_>,
        id: Option<Bound<'_, PyAny>>,
        passed: Option<Bound<'_, PyAny>>,
        detail: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            id: Given { field: "ConventionCheck.id" }.text(py, id)?,
            passed: Given { field: "ConventionCheck.passed" }.boolean(py, passed)?,
            detail: Given { field: "ConventionCheck.detail" }.text(py, detail)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["id", "passed", "detail"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
