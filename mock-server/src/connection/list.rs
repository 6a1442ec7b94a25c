use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::activity::Activity;

/// The open connections, at most so many.
#[derive(Debug)]
pub(crate) struct Connections {
    most: usize,
    open: Mutex<HashMap<u64, Arc<Activity>>>,
    next: AtomicU64,
    closed: Notify,
}

/// A connection's place in the list, for as long as it is open.
pub(crate) struct Place {
    list: Arc<Connections>,
    number: u64,
}

impl Connections {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: most.max(1), open: Mutex::default(), next: AtomicU64::new(0), closed: Notify::new() })
    }

    /// A place for a new connection. When all are taken, the connection that has asked for nothing for
    /// longest is cut off; when every one is being answered, the place waits for the first that ends.
    pub(crate) async fn enter(self: &Arc<Self>, activity: Arc<Activity>) -> Place {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        loop {
            {
                let mut open = self.open();
                if open.len() < self.most || Self::cut_longest_idle(&mut open) {
                    open.insert(number, activity);
                    return Place { list: self.clone(), number };
                }
            }
            self.closed.notified().await;
        }
    }

    /// Makes room because the system gives no more; waits for an end where none is idle.
    pub(crate) async fn make_room(&self) {
        let has_cut = Self::cut_longest_idle(&mut self.open());
        // The file is closed by the connection's own task, which says so.
        if has_cut || !self.open().is_empty() {
            self.closed.notified().await;
        } else {
            tokio::task::yield_now().await;
        }
    }

    fn cut_longest_idle(open: &mut HashMap<u64, Arc<Activity>>) -> bool {
        let waiting = open.iter().filter_map(|(number, activity)| Some((activity.waiting_since()?, *number)));
        let Some((_, number)) = waiting.min() else { return false };
        if let Some(activity) = open.remove(&number) {
            activity.cut();
        }
        true
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Activity>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.list.open().remove(&self.number);
        self.list.closed.notify_one();
    }
}
