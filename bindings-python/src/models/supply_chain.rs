// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Changes to what the project is built from and with.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct SupplyChain {
    /// Dependencies added, removed or moved to another version.
    #[pyo3(get)]
    dependencies: Py<PyAny>,
    /// Changed lockfiles.
    #[pyo3(get)]
    lockfiles: Py<PyAny>,
    /// Changed files of continuous integration.
    #[pyo3(get)]
    ci_files: Py<PyAny>,
    /// Changed files that run during a build.
    #[pyo3(get)]
    build_scripts: Py<PyAny>,
    /// What deserves a look, in words.
    #[pyo3(get)]
    findings: Py<PyAny>,
}

impl SupplyChain {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::SupplyChain,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "supply_chain", 0) };
        let fields = Self {
            dependencies: Dependency::all(py, text, &part.dependencies)?,
            lockfiles: value::texts(py, &part.lockfiles)?,
            ci_files: value::texts(py, &part.ci_files)?,
            build_scripts: value::texts(py, &part.build_scripts)?,
            findings: value::texts(py, &part.findings)?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl SupplyChain {
    #[new]
    #[pyo3(signature = (*, dependencies=None, lockfiles=None, ci_files=None, build_scripts=None, findings=None))]
    fn new(
        py: Python<'_>,
        dependencies: Option<Bound<'_, PyAny>>,
        lockfiles: Option<Bound<'_, PyAny>>,
        ci_files: Option<Bound<'_, PyAny>>,
        build_scripts: Option<Bound<'_, PyAny>>,
        findings: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            dependencies: Given { field: "SupplyChain.dependencies" }.parts::<Dependency>(
                py,
                dependencies,
                "an iterable of Dependency",
            )?,
            lockfiles: Given { field: "SupplyChain.lockfiles" }.texts(py, lockfiles)?,
            ci_files: Given { field: "SupplyChain.ci_files" }.texts(py, ci_files)?,
            build_scripts: Given { field: "SupplyChain.build_scripts" }.texts(py, build_scripts)?,
            findings: Given { field: "SupplyChain.findings" }.texts(py, findings)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["dependencies", "lockfiles", "ci_files", "build_scripts", "findings"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One changed dependency.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Dependency {
    /// The package's name.
    #[pyo3(get)]
    name: Py<PyAny>,
    /// Where the package comes from, such as `cargo` or `npm`.
    #[pyo3(get)]
    ecosystem: Py<PyAny>,
    /// The version before; null when it was added.
    #[pyo3(get)]
    from_: Py<PyAny>,
    /// The version after; null when it was removed.
    #[pyo3(get)]
    to: Py<PyAny>,
    /// What happened, such as `added` or `major`.
    #[pyo3(get)]
    change: Py<PyAny>,
}

impl Dependency {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::Dependency,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "supply_chain.dependencies[]", index);
        let fields = Self {
            name: value::text(py, part.name.as_deref()),
            ecosystem: value::text(py, part.ecosystem.as_deref()),
            from_: value::text(py, part.from.as_deref()),
            to: value::text(py, part.to.as_deref()),
            change: value::text(py, part.change.as_deref()),
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(py: Python<'_>, text: &Arc<Received>, parts: &[axiomo_model::Dependency]) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl Dependency {
    #[new]
    #[pyo3(signature = (*, name=None, ecosystem=None, from_=None, to=None, change=None))]
    fn new(
        py: Python<'_>,
        name: Option<Bound<'_, PyAny>>,
        ecosystem: Option<Bound<'_, PyAny>>,
        from_: Option<Bound<'_, PyAny>>,
        to: Option<Bound<'_, PyAny>>,
        change: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            name: Given { field: "Dependency.name" }.text(py, name)?,
            ecosystem: Given { field: "Dependency.ecosystem" }.text(py, ecosystem)?,
            from_: Given { field: "Dependency.from_" }.text(py, from_)?,
            to: Given { field: "Dependency.to" }.text(py, to)?,
            change: Given { field: "Dependency.change" }.text(py, change)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["name", "ecosystem", "from_", "to", "change"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 2] = ["from_", "to"];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
