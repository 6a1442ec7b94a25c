use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, RwLock};
use tokio::task::AbortHandle;

use crate::server::MockServer;

/// The servers that there are, by their names.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    open: RwLock<BTreeMap<String, Arc<Session>>>,
    next: AtomicU64,
}

/// One server.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) server: Arc<MockServer>,
    /// What lets time pass by itself, while it does.
    pub(super) running: Mutex<Option<AbortHandle>>,
}

impl Sessions {
    pub(super) async fn insert(&self, name: String, server: Arc<MockServer>) {
        let session = Arc::new(Session { server, running: Mutex::default() });
        self.open.write().await.insert(name, session);
    }

    /// Adds a server; gives its name.
    pub(super) async fn add(&self, server: MockServer) -> String {
        let name = format!("s{}", self.next.fetch_add(1, Ordering::Relaxed) + 1);
        self.insert(name.clone(), Arc::new(server)).await;
        name
    }

    pub(super) async fn get(&self, name: &str) -> Option<Arc<Session>> {
        self.open.read().await.get(name).cloned()
    }

    /// Ends a session. Whether there was one.
    pub(super) async fn end(&self, name: &str) -> bool {
        let Some(session) = self.open.write().await.remove(name) else { return false };
        session.end().await;
        true
    }

    pub(super) async fn close(&self) {
        for session in std::mem::take(&mut *self.open.write().await).into_values() {
            session.end().await;
        }
    }
}

impl Session {
    async fn end(self: Arc<Self>) {
        if let Some(running) = self.running.lock().await.take() {
            running.abort();
        }
        // Where somebody still asks something of it, it ends with his answer.
        let Some(session) = Arc::into_inner(self) else { return };
        if let Some(server) = Arc::into_inner(session.server) {
            server.close().await;
        }
    }
}
