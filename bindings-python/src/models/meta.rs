// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// When and how a Signal was made.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Meta {
    /// When it was made.
    #[pyo3(get)]
    generated_at: Py<PyAny>,
    /// The moment that ages are counted to.
    #[pyo3(get)]
    as_of: Py<PyAny>,
    /// How long it took.
    ///
    /// Unit: milliseconds.
    #[pyo3(get)]
    duration_ms: Py<PyAny>,
    /// What made it, with its version.
    #[pyo3(get)]
    generator: Py<PyAny>,
    /// What could not be read, and so was not taken for safe.
    #[pyo3(get)]
    unavailable: Py<PyAny>,
}

impl Meta {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Meta,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "meta", 0) };
        let fields = Self {
            generated_at: value::timestamp(py, part.generated_at)?,
            as_of: value::timestamp(py, part.as_of)?,
            duration_ms: value::integer(py, part.duration_ms),
            generator: value::text(py, part.generator.as_deref()),
            unavailable: Unavailable::all(py, text, &part.unavailable)?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Meta {
    #[new]
    #[pyo3(signature = (*, generated_at=None, as_of=None, duration_ms=None, generator=None, unavailable=None))]
    fn new(
        py: Python<'_>,
        generated_at: Option<Bound<'_, PyAny>>,
        as_of: Option<Bound<'_, PyAny>>,
        duration_ms: Option<Bound<'_, PyAny>>,
        generator: Option<Bound<'_, PyAny>>,
        unavailable: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            generated_at: Given { field: "Meta.generated_at" }.timestamp(py, generated_at)?,
            as_of: Given { field: "Meta.as_of" }.timestamp(py, as_of)?,
            duration_ms: Given { field: "Meta.duration_ms" }.integer(py, duration_ms)?,
            generator: Given { field: "Meta.generator" }.text(py, generator)?,
            unavailable: Given { field: "Meta.unavailable" }.parts::<Unavailable>(
                py,
                unavailable,
                "an iterable of Unavailable",
            )?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["generated_at", "as_of", "duration_ms", "generator", "unavailable"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// Something that could not be read.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Unavailable {
    /// The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
    #[pyo3(get)]
    what: Py<PyAny>,
    /// Why, in words.
    #[pyo3(get)]
    reason: Py<PyAny>,
}

impl Unavailable {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::Unavailable,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "meta.unavailable[]", index);
        let fields =
            Self { what: value::text(py, part.what.as_deref()), reason: value::text(py, part.reason.as_deref()) };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(
        py: Python<'_>,
        text: &Arc<Received>,
        parts: &[axiomo_model::Unavailable],
    ) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl Unavailable {
    #[new]
    #[pyo3(signature = (*, what=None, reason=None))]
    fn new(
        py: Python<'_>,
        what: Option<Bound<'_, PyAny>>,
        reason: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            what: Given { field: "Unavailable.what" }.text(py, what)?,
            reason: Given { field: "Unavailable.reason" }.text(py, reason)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["what", "reason"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
