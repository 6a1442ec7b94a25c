use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::sync::Notify;

/// Cancels calls from elsewhere: another task, another thread, another language. In Rust, dropping a
/// call's future cancels it as well.
///
/// A call that is cancelled ends with the kind `cancelled`, at whatever it was doing; a request on its way
/// is cut off. Clones cancel the same calls.
#[derive(Clone, Default)]
pub struct CancelHandle(Arc<State>);

#[derive(Default)]
struct State {
    is_cancelled: AtomicBool,
    changed: Notify,
}

impl CancelHandle {
    /// A handle that has not cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels every call that has this handle, and every one that will get it.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Release);
        self.0.changed.notify_waiters();
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::Acquire)
    }

    pub(crate) async fn cancelled(&self) {
        // Asked for before the flag is read, so that a cancellation in between is not missed.
        let changed = self.0.changed.notified();
        if !self.is_cancelled() {
            changed.await;
        }
    }
}

/// Returns once one of the handles cancels.
pub(crate) async fn any(handles: &[CancelHandle]) {
    let mut waiting: Vec<_> = handles.iter().map(|handle| Box::pin(handle.cancelled())).collect();
    poll_fn(|context| {
        let is_cancelled = waiting.iter_mut().any(|handle| handle.as_mut().poll(context).is_ready());
        if is_cancelled { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CancelHandle").field("is_cancelled", &self.is_cancelled()).finish()
    }
}
