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
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::batch::{self, BatchItem, BatchProgress};
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

    /// Analyses many pull requests; see [`crate::Client::analyze_many`]. The results are taken from an iterator.
    ///
    /// ```no_run
    /// let client = axiomo::blocking::Client::from_env()?;
    /// for item in client.analyze_many(["github.com/owner/repo/pull/1", "github.com/owner/repo/pull/2"]) {
    ///     println!("{}: {:?}", item.input, item.outcome);
    /// }
    /// # Ok::<(), axiomo::Error>(())
    /// ```
    pub fn analyze_many<I>(&self, items: I) -> Batch<I::Item>
    where
        I: IntoIterator,
        I::IntoIter: Send + 'static,
        I::Item: TryInto<AnalyzeRequest> + Clone,
        <I::Item as TryInto<AnalyzeRequest>>::Error: Into<Error>,
    {
        Batch { batch: self.client.analyze_many(items), runtime: Arc::clone(&self.runtime) }
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

/// Analyses of many pull requests, as an iterator over their results; see [`crate::Batch`]. What is under way goes
/// on between two of them. In an asynchronous task, whatever has not begun fails with `configuration`.
#[must_use = "a batch begins when its first result is asked for"]
#[derive(Debug)]
pub struct Batch<R> {
    batch: batch::Batch<R>,
    runtime: Arc<OwnRuntime>,
}

impl<R> Batch<R> {
    /// Gives the results in the order of the items; see [`crate::Batch::ordered`].
    pub fn ordered(self) -> Self {
        Self { batch: self.batch.ordered(), ..self }
    }

    /// How many items may be under way, or have a result that was not taken yet; see
    /// [`crate::Batch::concurrency`].
    pub fn concurrency(self, most: usize) -> Self {
        Self { batch: self.batch.concurrency(most), ..self }
    }

    /// How long the whole batch may take; see [`crate::Batch::deadline`].
    pub fn deadline(self, longest: Duration) -> Self {
        Self { batch: self.batch.deadline(longest), ..self }
    }

    /// Tells how far the batch is, from other threads too.
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        self.batch.progress()
    }
}

impl<R: Send> Iterator for Batch<R> {
    type Item = BatchItem<R>;

    fn next(&mut self) -> Option<BatchItem<R>> {
        let Self { batch, runtime } = self;
        if let Err(error) = runtime.check() {
            batch.end(error);
            // What had begun comes to its end, which no task may wait for by itself.
            let finish = || runtime.block_on(batch.next()).ok().flatten();
            return thread::scope(|scope| scope.spawn(finish).join()).ok().flatten();
        }
        runtime.block_on(batch.next()).ok().flatten()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        futures_core::Stream::size_hint(&self.batch)
    }
}

/// A runtime that may be dropped anywhere, in a task of another runtime too.
#[derive(Debug)]
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        Ok(self.check()?.block_on(future))
    }

    /// The runtime, where it may be waited for.
    fn check(&self) -> Result<&Runtime, Error> {
        self.0.as_ref().filter(|_| Handle::try_current().is_err()).ok_or_else(|| {
            Error::configuration(
                "a blocking client was used in an asynchronous task, where it would stop everything else; use \
                 axiomo::Client there",
            )
        })
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
