use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{KeyRecord, Scan, Store, StoreError, Write, Written};

/// Keeps scans in memory. Keys are in memory already, in the key ring, and end with it.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    scans: RwLock<HashMap<Arc<str>, Scan>>,
}

impl Store for MemoryStore {
    fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(Vec::new())
    }

    fn scan(&self, id: &str) -> Result<Option<Scan>, StoreError> {
        Ok(self.scans.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
    }

    fn scans(&self) -> Result<Vec<Scan>, StoreError> {
        Ok(self.scans.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect())
    }

    fn write(&self, write: Write) -> Written<'_> {
        if let Write::Scan(scan) = write {
            let mut scans = self.scans.write().unwrap_or_else(PoisonError::into_inner);
            scans.insert(scan.id.clone(), scan);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn replace(&self, scans: Vec<Scan>) -> bool {
        let scans = scans.into_iter().map(|scan| (scan.id.clone(), scan)).collect();
        *self.scans.write().unwrap_or_else(PoisonError::into_inner) = scans;
        true
    }

    fn close(&self) {}
}
