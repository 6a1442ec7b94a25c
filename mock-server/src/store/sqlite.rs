use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};

use super::{KeyRecord, Scan, Store, StoreError, Write, Written};
use crate::key::Digest;

/// Keeps keys and scans in a SQLite file, with a write-ahead log.
///
/// One thread writes: it takes everything that waits, commits it as one transaction and then
/// acknowledges each write. The log is synchronous, so an acknowledged write survives the death of the
/// process; whether it survives a loss of power is up to the disk. Readers have connections of their
/// own and wait for nobody.
pub(crate) struct SqliteStore {
    path: PathBuf,
    /// None once it is closed.
    open: Mutex<Option<Open>>,
    /// Connections that nobody reads with at the moment.
    readers: Mutex<Vec<Connection>>,
}

struct Open {
    writes: mpsc::Sender<Job>,
    writer: JoinHandle<()>,
    /// The system lets go of it when the process dies.
    lock: File,
}

struct Job {
    write: Write,
    done: oneshot::Sender<Result<(), StoreError>>,
}

const SCHEMA: i64 = 1;
const TABLES: &str = "
    CREATE TABLE keys (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        user TEXT NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        prefix TEXT NOT NULL,
        last4 TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        last_used_at INTEGER,
        revoked_at INTEGER
    ) STRICT;
    CREATE TABLE scans (
        id TEXT NOT NULL PRIMARY KEY,
        repository TEXT NOT NULL,
        is_private INTEGER NOT NULL,
        answer BLOB NOT NULL
    ) STRICT;
";
/// Writes that may wait for the writer; beyond them, whoever writes waits for room.
const LONGEST_QUEUE: usize = 1024;
/// The most writes of one transaction.
const LARGEST_GROUP: usize = 512;
/// What each connection keeps of the file, in KiB: enough for the upper parts of the indices.
const CACHE_KIB: i64 = 4096;

impl SqliteStore {
    pub(crate) fn at(path: &Path) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        let failed = |error: rusqlite::Error| StoreError::failed(path, &error);
        let mut connection = Connection::open(path).map_err(failed)?;
        configure(&connection).map_err(failed)?;
        create_tables(&mut connection, path)?;
        let (writes, waiting) = mpsc::channel(LONGEST_QUEUE);
        let of_writer = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("axiomo-store".to_owned())
            .spawn(move || write_all(&of_writer, connection, waiting))
            .map_err(|error| StoreError::failed(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            open: Mutex::new(Some(Open { writes, writer: thread, lock })),
            readers: Mutex::default(),
        })
    }

    fn open(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let failed = |error: rusqlite::Error| StoreError::failed(&self.path, &error);
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connect = || {
            let connection = Connection::open(&self.path)?;
            configure(&connection)?;
            Ok(connection)
        };
        let connection = idle.map_or_else(connect, Ok).map_err(failed)?;
        let result = read(&connection).map_err(failed);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}

impl Store for SqliteStore {
    fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "SELECT id, name, user, digest, prefix, last4, created_at, last_used_at, revoked_at FROM keys",
            )?;
            statement.query_map([], key)?.collect()
        })
    }

    fn scan(&self, id: &str) -> Result<Option<Scan>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT repository, is_private, answer FROM scans WHERE id = ?1")?;
            let scan = statement.query_row([id], |row| {
                Ok(Scan {
                    id: id.into(),
                    repository: row.get_ref(0)?.as_str()?.into(),
                    is_private: row.get(1)?,
                    answer: Bytes::copy_from_slice(row.get_ref(2)?.as_blob()?),
                })
            });
            scan.optional()
        })
    }

    fn scans(&self) -> Result<Vec<Scan>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT repository, is_private, answer, id FROM scans")?;
            let scans = statement.query_map([], |row| {
                Ok(Scan {
                    id: row.get_ref(3)?.as_str()?.into(),
                    repository: row.get_ref(0)?.as_str()?.into(),
                    is_private: row.get(1)?,
                    answer: Bytes::copy_from_slice(row.get_ref(2)?.as_blob()?),
                })
            })?;
            scans.collect()
        })
    }

    fn write(&self, write: Write) -> Written<'_> {
        Box::pin(async move {
            let (done, written) = oneshot::channel();
            let writes = self.open().as_ref().map(|open| open.writes.clone()).ok_or(StoreError::Closed)?;
            writes.send(Job { write, done }).await.map_err(|_| StoreError::Closed)?;
            written.await.map_err(|_| StoreError::Closed)?
        })
    }

    fn replace(&self, _scans: Vec<Scan>) -> bool {
        false
    }

    fn close(&self) {
        let Some(Open { writes, writer, lock }) = self.open().take() else { return };
        // The writer ends when it has written everything that it was handed.
        drop(writes);
        if writer.join().is_err() {
            tracing::error!("the store's writer died");
        }
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // Not by closing the file alone: a program that is being started at this moment has it open too.
        if let Err(error) = lock.unlock() {
            tracing::warn!(%error, "the store is still locked");
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Takes the file for this process alone. The lock is on a file beside it, since SQLite has its own
/// locks on the file itself.
fn lock(path: &Path) -> Result<File, StoreError> {
    let failed = |error: std::io::Error| StoreError::failed(path, &error);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    // It holds what others must not see: private scans.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(failed)?;
    // However the file is called: links to it lead to one lock.
    let mut beside = path.canonicalize().map_err(failed)?.into_os_string();
    beside.push(".lock");
    let file = options.open(beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // A checkpoint may be under way when a reader opens the file.
    connection.busy_timeout(std::time::Duration::from_secs(5))
}

fn create_tables(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| StoreError::failed(path, &error);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    match found {
        0 => {
            transaction.execute_batch(TABLES).map_err(failed)?;
            transaction.pragma_update(None, "user_version", SCHEMA).map_err(failed)?;
        }
        SCHEMA => {}
        _ => return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA }),
    }
    transaction.commit().map_err(failed)
}

fn key(row: &Row<'_>) -> rusqlite::Result<KeyRecord> {
    let text = |index: usize| row.get::<_, String>(index).map(Arc::<str>::from);
    let digest = Digest::from_bytes(row.get_ref(3)?.as_blob()?);
    let no_digest = || rusqlite::Error::InvalidColumnType(3, "digest".to_owned(), rusqlite::types::Type::Blob);
    Ok(KeyRecord {
        id: text(0)?,
        name: row.get(1)?,
        user: text(2)?,
        digest: digest.ok_or_else(no_digest)?,
        prefix: row.get(4)?,
        last4: row.get(5)?,
        created_at: row.get(6)?,
        last_used_at: row.get(7)?,
        revoked_at: row.get(8)?,
    })
}

/// The writer's life.
fn write_all(path: &Path, mut connection: Connection, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < LARGEST_GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let committed = commit(&mut connection, &group);
        if let Err(error) = &committed {
            tracing::error!(%error, "a group of writes failed");
        }
        for (index, job) in group.into_iter().enumerate() {
            let result = match &committed {
                Ok(results) => results.get(index).cloned().unwrap_or(Ok(())),
                Err(error) => Err(error.to_string()),
            };
            // Whoever waited may have gone.
            let _ = job.done.send(result.map_err(|error| StoreError::failed(path, &error)));
        }
    }
}

/// One transaction for all; a write that fails by itself takes no other with it.
fn commit(connection: &mut Connection, group: &[Job]) -> rusqlite::Result<Vec<Result<(), String>>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(group.len());
    for job in group {
        let savepoint = transaction.savepoint()?;
        let result = apply(&savepoint, &job.write).and_then(|()| savepoint.commit());
        results.push(result.map_err(|error| error.to_string()));
    }
    transaction.commit()?;
    Ok(results)
}

fn apply(connection: &Connection, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Key(key) => {
            let mut statement = connection.prepare_cached(
                "INSERT INTO keys (id, name, user, digest, prefix, last4, created_at, last_used_at, revoked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            statement.execute(params![
                &*key.id,
                key.name,
                &*key.user,
                key.digest.as_bytes(),
                key.prefix,
                key.last4,
                key.created_at,
                key.last_used_at,
                key.revoked_at
            ])?;
        }
        Write::Revocation { id, at } => {
            let mut statement =
                connection.prepare_cached("UPDATE keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")?;
            statement.execute(params![&**id, at])?;
        }
        Write::Uses(uses) => {
            let mut statement = connection
                .prepare_cached("UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1")?;
            for (id, at) in uses {
                statement.execute(params![&**id, at])?;
            }
        }
        Write::Scan(scan) => {
            let mut statement = connection.prepare_cached(
                "INSERT INTO scans (id, repository, is_private, answer) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET
                 repository = excluded.repository, is_private = excluded.is_private, answer = excluded.answer",
            )?;
            statement.execute(params![&*scan.id, &*scan.repository, scan.is_private, &*scan.answer])?;
        }
    }
    Ok(())
}
