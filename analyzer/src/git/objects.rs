//! Reading single objects, with caps.

use std::collections::HashSet;

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::objs::{CommitRef, Kind};

use super::error::Error;

/// The largest blob that is read. Text that people write is far below; what is above is listed as
/// unavailable.
const LARGEST_BLOB: u64 = 8 * 1024 * 1024;

/// The objects of one repository, for one thread.
pub(super) struct Objects {
    pub(super) repository: gix::Repository,
    shallow: HashSet<ObjectId>,
}

/// A commit, decoded as far as it is of use.
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    /// At the edge of a shallow clone they are named but not there.
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Signature,
    /// When it was committed, in seconds since 1970.
    pub(super) committed_at: i64,
    pub(super) message: String,
}

/// Who wrote a commit. Both texts are personal data and stay inside this module's parent.
#[derive(Clone, PartialEq)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) email: String,
}

/// The content of a blob, or why there is none.
pub(super) type Content = Result<Vec<u8>, String>;

impl Objects {
    pub(super) fn new(repository: gix::Repository) -> Result<Self, Error> {
        let shallow =
            repository.shallow_commits().map_err(|error| Error::unreadable("the list of shallow commits", error))?;
        let shallow = shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default();
        Ok(Self { repository, shallow })
    }

    pub(super) fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    pub(super) fn is_shallow_edge(&self, id: &ObjectId) -> bool {
        self.shallow.contains(id)
    }

    /// Whether an object that a commit names is not there because the clone ends before it.
    pub(super) fn is_beyond_shallow(&self, id: ObjectId) -> bool {
        self.is_shallow() && !self.repository.has_object(id)
    }

    pub(super) fn commit(&self, id: ObjectId) -> Result<Commit, Error> {
        let unreadable = |reason: String| Error::unreadable(format_args!("commit {id}"), reason);
        let object = self.repository.find_object(id).map_err(|error| unreadable(error.to_string()))?;
        if object.kind != Kind::Commit {
            return Err(unreadable(format!("it is a {}", object.kind)));
        }
        let decoded = CommitRef::from_bytes(&object.data, id.kind()).map_err(|error| unreadable(error.to_string()))?;
        let author = decoded.author().map_err(|error| unreadable(error.to_string()))?;
        let committed_at = decoded.committer().map_or(0, |committer| committer.seconds());
        let parents = decoded.parents().collect();
        Ok(Commit {
            id,
            tree: decoded.tree(),
            parents,
            author: Signature { name: author.name.to_str_lossy().trim().to_owned(), email: normal_email(author.email) },
            committed_at,
            message: decoded.message.to_str_lossy().into_owned(),
        })
    }

    /// A blob's content, if it is there and not too large.
    pub(super) fn blob(&self, id: ObjectId) -> Content {
        match self.repository.try_find_header(id) {
            Ok(Some(header)) if header.size() > LARGEST_BLOB => {
                return Err(format!("larger than {} MiB", LARGEST_BLOB / (1024 * 1024)));
            }
            Ok(Some(_)) => {}
            Ok(None) => return Err("its content is missing from this clone".to_owned()),
            Err(error) => return Err(format!("its content cannot be read: {error}")),
        }
        match self.repository.find_object(id) {
            Ok(mut object) => Ok(std::mem::take(&mut object.data)),
            Err(error) => Err(format!("its content cannot be read: {error}")),
        }
    }

    /// The blob at a path of a tree, if there is one that can be read.
    pub(super) fn blob_at(&self, tree: ObjectId, path: &str) -> Option<Vec<u8>> {
        let tree = self.repository.find_object(tree).ok()?.try_into_tree().ok()?;
        let entry = tree.lookup_entry_by_path(path).ok()??;
        entry.mode().is_blob().then(|| self.blob(entry.object_id()).ok())?
    }
}

/// An e-mail address as it is compared: case does not tell people apart.
pub(super) fn normal_email(email: &gix::bstr::BStr) -> String {
    BString::from(email.trim()).to_str_lossy().to_lowercase()
}
