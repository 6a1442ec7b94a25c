use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::exchange::Exchange;

/// Waits on behalf of a request, so that everybody knows that nothing is done about it. The server's end ends every
/// wait.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    exchange: Arc<Exchange>,
    clock: Clock,
    closing: watch::Receiver<bool>,
}

/// A wait between an answer's work and its head. Clones are the same wait, which is over once.
#[derive(Debug, Clone)]
pub(crate) struct Delay(Option<Arc<Due>>);

#[derive(Debug)]
struct Due {
    length: Duration,
    waiting: Waiting,
    is_over: AtomicBool,
}

impl Waiting {
    pub(crate) fn new(exchange: Arc<Exchange>, clock: Clock, closing: watch::Receiver<bool>) -> Self {
        Self { exchange, clock, closing }
    }

    /// Returns when the time is over by the server's clock.
    pub(crate) async fn pause(&self, length: Duration) {
        let due = self.clock.elapsed().saturating_add(length);
        tokio::select! {
            () = self.exchange.sleep_until(&self.clock, due) => {}
            () = self.closed() => {}
        }
    }

    /// Returns when the server closes.
    pub(crate) async fn forever(&self) {
        let _parked = self.exchange.park();
        self.closed().await;
    }

    async fn closed(&self) {
        // It fails when the server is gone, which is closed too.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }
}

impl Delay {
    pub(super) fn new(milliseconds: Option<u64>, waiting: &Waiting) -> Self {
        Self(milliseconds.map(|milliseconds| {
            let length = Duration::from_millis(milliseconds);
            Arc::new(Due { length, waiting: waiting.clone(), is_over: AtomicBool::new(false) })
        }))
    }

    /// Returns when it is over.
    pub(crate) async fn wait(&self) {
        if let Some(due) = &self.0
            && !due.is_over.swap(true, Ordering::Relaxed)
        {
            due.waiting.pause(due.length).await;
        }
    }
}
