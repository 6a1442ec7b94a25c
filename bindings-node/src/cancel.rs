use axiomo::CancelHandle;
use napi_derive::napi;

/// Cancels calls, as JavaScript's own class uses it.
#[napi]
#[derive(Default)]
pub struct NativeCancelHandle(pub(crate) CancelHandle);

#[napi]
impl NativeCancelHandle {
    #[napi(constructor)]
    pub fn new() -> Self {
        Self(CancelHandle::new())
    }

    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }

    #[napi(getter)]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}
