// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use std::sync::Arc;

use super::enums::{PROVIDER, PULL_REQUEST_STATE};
use crate::model::{self, Model, Origin, made};
use crate::value::{self, Given};
use axiomo::background::Received;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The pull request (a merge request on GitLab) as the provider knows it.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct PullRequest {
    /// Where the repository is hosted; absent for a repository known only from disk.
    #[pyo3(get)]
    provider: Py<PyAny>,
    /// The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
    #[pyo3(get)]
    owner: Py<PyAny>,
    /// The repository's name.
    #[pyo3(get)]
    repo: Py<PyAny>,
    /// The pull request's number in its repository; null for a plain range of commits.
    #[pyo3(get)]
    number: Py<PyAny>,
    /// Its title. From a local repository: the title in the merge message, else the subject of its first commit.
    #[pyo3(get)]
    title: Py<PyAny>,
    /// The author's user name; null when it cannot be known.
    #[pyo3(get)]
    author: Py<PyAny>,
    /// Its page at the provider.
    #[pyo3(get)]
    url: Py<PyAny>,
    /// Whether it is open, closed or merged; absent when a local repository cannot tell.
    #[pyo3(get)]
    state: Py<PyAny>,
    /// Whether it is marked as not ready for review.
    #[pyo3(get)]
    draft: Py<PyAny>,
    /// The branch it is to be merged into.
    #[pyo3(get)]
    base_branch: Py<PyAny>,
    /// The branch it comes from.
    #[pyo3(get)]
    head_branch: Py<PyAny>,
    /// The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
    #[pyo3(get)]
    base_sha: Py<PyAny>,
    /// Its newest commit.
    #[pyo3(get)]
    head_sha: Py<PyAny>,
    /// When it was opened. From a local repository: when its first commit was made.
    #[pyo3(get)]
    created_at: Py<PyAny>,
    /// When it last changed. From a local repository: when its newest commit was made.
    #[pyo3(get)]
    updated_at: Py<PyAny>,
    /// Lines added, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    #[pyo3(get)]
    additions: Py<PyAny>,
    /// Lines deleted, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    #[pyo3(get)]
    deletions: Py<PyAny>,
    /// Files it changes; a renamed file counts once.
    ///
    /// Unit: files.
    #[pyo3(get)]
    changed_files: Py<PyAny>,
    /// Commits it consists of; null where it was squashed and they are gone.
    ///
    /// Unit: commits.
    #[pyo3(get)]
    commits: Py<PyAny>,
}

impl PullRequest {
    pub(crate) fn of(
        py: Python<'_>,
        text: &Arc<Received>,
        is_absent: bool,
        part: &axiomo_model::PullRequest,
    ) -> PyResult<Py<Self>> {
        let origin = if is_absent { Origin::Absent } else { Origin::at(text, "pr", 0) };
        let fields = Self {
            provider: PROVIDER.optional(py, part.provider.as_ref().map(axiomo_model::Provider::as_str))?,
            owner: value::text(py, part.owner.as_deref()),
            repo: value::text(py, part.repo.as_deref()),
            number: value::integer(py, part.number),
            title: value::text(py, part.title.as_deref()),
            author: value::text(py, part.author.as_deref()),
            url: value::text(py, part.url.as_deref()),
            state: PULL_REQUEST_STATE.optional(py, part.state.as_ref().map(axiomo_model::PullRequestState::as_str))?,
            draft: value::boolean(py, part.draft),
            base_branch: value::text(py, part.base_branch.as_deref()),
            head_branch: value::text(py, part.head_branch.as_deref()),
            base_sha: value::text(py, part.base_sha.as_deref()),
            head_sha: value::text(py, part.head_sha.as_deref()),
            created_at: value::timestamp(py, part.created_at)?,
            updated_at: value::timestamp(py, part.updated_at)?,
            additions: value::integer(py, part.additions),
            deletions: value::integer(py, part.deletions),
            changed_files: value::integer(py, part.changed_files),
            commits: value::integer(py, part.commits),
        };
        model::part(py, origin, fields)
    }
}

#[pymethods]
impl PullRequest {
    #[new]
    #[pyo3(signature = (*, provider=None, owner=None, repo=None, number=None, title=None, author=None, url=None, state=None, draft=None, base_branch=None, head_branch=None, base_sha=None, head_sha=None, created_at=None, updated_at=None, additions=None, deletions=None, changed_files=None, commits=None))]
    #[expect(clippy::too_many_arguments, reason = "one a field, by its name")]
    fn new(
        py: Python<'_>,
        provider: Option<Bound<'_, PyAny>>,
        owner: Option<Bound<'_, PyAny>>,
        repo: Option<Bound<'_, PyAny>>,
        number: Option<Bound<'_, PyAny>>,
        title: Option<Bound<'_, PyAny>>,
        author: Option<Bound<'_, PyAny>>,
        url: Option<Bound<'_, PyAny>>,
        state: Option<Bound<'_, PyAny>>,
        draft: Option<Bound<'_, PyAny>>,
        base_branch: Option<Bound<'_, PyAny>>,
        head_branch: Option<Bound<'_, PyAny>>,
        base_sha: Option<Bound<'_, PyAny>>,
        head_sha: Option<Bound<'_, PyAny>>,
        created_at: Option<Bound<'_, PyAny>>,
        updated_at: Option<Bound<'_, PyAny>>,
        additions: Option<Bound<'_, PyAny>>,
        deletions: Option<Bound<'_, PyAny>>,
        changed_files: Option<Bound<'_, PyAny>>,
        commits: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let fields = Self {
            provider: Given { field: "PullRequest.provider" }.value_of(py, provider, &PROVIDER)?,
            owner: Given { field: "PullRequest.owner" }.text(py, owner)?,
            repo: Given { field: "PullRequest.repo" }.text(py, repo)?,
            number: Given { field: "PullRequest.number" }.integer(py, number)?,
            title: Given { field: "PullRequest.title" }.text(py, title)?,
            author: Given { field: "PullRequest.author" }.text(py, author)?,
            url: Given { field: "PullRequest.url" }.text(py, url)?,
            state: Given { field: "PullRequest.state" }.value_of(py, state, &PULL_REQUEST_STATE)?,
            draft: Given { field: "PullRequest.draft" }.boolean(py, draft)?,
            base_branch: Given { field: "PullRequest.base_branch" }.text(py, base_branch)?,
            head_branch: Given { field: "PullRequest.head_branch" }.text(py, head_branch)?,
            base_sha: Given { field: "PullRequest.base_sha" }.text(py, base_sha)?,
            head_sha: Given { field: "PullRequest.head_sha" }.text(py, head_sha)?,
            created_at: Given { field: "PullRequest.created_at" }.timestamp(py, created_at)?,
            updated_at: Given { field: "PullRequest.updated_at" }.timestamp(py, updated_at)?,
            additions: Given { field: "PullRequest.additions" }.integer(py, additions)?,
            deletions: Given { field: "PullRequest.deletions" }.integer(py, deletions)?,
            changed_files: Given { field: "PullRequest.changed_files" }.integer(py, changed_files)?,
            commits: Given { field: "PullRequest.commits" }.integer(py, commits)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(fields))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(
            py,
            [
                "provider",
                "owner",
                "repo",
                "number",
                "title",
                "author",
                "url",
                "state",
                "draft",
                "base_branch",
                "head_branch",
                "base_sha",
                "head_sha",
                "created_at",
                "updated_at",
                "additions",
                "deletions",
                "changed_files",
                "commits",
            ],
        )?
        .unbind())
    }

    /// The fields whose null is an answer.
    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let names: [&str; 5] = ["number", "author", "additions", "deletions", "commits"];
        Ok(PyTuple::new(py, names)?.unbind())
    }
}
