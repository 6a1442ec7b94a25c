use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gix::ObjectId;

use super::objects::Commit;
use super::trees::{Difference, TwoTrees};

/// What was read of one repository.
///
/// Nearly all the time that an analysis takes goes into unpacking and reading the history. What was
/// read never changes, since it is named after its content: it serves the next analysis too.
#[derive(Default)]
pub(super) struct Memory {
    commits: RwLock<HashMap<ObjectId, Arc<Commit>>>,
    differences: RwLock<Differences>,
}

/// What differs between trees that were compared.
#[derive(Default)]
struct Differences {
    between: HashMap<TwoTrees, Arc<[Difference]>>,
    count: usize,
}

/// So many commits are kept, at some 500 bytes each. What comes when there is no room is read anew.
const MOST_COMMITS: usize = 200_000;
/// So many differences between trees are kept, at some 100 bytes each.
const MOST_DIFFERENCES: usize = 500_000;
/// Trees that differ in more than this are rare, and would soon fill all there is room for.
const MOST_BETWEEN_TWO: usize = 1000;

impl Memory {
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
}
