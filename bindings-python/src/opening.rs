//! What a client is made of, so that a child that was forked can make its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use axiomo::{ApiKey, CancelHandle, Client, ClientBuilder, KeyProvider};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use crate::ending;
use crate::error::{configuration, raised};
use crate::fork;
use crate::options::{Maybe, Options, length, wrong_type};
use crate::rate_limiter::{RateLimiter, pacing};
use crate::testing::VirtualClock;

/// A client's settings, and the client that this process has of them.
pub(crate) struct Opening {
    builder: ClientBuilder,
    rate_limiter: Option<Py<RateLimiter>>,
    /// Ends every call, once the client is closed.
    closing: CancelHandle,
    is_closed: AtomicBool,
    base_url: String,
    has_key: bool,
    current: Mutex<Option<(u32, Client)>>,
}

/// The settings as Python gives them.
pub(crate) struct Settings<'py> {
    pub(crate) api_key: Maybe<'py>,
    pub(crate) base_url: Option<String>,
    pub(crate) options: Options<'py>,
    pub(crate) connect_timeout: Maybe<'py>,
    pub(crate) pacing: Option<String>,
    pub(crate) anonymous: bool,
    pub(crate) rate_limiter: Option<Py<RateLimiter>>,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) proxy: Option<String>,
    pub(crate) root_certificate: Maybe<'py>,
    pub(crate) client_certificate: Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    pub(crate) default_headers: Maybe<'py>,
    pub(crate) allow_insecure_http: bool,
    pub(crate) clock: Option<Py<VirtualClock>>,
}

impl Opening {
    pub(crate) fn new(py: Python<'_>, settings: Settings<'_>) -> PyResult<Self> {
        let builder = ClientBuilder::from_env().map_err(|error| raised(py, &error))?;
        let builder = credential(builder, settings.api_key.as_ref(), settings.anonymous, py)?;
        let mut builder = times(builder, &settings)?;
        if let Some(url) = &settings.base_url {
            builder = builder.base_url(url);
        }
        if let Some(pacing) = pacing(py, settings.pacing.as_deref())? {
            builder = builder.pacing(pacing);
        }
        builder = builder.user_agent_suffix(user_agent(py, settings.user_agent_suffix.as_deref()));
        if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(proxy);
        }
        if let Some(pem) = &settings.root_certificate {
            builder = builder.root_certificate(bytes("root_certificate", pem)?);
        }
        if let Some((chain, key)) = &settings.client_certificate {
            let name = "client_certificate";
            builder = builder.client_certificate(bytes(name, chain)?, bytes(name, key)?);
        }
        if let Some(headers) = &settings.default_headers {
            for item in headers.call_method0("items")?.try_iter()? {
                let (name, value): (String, String) = item?.extract()?;
                builder = builder.default_header(name, value);
            }
        }
        builder = builder.allow_insecure_http(settings.allow_insecure_http);
        if let Some(clock) = &settings.clock {
            builder = builder.clock(clock.get().0.clone());
        }
        let mut opening = Self {
            builder,
            rate_limiter: settings.rate_limiter,
            closing: CancelHandle::new(),
            is_closed: AtomicBool::new(false),
            base_url: String::new(),
            has_key: false,
            current: Mutex::new(None),
        };
        let client = opening.client(py)?;
        client.base_url().clone_into(&mut opening.base_url);
        opening.has_key = client.has_key();
        Ok(opening)
    }

    /// The client of this process.
    pub(crate) fn client(&self, py: Python<'_>) -> PyResult<Client> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(configuration(py, "the client was closed; make a new one, or close it later"));
        }
        let process = fork::process();
        if let Some(client) = self.known(process) {
            return Ok(client);
        }
        // Without the lock, since Python's code may run, and other threads with it.
        let builder = match &self.rate_limiter {
            Some(limiter) => self.builder.clone().rate_limiter(&limiter.get().current(py)?),
            None => self.builder.clone(),
        };
        let client = builder.build().map_err(|error| raised(py, &error))?;
        let closing = axiomo::CallOptions::new().cancel(&self.closing);
        let client = client.with_options(closing).map_err(|error| raised(py, &error))?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = current.as_ref().filter(|(maker, _)| *maker == process) {
            return Ok(client.clone());
        }
        // What a parent left has locks and sockets that are not this process's.
        std::mem::forget(current.replace((process, client.clone())));
        Ok(client)
    }

    fn known(&self, process: u32) -> Option<Client> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|(maker, _)| *maker == process).map(|(_, client)| client.clone())
    }

    /// What was given to keep its calls under the rate limit.
    pub(crate) fn rate_limiter(&self) -> Option<&Py<RateLimiter>> {
        self.rate_limiter.as_ref()
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn has_key(&self) -> bool {
        self.has_key
    }

    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.closing.cancel();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((maker, client)) = current.take()
            && maker != fork::process()
        {
            std::mem::forget(client);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }
}

fn credential(
    builder: ClientBuilder,
    key: Option<&Bound<'_, PyAny>>,
    is_anonymous: bool,
    py: Python<'_>,
) -> PyResult<ClientBuilder> {
    let Some(key) = key else {
        return Ok(if is_anonymous { builder.anonymous() } else { builder });
    };
    if is_anonymous {
        return Err(configuration(py, "a key was given, and anonymous=True; expected one of the two"));
    }
    if let Ok(key) = key.cast::<PyString>() {
        return Ok(builder.api_key(key.to_cow()?.as_ref()));
    }
    if key.is_callable() {
        return Ok(builder.key_provider(provider(key.clone().unbind())));
    }
    Err(wrong_type("api_key", "a str or a function that gives one", key))
}

/// Asks a function of Python's, which may take its time, on a thread of its own.
fn provider(function: Py<PyAny>) -> KeyProvider {
    let function = std::sync::Arc::new(function);
    KeyProvider::from_fn(move || {
        let function = std::sync::Arc::clone(&function);
        let asking = tokio::task::spawn_blocking(move || Python::try_attach(|py| ask(py, &function)).flatten());
        async move {
            let answer = asking.await.map_err(|error| format!("it was not asked: {error}"))?;
            let key = answer.ok_or("the interpreter is about to exit")??;
            key.parse::<ApiKey>().map_err(|error| error.to_string())
        }
    })
}

/// Asks a function for a key; gives nothing when it is too late for that.
fn ask(py: Python<'_>, function: &Py<PyAny>) -> Option<Result<String, String>> {
    let _within = ending::try_enter()?;
    Some(answer(py, function))
}

/// What a function gives for a key, or why it gives none: by types alone, since values and texts may hold the key.
fn answer(py: Python<'_>, function: &Py<PyAny>) -> Result<String, String> {
    let given = function.bind(py).call0().map_err(|error| {
        let name = name_of(&error.get_type(py), "an exception");
        format!("the function that gives the key raised {name}")
    })?;
    if let Ok(key) = given.cast::<PyString>() {
        // What is no Unicode is no key either, which is told when it is read as one.
        return Ok(key.to_string_lossy().into_owned());
    }
    let name = name_of(&given.get_type(), "something else");
    if name != "coroutine" {
        return Err(format!("the function that gives the key gave {name}; expected a str"));
    }
    // Otherwise Python warns that nobody awaits it.
    let _ = given.call_method0("close");
    let message = "the function that gives the key gave a coroutine; expected a str, from a function that is not async";
    Err(message.to_owned())
}

fn name_of(class: &Bound<'_, PyType>, otherwise: &str) -> String {
    class.name().map_or_else(|_| otherwise.to_owned(), |name| name.to_string())
}

fn times(mut builder: ClientBuilder, settings: &Settings<'_>) -> PyResult<ClientBuilder> {
    let options = &settings.options;
    if let Some(timeout) = length("timeout", options.timeout.as_ref())? {
        builder = builder.timeout(timeout);
    }
    if let Some(timeout) = length("attempt_timeout", options.attempt_timeout.as_ref())? {
        builder = builder.attempt_timeout(timeout);
    }
    if let Some(timeout) = length("connect_timeout", settings.connect_timeout.as_ref())? {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(longest) = length("max_wait", options.max_wait.as_ref())? {
        builder = builder.max_wait(longest);
    }
    if let Some(retries) = crate::options::count("max_retries", options.max_retries.as_ref())? {
        builder = builder.max_retries(retries);
    }
    if let Some(retry) = options.retry_ambiguous {
        builder = builder.retry_ambiguous(retry);
    }
    Ok(builder)
}

fn user_agent(py: Python<'_>, suffix: Option<&str>) -> String {
    let version = py.version_info();
    let own = format!("axiomo-python/{} (Python {}.{})", env!("CARGO_PKG_VERSION"), version.major, version.minor);
    match suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own,
    }
}

fn bytes(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_cow()?.as_bytes().to_vec());
    }
    let bytes = value.cast::<PyBytes>().map_err(|_| wrong_type(name, "bytes or a str in PEM", value))?;
    Ok(bytes.as_bytes().to_vec())
}
