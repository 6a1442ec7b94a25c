//! What `.gitattributes` on the base branch says of files. Those of the change itself do not count:
//! its author could mark anything as generated.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::BStr;
use gix::glob::pattern::Case;
use gix_attributes::search::{MetadataCollection, Outcome};
use gix_attributes::{Search, StateRef};

use super::objects::Objects;

/// The attributes of a tree that bear on a set of paths.
pub(super) struct Attributes {
    search: Search,
    collection: MetadataCollection,
}

/// The deepest folder whose `.gitattributes` is read.
const DEEPEST: usize = 64;

/// What is declared of one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) generated: bool,
    pub(super) vendored: bool,
}

impl Attributes {
    /// Reads the files of the folders that the paths lie in.
    pub(super) fn read<'p>(objects: &Objects, tree: ObjectId, paths: impl Iterator<Item = &'p str>) -> Self {
        let mut folders = BTreeSet::from([""]);
        for path in paths {
            folders.extend(path.match_indices('/').take(DEEPEST).map(|(at, _)| &path[..at]));
        }
        let mut attributes = Self { search: Search::default(), collection: MetadataCollection::default() };
        // In their order a folder comes before those inside it, which may say otherwise.
        for folder in folders {
            let file = if folder.is_empty() { ".gitattributes".to_owned() } else { format!("{folder}/.gitattributes") };
            let Some(content) = objects.blob_at(tree, &file) else { continue };
            let root = (!folder.is_empty()).then_some(Path::new(""));
            let added = attributes.search.add_patterns_buffer(
                &content,
                PathBuf::from(&file),
                root,
                &mut attributes.collection,
                folder.is_empty(),
            );
            if let Err(error) = added {
                tracing::debug!(%error, "a .gitattributes file cannot be read");
            }
        }
        attributes
    }

    pub(super) fn of(&self, path: &str) -> Declared {
        let mut outcome = Outcome::default();
        outcome.initialize_with_selection(&self.collection, ["linguist-generated", "linguist-vendored"]);
        self.search.pattern_matching_relative_path(BStr::new(path), Case::Sensitive, Some(false), &mut outcome);
        let mut declared = Declared::default();
        for found in outcome.iter_selected() {
            let is_set = match found.assignment.state {
                StateRef::Set => true,
                StateRef::Value(value) => value.as_bstr() == "true",
                StateRef::Unset | StateRef::Unspecified => false,
            };
            match found.assignment.name.as_str() {
                "linguist-generated" => declared.generated = is_set,
                "linguist-vendored" => declared.vendored = is_set,
                _ => {}
            }
        }
        declared
    }
}
