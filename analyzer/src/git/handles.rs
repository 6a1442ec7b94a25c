use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use gix::ObjectId;

use super::objects::Commit;
use super::trees::{Difference, TwoTrees};

/// Handles on one repository, each for one thread at a time, and what was read through them.
///
/// Nearly all the time that an analysis takes goes into unpacking and reading the history. What was
/// read never changes, since it is named after its content: it serves the next analysis too.
pub(super) struct Handles {
    repository: gix::ThreadSafeRepository,
    /// They remember the trees and the files that they unpacked.
    idle: Mutex<Vec<gix::Repository>>,
    commits: RwLock<HashMap<ObjectId, Arc<Commit>>>,
    differences: RwLock<Differences>,
}

/// What differs between trees that were compared.
#[derive(Default)]
struct Differences {
    between: HashMap<TwoTrees, Arc<[Difference]>>,
    count: usize,
}

/// So many are kept when nobody uses them: each may hold what `SETTINGS` allows it to remember.
const MOST_IDLE: usize = 4;
/// So many commits are kept, at some 500 bytes each. What comes when there is no room is read anew.
const MOST_COMMITS: usize = 200_000;
/// So many differences between trees are kept, at some 100 bytes each.
const MOST_DIFFERENCES: usize = 500_000;
/// Trees that differ in more than this are rare, and would soon fill all there is room for.
const MOST_BETWEEN_TWO: usize = 1000;

impl Handles {
    pub(super) fn new(repository: gix::ThreadSafeRepository) -> Self {
        Self { repository, idle: Mutex::default(), commits: RwLock::default(), differences: RwLock::default() }
    }

    /// Works with a handle of its own, as long as `work` runs.
    pub(super) fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let used_before = self.idle().pop();
        let handle = used_before.unwrap_or_else(|| self.repository.to_thread_local());
        let result = work(&handle);
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push(handle);
        }
        result
    }

    /// A commit that was read before.
    pub(super) fn known(&self, id: &ObjectId) -> Option<Arc<Commit>> {
        self.commits.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    pub(super) fn learn(&self, commit: Commit) -> Arc<Commit> {
        let commit = Arc::new(commit);
        let mut commits = self.commits.write().unwrap_or_else(PoisonError::into_inner);
        if commits.len() < MOST_COMMITS {
            commits.insert(commit.id, commit.clone());
        }
        commit
    }

    /// What differs between two trees that were compared before.
    pub(super) fn known_differences(&self, trees: &TwoTrees) -> Option<Arc<[Difference]>> {
        self.differences.read().unwrap_or_else(PoisonError::into_inner).between.get(trees).cloned()
    }

    pub(super) fn learn_differences(&self, trees: TwoTrees, found: Vec<Difference>) -> Arc<[Difference]> {
        let found: Arc<[Difference]> = found.into();
        let mut known = self.differences.write().unwrap_or_else(PoisonError::into_inner);
        let count = known.count + found.len().max(1);
        // Another thread may have been at it too.
        if found.len() <= MOST_BETWEEN_TWO
            && count <= MOST_DIFFERENCES
            && known.between.insert(trees, found.clone()).is_none()
        {
            known.count = count;
        }
        found
    }

    fn idle(&self) -> MutexGuard<'_, Vec<gix::Repository>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
