//! What `Axiomo` is made of.

use axiomo::Error;
use axiomo::background::bridge::{BridgedClient, failure};
use napi::bindgen_prelude::{ClassInstance, Either};
use napi_derive::napi;

use crate::batch::NativeBatch;
use crate::bridge::Bridge;
use crate::cancel::NativeCancelHandle;
use crate::rate_limiter::NativeRateLimiter;
use crate::testing::NativeClock;

/// A client as JavaScript's own class uses it, by its number.
#[napi]
pub struct NativeClient(BridgedClient);

/// A client of these settings, or what is wrong with them.
#[napi]
pub fn open(
    bridge: &Bridge,
    number: u32,
    settings: String,
    limiter: Option<ClassInstance<'_, NativeRateLimiter>>,
    clock: Option<ClassInstance<'_, NativeClock>>,
) -> Either<NativeClient, String> {
    let limiter = limiter.as_ref().map(|limiter| &limiter.0);
    let clock = clock.as_ref().map(|clock| &clock.0);
    told(BridgedClient::open(&bridge.shared, number, &settings, limiter, clock).map(NativeClient))
}

pub(crate) fn told<T>(made: Result<T, Error>) -> Either<T, String> {
    match made {
        Ok(made) => Either::A(made),
        Err(error) => Either::B(failure(&error)),
    }
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
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        self.0.analyze(&bridge.shared, call, &text, is_address, token, options.as_deref(), cancel);
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
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        self.0.scan(&bridge.shared, call, scan_id, options.as_deref(), cancel);
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
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        told(self.0.analyze_many(&shape, options.as_deref(), left, cancel).map(NativeBatch))
    }

    /// A client that does something differently, or what is wrong with that.
    #[napi]
    pub fn with_options(
        &self,
        number: u32,
        options: String,
        cancel: Option<ClassInstance<'_, NativeCancelHandle>>,
    ) -> Either<NativeClient, String> {
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        told(self.0.with_options(number, &options, cancel).map(Self))
    }

    /// The rate limit as the service last told it, in JSON; null before the first answer that tells it.
    #[napi]
    pub fn rate_limit(&self) -> String {
        self.0.rate_limit()
    }

    /// What keeps its calls under the rate limit.
    #[napi]
    pub fn rate_limiter(&self) -> NativeRateLimiter {
        NativeRateLimiter(self.0.rate_limiter().clone())
    }

    /// Where the service is.
    #[napi(getter)]
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }

    /// Whether calls carry a key.
    #[napi(getter)]
    pub fn has_key(&self) -> bool {
        self.0.has_key()
    }

    /// Ends every call of it, and of the clients that were made from it.
    #[napi]
    pub fn close(&self) {
        self.0.close();
    }
}
