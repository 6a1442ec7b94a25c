// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::enums::RISK_LEVEL;
use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// How likely a pull request is to cause trouble, with every part of the score named.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Risk {
    /// The score in a word.
    #[pyo3(get)]
    level: Py<PyAny>,
    /// The sum of the drivers' contributions.
    ///
    /// Unit: 0 to 1.
    #[pyo3(get)]
    score: Py<PyAny>,
    /// What the score is made of; the largest first.
    #[pyo3(get)]
    drivers: Py<PyAny>,
}

impl Risk {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Risk,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "risk", 0) };
        let fields = Self {
            level: RISK_LEVEL.optional(py, part.level.as_ref().map(axiomo_model::RiskLevel::as_str))?,
            score: value::number(py, part.score),
            drivers: RiskDriver::all(py, text, &part.drivers)?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Risk {
    #[new]
    #[pyo3(signature = (*, level=None, score=None, drivers=None))]
    fn new(
        py: Python<'_>,
        level: Option<Bound<'_, PyAny>>,
        score: Option<Bound<'_, PyAny>>,
        drivers: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            level: Given { field: "Risk.level" }.value_of(py, level, &RISK_LEVEL)?,
            score: Given { field: "Risk.score" }.number(py, score)?,
            drivers: Given { field: "Risk.drivers" }.parts::<RiskDriver>(py, drivers, "an iterable of RiskDriver")?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["level", "score", "drivers"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One named part of a risk score.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct RiskDriver {
    /// A stable name, such as `size`.
    #[pyo3(get)]
    id: Py<PyAny>,
    /// The name for people.
    #[pyo3(get)]
    title: Py<PyAny>,
    /// What was seen in this change, with its numbers.
    #[pyo3(get)]
    detail: Py<PyAny>,
    /// What it adds to the score, rounded to 0.0001.
    ///
    /// Unit: share of the score.
    #[pyo3(get)]
    contribution: Py<PyAny>,
    /// The files it was seen in, the most important first; at most 20.
    #[pyo3(get)]
    files: Py<PyAny>,
}

impl RiskDriver {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::RiskDriver,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "risk.drivers[]", index);
        let fields = Self {
            id: value::text(py, part.id.as_deref()),
            title: value::text(py, part.title.as_deref()),
            detail: value::text(py, part.detail.as_deref()),
            contribution: value::number(py, part.contribution),
            files: value::texts(py, &part.files)?,
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(py: Python<'_>, text: &Arc<Received>, parts: &[axiomo_model::RiskDriver]) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl RiskDriver {
    #[new]
    #[pyo3(signature = (*, id=None, title=None, detail=None, contribution=None, files=None))]
    fn new(
        py: Python<'_>,
        id: Option<Bound<'_, PyAny>>,
        title: Option<Bound<'_, PyAny>>,
        detail: Option<Bound<'_, PyAny>>,
        contribution: Option<Bound<'_, PyAny>>,
        files: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            id: Given { field: "RiskDriver.id" }.text(py, id)?,
            title: Given { field: "RiskDriver.title" }.text(py, title)?,
            detail: Given { field: "RiskDriver.detail" }.text(py, detail)?,
            contribution: Given { field: "RiskDriver.contribution" }.number(py, contribution)?,
            files: Given { field: "RiskDriver.files" }.texts(py, files)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["id", "title", "detail", "contribution", "files"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
