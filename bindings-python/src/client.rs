//! What `Client` and `AsyncClient` are made of.

use std::sync::{Arc, Mutex, PoisonError};

use axiomo::background::receive;
use axiomo::{Call, CallOptions, Client};
use pyo3::prelude::*;

use crate::analysis::Analysis;
use crate::batch::{Batch, NativeAsyncBatch, Shape};
use crate::bridge::{Bridge, Outcome, PendingCall};
use crate::ending;
use crate::error::raised;
use crate::fork;
use crate::meta::RateLimit;
use crate::opening::{Opening, Settings};
use crate::options::{CancelHandle, Maybe, Options};
use crate::rate_limiter::RateLimiter;
use crate::request::Prepared;
use crate::testing::VirtualClock;
use crate::wait::wait;

/// A client as Python's own classes use it.
#[pyclass(module = "axiomo._native", frozen)]
pub(crate) struct NativeClient {
    opening: Arc<Opening>,
    /// What was changed since, one set of options after the other.
    changes: Vec<CallOptions>,
    current: Mutex<Option<(u32, Client)>>,
}

impl NativeClient {
    fn of(opening: Arc<Opening>, changes: Vec<CallOptions>) -> Self {
        Self { opening, changes, current: Mutex::new(None) }
    }

    /// The client of this process.
    fn client(&self, py: Python<'_>) -> PyResult<Client> {
        let process = fork::process();
        if let Some(client) = self.known(process).filter(|_| !self.opening.is_closed()) {
            return Ok(client);
        }
        // Without the lock, since Python's code may run, and other threads with it.
        let mut client = self.opening.client(py)?;
        for options in &self.changes {
            client = client.with_options(options.clone()).map_err(|error| raised(py, &error))?;
        }
        // See `Opening::client`.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::forget(current.replace((process, client.clone())));
        Ok(client)
    }

    fn known(&self, process: u32) -> Option<Client> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|(maker, _)| *maker == process).map(|(_, client)| client.clone())
    }

    fn call(&self, py: Python<'_>, make: impl FnOnce(Client) -> Call, options: &Options<'_>) -> PyResult<Call> {
        let call = make(self.client(py)?);
        if options.is_empty() { Ok(call) } else { Ok(call.options(options.add_to(CallOptions::new())?)) }
    }

    fn changed(&self, py: Python<'_>, options: &Options<'_>) -> PyResult<Client> {
        let client = self.client(py)?.with_options(options.add_to(CallOptions::new())?);
        client.map_err(|error| raised(py, &error))
    }
}

#[pymethods]
#[expect(clippy::too_many_arguments, reason = "one an option, by its name")]
impl NativeClient {
    #[new]
    #[pyo3(signature = (
        *, api_key, base_url, timeout, attempt_timeout, connect_timeout, max_wait, max_retries, retry_ambiguous, pacing,
        anonymous, rate_limiter, user_agent_suffix, proxy, root_certificate, client_certificate, default_headers,
        allow_insecure_http, clock
    ))]
    fn new<'py>(
        py: Python<'py>,
        api_key: Maybe<'py>,
        base_url: Option<String>,
        timeout: Maybe<'py>,
        attempt_timeout: Maybe<'py>,
        connect_timeout: Maybe<'py>,
        max_wait: Maybe<'py>,
        max_retries: Maybe<'py>,
        retry_ambiguous: Option<bool>,
        pacing: Option<String>,
        anonymous: bool,
        rate_limiter: Option<Py<RateLimiter>>,
        user_agent_suffix: Option<String>,
        proxy: Option<String>,
        root_certificate: Maybe<'py>,
        client_certificate: Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
        default_headers: Maybe<'py>,
        allow_insecure_http: bool,
        clock: Option<Py<VirtualClock>>,
    ) -> PyResult<Self> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel: None };
        let opening = Opening::new(
            py,
            Settings {
                api_key,
                base_url,
                options,
                connect_timeout,
                pacing,
                anonymous,
                rate_limiter,
                user_agent_suffix,
                proxy,
                root_certificate,
                client_certificate,
                default_headers,
                allow_insecure_http,
                clock,
            },
        )?;
        Ok(Self::of(Arc::new(opening), Vec::new()))
    }

    #[pyo3(signature = (
        request, access_token=None, timeout=None, attempt_timeout=None, max_wait=None, max_retries=None,
        retry_ambiguous=None, cancel=None
    ))]
    fn analyze(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyAny>,
        access_token: Option<&str>,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<Analysis> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let request = Prepared::of(request, access_token)?;
        finish(py, self.call(py, |client| client.analyze(request), &options)?)
    }

    #[pyo3(signature = (
        scan_id, timeout=None, attempt_timeout=None, max_wait=None, max_retries=None, retry_ambiguous=None, cancel=None
    ))]
    fn scan(
        &self,
        py: Python<'_>,
        scan_id: String,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<Analysis> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        finish(py, self.call(py, |client| client.scan(scan_id), &options)?)
    }

    #[pyo3(signature = (
        items, ordered, concurrency=None, deadline=None, timeout=None, attempt_timeout=None, max_wait=None,
        max_retries=None, retry_ambiguous=None, cancel=None
    ))]
    fn analyze_many(
        &self,
        py: Python<'_>,
        items: &Bound<'_, PyAny>,
        ordered: bool,
        concurrency: Maybe<'_>,
        deadline: Maybe<'_>,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<Batch> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let shape = Shape::new(ordered, concurrency.as_ref(), deadline.as_ref())?;
        Batch::new(&self.changed(py, &options)?, items, &shape)
    }

    #[pyo3(signature = (
        bridge, request, access_token=None, timeout=None, attempt_timeout=None, max_wait=None, max_retries=None,
        retry_ambiguous=None, cancel=None
    ))]
    fn begin_analyze(
        &self,
        bridge: &Bound<'_, Bridge>,
        request: &Bound<'_, PyAny>,
        access_token: Option<&str>,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<PendingCall> {
        let _within = ending::enter(bridge.py());
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let request = Prepared::of(request, access_token)?;
        let call = self.call(bridge.py(), |client| client.analyze(request), &options)?;
        Bridge::begin(bridge, outcome(call))
    }

    #[pyo3(signature = (
        bridge, scan_id, timeout=None, attempt_timeout=None, max_wait=None, max_retries=None, retry_ambiguous=None,
        cancel=None
    ))]
    fn begin_scan(
        &self,
        bridge: &Bound<'_, Bridge>,
        scan_id: String,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<PendingCall> {
        let _within = ending::enter(bridge.py());
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let call = self.call(bridge.py(), |client| client.scan(scan_id), &options)?;
        Bridge::begin(bridge, outcome(call))
    }

    #[pyo3(signature = (
        items, ordered, concurrency=None, deadline=None, timeout=None, attempt_timeout=None, max_wait=None,
        max_retries=None, retry_ambiguous=None, cancel=None
    ))]
    fn begin_many(
        &self,
        py: Python<'_>,
        items: &Bound<'_, PyAny>,
        ordered: bool,
        concurrency: Maybe<'_>,
        deadline: Maybe<'_>,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<NativeAsyncBatch> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let shape = Shape::new(ordered, concurrency.as_ref(), deadline.as_ref())?;
        let client = self.changed(py, &options)?;
        Ok(NativeAsyncBatch::new(&client, items, &shape))
    }

    #[pyo3(signature = (
        timeout=None, attempt_timeout=None, max_wait=None, max_retries=None, retry_ambiguous=None, cancel=None
    ))]
    fn with_options(
        &self,
        py: Python<'_>,
        timeout: Maybe<'_>,
        attempt_timeout: Maybe<'_>,
        max_wait: Maybe<'_>,
        max_retries: Maybe<'_>,
        retry_ambiguous: Option<bool>,
        cancel: Option<Py<CancelHandle>>,
    ) -> PyResult<Self> {
        let _within = ending::enter(py);
        let options = Options { timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel };
        let mut changes = self.changes.clone();
        changes.push(options.add_to(CallOptions::new())?);
        let other = Self::of(Arc::clone(&self.opening), changes);
        other.client(py)?;
        Ok(other)
    }

    fn rate_limit(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        RateLimit::optional(py, self.client(py)?.rate_limit())
    }

    fn rate_limiter(&self, py: Python<'_>) -> PyResult<Py<RateLimiter>> {
        match self.opening.rate_limiter() {
            Some(given) => Ok(given.clone_ref(py)),
            None => Py::new(py, RateLimiter::of_client(Arc::clone(&self.opening))),
        }
    }

    fn base_url(&self) -> &str {
        self.opening.base_url()
    }

    fn has_key(&self) -> bool {
        self.opening.has_key()
    }

    fn close(&self) {
        self.opening.close();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((maker, client)) = current.take()
            && maker != fork::process()
        {
            std::mem::forget(client);
        }
    }
}

async fn outcome(call: Call) -> Outcome {
    Outcome::Analysis(Box::new(receive(call).await))
}

fn finish(py: Python<'_>, call: Call) -> PyResult<Analysis> {
    match wait(py, receive(call))? {
        Ok(received) => Ok(Analysis::new(received)),
        Err(error) => Err(raised(py, &error)),
    }
}
