use std::collections::HashMap;
use std::hash::Hash;
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
    commits: RwLock<Known<ObjectId, Arc<Commit>>>,
    /// What differs between trees that were compared.
    differences: RwLock<Known<TwoTrees, Arc<[Difference]>>>,
}

/// Things by their names, as far as there is room for them.
struct Known<N, T> {
    by_name: HashMap<N, T>,
    bytes: usize,
}

/// The most bytes that commits take up: room for some 200,000. What comes when there is no room is read anew.
const MOST_COMMIT_BYTES: usize = 100_000_000;
/// The most bytes that differences between trees take up: room for some 500,000.
const MOST_DIFFERENCE_BYTES: usize = 50_000_000;
/// Trees that differ in more than this are rare, and would soon fill all there is room for.
const MOST_BETWEEN_TWO: usize = 1000;
/// What the place in a map and the allocations of one thing take up, besides the thing itself.
const OVERHEAD: usize = 100;

impl Memory {
    /// A commit that was read before.
    pub(super) fn known(&self, id: &ObjectId) -> Option<Arc<Commit>> {
        self.commits.read().unwrap_or_else(PoisonError::into_inner).by_name.get(id).cloned()
    }

    pub(super) fn learn(&self, commit: Commit) -> Arc<Commit> {
        let bytes = commit.bytes();
        let commit = Arc::new(commit);
        let mut commits = self.commits.write().unwrap_or_else(PoisonError::into_inner);
        commits.keep(commit.id, commit.clone(), bytes, MOST_COMMIT_BYTES);
        commit
    }

    /// What differs between two trees that were compared before.
    pub(super) fn known_differences(&self, trees: &TwoTrees) -> Option<Arc<[Difference]>> {
        self.differences.read().unwrap_or_else(PoisonError::into_inner).by_name.get(trees).cloned()
    }

    pub(super) fn learn_differences(&self, trees: TwoTrees, found: Vec<Difference>) -> Arc<[Difference]> {
        let found: Arc<[Difference]> = found.into();
        if found.len() <= MOST_BETWEEN_TWO {
            let bytes = found.iter().map(Difference::bytes).sum();
            let mut known = self.differences.write().unwrap_or_else(PoisonError::into_inner);
            known.keep(trees, found.clone(), bytes, MOST_DIFFERENCE_BYTES);
        }
        found
    }
}

impl<N: Eq + Hash, T> Known<N, T> {
    fn keep(&mut self, name: N, thing: T, bytes: usize, most: usize) {
        let bytes = self.bytes + bytes + OVERHEAD;
        // Another thread may have been at it too.
        if bytes <= most && self.by_name.insert(name, thing).is_none() {
            self.bytes = bytes;
        }
    }
}

impl<N, T> Default for Known<N, T> {
    fn default() -> Self {
        Self { by_name: HashMap::new(), bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::merge_message::MergeMessage;
    use crate::git::objects::Signature;
    use gix::bstr::BString;

    /// Room is what counts, whether or not anything is in it.
    const THIRD: usize = MOST_COMMIT_BYTES / 3 - 1000;

    fn id(number: u8) -> ObjectId {
        ObjectId::Sha1([number; 20])
    }

    fn commit(number: u8) -> Commit {
        Commit {
            id: id(number),
            tree: id(0),
            parents: Vec::new(),
            author: Signature { name: String::with_capacity(THIRD), email: String::new() },
            committed_at: 0,
            subject: String::new(),
            merge: None,
        }
    }

    #[test]
    fn commits_are_kept_as_far_as_their_bytes_go() {
        let memory = Memory::default();
        for number in [1, 1, 1, 2, 3, 4, 5] {
            assert_eq!(memory.learn(commit(number)).id, id(number));
        }
        let known: Vec<u8> = (1..=5).filter(|number| memory.known(&id(*number)).is_some()).collect();
        assert_eq!(known, [1, 2, 3]);
    }

    #[test]
    fn differences_are_kept_as_far_as_their_bytes_go() {
        let memory = Memory::default();
        let between = |number: u8| [None, Some(id(number))];
        for number in 1..=5 {
            let name = BString::from(Vec::<u8>::with_capacity(MOST_DIFFERENCE_BYTES / 3 - 1000));
            let difference = Difference { side: 1, name, mode: 0, id: id(0) };
            let found = memory.learn_differences(between(number), vec![difference]);
            assert_eq!(found.len(), 1);
        }
        let known: Vec<u8> = (1..=5).filter(|number| memory.known_differences(&between(*number)).is_some()).collect();
        assert_eq!(known, [1, 2, 3]);
    }

    #[test]
    fn what_is_kept_of_a_commit_is_counted_whole() {
        let ordinary = Commit { author: Signature::new("Ann Lee", "ann@example.com"), ..commit(1) };
        let with = |change: &dyn Fn(&mut Commit)| {
            let mut commit = Commit { author: ordinary.author.clone(), ..commit(1) };
            change(&mut commit);
            commit.bytes() - ordinary.bytes()
        };
        assert!(ordinary.bytes() + OVERHEAD < 500);
        assert!(with(&|commit| commit.author.email = "e".repeat(1000)) >= 900);
        assert!(with(&|commit| commit.subject = "s".repeat(1000)) >= 1000);
        assert!(with(&|commit| commit.parents = vec![id(0); 100]) >= 2000);
        assert!(with(&|commit| commit.merge = MergeMessage::parse("Fix it (#1)", 1).map(Box::new)) > 100);
    }
}
