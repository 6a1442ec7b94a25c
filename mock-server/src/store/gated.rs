use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::{KeyRecord, Scan, Store, StoreError, Write, Written};

/// A store for tests that keeps nothing, and acknowledges only once it is opened.
#[derive(Debug, Default)]
pub(crate) struct GatedStore {
    asked: AtomicUsize,
    is_open: watch::Sender<bool>,
}

impl GatedStore {
    /// How many writes it was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }
}

impl Store for GatedStore {
    fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(Vec::new())
    }

    fn scan(&self, _id: &str) -> Result<Option<Scan>, StoreError> {
        Ok(None)
    }

    fn scans(&self) -> Result<Vec<Scan>, StoreError> {
        Ok(Vec::new())
    }

    fn write(&self, _write: Write) -> Written<'_> {
        Box::pin(async {
            let mut is_open = self.is_open.subscribe();
            self.asked.fetch_add(1, Ordering::SeqCst);
            is_open.wait_for(|is_open| *is_open).await.map(|_| ()).map_err(|_| StoreError::Closed)
        })
    }

    fn replace(&self, _scans: Vec<Scan>) -> bool {
        false
    }

    fn close(&self) {}
}
