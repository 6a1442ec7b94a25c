//! Work that several wait for and one does.

use std::sync::Arc;

use tokio::sync::watch;

/// The end at which the work is waited for. Clones wait for the same work.
#[derive(Debug, Clone)]
pub(crate) struct Flight<T>(Arc<watch::Receiver<Option<T>>>);

/// The end at which the work is done.
#[derive(Debug)]
pub(crate) struct Landing<T>(watch::Sender<Option<T>>);

impl<T: Clone> Flight<T> {
    pub(crate) fn start() -> (Landing<T>, Self) {
        let (sender, receiver) = watch::channel(None);
        (Landing(sender), Self(Arc::new(receiver)))
    }

    /// The result; none if whoever did the work died over it.
    pub(crate) async fn landed(self) -> Option<T> {
        let mut receiver = watch::Receiver::clone(&self.0);
        receiver.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Work that is done already.
    pub(crate) fn over(result: T) -> Self {
        Self(Arc::new(watch::channel(Some(result)).1))
    }

    /// The result, if the work is done.
    pub(crate) fn result(&self) -> Option<T> {
        self.0.borrow().clone()
    }

    /// How many others have this flight.
    #[cfg(test)]
    pub(crate) fn others(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

impl<T> Landing<T> {
    pub(crate) fn land(self, result: T) {
        self.0.send_replace(Some(result));
    }
}
