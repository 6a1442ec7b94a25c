//! All keys, in memory, written through to the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::clock::Clock;
use crate::key::{self, ApiKey, Digest};
use crate::store::{KeyRecord, Store, StoreError, Write};

/// Every key that there is, revoked ones too. The store has one server, so nothing else can change
/// what is known here.
#[derive(Debug)]
pub(crate) struct KeyRing {
    index: RwLock<Index>,
    store: Arc<dyn Store>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Index {
    by_digest: HashMap<Digest, Arc<Entry>>,
    by_id: HashMap<Arc<str>, Arc<Entry>>,
}

#[derive(Debug)]
struct Entry {
    record: KeyRecord,
    /// Zero while it is not.
    revoked_at: AtomicI64,
    /// Zero while it was never used.
    last_used_at: AtomicI64,
    /// What of that the store knows.
    written_use: AtomicI64,
}

/// A key cannot be made or revoked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The store does not keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such key.
    #[error("there is no key with the id {0}")]
    Unknown(String),
}

impl KeyRing {
    pub(crate) fn load(store: Arc<dyn Store>, clock: Clock) -> Result<Self, StoreError> {
        let mut index = Index::default();
        for record in store.keys()? {
            index.insert(record);
        }
        Ok(Self { index: RwLock::new(index), store, clock })
    }

    /// A new key, which is known from now on, after the death of the process too.
    pub(crate) async fn create(&self, name: String, user: String) -> Result<(ApiKey, KeyRecord), KeyError> {
        let key = ApiKey::generate()?;
        let record = KeyRecord {
            id: format!("key_{}", key::random_letters(16)?).into(),
            name,
            user: user.into(),
            digest: Digest::of(key.expose().as_bytes()),
            prefix: key.prefix(),
            last4: key.last_letters(),
            created_at: self.clock.unix_milliseconds(),
            last_used_at: None,
            revoked_at: None,
        };
        self.store.write(Write::Key(record.clone())).await?;
        self.index_mut().insert(record.clone());
        Ok((key, record))
    }

    /// Revokes a key: on return it is, in memory and in the store. A second time changes nothing.
    pub(crate) async fn revoke(&self, id: &str) -> Result<(), KeyError> {
        let entry = self.index().by_id.get(id).cloned().ok_or_else(|| KeyError::Unknown(id.to_owned()))?;
        let at = self.clock.unix_milliseconds().max(1);
        // In this order: a key that was refused once is never taken again, whatever dies in between.
        self.store.write(Write::Revocation { id: entry.record.id.clone(), at }).await?;
        let _ = entry.revoked_at.compare_exchange(0, at, Ordering::AcqRel, Ordering::Acquire);
        Ok(())
    }

    /// The user that a key belongs to, unless there is no such key or it is revoked; notes the use.
    pub(crate) fn user_of(&self, key: &[u8]) -> Option<Arc<str>> {
        let digest = Digest::of(key);
        let entry = self.index().by_digest.get(&digest).cloned()?;
        if entry.record.digest != digest || entry.revoked_at.load(Ordering::Acquire) != 0 {
            return None;
        }
        entry.last_used_at.fetch_max(self.clock.unix_milliseconds(), Ordering::AcqRel);
        Some(entry.record.user.clone())
    }

    /// Every key as it stands, the oldest first.
    pub(crate) fn list(&self) -> Vec<KeyRecord> {
        let mut records: Vec<KeyRecord> = self.index().by_id.values().map(|entry| entry.as_it_stands()).collect();
        records.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        records
    }

    /// Knows these keys and no others, in memory; the store does not hear of it.
    pub(crate) fn restore(&self, records: Vec<KeyRecord>) {
        let mut index = Index::default();
        for record in records {
            index.insert(record);
        }
        *self.index_mut() = index;
    }

    /// Writes the uses that the store does not know yet.
    pub(crate) async fn write_uses(&self) -> Result<(), StoreError> {
        let unwritten = |entry: &&Arc<Entry>| {
            entry.last_used_at.load(Ordering::Acquire) > entry.written_use.load(Ordering::Acquire)
        };
        let entries: Vec<Arc<Entry>> = self.index().by_id.values().filter(unwritten).cloned().collect();
        if entries.is_empty() {
            return Ok(());
        }
        let uses: Vec<_> =
            entries.iter().map(|entry| (entry.record.id.clone(), entry.last_used_at.load(Ordering::Acquire))).collect();
        self.store.write(Write::Uses(uses.clone())).await?;
        for (entry, (_, at)) in entries.iter().zip(uses) {
            entry.written_use.fetch_max(at, Ordering::AcqRel);
        }
        Ok(())
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn insert(&mut self, record: KeyRecord) {
        let entry = Arc::new(Entry {
            revoked_at: record.revoked_at.unwrap_or_default().into(),
            last_used_at: record.last_used_at.unwrap_or_default().into(),
            written_use: record.last_used_at.unwrap_or_default().into(),
            record,
        });
        self.by_digest.insert(entry.record.digest, entry.clone());
        self.by_id.insert(entry.record.id.clone(), entry);
    }
}

impl Entry {
    fn as_it_stands(&self) -> KeyRecord {
        let set = |moment: &AtomicI64| Some(moment.load(Ordering::Acquire)).filter(|moment| *moment != 0);
        KeyRecord { last_used_at: set(&self.last_used_at), revoked_at: set(&self.revoked_at), ..self.record.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;
    use crate::store::{GatedStore, MemoryStore};

    /// What a death right now would leave decides: nothing is shown that it could take back.
    #[tokio::test]
    async fn a_revocation_holds_once_it_is_written_and_not_before() {
        let mut keys = KeyRing::load(Arc::new(MemoryStore::default()), Clock::default()).unwrap();
        let (key, record) = keys.create("ci".to_owned(), "alice".to_owned()).await.unwrap();
        let gate = Arc::new(GatedStore::default());
        keys.store = gate.clone();
        let is_taken = || keys.user_of(key.expose().as_bytes()).is_some();
        let mut revocation = pin!(keys.revoke(&record.id));
        tokio::select! {
            biased;
            done = revocation.as_mut() => panic!("acknowledged before it was written: {done:?}"),
            () = std::future::ready(()) => {}
        }
        assert!(gate.asked() == 1 && is_taken());
        gate.open();
        revocation.await.unwrap();
        assert!(!is_taken());
    }

    #[tokio::test]
    async fn a_key_is_there_once_it_is_written_and_not_before() {
        let gate = Arc::new(GatedStore::default());
        let keys = KeyRing::load(gate.clone(), Clock::default()).unwrap();
        let mut creation = pin!(keys.create("ci".to_owned(), "alice".to_owned()));
        tokio::select! {
            biased;
            _ = creation.as_mut() => panic!("acknowledged before it was written"),
            () = std::future::ready(()) => {}
        }
        assert!(keys.list().is_empty());
        gate.open();
        let (key, _) = creation.await.unwrap();
        assert_eq!(keys.user_of(key.expose().as_bytes()).as_deref(), Some("alice"));
    }
}
