use std::sync::Arc;

use super::arrival::json_text;
use super::settings::{Language, Options, builder, read};
use super::{Arrival, Bridge, BridgedBatch};
use crate::auth::ProviderToken;
use crate::call::Call;
use crate::cancel::CancelHandle;
use crate::client::Client;
use crate::error::Error;
use crate::options::CallOptions;
use crate::rate_limit::limiter::RateLimiter;
use crate::request::AnalyzeRequest;
use crate::testing::VirtualClock;

/// A client by its number, under which its function is asked for keys and its events are told.
#[derive(Debug, Clone)]
pub struct BridgedClient {
    number: u32,
    client: Client,
    /// Ends every call, once the client is closed.
    closing: CancelHandle,
    language: Language,
}

impl BridgedClient {
    /// From its settings in JSON.
    ///
    /// # Errors
    ///
    /// `configuration` when one of the settings, or of the environment's, is not what it has to be.
    pub fn open(
        bridge: &Arc<Bridge>,
        number: u32,
        settings: &str,
        limiter: Option<&RateLimiter>,
        clock: Option<&VirtualClock>,
    ) -> Result<Self, Error> {
        let mut builder = builder(settings, number, bridge, bridge.language)?;
        if let Some(limiter) = limiter {
            builder = builder.rate_limiter(limiter);
        }
        if let Some(clock) = clock {
            builder = builder.clock(clock.clone());
        }
        let closing = CancelHandle::new();
        let client = builder.build().and_then(|client| client.with_options(CallOptions::new().cancel(&closing)));
        let client = client.map_err(|error| bridge.language.wording(error))?;
        Ok(Self { number, client, closing, language: bridge.language })
    }

    /// Begins an analysis of an address, or of a request in JSON. What comes of it comes under the call's number.
    #[allow(clippy::too_many_arguments, reason = "what a call is; there is no half of it")]
    pub fn analyze(
        &self,
        bridge: &Arc<Bridge>,
        call: u32,
        text: &str,
        is_address: bool,
        token: Option<String>,
        options: Option<&str>,
        cancel: Option<&CancelHandle>,
    ) {
        let prepared = Prepared(request(text, is_address, token));
        self.begin(bridge, call, |client| client.analyze(prepared), options, cancel);
    }

    /// Begins to retrieve a Signal.
    pub fn scan(
        &self,
        bridge: &Arc<Bridge>,
        call: u32,
        scan_id: String,
        options: Option<&str>,
        cancel: Option<&CancelHandle>,
    ) {
        self.begin(bridge, call, |client| client.scan(scan_id), options, cancel);
    }

    /// A batch; `left` is how many items there are, where that is known.
    ///
    /// # Errors
    ///
    /// `configuration` when it cannot be done like that.
    pub fn analyze_many(
        &self,
        shape: &str,
        options: Option<&str>,
        left: Option<u32>,
        cancel: Option<&CancelHandle>,
    ) -> Result<BridgedBatch, Error> {
        self.check_open()?;
        let shape = read(shape)?;
        let client = self.changed(options, cancel)?;
        BridgedBatch::new(&client, self.number, &shape, left, self.language)
    }

    /// A client that does something differently, and whose calls end by this handle too.
    ///
    /// # Errors
    ///
    /// `configuration` when it cannot.
    pub fn with_options(&self, number: u32, options: &str, cancel: Option<&CancelHandle>) -> Result<Self, Error> {
        self.check_open()?;
        let client = self.changed(Some(options), cancel)?;
        Ok(Self { number, client, closing: self.closing.clone(), language: self.language })
    }

    /// The rate limit as the service last told it, in JSON; null before the first answer that tells it.
    #[must_use]
    pub fn rate_limit(&self) -> String {
        json_text(&self.client.rate_limit())
    }

    /// What keeps its calls under the rate limit.
    #[must_use]
    pub fn rate_limiter(&self) -> &RateLimiter {
        self.client.rate_limiter()
    }

    /// Where the service is.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }

    /// Whether calls carry a key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.client.has_key()
    }

    /// Ends every call of it, and of the clients that were made from it.
    pub fn close(&self) {
        self.closing.cancel();
    }

    fn begin(
        &self,
        bridge: &Arc<Bridge>,
        number: u32,
        make: impl FnOnce(&Client) -> Call,
        options: Option<&str>,
        cancel: Option<&CancelHandle>,
    ) {
        let options = self.check_open().and_then(|()| self.of_call(options, cancel));
        let call = options.map(|options| make(&self.client).options(options));
        let language = self.language;
        bridge.begin(number, self.number, async move {
            let outcome = match call {
                Ok(call) => call.await,
                Err(error) => Err(error),
            };
            Arrival::of(number, outcome, language)
        });
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.closing.is_cancelled() {
            return Err(Error::configuration("the client was closed; make a new one, or close it later"));
        }
        Ok(())
    }

    fn changed(&self, options: Option<&str>, cancel: Option<&CancelHandle>) -> Result<Client, Error> {
        let changed = self.client.with_options(self.of_call(options, cancel)?);
        changed.map_err(|error| self.language.wording(error))
    }

    fn of_call(&self, options: Option<&str>, cancel: Option<&CancelHandle>) -> Result<CallOptions, Error> {
        let options = Options::read(options)?.of_call(self.language)?;
        Ok(match cancel {
            Some(handle) => options.cancel(handle),
            None => options,
        })
    }
}

/// What is to be analysed: an address, or a request in JSON; and a token of the caller's.
pub(super) fn request(text: &str, is_address: bool, token: Option<String>) -> Result<AnalyzeRequest, Error> {
    let request = if is_address { AnalyzeRequest::from_url(text) } else { AnalyzeRequest::from_json(text) }?;
    Ok(match token {
        Some(token) => request.access_token(ProviderToken::new(token)?),
        None => request,
    })
}

/// A request as it was given, or what is wrong with it.
#[derive(Debug, Clone)]
pub(super) struct Prepared(pub(super) Result<AnalyzeRequest, Error>);

impl TryFrom<Prepared> for AnalyzeRequest {
    type Error = Error;

    fn try_from(Prepared(request): Prepared) -> Result<Self, Error> {
        request
    }
}
