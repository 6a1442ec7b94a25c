// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Which automated checks exist for a pull request, and what they said.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Evidence {
    /// How much of the expected evidence is there.
    ///
    /// Unit: 0 to 1.
    #[pyo3(get)]
    completeness_score: Py<PyAny>,
    /// The checks that ran or should have.
    #[pyo3(get)]
    checks: Py<PyAny>,
    /// Expected evidence that is not there.
    #[pyo3(get)]
    missing: Py<PyAny>,
}

impl Evidence {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Evidence,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "evidence", 0) };
        let fields = Self {
            completeness_score: value::number(py, part.completeness_score),
            checks: Check::all(py, text, &part.checks)?,
            missing: value::texts(py, &part.missing)?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Evidence {
    #[new]
    #[pyo3(signature = (*, completeness_score=None, checks=None, missing=None))]
    fn new(
        py: Python<'_>,
        completeness_score: Option<Bound<'_, PyAny>>,
        checks: Option<Bound<'_, PyAny>>,
        missing: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            completeness_score: Given { field: "Evidence.completeness_score" }.number(py, completeness_score)?,
            checks: Given { field: "Evidence.checks" }.parts::<Check>(py, checks, "an iterable of Check")?,
            missing: Given { field: "Evidence.missing" }.texts(py, missing)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["completeness_score", "checks", "missing"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One automated check.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Check {
    /// Its name at the provider.
    #[pyo3(get)]
    name: Py<PyAny>,
    /// What it checks, such as `test` or `lint`.
    #[pyo3(get)]
    kind: Py<PyAny>,
    /// Whether it is queued, running or completed.
    #[pyo3(get)]
    status: Py<PyAny>,
    /// How it ended, such as `success` or `failure`.
    #[pyo3(get)]
    conclusion: Py<PyAny>,
}

impl Check {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::Check,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "evidence.checks[]", index);
        let fields = Self {
            name: value::text(py, part.name.as_deref()),
            kind: value::text(py, part.kind.as_deref()),
            status: value::text(py, part.status.as_deref()),
            conclusion: value::text(py, part.conclusion.as_deref()),
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(py: Python<'_>, text: &Arc<Received>, parts: &[axiomo_model::Check]) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl Check {
    #[new]
    #[pyo3(signature = (*, name=None, kind=None, status=None, conclusion=None))]
    fn new(
        py: Python<'_>,
        name: Option<Bound<'_, PyAny>>,
        kind: Option<Bound<'_, PyAny>>,
        status: Option<Bound<'_, PyAny>>,
        conclusion: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            name: Given { field: "Check.name" }.text(py, name)?,
            kind: Given { field: "Check.kind" }.text(py, kind)?,
            status: Given { field: "Check.status" }.text(py, status)?,
            conclusion: Given { field: "Check.conclusion" }.text(py, conclusion)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["name", "kind", "status", "conclusion"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
