//! The files that differ between two trees.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::diff::tree::recorder::Change;
use gix::objs::tree::EntryMode;

use super::attributes::Attributes;
use super::error::Error;
use super::lines;
use super::objects::{Content, Objects};
use super::rename::{self, Side};
use super::tree_changes::TreeChanges;
use crate::change::{FileChange, FilePast, FileStatus, Lines};
use crate::path_class::{FileKind, PathClass, SupplyChainPart};

/// The most files whose content is read; the others are listed as unavailable.
const MOST_FILES: usize = 10_000;
/// The most bytes that are read of all contents together.
const MOST_BYTES: usize = 512 * 1024 * 1024;
/// How much of a file is searched for a mark that it is generated.
const MARK_WITHIN: usize = 1024;

/// The changed files in the order of their paths, each with the path it had before, and whether there are more.
pub(super) fn files(
    objects: &Objects,
    base: Option<ObjectId>,
    head: ObjectId,
) -> Result<(Vec<(BString, FileChange)>, bool), Error> {
    let TreeChanges { changes, is_cut } = TreeChanges::between(objects, base, head)?;
    let mut pairs: BTreeMap<BString, (Option<Side>, Option<Side>)> = BTreeMap::new();
    let (mut deleted, mut added) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Addition { entry_mode, oid, path, .. } => {
                added.push(Side { path, mode: entry_mode, id: oid });
            }
            Change::Deletion { entry_mode, oid, path, .. } => {
                deleted.push(Side { path, mode: entry_mode, id: oid });
            }
            Change::Modification { previous_entry_mode, previous_oid, entry_mode, oid, path } => {
                let old = Side { path: path.clone(), mode: previous_entry_mode, id: previous_oid };
                pairs.insert(path.clone(), (Some(old), Some(Side { path, mode: entry_mode, id: oid })));
            }
        }
    }
    // As in git: in the order of paths, which decides between equals.
    deleted.sort_by(|one, other| one.path.cmp(&other.path));
    added.sort_by(|one, other| one.path.cmp(&other.path));
    let from = rename::find(objects, &deleted, &added);
    let mut moved = vec![false; deleted.len()];
    for (new, from) in added.into_iter().zip(from) {
        if let Some(from) = from {
            moved[from] = true;
        }
        pairs.insert(new.path.clone(), (from.map(|from| deleted[from].clone()), Some(new)));
    }
    for (old, moved) in deleted.into_iter().zip(moved) {
        if !moved {
            let path = old.path.clone();
            pairs.entry(path).or_default().0 = Some(old);
        }
    }

    let paths: Vec<String> = pairs.keys().map(|path| path.to_str_lossy().into_owned()).collect();
    let attributes = base.map(|base| Attributes::read(objects, base, paths.iter().map(String::as_str)));
    let mut bytes_left = MOST_BYTES;
    let files = pairs.into_values().zip(paths).enumerate().map(|(index, ((old, new), path))| {
        let (lines, is_marked) = if index < MOST_FILES {
            compare(objects, old.as_ref(), new.as_ref(), &mut bytes_left)
        } else {
            (Lines::Unavailable(format!("beyond the {MOST_FILES} files that are read")), false)
        };
        let previous = old.as_ref().map(|old| old.path.clone());
        // What a file was counts as much as what it is now called.
        let previous_name = previous.as_ref().map(|path| path.to_str_lossy().into_owned());
        let mut class = PathClass::of(&path).or(previous_name.as_deref().map(PathClass::of));
        if [&old, &new].into_iter().flatten().any(|side| side.mode.is_commit()) {
            class.supply_chain = Some(SupplyChainPart::Submodule);
        }
        let declared = attributes.as_ref().map(|attributes| attributes.of(&path)).unwrap_or_default();
        // What is declared on the base binds; a name alone does not make a file generated.
        if declared.generated || is_marked {
            class.kind = FileKind::Generated;
        } else if declared.vendored
            || (previous_name.is_some_and(|previous| has_vendor_folder(&previous)) && has_vendor_folder(&path))
        {
            class.kind = FileKind::Vendored;
        }
        let status = match (&old, &new) {
            (None, _) => FileStatus::Added,
            (_, None) => FileStatus::Deleted,
            (Some(old), Some(new)) if old.path != new.path => FileStatus::Renamed,
            _ => FileStatus::Modified,
        };
        let previous_path = previous.as_ref().filter(|_| status == FileStatus::Renamed);
        let previous_path = previous_path.map(|path| path.to_str_lossy().into_owned());
        let known_as = previous.or_else(|| new.map(|new| new.path)).unwrap_or_default();
        (known_as, FileChange { path, previous_path, status, lines, class, past: FilePast::default() })
    });
    Ok((files.collect(), is_cut))
}

/// The paths of the files that differ between two trees, if all of them can be told.
pub(super) fn changed_paths(objects: &Objects, old: ObjectId, new: ObjectId) -> Result<BTreeSet<BString>, Error> {
    let TreeChanges { changes, is_cut } = TreeChanges::between(objects, Some(old), new)?;
    if is_cut {
        return Err(Error::unreadable("the whole change", "it has more files than are looked at"));
    }
    let paths = changes.into_iter().map(|change| match change {
        Change::Addition { path, .. } | Change::Deletion { path, .. } | Change::Modification { path, .. } => path,
    });
    Ok(paths.collect())
}

/// Counts the lines between two sides, and tells whether the old one is marked as generated.
fn compare(objects: &Objects, old: Option<&Side>, new: Option<&Side>, bytes_left: &mut usize) -> (Lines, bool) {
    if let (Some(old), Some(new)) = (old, new)
        && old.id == new.id
    {
        return (Lines::Counted { added: 0, deleted: 0 }, false);
    }
    let mut read = |side: Option<&Side>| -> Content {
        let content = side.map_or_else(|| Ok(Vec::new()), |side| content(objects, side.mode, side.id))?;
        *bytes_left = bytes_left.checked_sub(content.len()).ok_or("the change is larger than what is read of any")?;
        Ok(content)
    };
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) => (lines::count(&old, &new), is_marked_generated(&old)),
        (Err(reason), _) | (_, Err(reason)) => (Lines::Unavailable(reason), false),
    }
}

/// What git compares: a submodule is one line with its commit.
fn content(objects: &Objects, mode: EntryMode, id: ObjectId) -> Content {
    if mode.is_commit() { Ok(format!("Subproject commit {id}\n").into_bytes()) } else { objects.blob(id) }
}

fn is_marked_generated(content: &[u8]) -> bool {
    content[..content.len().min(MARK_WITHIN)].contains_str("@generated")
}

fn has_vendor_folder(path: &str) -> bool {
    let folders = ["vendor", "node_modules", "third_party", "vendored", "bower_components"];
    path.rsplit('/').skip(1).any(|folder| folders.contains(&folder))
}
