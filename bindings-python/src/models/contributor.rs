// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::enums::{CONTRIBUTOR_ROLE, TRUST_LEVEL};
use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Someone who wrote a part of the pull request.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Contributor {
    /// The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
    #[pyo3(get)]
    login: Py<PyAny>,
    /// Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
    #[pyo3(get)]
    id: Py<PyAny>,
    /// The part this person has in the pull request.
    #[pyo3(get)]
    role: Py<PyAny>,
    /// How well this person is known in the repository.
    #[pyo3(get)]
    trust_level: Py<PyAny>,
    /// Age of the account at the provider; null when the provider was not asked.
    ///
    /// Unit: days.
    #[pyo3(get)]
    account_age_days: Py<PyAny>,
    /// Time since the first commit here, before this change; null without one.
    ///
    /// Unit: days.
    #[pyo3(get)]
    tenure_days: Py<PyAny>,
    /// Commits in the base branch before this change; null when its history could not be read.
    ///
    /// Unit: commits.
    #[pyo3(get)]
    prior_contributions: Py<PyAny>,
    /// Merges of other changes made here before this one; null when the history could not be read.
    ///
    /// Unit: merges.
    #[pyo3(get)]
    prior_merges: Py<PyAny>,
    /// Commits of this pull request; null where it was squashed.
    ///
    /// Unit: commits.
    #[pyo3(get)]
    commits: Py<PyAny>,
    /// Whether this is an automated account.
    #[pyo3(get)]
    is_bot: Py<PyAny>,
    /// What the trust level rests on, in words.
    #[pyo3(get)]
    reasons: Py<PyAny>,
}

impl Contributor {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        index: usize,
        part: &axiomo_model::Contributor,
    ) -> PyResult<Py<Self>> {
        let origin = Origin::at(text, "contributors[]", index);
        let fields = Self {
            login: value::text(py, part.login.as_deref()),
            id: value::text(py, part.id.as_deref()),
            role: CONTRIBUTOR_ROLE.optional(py, part.role.as_ref().map(axiomo_model::ContributorRole::as_str))?,
            trust_level: TRUST_LEVEL.optional(py, part.trust_level.as_ref().map(axiomo_model::TrustLevel::as_str))?,
            account_age_days: value::integer(py, part.account_age_days),
            tenure_days: value::integer(py, part.tenure_days),
            prior_contributions: value::integer(py, part.prior_contributions),
            prior_merges: value::integer(py, part.prior_merges),
            commits: value::integer(py, part.commits),
            is_bot: value::boolean(py, part.is_bot),
            reasons: value::texts(py, &part.reasons)?,
        };
        model::part(py, origin, fields)
    }

    pub(crate) fn all(
        py: Python<'_>,
        text: &Arc<Received>,
        parts: &[axiomo_model::Contributor],
    ) -> PyResult<Py<PyAny>> {
        let parts = parts.iter().enumerate().map(|(index, part)| Self::of(py, text, index, part));
        PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?).map(value::tuple)
    }
}

#[pymethods]
impl Contributor {
    #[new]
    #[pyo3(signature = (*, login=None, id=None, role=None, trust_level=None, account_age_days=None, tenure_days=None, prior_contributions=None, prior_merges=None, commits=None, is_bot=None, reasons=None))]
    #[expect(clippy::too_many_arguments, reason = "one a field, by its name")]
    fn new(
        py: Python<'_>,
        login: Option<Bound<'_, PyAny>>,
        id: Option<Bound<'_, PyAny>>,
        role: Option<Bound<'_, PyAny>>,
        trust_level: Option<Bound<'_, PyAny>>,
        account_age_days: Option<Bound<'_, PyAny>>,
        tenure_days: Option<Bound<'_, PyAny>>,
        prior_contributions: Option<Bound<'_, PyAny>>,
        prior_merges: Option<Bound<'_, PyAny>>,
        commits: Option<Bound<'_, PyAny>>,
        is_bot: Option<Bound<'_, PyAny>>,
        reasons: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            login: Given { field: "Contributor.login" }.text(py, login)?,
            id: Given { field: "Contributor.id" }.text(py, id)?,
            role: Given { field: "Contributor.role" }.value_of(py, role, &CONTRIBUTOR_ROLE)?,
            trust_level: Given { field: "Contributor.trust_level" }.value_of(py, trust_level, &TRUST_LEVEL)?,
            account_age_days: Given { field: "Contributor.account_age_days" }.integer(py, account_age_days)?,
            tenure_days: Given { field: "Contributor.tenure_days" }.integer(py, tenure_days)?,
            prior_contributions: Given { field: "Contributor.prior_contributions" }.integer(py, prior_contributions)?,
            prior_merges: Given { field: "Contributor.prior_merges" }.integer(py, prior_merges)?,
            commits: Given { field: "Contributor.commits" }.integer(py, commits)?,
            is_bot: Given { field: "Contributor.is_bot" }.boolean(py, is_bot)?,
            reasons: Given { field: "Contributor.reasons" }.texts(py, reasons)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(
            py,
            [
                "login",
                "id",
                "role",
                "trust_level",
                "account_age_days",
                "tenure_days",
                "prior_contributions",
                "prior_merges",
                "commits",
                "is_bot",
                "reasons",
            ],
        )?
        .unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 6] =
            ["login", "account_age_days", "tenure_days", "prior_contributions", "prior_merges", "commits"];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
