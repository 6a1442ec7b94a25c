// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::Contributor;
use super::Conventions;
use super::Evidence;
use super::Focus;
use super::Governance;
use super::Intent;
use super::Meta;
use super::PullRequest;
use super::Review;
use super::Risk;
use super::SupplyChain;
use super::Triage;
use crate::analysis::read;
use crate::model::{self, Model, Origin};
use crate::value::{self, cached};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;
use pyo3::types::PyType;

/// What a pull request is, says and risks, in sections.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Signal {
    received: Arc<Received>,
    pr: PyOnceLock<Py<PyAny>>,
    contributors: PyOnceLock<Py<PyAny>>,
    intent: PyOnceLock<Py<PyAny>>,
    risk: PyOnceLock<Py<PyAny>>,
    evidence: PyOnceLock<Py<PyAny>>,
    supply_chain: PyOnceLock<Py<PyAny>>,
    triage: PyOnceLock<Py<PyAny>>,
    conventions: PyOnceLock<Py<PyAny>>,
    focus: PyOnceLock<Py<PyAny>>,
    governance: PyOnceLock<Py<PyAny>>,
    review: PyOnceLock<Py<PyAny>>,
    meta: PyOnceLock<Py<PyAny>>,
}

impl Signal {
    pub(crate) fn of(py: Python<'_>, received: Arc<Received>) -> PyResult<Py<Self>> {
        let signal = Self {
            pr: PyOnceLock::new(),
            contributors: PyOnceLock::new(),
            intent: PyOnceLock::new(),
            risk: PyOnceLock::new(),
            evidence: PyOnceLock::new(),
            supply_chain: PyOnceLock::new(),
            triage: PyOnceLock::new(),
            conventions: PyOnceLock::new(),
            focus: PyOnceLock::new(),
            governance: PyOnceLock::new(),
            review: PyOnceLock::new(),
            meta: PyOnceLock::new(),
            received: Arc::clone(&received),
        };
        model::part(py, Origin::at(&received, "", 0), signal)
    }
}

#[pymethods]
impl Signal {
    /// Reads a Signal from its text, whether in an envelope or bare.
    ///
    /// Raises `DecodeError`, which is a `ValueError`, when the text is none.
    #[classmethod]
    fn from_json(class: &Bound<'_, PyType>, text: &str) -> PyResult<Py<Self>> {
        Self::of(class.py(), Arc::new(read(class.py(), text)?))
    }

    /// The text of the Signal as the service sent it.
    #[getter]
    fn raw(&self) -> &str {
        self.received.document.signal_text()
    }

    /// The text of the Signal as the service sent it.
    fn to_json(&self) -> &str {
        self.received.document.signal_text()
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        slf.py().import("axiomo._notebook")?.call_method1("table", (slf,))?.extract()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().received.document.signal_text().to_owned(),)))
    }

    /// The schema of this Signal, `axiomo.signal.v1`.
    #[getter]
    fn version(&self, py: Python<'_>) -> Py<PyAny> {
        let part = &*self.received.document.signal().version();
        value::text(py, part.as_deref())
    }

    /// Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
    #[getter]
    fn signal_id(&self, py: Python<'_>) -> Py<PyAny> {
        let part = &*self.received.document.signal().signal_id();
        value::text(py, part.as_deref())
    }

    /// Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
    #[getter]
    fn signal_url(&self, py: Python<'_>) -> Py<PyAny> {
        let part = &*self.received.document.signal().signal_url();
        value::text(py, part.as_deref())
    }

    /// The pull request itself.
    #[getter]
    fn pr(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.pr, || {
            let (text, part) = (&self.received, self.received.document.signal().pr());
            let part = &*part;
            PyResult::Ok(Py::into_any(PullRequest::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// Who wrote it, the author first.
    #[getter]
    fn contributors(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.contributors, || {
            let (text, part) = (&self.received, self.received.document.signal().contributors());
            let part = &*part;
            Contributor::all(py, text, part)
        })?;
        Ok(part.clone_ref(py))
    }

    /// What it wants to achieve, where it says so.
    #[getter]
    fn intent(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.intent, || {
            let (text, part) = (&self.received, self.received.document.signal().intent());
            let part = &*part;
            part.as_ref().map_or_else(|| Ok(py.None()), |part| Intent::of(py, text, false, part).map(Py::into_any))
        })?;
        Ok(part.clone_ref(py))
    }

    /// How risky it is, and why.
    #[getter]
    fn risk(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.risk, || {
            let (text, part) = (&self.received, self.received.document.signal().risk());
            let part = &*part;
            PyResult::Ok(Py::into_any(Risk::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// Which automated checks speak for it.
    #[getter]
    fn evidence(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.evidence, || {
            let (text, part) = (&self.received, self.received.document.signal().evidence());
            let part = &*part;
            PyResult::Ok(Py::into_any(Evidence::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// What it changes in dependencies, continuous integration and build scripts.
    #[getter]
    fn supply_chain(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.supply_chain, || {
            let (text, part) = (&self.received, self.received.document.signal().supply_chain());
            let part = &*part;
            PyResult::Ok(Py::into_any(SupplyChain::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// How much work its review is, and how long it has waited.
    #[getter]
    fn triage(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.triage, || {
            let (text, part) = (&self.received, self.received.document.signal().triage());
            let part = &*part;
            PyResult::Ok(Py::into_any(Triage::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// How it keeps to the repository's contribution guidelines.
    #[getter]
    fn conventions(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.conventions, || {
            let (text, part) = (&self.received, self.received.document.signal().conventions());
            let part = &*part;
            PyResult::Ok(Py::into_any(Conventions::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// Where to look first.
    #[getter]
    fn focus(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.focus, || {
            let (text, part) = (&self.received, self.received.document.signal().focus());
            let part = &*part;
            PyResult::Ok(Py::into_any(Focus::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// What the repository's policies say of it.
    #[getter]
    fn governance(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.governance, || {
            let (text, part) = (&self.received, self.received.document.signal().governance());
            let part = &*part;
            PyResult::Ok(Py::into_any(Governance::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// What to do with it.
    #[getter]
    fn review(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.review, || {
            let (text, part) = (&self.received, self.received.document.signal().review());
            let part = &*part;
            PyResult::Ok(Py::into_any(Review::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    /// When and how this Signal was made.
    #[getter]
    fn meta(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let part = cached(py, &self.meta, || {
            let (text, part) = (&self.received, self.received.document.signal().meta());
            let part = &*part;
            PyResult::Ok(Py::into_any(Meta::of(py, text, part.is_absent(), part)?))
        })?;
        Ok(part.clone_ref(py))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(
            py,
            [
                "version",
                "signal_id",
                "signal_url",
                "pr",
                "contributors",
                "intent",
                "risk",
                "evidence",
                "supply_chain",
                "triage",
                "conventions",
                "focus",
                "governance",
                "review",
                "meta",
            ],
        )?
        .unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
