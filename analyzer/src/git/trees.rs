use std::iter::Peekable;
use std::sync::Arc;

use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::tree::EntryRef;
use gix::objs::{FindExt, TreeRefIter};

use super::memory::Memory;

/// The trees of one repository, two of which can be compared.
pub(super) struct Trees<'r> {
    memory: &'r Memory,
    repository: &'r gix::Repository,
    /// Used again and again.
    buffers: [Vec<u8>; 2],
}

/// An old tree and a new one, each of which may not be there.
pub(super) type TwoTrees = [Option<ObjectId>; 2];

/// An entry of one tree that the other does not have like this.
pub(super) struct Difference {
    /// Whose entry it is: 0 for the old tree, 1 for the new one.
    pub(super) side: usize,
    pub(super) name: BString,
    pub(super) mode: u16,
    pub(super) id: ObjectId,
}

impl Difference {
    /// How many bytes it takes up.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.name.capacity()
    }
}

/// A tree is missing or broken.
pub(super) struct Unreadable;

impl<'r> Trees<'r> {
    pub(super) fn new(memory: &'r Memory, repository: &'r gix::Repository) -> Self {
        Self { memory, repository, buffers: Default::default() }
    }

    /// What differs between two trees, in git's order; where there is no tree, it counts as an empty one.
    pub(super) fn differing(&mut self, trees: TwoTrees) -> Result<Arc<[Difference]>, Unreadable> {
        if let Some(known) = self.memory.known_differences(&trees) {
            return Ok(known);
        }
        let [old, new] = trees;
        let [old_buffer, new_buffer] = &mut self.buffers;
        let mut walk = Differing {
            old: entries(self.repository, old, old_buffer)?.peekable(),
            new: entries(self.repository, new, new_buffer)?.peekable(),
        };
        let mut differences = Vec::new();
        while let Some((side, entry)) = walk.next()? {
            let (name, mode, id) = (entry.filename.to_owned(), entry.mode.value(), entry.oid.to_owned());
            differences.push(Difference { side, name, mode, id });
        }
        Ok(self.memory.learn_differences(trees, differences))
    }
}

/// The entries of a tree; none of a tree that is not there.
fn entries<'b>(
    repository: &gix::Repository,
    tree: Option<ObjectId>,
    buffer: &'b mut Vec<u8>,
) -> Result<TreeRefIter<'b>, Unreadable> {
    match tree {
        Some(tree) => repository.objects.find_tree_iter(&tree, buffer).map_err(|_| Unreadable),
        None => Ok(TreeRefIter::from_bytes(&[], repository.object_hash())),
    }
}

/// Walks two trees side by side and passes over what they have in common.
struct Differing<'b> {
    old: Peekable<TreeRefIter<'b>>,
    new: Peekable<TreeRefIter<'b>>,
}

impl<'b> Differing<'b> {
    /// The next entry that is not the same on both sides, and its side.
    fn next(&mut self) -> Result<Option<(usize, EntryRef<'b>)>, Unreadable> {
        loop {
            let side = match (self.old.peek(), self.new.peek()) {
                (None, None) => return Ok(None),
                (Some(Err(_)), _) | (_, Some(Err(_))) => return Err(Unreadable),
                (Some(_), None) => 0,
                (None, Some(_)) => 1,
                (Some(Ok(old)), Some(Ok(new))) if old == new => {
                    self.old.next();
                    self.new.next();
                    continue;
                }
                (Some(Ok(old)), Some(Ok(new))) => usize::from(old > new),
            };
            let entry = if side == 0 { self.old.next() } else { self.new.next() };
            return entry.transpose().map(|entry| entry.map(|entry| (side, entry))).map_err(|_| Unreadable);
        }
    }
}
