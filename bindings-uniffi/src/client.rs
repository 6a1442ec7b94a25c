use std::sync::Arc;

use axiomo::background::bridge::BridgedClient;

use crate::{Bridge, Failure, NativeBatch, NativeCancelHandle, NativeClock, NativeRateLimiter};

/// A client, by its number.
#[derive(uniffi::Object)]
pub struct NativeClient(BridgedClient);

#[uniffi::export]
impl NativeClient {
    /// From its settings in JSON.
    #[uniffi::constructor]
    pub fn open(
        bridge: Arc<Bridge>,
        number: u32,
        settings: String,
        limiter: Option<Arc<NativeRateLimiter>>,
        clock: Option<Arc<NativeClock>>,
    ) -> Result<Arc<Self>, Failure> {
        let limiter = limiter.as_ref().map(|limiter| &limiter.0);
        let clock = clock.as_ref().map(|clock| &clock.0);
        Ok(Arc::new(Self(BridgedClient::open(&bridge.shared, number, &settings, limiter, clock)?)))
    }

    /// Begins an analysis of an address, or of a request in JSON. What comes of it comes by the bridge, under the call's
    /// number.
    #[allow(clippy::too_many_arguments, reason = "a record would have to be read, field by field")]
    pub fn analyze(
        &self,
        bridge: Arc<Bridge>,
        call: u32,
        text: String,
        is_address: bool,
        token: Option<String>,
        options: Option<String>,
        cancel: Option<Arc<NativeCancelHandle>>,
    ) {
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        self.0.analyze(&bridge.shared, call, &text, is_address, token, options.as_deref(), cancel);
    }

    /// The same for an address and nothing else: languages in which an option that is not there costs as much as one that
    /// is get by without them.
    pub fn analyze_address(&self, bridge: Arc<Bridge>, call: u32, address: String) {
        self.0.analyze(&bridge.shared, call, &address, true, None, None, None);
    }

    /// Begins to retrieve a Signal.
    pub fn scan(
        &self,
        bridge: Arc<Bridge>,
        call: u32,
        scan_id: String,
        options: Option<String>,
        cancel: Option<Arc<NativeCancelHandle>>,
    ) {
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        self.0.scan(&bridge.shared, call, scan_id, options.as_deref(), cancel);
    }

    /// A batch; `left` is how many items there are, where that is known.
    pub fn analyze_many(
        &self,
        shape: String,
        options: Option<String>,
        left: Option<u32>,
        cancel: Option<Arc<NativeCancelHandle>>,
    ) -> Result<Arc<NativeBatch>, Failure> {
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        Ok(Arc::new(NativeBatch(self.0.analyze_many(&shape, options.as_deref(), left, cancel)?)))
    }

    /// A client that does something differently, and whose calls end by this handle too.
    pub fn with_options(
        &self,
        number: u32,
        options: String,
        cancel: Option<Arc<NativeCancelHandle>>,
    ) -> Result<Arc<NativeClient>, Failure> {
        let cancel = cancel.as_ref().map(|handle| &handle.0);
        Ok(Arc::new(Self(self.0.with_options(number, &options, cancel)?)))
    }

    /// The rate limit as the service last told it, in JSON; null before the first answer that tells it.
    pub fn rate_limit(&self) -> String {
        self.0.rate_limit()
    }

    /// What keeps its calls under the rate limit.
    pub fn rate_limiter(&self) -> Arc<NativeRateLimiter> {
        Arc::new(NativeRateLimiter(self.0.rate_limiter().clone()))
    }

    /// Where the service is.
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }

    /// Whether calls carry a key.
    pub fn has_key(&self) -> bool {
        self.0.has_key()
    }

    /// Ends every call of it, and of the clients that were made from it.
    pub fn close(&self) {
        self.0.close();
    }
}
