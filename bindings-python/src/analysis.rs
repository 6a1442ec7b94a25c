use std::sync::Arc;

use axiomo::background::Received;
use axiomo_model::Document;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::error::raised;
use crate::meta::ResponseMeta;
use crate::model::from_json;
use crate::models::Signal;
use crate::value::cached;

/// What the service made of a pull request, and how it was obtained.
#[pyclass(module = "axiomo", frozen, weakref)]
pub(crate) struct Analysis {
    received: Arc<Received>,
    signal: PyOnceLock<Py<Signal>>,
    meta: PyOnceLock<Py<ResponseMeta>>,
}

impl Analysis {
    pub(crate) fn new(received: Received) -> Self {
        Self { received: Arc::new(received), signal: PyOnceLock::new(), meta: PyOnceLock::new() }
    }

    fn raw_text(&self) -> &str {
        self.received.document.to_json()
    }
}

/// Reads an analysis, whether in its envelope or bare.
pub(crate) fn read(py: Python<'_>, text: &str) -> PyResult<Received> {
    Received::from_json(text).map_err(|error| raised(py, &error))
}

#[pymethods]
impl Analysis {
    /// Reads an analysis from its text, as `to_json` gives it. How it was obtained is not known then.
    ///
    /// Raises `DecodeError`, which is a `ValueError`, when the text is none.
    #[classmethod]
    fn from_json(class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        read(class.py(), text).map(Self::new)
    }

    /// Names the Signal; opaque. None only if the service names none.
    #[getter]
    fn signal_id(&self) -> Option<&str> {
        self.received.document.signal_id()
    }

    /// Where a person can read the Signal; opaque.
    #[getter]
    fn signal_url(&self) -> Option<&str> {
        self.received.document.signal_url()
    }

    /// The Signal.
    #[getter]
    fn signal(&self, py: Python<'_>) -> PyResult<Py<Signal>> {
        let signal = cached(py, &self.signal, || Signal::of(py, Arc::clone(&self.received)))?;
        Ok(signal.clone_ref(py))
    }

    /// The text as the service sent it.
    #[getter]
    fn raw(&self) -> &str {
        self.raw_text()
    }

    /// How it was obtained.
    #[getter]
    fn meta(&self, py: Python<'_>) -> PyResult<Py<ResponseMeta>> {
        let meta = cached(py, &self.meta, || ResponseMeta::of(py, &self.received.meta))?;
        Ok(meta.clone_ref(py))
    }

    /// The members beside the Signal that this version does not know, by name.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = Document::extra_of(self.raw_text(), "");
        let json = serde_json::to_string(&members).map_err(|error| PyValueError::new_err(error.to_string()))?;
        from_json(py, &json)
    }

    /// The text as the service sent it.
    fn to_json(&self) -> &str {
        self.raw_text()
    }

    /// The known fields as plain values with the names that they have in JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let plain = PyDict::new(py);
        plain.set_item("signal_id", self.signal_id())?;
        plain.set_item("signal_url", self.signal_url())?;
        plain.set_item("signal", self.signal(py)?.bind(py).call_method0("to_dict")?)?;
        Ok(plain)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.raw_text() == other.raw_text()
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyString::new(py, self.raw_text()).hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = PyString::new(py, self.signal_id().unwrap_or("unnamed")).repr()?.to_string();
        Ok(format!("Analysis(signal_id={id}, signal={})", self.signal(py)?.bind(py).repr()?))
    }

    fn __rich_repr__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyIterator>> {
        let signal = self.signal(py)?;
        let shown = (("signal_id", self.signal_id()), ("signal", signal), ("meta", self.meta(py)?));
        shown.into_pyobject(py)?.try_iter()
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        py.import("axiomo._notebook")?.call_method1("table", (self.signal(py)?,))?.extract()
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["signal_id", "signal_url", "signal", "raw", "meta"])?.unbind())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// It is immutable, and so is all that it holds.
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let analysis = slf.get();
        let arguments = (analysis.raw_text(), analysis.meta(py)?).into_pyobject(py)?;
        Ok((slf.get_type().getattr("_restore")?, arguments))
    }

    #[classmethod]
    fn _restore(class: &Bound<'_, PyType>, raw: &str, meta: Py<ResponseMeta>) -> PyResult<Self> {
        let analysis = Self::from_json(class, raw)?;
        let _ = analysis.meta.set(class.py(), meta);
        Ok(analysis)
    }
}
