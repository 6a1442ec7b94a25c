//! How an answer was obtained.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::model::{Model, Origin, made};
use crate::value::{Given, integer, seconds, text, texts, timestamp};

fn tuple_of(py: Python<'_>, names: &[&str]) -> PyResult<Py<PyTuple>> {
    Ok(PyTuple::new(py, names)?.unbind())
}

macro_rules! part {
    ($py:expr, $part:expr) => {
        Py::new($py, PyClassInitializer::from(Model::new(Origin::Made)).add_subclass($part))
    };
}

/// The rate limit as the service last told it, each value by the last answer that held it.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct RateLimit {
    /// Requests a window.
    #[pyo3(get)]
    limit: Py<PyAny>,
    /// Requests left in this window.
    #[pyo3(get)]
    remaining: Py<PyAny>,
    /// When the quota comes back, by this machine's clock.
    #[pyo3(get)]
    reset_at: Py<PyAny>,
}

impl RateLimit {
    pub(crate) fn of(py: Python<'_>, told: axiomo::RateLimit) -> PyResult<Py<Self>> {
        let limit = integer(py, told.limit);
        let remaining = integer(py, told.remaining);
        part!(py, Self { limit, remaining, reset_at: timestamp(py, told.reset_at)? })
    }

    pub(crate) fn optional(py: Python<'_>, told: Option<axiomo::RateLimit>) -> PyResult<Py<PyAny>> {
        told.map_or_else(|| Ok(py.None()), |told| Self::of(py, told).map(Py::into_any))
    }
}

#[pymethods]
impl RateLimit {
    #[new]
    #[pyo3(signature = (*, limit=None, remaining=None, reset_at=None))]
    fn new(
        py: Python<'_>,
        limit: Option<Bound<'_, PyAny>>,
        remaining: Option<Bound<'_, PyAny>>,
        reset_at: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let given = Self {
            limit: Given { field: "RateLimit.limit" }.integer(py, limit)?,
            remaining: Given { field: "RateLimit.remaining" }.integer(py, remaining)?,
            reset_at: Given { field: "RateLimit.reset_at" }.timestamp(py, reset_at)?,
        };
        Ok(PyClassInitializer::from(made()).add_subclass(given))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &["limit", "remaining", "reset_at"])
    }

    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &["limit", "remaining", "reset_at"])
    }
}

/// One attempt of a call.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct Attempt {
    /// Its place in the call, from 1.
    #[pyo3(get)]
    number: u64,
    /// When it began, in seconds from the beginning of the call.
    #[pyo3(get)]
    started: f64,
    /// How many seconds it took.
    #[pyo3(get)]
    duration: f64,
    /// How many seconds were waited before it.
    #[pyo3(get)]
    waited: f64,
    /// Why was waited before it: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`.
    #[pyo3(get)]
    wait_reason: Py<PyAny>,
    /// The HTTP status of the answer, if one began.
    #[pyo3(get)]
    status: Py<PyAny>,
    /// What went wrong with it; none for the one that succeeded.
    #[pyo3(get)]
    error_kind: Py<PyAny>,
    /// The service's name for this request.
    #[pyo3(get)]
    request_id: Py<PyAny>,
    /// Whether it reached the service: `no`, `maybe` or `yes`.
    #[pyo3(get)]
    sent: Py<PyAny>,
}

const ATTEMPT: [&str; 9] =
    ["number", "started", "duration", "waited", "wait_reason", "status", "error_kind", "request_id", "sent"];

impl Attempt {
    pub(crate) fn all(py: Python<'_>, attempts: &[axiomo::Attempt]) -> PyResult<Py<PyAny>> {
        let attempts = attempts.iter().map(|attempt| Self::of(py, attempt)).collect::<PyResult<Vec<_>>>()?;
        Ok(PyTuple::new(py, attempts)?.into_any().unbind())
    }

    fn of(py: Python<'_>, attempt: &axiomo::Attempt) -> PyResult<Py<Self>> {
        let attempt = Self {
            number: attempt.number.into(),
            started: seconds(attempt.started),
            duration: seconds(attempt.duration),
            waited: seconds(attempt.waited),
            wait_reason: text(py, attempt.wait_reason.map(axiomo::WaitReason::as_str)),
            status: integer(py, attempt.status.map(Into::into)),
            error_kind: text(py, attempt.error_kind.map(axiomo::ErrorKind::as_str)),
            request_id: text(py, attempt.request_id.as_deref()),
            sent: text(py, Some(attempt.sent.as_str())),
        };
        part!(py, attempt)
    }
}

#[pymethods]
impl Attempt {
    #[new]
    #[pyo3(signature = (
        *, number=0, started=0.0, duration=0.0, waited=0.0, wait_reason=None, status=None, error_kind=None,
        request_id=None, sent="no"
    ))]
    #[expect(clippy::too_many_arguments, reason = "one a field, by its name")]
    fn new(
        py: Python<'_>,
        number: u64,
        started: f64,
        duration: f64,
        waited: f64,
        wait_reason: Option<Bound<'_, PyAny>>,
        status: Option<Bound<'_, PyAny>>,
        error_kind: Option<Bound<'_, PyAny>>,
        request_id: Option<Bound<'_, PyAny>>,
        sent: &str,
    ) -> PyResult<PyClassInitializer<Self>> {
        let given = Self {
            number,
            started,
            duration,
            waited,
            wait_reason: Given { field: "Attempt.wait_reason" }.text(py, wait_reason)?,
            status: Given { field: "Attempt.status" }.integer(py, status)?,
            error_kind: Given { field: "Attempt.error_kind" }.text(py, error_kind)?,
            request_id: Given { field: "Attempt.request_id" }.text(py, request_id)?,
            sent: text(py, Some(sent)),
        };
        Ok(PyClassInitializer::from(made()).add_subclass(given))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &ATTEMPT)
    }

    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &ATTEMPT)
    }

    /// The attempt in the form that every language has for it, with times in whole milliseconds.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let plain = PyDict::new(py);
        plain.set_item("n", self.number)?;
        plain.set_item("started_ms", milliseconds(self.started))?;
        plain.set_item("duration_ms", milliseconds(self.duration))?;
        plain.set_item("waited_ms", milliseconds(self.waited))?;
        plain.set_item("wait_reason", &self.wait_reason)?;
        plain.set_item("status", &self.status)?;
        plain.set_item("error_kind", &self.error_kind)?;
        plain.set_item("request_id", &self.request_id)?;
        plain.set_item("sent", &self.sent)?;
        Ok(plain)
    }
}

/// The whole milliseconds that seconds were made from.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of time, which `seconds` made")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1e3).round() as u64
}

/// How an answer was obtained.
#[pyclass(module = "axiomo", extends = Model, frozen)]
pub(crate) struct ResponseMeta {
    /// The HTTP status; None where the analysis was read and not received.
    #[pyo3(get)]
    status: Py<PyAny>,
    /// The service's name for this request, to be given when asking it for help.
    #[pyo3(get)]
    request_id: Py<PyAny>,
    /// The rate limit as the service last told it to this call.
    #[pyo3(get)]
    rate_limit: Py<PyAny>,
    /// The paths of known fields that could not be read, such as `signal.risk.score`.
    #[pyo3(get)]
    decode_warnings: Py<PyAny>,
    /// Every attempt of the call, the last one being the one that succeeded.
    #[pyo3(get)]
    attempts: Py<PyAny>,
    /// The time of the whole call in seconds, waits included.
    #[pyo3(get)]
    elapsed: f64,
    headers: Py<PyDict>,
}

const META: [&str; 7] = ["status", "request_id", "rate_limit", "decode_warnings", "headers", "attempts", "elapsed"];

impl ResponseMeta {
    pub(crate) fn of(py: Python<'_>, meta: &axiomo::ResponseMeta) -> PyResult<Py<Self>> {
        let headers = PyDict::new(py);
        for (name, value) in meta.headers_joined() {
            headers.set_item(name, value)?;
        }
        let meta = Self {
            status: integer(py, Some(u64::from(meta.status)).filter(|status| *status != 0)),
            request_id: text(py, meta.request_id.as_deref()),
            rate_limit: RateLimit::optional(py, meta.rate_limit)?,
            decode_warnings: texts(py, &meta.decode_warnings)?,
            attempts: Attempt::all(py, &meta.attempts)?,
            elapsed: seconds(meta.elapsed),
            headers: headers.unbind(),
        };
        part!(py, meta)
    }
}

#[pymethods]
impl ResponseMeta {
    #[new]
    #[pyo3(signature = (
        *, status=None, request_id=None, rate_limit=None, decode_warnings=None, headers=None, attempts=None,
        elapsed=0.0
    ))]
    #[expect(clippy::too_many_arguments, reason = "one a field, by its name")]
    fn new(
        py: Python<'_>,
        status: Option<Bound<'_, PyAny>>,
        request_id: Option<Bound<'_, PyAny>>,
        rate_limit: Option<Bound<'_, RateLimit>>,
        decode_warnings: Option<Bound<'_, PyAny>>,
        headers: Option<Bound<'_, PyDict>>,
        attempts: Option<Bound<'_, PyAny>>,
        elapsed: f64,
    ) -> PyResult<PyClassInitializer<Self>> {
        let given = Self {
            status: Given { field: "ResponseMeta.status" }.integer(py, status)?,
            request_id: Given { field: "ResponseMeta.request_id" }.text(py, request_id)?,
            rate_limit: rate_limit.map_or_else(|| py.None(), |limit| limit.into_any().unbind()),
            decode_warnings: Given { field: "ResponseMeta.decode_warnings" }.texts(py, decode_warnings)?,
            attempts: Given { field: "ResponseMeta.attempts" }.parts::<Attempt>(
                py,
                attempts,
                "an iterable of Attempt",
            )?,
            elapsed,
            headers: headers.map_or_else(|| Ok(PyDict::new(py)), |headers| headers.copy())?.unbind(),
        };
        Ok(PyClassInitializer::from(made()).add_subclass(given))
    }

    /// The answer's headers by their names in lower case. A value that holds the caller's own key or token is replaced.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.headers.bind(py).copy()
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &META)
    }

    #[classattr]
    fn _nullable(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        tuple_of(py, &META)
    }

    /// The same in the form that every language has for it, with times in whole milliseconds.
    fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let (py, meta) = (slf.py(), slf.get());
        let plain = PyDict::new(py);
        plain.set_item("status", &meta.status)?;
        plain.set_item("request_id", &meta.request_id)?;
        plain.set_item("rate_limit", crate::model::to_plain(meta.rate_limit.bind(py))?)?;
        plain.set_item("decode_warnings", crate::model::to_plain(meta.decode_warnings.bind(py))?)?;
        plain.set_item("headers", meta.headers(py)?)?;
        plain.set_item("attempts", crate::model::to_plain(meta.attempts.bind(py))?)?;
        plain.set_item("elapsed_ms", milliseconds(meta.elapsed))?;
        Ok(plain)
    }
}
