use std::fmt;
use std::sync::Arc;

use futures_core::Stream;

use crate::auth::Credential;
use crate::batch::{Batch, Iterated};
use crate::builder::ClientBuilder;
use crate::call::Call;
use crate::clock::Clock;
use crate::error::Error;
use crate::options::{CallOptions, Limits};
use crate::rate_limit::limiter::RateLimiter;
use crate::request::{AnalyzeRequest, Operation};
use crate::response::RateLimit;
use crate::transport::{Transport, TransportSettings};

/// A client of the Axiomo API. Clones are cheap, and share connections and what is known of the rate
/// limit; any thread may use one.
///
/// ```no_run
/// # async fn run() -> Result<(), axiomo::Error> {
/// let client = axiomo::Client::from_env()?;
/// let analysis = client.analyze("https://github.com/owner/repo/pull/123").await?;
/// if let Some(level) = &analysis.signal.risk.level {
///     println!("Risk: {level}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    limits: Limits,
}

/// What the clones of a client share.
pub(crate) struct Shared {
    pub(crate) credential: Credential,
    pub(crate) transport: Transport,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) clock: Clock,
}

impl Client {
    pub(crate) fn new(
        credential: Credential,
        limits: Limits,
        transport: TransportSettings,
        rate_limiter: RateLimiter,
        clock: Clock,
    ) -> Self {
        let shared = Shared { credential, transport: Transport::new(transport), rate_limiter, clock };
        Self { shared: Arc::new(shared), limits }
    }

    /// A client as the environment says; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// `configuration` when a variable cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Makes a client step by step. Nothing is taken from the environment.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Analyses a pull request: `POST /analyze`. It takes the address of the pull request's page, a
    /// [`PullRequestRef`](crate::PullRequestRef), or an [`AnalyzeRequest`].
    ///
    /// The call is made when it is awaited. An analysis usually takes 10 to 30 seconds.
    pub fn analyze<R>(&self, request: R) -> Call
    where
        R: TryInto<AnalyzeRequest>,
        R::Error: Into<Error>,
    {
        self.call(Operation::analyze(request))
    }

    /// Analyses many pull requests, each of which is whatever [`analyze`](Self::analyze) takes: as many at once as
    /// use the whole rate limit and do not trip it. Gives a stream of one result an item; what it promises stands
    /// at [`Batch`].
    ///
    /// ```no_run
    /// # async fn run(client: axiomo::Client) {
    /// let mut batch = client.analyze_many((1..=500).map(|n| format!("https://github.com/owner/repo/pull/{n}")));
    /// let progress = batch.progress();
    /// while let Some(item) = batch.next().await {
    ///     println!("{}: {:?}; {:?}", item.input, item.outcome, progress.snapshot());
    /// }
    /// # }
    /// ```
    pub fn analyze_many<I>(&self, items: I) -> Batch<I::Item>
    where
        I: IntoIterator,
        I::IntoIter: Send + 'static,
        I::Item: TryInto<AnalyzeRequest> + Clone,
        <I::Item as TryInto<AnalyzeRequest>>::Error: Into<Error>,
    {
        self.analyze_stream(Iterated(items.into_iter()))
    }

    /// The same as [`analyze_many`](Self::analyze_many) with items that come as they do: from a channel, a file, a
    /// service. A result that is there is given while the next item is waited for.
    pub fn analyze_stream<S>(&self, items: S) -> Batch<S::Item>
    where
        S: Stream + Send + 'static,
        S::Item: TryInto<AnalyzeRequest> + Clone,
        <S::Item as TryInto<AnalyzeRequest>>::Error: Into<Error>,
    {
        Batch::new(Arc::clone(&self.shared), self.limits.clone(), items)
    }

    /// Retrieves a Signal that was made before: `GET /scans/{scan_id}`. Any id is taken and escaped.
    pub fn scan(&self, scan_id: impl Into<String>) -> Call {
        self.call(Operation::scan(scan_id.into()))
    }

    fn call(&self, operation: Result<Operation, Error>) -> Call {
        Call::new(Arc::clone(&self.shared), operation, self.limits.clone())
    }

    /// The same client with other options. It shares connections and the rate limit with this one.
    ///
    /// ```no_run
    /// # async fn run(client: axiomo::Client) -> Result<(), axiomo::Error> {
    /// use std::time::Duration;
    ///
    /// use axiomo::CallOptions;
    ///
    /// let patient = client.with_options(CallOptions::new().timeout(Duration::from_secs(600)))?;
    /// let analysis = patient.scan("ax-owner-repo-123-a1b2c3d4").await?;
    /// println!("{:?} {:?}", analysis.signal.risk.level, client.rate_limit());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `configuration`, naming the option that cannot be.
    #[expect(clippy::needless_pass_by_value, reason = "options are made for one use, and handed over")]
    pub fn with_options(&self, options: CallOptions) -> Result<Self, Error> {
        Ok(Self { shared: Arc::clone(&self.shared), limits: self.limits.with(&options)? })
    }

    /// The rate limit as the service last told it; none before the first answer that tells it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.shared.rate_limiter.told()
    }

    /// What keeps this client's calls under the rate limit.
    #[must_use]
    pub fn rate_limiter(&self) -> &RateLimiter {
        &self.shared.rate_limiter
    }

    /// Where the service is.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.shared.transport.settings().base_url.url.as_str()
    }

    /// Whether calls carry a key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        !matches!(self.shared.credential, Credential::Anonymous)
    }

    #[cfg(feature = "background")]
    pub(crate) fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    #[cfg(test)]
    pub(crate) fn transport_settings(&self) -> &TransportSettings {
        self.shared.transport.settings()
    }

    #[cfg(test)]
    pub(crate) fn credential(&self) -> &Credential {
        &self.shared.credential
    }

    #[cfg(test)]
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Client");
        shown.field("base_url", &self.base_url()).field("has_key", &self.has_key()).field("limits", &self.limits);
        shown.finish_non_exhaustive()
    }
}
