// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Where a reviewer should look first.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Focus {
    /// The files most worth a look, the first first; at most 20.
    #[pyo3(get)]
    files: Py<PyAny>,
}

impl Focus {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Focus,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "focus", 0) };
        let fields = Self { files: FocusFile::all(py, text, &part.files)? };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Focus {
    #[new]
    #[pyo3(signature = (*, files=None))]
    fn new(py: Python<'_>, files: Option<Bound<'_, PyAny>>) -> PyResult<PyClassInitializer<Self>> {
        let fields =
            Self { files: Given { field: "Focus.files" }.parts::<FocusFile>(py, files, "an iterable of FocusFile")? };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["files"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One file worth a look.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct FocusFile {
    /// The file's path in the repository.
    #[pyo3(get)]
    path: Py<PyAny>,
    /// Its place in the list, from 1.
    #[pyo3(get)]
    rank: Py<PyAny>,
    /// Its share of the attention.
    ///
    /// Unit: 0 to 1.
    #[pyo3(get)]
    score: Py<PyAny>,
    /// Why, in words.
    #[pyo3(get)]
    reasons: Py<PyAny>,
}

impl FocusFile {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::FocusFile,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "focus.files[]", index);
        let fields = Self {
            path: value::text(py, part.path.as_deref()),
            rank: value::integer(py, part.rank),
            score: value::number(py, part.score),
            reasons: value::texts(py, &part.reasons)?,
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(py: Python<'_>, text: &Arc<Received>, parts: &[axiomo_model::FocusFile]) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl FocusFile {
    #[new]
    #[pyo3(signature = (*, path=None, rank=None, score=None, reasons=None))]
    fn new(
        py: Python<'_>,
        path: Option<Bound<'_, PyAny>>,
        rank: Option<Bound<'_, PyAny>>,
        score: Option<Bound<'_, PyAny>>,
        reasons: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            path: Given { field: "FocusFile.path" }.text(py, path)?,
            rank: Given { field: "FocusFile.rank" }.integer(py, rank)?,
            score: Given { field: "FocusFile.score" }.number(py, score)?,
            reasons: Given { field: "FocusFile.reasons" }.texts(py, reasons)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["path", "rank", "score", "reasons"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
