use std::sync::Arc;

use axiomo::CancelHandle;

/// Cancels calls.
#[derive(uniffi::Object)]
pub struct NativeCancelHandle(pub(crate) CancelHandle);

#[uniffi::export]
impl NativeCancelHandle {
    /// One that cancels nothing yet.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(CancelHandle::new()))
    }

    /// Cancels every call that was given it, and will be.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it did.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}
