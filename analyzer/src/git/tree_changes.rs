//! The files that differ between two trees, as far as they are looked at. Whoever makes a tree decides how
//! much lies below it: a dozen small ones, each of which holds the next ten times, hold more paths than any
//! machine could list.

use std::ops::ControlFlow;

use gix::ObjectId;
use gix::bstr::BStr;
use gix::diff::tree::recorder::Change;
use gix::diff::tree::{Recorder, State, Visit, visit};
use gix::objs::TreeRefIter;

use super::error::Error;
use super::objects::Objects;

/// The most entries that are looked at, folders among them.
const MOST_ENTRIES: usize = 100_000;
/// The most bytes that their paths have together.
const MOST_PATH_BYTES: usize = 32 * 1024 * 1024;
/// The longest path that is listed, in bytes; no usual system opens a longer one.
const LONGEST_PATH: usize = 4096;

/// What differs between two trees.
pub(super) struct TreeChanges {
    /// Files only; a folder is what its files are.
    pub(super) changes: Vec<Change>,
    /// Whether there is more than what was looked at.
    pub(super) is_cut: bool,
}

impl TreeChanges {
    /// Where there is no base, it counts as an empty tree.
    pub(super) fn between(objects: &Objects, base: Option<ObjectId>, head: ObjectId) -> Result<Self, Error> {
        let read = |tree: Option<ObjectId>| -> Result<Vec<u8>, Error> {
            let Some(id) = tree else { return Ok(Vec::new()) };
            let mut object = objects
                .repository
                .find_object(id)
                .map_err(|error| Error::unreadable(format_args!("tree {id}"), error))?;
            Ok(std::mem::take(&mut object.data))
        };
        let (old, new) = (read(base)?, read(Some(head))?);
        let mut walk = Walk::new();
        let walked = gix::diff::tree(
            TreeRefIter::from_bytes(&old, head.kind()),
            TreeRefIter::from_bytes(&new, head.kind()),
            State::default(),
            &objects.repository.objects,
            &mut walk,
        );
        match walked {
            Ok(()) | Err(gix::diff::tree::Error::Cancelled) => {
                Ok(Self { changes: walk.recorder.records, is_cut: walk.is_cut })
            }
            Err(error) => Err(Error::unreadable("a folder of the change", error)),
        }
    }
}

/// Records what it is shown for as long as there is room.
struct Walk {
    recorder: Recorder,
    entries_left: usize,
    path_bytes_left: usize,
    is_cut: bool,
}

impl Walk {
    fn new() -> Self {
        let recorder = Recorder::default();
        Self { recorder, entries_left: MOST_ENTRIES, path_bytes_left: MOST_PATH_BYTES, is_cut: false }
    }
}

impl Visit for Walk {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.recorder.pop_front_tracked_path_and_set_current();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.recorder.push_back_tracked_path_component(component);
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.recorder.push_path_component(component);
    }

    fn pop_path_component(&mut self) {
        self.recorder.pop_path_component();
    }

    fn visit(&mut self, change: visit::Change) -> visit::Action {
        let length = self.recorder.path().len();
        let (Some(entries_left), Some(path_bytes_left)) =
            (self.entries_left.checked_sub(1), self.path_bytes_left.checked_sub(length))
        else {
            self.is_cut = true;
            return ControlFlow::Break(());
        };
        (self.entries_left, self.path_bytes_left) = (entries_left, path_bytes_left);
        if length > LONGEST_PATH {
            self.is_cut = true;
            return ControlFlow::Continue(());
        }
        if change.entry_mode().is_tree() {
            return ControlFlow::Continue(());
        }
        self.recorder.visit(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gix::objs::tree::EntryKind;

    /// Shows files of such a name to a walk, one more each time, until it wants no more.
    fn seen(name: &[u8]) -> (usize, Walk) {
        let mut walk = Walk::new();
        let mut shown = 0;
        loop {
            walk.push_path_component(name.into());
            let oid = ObjectId::null(gix::hash::Kind::Sha1);
            let file = visit::Change::Addition { entry_mode: EntryKind::Blob.into(), oid, relation: None };
            if walk.visit(file).is_break() {
                return (shown, walk);
            }
            walk.pop_path_component();
            shown += 1;
        }
    }

    #[test]
    fn a_walk_ends_where_there_are_too_many_entries() {
        let (shown, walk) = seen(b"a");
        assert_eq!((shown, walk.recorder.records.len(), walk.is_cut), (MOST_ENTRIES, MOST_ENTRIES, true));
    }

    #[test]
    fn a_walk_ends_where_paths_take_up_too_much() {
        let (shown, walk) = seen(&[b'a'; LONGEST_PATH]);
        let most = MOST_PATH_BYTES / LONGEST_PATH;
        assert_eq!((shown, walk.recorder.records.len(), walk.is_cut), (most, most, true));
    }

    #[test]
    fn a_path_that_is_too_long_is_not_kept_but_counts() {
        let (shown, walk) = seen(&[b'a'; LONGEST_PATH + 1]);
        assert_eq!((shown, walk.recorder.records.len()), (MOST_PATH_BYTES / (LONGEST_PATH + 1), 0));
    }
}
