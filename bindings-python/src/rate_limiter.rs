//! What keeps calls under the rate limit, as Python has it.

use std::sync::{Arc, Mutex, PoisonError};

use axiomo::Pacing;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::error::raised;
use crate::fork;
use crate::meta::RateLimit;
use crate::opening::Opening;
use crate::options::{Maybe, count};
use crate::value::seconds;

/// Keeps the calls of one user of the service under the rate limit: give one to every client of that user.
#[pyclass(module = "axiomo", frozen, weakref)]
pub(crate) struct RateLimiter {
    source: Source,
    /// Whose it is, if it was not given to that client.
    client: Option<Arc<Opening>>,
    pacing: Option<Pacing>,
    /// Limiters belong to a process: a child that was forked gets one of its own.
    current: Mutex<Option<(u32, axiomo::RateLimiter)>>,
}

/// Where the limiter of a process comes from.
enum Source {
    Own(u32),
    Shared(String),
    Redis(String),
}

impl RateLimiter {
    fn new(source: Source, pacing: Option<Pacing>) -> Self {
        Self { source, client: None, pacing, current: Mutex::new(None) }
    }

    pub(crate) fn of_client(opening: Arc<Opening>) -> Self {
        Self { client: Some(opening), ..Self::new(Source::Own(KEY_LIMIT), None) }
    }

    /// The limiter of this process.
    pub(crate) fn current(&self, py: Python<'_>) -> PyResult<axiomo::RateLimiter> {
        if let Some(opening) = &self.client {
            return Ok(opening.client(py)?.rate_limiter().clone());
        }
        // Made into an exception without the lock, since Python's code may run, and other threads with it.
        self.own().map_err(|error| raised(py, &error))
    }

    fn own(&self) -> Result<axiomo::RateLimiter, axiomo::Error> {
        let process = fork::process();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, limiter)) = current.as_ref().filter(|(maker, _)| *maker == process) {
            return Ok(limiter.clone());
        }
        let limiter = match &self.source {
            Source::Own(limit) => axiomo::RateLimiter::new(*limit),
            Source::Redis(url) => axiomo::RateLimiter::redis(url)?,
            Source::Shared(name) => axiomo::RateLimiter::shared(name),
        };
        let limiter = match self.pacing {
            Some(pacing) => limiter.pacing(pacing),
            None => limiter,
        };
        *current = Some((process, limiter.clone()));
        Ok(limiter)
    }
}

/// How requests are spread out, by its name.
pub(crate) fn pacing(py: Python<'_>, name: Option<&str>) -> PyResult<Option<Pacing>> {
    name.map(|name| name.parse().map_err(|error| raised(py, &error))).transpose()
}

#[pymethods]
impl RateLimiter {
    #[new]
    #[pyo3(signature = (limit=None, *, pacing=None))]
    fn begin(py: Python<'_>, limit: Maybe<'_>, pacing: Option<&str>) -> PyResult<Self> {
        let limit = count("limit", limit.as_ref())?.unwrap_or(KEY_LIMIT);
        Ok(Self::new(Source::Own(limit), self::pacing(py, pacing)?))
    }

    /// The limiter of this name, the same one for the whole process.
    #[classmethod]
    #[pyo3(signature = (name, *, pacing=None))]
    fn shared(class: &Bound<'_, PyType>, name: String, pacing: Option<&str>) -> PyResult<Self> {
        Ok(Self::new(Source::Shared(name), self::pacing(class.py(), pacing)?))
    }

    /// One whose quota is kept in Redis, for all processes that use it. Connects when it is first needed.
    #[classmethod]
    #[pyo3(signature = (url, *, pacing=None))]
    fn redis(class: &Bound<'_, PyType>, url: String, pacing: Option<&str>) -> PyResult<Self> {
        let py = class.py();
        let limiter = Self::new(Source::Redis(url), self::pacing(py, pacing)?);
        limiter.current(py)?;
        Ok(limiter)
    }

    /// What it knows now.
    fn snapshot(&self, py: Python<'_>) -> PyResult<RateLimiterSnapshot> {
        let limiter = self.current(py)?;
        let snapshot = limiter.snapshot();
        Ok(RateLimiterSnapshot {
            limit: snapshot.limit,
            own: snapshot.own,
            others: snapshot.others,
            waiting: snapshot.waiting,
            paused_for: snapshot.paused_for.map(seconds),
            told: RateLimit::optional(py, snapshot.told)?,
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.current(py)?.snapshot();
        let (limit, own, waiting) = (snapshot.limit, snapshot.own, snapshot.waiting);
        Ok(format!("RateLimiter(limit={limit}, own={own}, waiting={waiting})"))
    }
}

/// Requests a minute with a key, by the service's documentation.
const KEY_LIMIT: u32 = 60;

/// What a `RateLimiter` knows at one moment.
#[pyclass(module = "axiomo", frozen, get_all, weakref)]
pub(crate) struct RateLimiterSnapshot {
    /// Units a window, as far as is known.
    limit: u64,
    /// Units that this limiter's own requests hold, those under way included.
    own: u64,
    /// Units that others seem to hold.
    others: u64,
    /// How many calls wait.
    waiting: usize,
    /// For how many seconds the service wants to be left alone; None where it does not.
    paused_for: Option<f64>,
    /// What the service last told.
    told: Py<PyAny>,
}

#[pymethods]
impl RateLimiterSnapshot {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["limit", "own", "others", "waiting", "paused_for", "told"])?.unbind())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Self { limit, own, others, waiting, paused_for, told } = self;
        let paused_for = paused_for.map_or_else(|| "None".to_owned(), |seconds| seconds.to_string());
        let told = told.bind(py).repr()?;
        Ok(format!(
            "RateLimiterSnapshot(limit={limit}, own={own}, others={others}, waiting={waiting}, paused_for={paused_for}, \
             told={told})"
        ))
    }
}
