//! What `Axiomo` is made of.

use std::sync::Arc;

use axiomo::{AnalyzeRequest, Call, CallOptions, CancelHandle, Client, Error, ProviderToken};
use napi::bindgen_prelude::{ClassInstance, Either};
use napi_derive::napi;

use crate::batch::{NativeBatch, Shape};
use crate::bridge::{Arrival, Bridge, failure, json_text};
use crate::cancel::NativeCancelHandle;
use crate::opening::builder;
use crate::options::{Options, read};
use crate::rate_limiter::NativeRateLimiter;
use crate::testing::NativeClock;

/// A client as JavaScript's own class uses it, by its number.
#[napi]
pub struct NativeClient {
    number: u32,
    client: Client,
    /// Ends every call, once the client is closed.
    closing: CancelHandle,
}

/// A client of these settings, or what is wrong with them.
#[napi]
pub fn open(
    bridge: &Bridge,
    number: u32,
    settings: String,
    limiter: Option<ClassInstance<'_, NativeRateLimiter>>,
    clock: Option<ClassInstance<'_, NativeClock>>,
) -> Either<NativeClient, String> {
    let open = || {
        let mut builder = builder(&settings, number, Arc::downgrade(&bridge.shared))?;
        if let Some(limiter) = &limiter {
            builder = builder.rate_limiter(&limiter.0);
        }
        if let Some(clock) = &clock {
            builder = builder.clock(clock.0.clone());
        }
        let closing = CancelHandle::new();
        let client = builder.build()?.with_options(CallOptions::new().cancel(&closing))?;
        Ok(NativeClient { number, client, closing })
    };
    told(open())
}

pub(crate) fn told<T>(made: Result<T, Error>) -> Either<T, String> {
    match made {
        Ok(made) => Either::A(made),
        Err(error) => Either::B(failure(&error)),
    }
}

/// What is to be analysed: an address, or a request in JSON; and a token of the caller's.
pub(crate) fn request(text: &str, is_address: bool, token: Option<String>) -> Result<AnalyzeRequest, Error> {
    let request = if is_address { AnalyzeRequest::from_url(text) } else { AnalyzeRequest::from_json(text) }?;
    Ok(match token {
        Some(token) => request.access_token(ProviderToken::new(token)?),
        None => request,
    })
}

#[napi]
impl NativeClient {
    /// Begins an analysis. What comes of it comes by the bridge, under the call's number.
    #[napi]
    #[allow(clippy::too_many_arguments, reason = "an object would have to be read, member by member")]
    pub fn analyze(
        &self,
        bridge: &Bridge,
        call: u32,
        text: String,
        is_address: bool,
        token: Option<String>,
        options: Option<String>,
        cancel: Option<ClassInstance<'_, NativeCancelHandle>>,
    ) {
        let prepared = Prepared(request(&text, is_address, token));
        self.begin(bridge, call, |client| client.analyze(prepared), options.as_deref(), cancel);
    }

    /// Begins to retrieve a Signal.
    #[napi]
    pub fn scan(
        &self,
        bridge: &Bridge,
        call: u32,
        scan_id: String,
        options: Option<String>,
        cancel: Option<ClassInstance<'_, NativeCancelHandle>>,
    ) {
        self.begin(bridge, call, |client| client.scan(scan_id), options.as_deref(), cancel);
    }

    /// A batch, or what is wrong with how it is to be done; `left` is how many items there are, where that is known.
    #[napi]
    pub fn analyze_many(
        &self,
        shape: String,
        options: Option<String>,
        left: Option<u32>,
        cancel: Option<ClassInstance<'_, NativeCancelHandle>>,
    ) -> Either<NativeBatch, String> {
        let make = || {
            let shape: Shape = read(&shape)?;
            let client = self.client.with_options(of_call(options.as_deref(), cancel)?)?;
            NativeBatch::new(&client, self.number, &shape, left)
        };
        told(make())
    }

    /// A client that does something differently, or what is wrong with that.
    #[napi]
    pub fn with_options(&self, number: u32, options: String) -> Either<NativeClient, String> {
        let make = || {
            let client = self.client.with_options(Options::read(Some(&options))?.of_call()?)?;
            Ok(Self { number, client, closing: self.closing.clone() })
        };
        told(make())
    }

    /// The rate limit as the service last told it, in JSON; null before the first answer that tells it.
    #[napi]
    pub fn rate_limit(&self) -> String {
        json_text(&self.client.rate_limit())
    }

    /// What keeps its calls under the rate limit.
    #[napi]
    pub fn rate_limiter(&self) -> NativeRateLimiter {
        NativeRateLimiter(self.client.rate_limiter().clone())
    }

    /// Where the service is.
    #[napi(getter)]
    pub fn base_url(&self) -> String {
        self.client.base_url().to_owned()
    }

    /// Whether calls carry a key.
    #[napi(getter)]
    pub fn has_key(&self) -> bool {
        self.client.has_key()
    }

    /// Ends every call of it, and of the clients that were made from it.
    #[napi]
    pub fn close(&self) {
        self.closing.cancel();
    }

    fn begin(
        &self,
        bridge: &Bridge,
        number: u32,
        make: impl FnOnce(&Client) -> Call,
        options: Option<&str>,
        cancel: Option<ClassInstance<'_, NativeCancelHandle>>,
    ) {
        let call = of_call(options, cancel).map(|options| make(&self.client).options(options));
        bridge.begin(number, self.number, async move {
            let outcome = match call {
                Ok(call) => call.await,
                Err(error) => Err(error),
            };
            Arrival::of(number, outcome)
        });
    }
}

fn of_call(options: Option<&str>, cancel: Option<ClassInstance<'_, NativeCancelHandle>>) -> Result<CallOptions, Error> {
    let options = Options::read(options)?.of_call()?;
    Ok(match cancel {
        Some(handle) => options.cancel(&handle.0),
        None => options,
    })
}

/// A request as it was given, or what is wrong with it.
#[derive(Clone)]
pub(crate) struct Prepared(pub(crate) Result<AnalyzeRequest, Error>);

impl TryFrom<Prepared> for AnalyzeRequest {
    type Error = Error;

    fn try_from(Prepared(request): Prepared) -> Result<Self, Error> {
        request
    }
}
