//! Reading single objects, with caps.

use std::collections::HashSet;
use std::sync::Arc;

use gix::ObjectId;
use gix::actor::SignatureRef;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::objs::Kind;

use super::error::Error;
use super::memory::Memory;

/// The largest blob that is read. Text that people write is far below; what is above is listed as
/// unavailable.
const LARGEST_BLOB: u64 = 8 * 1024 * 1024;

/// The objects of one repository, for one thread.
pub(super) struct Objects {
    pub(super) repository: gix::Repository,
    pub(super) memory: Arc<Memory>,
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
    pub(super) fn new(repository: gix::Repository, memory: Arc<Memory>) -> Result<Self, Error> {
        let shallow =
            repository.shallow_commits().map_err(|error| Error::unreadable("the list of shallow commits", error))?;
        let shallow = shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default();
        Ok(Self { repository, memory, shallow })
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

    pub(super) fn commit(&self, id: ObjectId) -> Result<Arc<Commit>, Error> {
        if let Some(known) = self.memory.known(&id) {
            return Ok(known);
        }
        let unreadable = |reason: String| Error::unreadable(format_args!("commit {id}"), reason);
        let object = self.repository.find_object(id).map_err(|error| unreadable(error.to_string()))?;
        if object.kind != Kind::Commit {
            return Err(unreadable(format!("it is a {}", object.kind)));
        }
        let header = CommitHeader::parse(&object.data).ok_or_else(|| unreadable("it names no tree".to_owned()))?;
        Ok(self.memory.learn(Commit {
            id,
            tree: header.tree,
            committed_at: header.committed_at(),
            author: header.author(),
            parents: header.parents,
            message: header.message.to_str_lossy().into_owned(),
        }))
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

/// The head of a commit. Only its tree is required: one that names its author in an odd way is a
/// commit all the same, though gix refuses it.
struct CommitHeader<'c> {
    tree: ObjectId,
    parents: Vec<ObjectId>,
    author: &'c [u8],
    committer: &'c [u8],
    message: &'c BStr,
}

impl<'c> CommitHeader<'c> {
    fn parse(data: &'c [u8]) -> Option<Self> {
        let (head, message) = data.split_once_str("\n\n").unwrap_or((data, b""));
        let mut header = Self {
            tree: ObjectId::null(gix::hash::Kind::Sha1),
            parents: Vec::new(),
            author: b"",
            committer: b"",
            message: message.as_bstr(),
        };
        let mut has_tree = false;
        for line in head.lines() {
            match line.split_once_str(" ") {
                Some((b"tree", id)) if !has_tree => {
                    header.tree = ObjectId::from_hex(id).ok()?;
                    has_tree = true;
                }
                Some((b"parent", id)) => header.parents.extend(ObjectId::from_hex(id)),
                Some((b"author", who)) if header.author.is_empty() => header.author = who,
                Some((b"committer", who)) if header.committer.is_empty() => header.committer = who,
                _ => {}
            }
        }
        has_tree.then_some(header)
    }

    /// Two empty texts where nobody is named.
    fn author(&self) -> Signature {
        let named = SignatureRef::from_bytes(self.author).map(|author| Signature {
            name: author.name.to_str_lossy().trim().to_owned(),
            email: BString::from(author.email.trim()).to_str_lossy().to_lowercase(),
        });
        named.unwrap_or_else(|_| Signature { name: String::new(), email: String::new() })
    }

    /// 1970 where no time can be read.
    fn committed_at(&self) -> i64 {
        SignatureRef::from_bytes(self.committer).map_or(0, |committer| committer.seconds())
    }
}
