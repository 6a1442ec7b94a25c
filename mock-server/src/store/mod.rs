//! What outlives a request: keys and scans.

#[cfg(test)]
mod gated;
mod memory;
mod sqlite;

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::key::Digest;
#[cfg(test)]
pub(crate) use gated::GatedStore;
pub(crate) use memory::MemoryStore;
pub(crate) use sqlite::SqliteStore;

/// Where keys and scans are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StoreLocation {
    /// In memory: gone with the server.
    #[default]
    Memory,
    /// In a SQLite file, made if it is not there. What was acknowledged survives the death of the
    /// process. A second server cannot use it at the same time.
    Sqlite(PathBuf),
}

/// A store cannot be opened, read or written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another server uses it.
    #[error("{path} is in use by another server; end that one, or give this one another file", path = .0.display())]
    InUse(PathBuf),
    /// It was written by a later version.
    #[error("{path} has schema {found}, and this version knows schemas up to {known}; use the version that made it", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest known schema.
        known: i64,
    },
    /// The file system, or SQLite, refuses.
    #[error("the store {path} failed: {reason}", path = path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Arc<str>,
    },
    /// It cannot be written as JSON.
    #[error("what is kept cannot be written as JSON: {0}")]
    Unwritable(Arc<str>),
    /// The server is being shut down.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    fn failed(path: &Path, reason: &impl fmt::Display) -> Self {
        Self::Failed { path: path.to_owned(), reason: reason.to_string().into() }
    }
}

/// All that is kept of a key. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRecord {
    pub(crate) id: Arc<str>,
    pub(crate) name: String,
    pub(crate) user: Arc<str>,
    pub(crate) digest: Digest,
    pub(crate) prefix: String,
    pub(crate) last4: String,
    pub(crate) created_at: i64,
    pub(crate) last_used_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

/// An answer, and who may have it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scan {
    pub(crate) id: Arc<str>,
    /// The repository, as in `github.com/owner/repo`.
    pub(crate) repository: Arc<str>,
    /// Whether it was private when this was made.
    pub(crate) is_private: bool,
    /// The answer's body, ready to send.
    #[serde(with = "as_text")]
    pub(crate) answer: Bytes,
}

/// An answer is JSON, and so a text.
mod as_text {
    use bytes::Bytes;
    use serde::ser::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(answer: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(answer).map_err(S::Error::custom)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        String::deserialize(deserializer).map(Bytes::from)
    }
}

/// A change of what is kept.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// A new key.
    Key(KeyRecord),
    /// The key of this id is revoked at that moment, unless it is already.
    Revocation { id: Arc<str>, at: i64 },
    /// Keys by their ids, and when they were last used.
    Uses(Vec<(Arc<str>, i64)>),
    /// A scan; it takes the place of one of the same id.
    Scan(Scan),
}

/// What a write comes to.
pub(crate) type Written<'s> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 's>>;

/// Keeps keys and scans.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Every key, for the start of a server.
    fn keys(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// A scan. It blocks for as long as a look into a page cache takes.
    fn scan(&self, id: &str) -> Result<Option<Scan>, StoreError>;

    /// Every scan. It blocks for as long as reading all of them takes.
    fn scans(&self) -> Result<Vec<Scan>, StoreError>;

    /// Resolves once the change would survive the death of the process, if the store can do that.
    fn write(&self, write: Write) -> Written<'_>;

    /// Puts these in the place of all scans, where they are in memory alone; says whether they are.
    fn replace(&self, scans: Vec<Scan>) -> bool;

    /// Writes what was handed over, and lets go. It blocks. Whatever comes later is refused.
    fn close(&self);
}

pub(crate) fn open(location: &StoreLocation) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match location {
        StoreLocation::Memory => Arc::new(MemoryStore::default()),
        StoreLocation::Sqlite(path) => Arc::new(SqliteStore::at(path)?),
    })
}

impl fmt::Display for StoreLocation {
    /// As on the command line: `memory`, or `sqlite:PATH`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => formatter.write_str("memory"),
            Self::Sqlite(path) => write!(formatter, "sqlite:{}", path.display()),
        }
    }
}
