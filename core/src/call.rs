use std::future::IntoFuture;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::attempts::Attempts;
use crate::client::Shared;
use crate::error::Error;
use crate::options::{CallOptions, Limits};
use crate::request::Operation;
use crate::response::{Analysis, Reading, ResponseMeta};

/// A call that is made when it is awaited.
///
/// Dropping the future that awaiting makes cancels the call: whatever it waits for is left at once, and
/// a request on its way is cut off.
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn run(client: axiomo::Client) -> Result<(), axiomo::Error> {
/// let analysis = client.analyze("github.com/owner/repo/pull/123").timeout(Duration::from_secs(60)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call is made when it is awaited"]
pub struct Call {
    shared: Arc<Shared>,
    operation: Result<Operation, Error>,
    limits: Limits,
    options: CallOptions,
}

/// The future of a [`Call`].
pub type CallFuture = Pin<Box<dyn Future<Output = Result<Analysis, Error>> + Send>>;

impl Call {
    pub(crate) fn new(shared: Arc<Shared>, operation: Result<Operation, Error>, limits: Limits) -> Self {
        Self { shared, operation, limits, options: CallOptions::default() }
    }

    /// Sets options for this call alone. Replaces what was set for it before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The whole time of this call, waits and retries included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }
}

impl IntoFuture for Call {
    type Output = Result<Analysis, Error>;
    type IntoFuture = CallFuture;

    fn into_future(self) -> CallFuture {
        Box::pin(async move {
            // Not in the future, which is moved as a whole.
            let mut analysis = Box::new(Analysis::unread());
            let meta = self.make(&mut *analysis).await?;
            Ok(Analysis { meta, ..*analysis })
        })
    }
}

impl Call {
    /// Makes the call. What comes is read into what is given.
    pub(crate) async fn make(self, into: &mut dyn Reading) -> Result<ResponseMeta, Error> {
        let work = self.shared.clock.begin();
        work.of(pin!(self.attempts(into))).await
    }

    async fn attempts(self, into: &mut dyn Reading) -> Result<ResponseMeta, Error> {
        let operation = self.operation?;
        let limits = self.limits.with(&self.options)?;
        // Where it is awaited counts, not where it was made. Without a runtime, sockets panic.
        if Handle::try_current().is_err() {
            return Err(outside_a_runtime());
        }
        Attempts::new(&self.shared, &operation, &limits)?.run(into).await
    }
}

pub(crate) fn outside_a_runtime() -> Error {
    Error::configuration(
        "the call was awaited outside a Tokio runtime, which its connections need; await it within one, or use \
         axiomo::blocking (feature `blocking`) in a program without one",
    )
}

impl std::fmt::Debug for Call {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Call");
        shown.field("operation", &self.operation).field("options", &self.options).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    /// It is moved as a whole to where it is kept, at every call.
    #[test]
    fn a_call_under_way_is_small() {
        let client = crate::Client::builder().anonymous().build().unwrap();
        let call = client.analyze("https://github.com/example/ledger/pull/1").into_future();
        let bytes = std::mem::size_of_val(&*call);
        assert!(bytes <= 6_144, "{bytes} bytes");
    }
}
