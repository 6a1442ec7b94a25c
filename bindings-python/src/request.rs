//! Which pull request to analyse.

use axiomo::{Error, ProviderToken};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::error::raised;
use crate::models::enums::PROVIDER;
use crate::options::wrong_type;

/// Which pull request to analyse, and with whose rights.
#[pyclass(module = "axiomo", frozen, weakref)]
pub(crate) struct AnalyzeRequest {
    request: axiomo::AnalyzeRequest,
    has_token: bool,
}

#[pymethods]
impl AnalyzeRequest {
    #[new]
    #[pyo3(signature = (url=None, *, provider=None, owner=None, repo=None, pr_number=None, access_token=None))]
    fn new(
        py: Python<'_>,
        url: Option<&str>,
        provider: Option<&str>,
        owner: Option<&str>,
        repo: Option<&str>,
        pr_number: Option<Bound<'_, PyAny>>,
        access_token: Option<&str>,
    ) -> PyResult<Self> {
        let mut members = serde_json::Map::new();
        let texts = [("url", url), ("provider", provider), ("owner", owner), ("repo", repo)];
        for (name, text) in texts.into_iter().chain([("access_token", access_token)]) {
            if let Some(text) = text {
                members.insert(name.to_owned(), text.into());
            }
        }
        if let Some(number) = pr_number {
            if number.cast::<pyo3::types::PyInt>().is_err() {
                return Err(wrong_type("pr_number", "an int", &number));
            }
            let number = number.extract::<i64>().map_or_else(|_| number.to_string().into(), serde_json::Value::from);
            members.insert("pr_number".to_owned(), number);
        }
        let json = serde_json::Value::Object(members).to_string();
        let request = axiomo::AnalyzeRequest::from_json(&json).map_err(|error| raised(py, &error))?;
        Ok(Self { request, has_token: access_token.is_some() })
    }

    /// The address of the pull request's page.
    #[getter]
    fn url(&self) -> String {
        self.request.pull_request().to_string()
    }

    /// Where the repository is hosted.
    #[getter]
    fn provider(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        PROVIDER.value(py, self.request.pull_request().provider().as_str())
    }

    /// The user, organisation or group that owns the repository.
    #[getter]
    fn owner(&self) -> &str {
        self.request.pull_request().owner()
    }

    /// The repository's name.
    #[getter]
    fn repo(&self) -> &str {
        self.request.pull_request().repo()
    }

    /// The pull request's number.
    #[getter]
    fn pr_number(&self) -> u64 {
        self.request.pull_request().number()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.request == other.request
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyString::new(py, &self.url().to_ascii_lowercase()).hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let token = if self.has_token { ", access_token=<hidden>" } else { "" };
        Ok(format!("AnalyzeRequest({}{token})", PyString::new(py, &self.url()).repr()?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let request = slf.get();
        if request.has_token {
            return Err(PyTypeError::new_err(
                "a request with an access token is not written down; make it anew where it is needed",
            ));
        }
        Ok((slf.get_type(), PyTuple::new(slf.py(), [request.url()])?))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// It is immutable.
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyDict>) -> Py<Self> {
        slf
    }
}

/// A request as it was given, or what is wrong with it.
#[derive(Clone)]
pub(crate) struct Prepared(pub(crate) Result<axiomo::AnalyzeRequest, Error>);

impl Prepared {
    /// From an address or an `AnalyzeRequest`.
    pub(crate) fn of(given: &Bound<'_, PyAny>, access_token: Option<&str>) -> PyResult<Self> {
        let request = if let Ok(url) = given.cast::<PyString>() {
            axiomo::AnalyzeRequest::from_url(url.to_cow()?.as_ref())
        } else if let Ok(request) = given.cast::<AnalyzeRequest>() {
            Ok(request.get().request.clone())
        } else {
            return Err(wrong_type("a request", "the address of a pull request or an AnalyzeRequest", given));
        };
        let Some(token) = access_token else { return Ok(Self(request)) };
        Ok(Self(request.and_then(|request| Ok(request.access_token(ProviderToken::new(token)?)))))
    }
}

impl TryFrom<Prepared> for axiomo::AnalyzeRequest {
    type Error = Error;

    fn try_from(Prepared(request): Prepared) -> Result<Self, Error> {
        request
    }
}
