use axiomo::background::bridge::BridgedBatch;
use napi_derive::napi;

use crate::bridge::Bridge;

/// Many pull requests, as an asynchronous iterator of JavaScript's has them: items are given when they are asked for.
#[napi]
pub struct NativeBatch(pub(crate) BridgedBatch);

#[napi]
impl NativeBatch {
    /// Asks for the next result, which comes under the call's number; items are asked for under the batch's.
    #[napi]
    pub fn next(&self, bridge: &Bridge, call: u32, batch: u32) {
        self.0.next(&bridge.shared, call, batch);
    }

    /// Gives an item that was asked for: an address, or a request in JSON.
    #[napi]
    pub fn push(&self, text: String, is_address: bool) {
        self.0.push(&text, is_address);
    }

    /// Gives an item that cannot be a request by its type.
    #[napi]
    pub fn push_other(&self, found: String) {
        self.0.push_other(&found);
    }

    /// There are no more items.
    #[napi]
    pub fn end(&self) {
        self.0.end();
    }

    /// The source waits for something itself.
    #[napi]
    pub fn wait(&self) {
        self.0.wait();
    }

    /// Ends what is under way.
    #[napi]
    pub fn close(&self) {
        self.0.close();
    }

    /// How far it is, in JSON.
    #[napi]
    pub fn progress(&self) -> String {
        self.0.progress()
    }
}
