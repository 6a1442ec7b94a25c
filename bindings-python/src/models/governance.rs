// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What the repository's policies say.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Governance {
    /// The policies that were evaluated, by id.
    #[pyo3(get)]
    policies: Py<PyAny>,
    /// What they found.
    #[pyo3(get)]
    findings: Py<PyAny>,
}

impl Governance {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::Governance,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "governance", 0) };
        let fields = Self {
            policies: value::texts(py, &part.policies)?,
            findings: PolicyFinding::all(py, text, &part.findings)?,
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl Governance {
    #[new]
    #[pyo3(signature = (*, policies=None, findings=None))]
    fn new(
        py: Python<'_>,
        policies: Option<Bound<'_, PyAny>>,
        findings: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            policies: Given { field: "Governance.policies" }.texts(py, policies)?,
            findings: Given { field: "Governance.findings" }.parts::<PolicyFinding>(
                py,
                findings,
                "an iterable of PolicyFinding",
            )?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["policies", "findings"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}

/// One rule of a policy that matched.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct PolicyFinding {
    /// The policy.
    #[pyo3(get)]
    policy_id: Py<PyAny>,
    /// The rule in it.
    #[pyo3(get)]
    rule_id: Py<PyAny>,
    /// What came of it, such as `passed` or `warn`.
    #[pyo3(get)]
    outcome: Py<PyAny>,
    /// What was found, in words.
    #[pyo3(get)]
    message: Py<PyAny>,
    /// What to do about it.
    #[pyo3(get)]
    remediation: Py<PyAny>,
}

impl PolicyFinding {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::PolicyFinding,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "governance.findings[]", index);
        let fields = Self {
            policy_id: value::text(py, part.policy_id.as_deref()),
            rule_id: value::text(py, part.rule_id.as_deref()),
            outcome: value::text(py, part.outcome.as_deref()),
            message: value::text(py, part.message.as_deref()),
            remediation: value::text(py, part.remediation.as_deref()),
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(
        py: Python<'_>,
        text: &Arc<Received>,
        parts: &[axiomo_model::PolicyFinding],
    ) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl PolicyFinding {
    #[new]
    #[pyo3(signature = (*, policy_id=None, rule_id=None, outcome=None, message=None, remediation=None))]
    fn new(
        py: Python<'_>,
        policy_id: Option<Bound<'_, PyAny>>,
        rule_id: Option<Bound<'_, PyAny>>,
        outcome: Option<Bound<'_, PyAny>>,
        message: Option<Bound<'_, PyAny>>,
        remediation: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            policy_id: Given { field: "PolicyFinding.policy_id" }.text(py, policy_id)?,
            rule_id: Given { field: "PolicyFinding.rule_id" }.text(py, rule_id)?,
            outcome: Given { field: "PolicyFinding.outcome" }.text(py, outcome)?,
            message: Given { field: "PolicyFinding.message" }.text(py, message)?,
            remediation: Given { field: "PolicyFinding.remediation" }.text(py, remediation)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["policy_id", "rule_id", "outcome", "message", "remediation"])?.unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 0] = [];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
