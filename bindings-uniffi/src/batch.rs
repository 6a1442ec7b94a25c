use std::sync::Arc;

use axiomo::background::bridge::BridgedBatch;

use crate::Bridge;

/// Many pull requests, whose items are given when they are asked for.
#[derive(uniffi::Object)]
pub struct NativeBatch(pub(crate) BridgedBatch);

#[uniffi::export]
impl NativeBatch {
    /// Asks for the next result, which comes under the call's number; items are asked for under the batch's.
    pub fn next(&self, bridge: Arc<Bridge>, call: u32, batch: u32) {
        self.0.next(&bridge.shared, call, batch);
    }

    /// Gives an item that was asked for: an address, or a request in JSON.
    pub fn push(&self, text: String, is_address: bool) {
        self.0.push(&text, is_address);
    }

    /// Gives an item that cannot be a request by its type.
    pub fn push_other(&self, found: String) {
        self.0.push_other(&found);
    }

    /// There are no more items.
    pub fn end(&self) {
        self.0.end();
    }

    /// The source waits for something itself. (On the JVM, `wait` is every object's own.)
    pub fn await_source(&self) {
        self.0.wait();
    }

    /// Ends what is under way.
    pub fn close(&self) {
        self.0.close();
    }

    /// How far it is, in JSON.
    pub fn progress(&self) -> String {
        self.0.progress()
    }
}
