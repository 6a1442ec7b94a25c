//! The client for programs without a runtime. It has one of its own, with one thread, and does
//! everything else as [`axiomo::Client`](crate::Client) does.
//!
//! ```no_run
//! let client = axiomo::blocking::Client::from_env()?;
//! let analysis = client.analyze("https://github.com/owner/repo/pull/123")?;
//! println!("Risk: {:?}", analysis.signal.risk.level);
//! # Ok::<(), axiomo::Error>(())
//! ```

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::call::Call;
use crate::error::Error;
use crate::options::CallOptions;
use crate::request::AnalyzeRequest;
use crate::response::{Analysis, RateLimit};

/// A client whose calls return when they are done. Clones are cheap and share everything; any thread
/// may use one, but none of an asynchronous runtime, where calls are refused with `configuration`: there,
/// use [`crate::Client`], in `spawn_blocking` through Tokio's `Handle::block_on`.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<OwnRuntime>,
}

impl Client {
    /// Gives a client its own runtime.
    ///
    /// # Errors
    ///
    /// `configuration` when the system gives no thread.
    pub fn new(client: crate::Client) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("axiomo").enable_all().build();
        let runtime =
            runtime.map_err(|error| Error::configuration("the client's thread cannot start").with_source(error))?;
        Ok(Self { client, runtime: Arc::new(OwnRuntime(Some(runtime))) })
    }

    /// A client as the environment says; see [`ClientBuilder::from_env`](crate::ClientBuilder::from_env).
    ///
    /// # Errors
    ///
    /// `configuration` when a variable cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        Self::new(crate::Client::from_env()?)
    }

    /// Analyses a pull request; see [`crate::Client::analyze`].
    ///
    /// # Errors
    ///
    /// Whatever went wrong, by its [`kind`](Error::kind).
    pub fn analyze<R>(&self, request: R) -> Result<Analysis, Error>
    where
        R: TryInto<AnalyzeRequest>,
        R::Error: Into<Error>,
    {
        self.finish(self.client.analyze(request))
    }

    /// Retrieves a Signal that was made before; see [`crate::Client::scan`].
    ///
    /// # Errors
    ///
    /// Whatever went wrong, by its [`kind`](Error::kind).
    pub fn scan(&self, scan_id: impl Into<String>) -> Result<Analysis, Error> {
        self.finish(self.client.scan(scan_id))
    }

    /// The same client with other options.
    ///
    /// # Errors
    ///
    /// `configuration`, naming the option that cannot be.
    pub fn with_options(&self, options: CallOptions) -> Result<Self, Error> {
        Ok(Self { client: self.client.with_options(options)?, runtime: Arc::clone(&self.runtime) })
    }

    /// The rate limit as the service last told it; none before the first answer that tells it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.client.rate_limit()
    }

    fn finish(&self, call: Call) -> Result<Analysis, Error> {
        self.runtime.block_on(call.into_future())?
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(formatter)
    }
}

/// A runtime that may be dropped anywhere, in a task of another runtime too.
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        match &self.0 {
            Some(runtime) if Handle::try_current().is_err() => Ok(runtime.block_on(future)),
            _ => Err(Error::configuration(
                "a blocking client was used in an asynchronous task, where it would stop everything else; use \
                 axiomo::Client there",
            )),
        }
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
