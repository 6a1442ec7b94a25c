//! Reading single objects, with caps.

use std::collections::HashSet;
use std::sync::Arc;

use gix::ObjectId;
use gix::actor::SignatureRef;
use gix::bstr::{BStr, ByteSlice};
use gix::objs::Kind;

use super::error::Error;
use super::memory::Memory;
use super::merge_message::MergeMessage;
use super::message;

/// The largest blob that is read. Text that people write is far below; what is above is listed as
/// unavailable.
const LARGEST_BLOB: u64 = 8 * MEBIBYTE;
/// The largest commit that is read. Messages that people write are far below.
const LARGEST_COMMIT: u64 = MEBIBYTE;
const MEBIBYTE: u64 = 1024 * 1024;

/// The objects of one repository, for one thread.
pub(super) struct Objects {
    pub(super) repository: gix::Repository,
    pub(super) memory: Arc<Memory>,
    shallow: HashSet<ObjectId>,
}

/// A commit, as much of it as is of use: tens of thousands are kept.
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    /// At the edge of a shallow clone they are named but not there.
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Signature,
    /// When it was committed, in seconds since 1970.
    pub(super) committed_at: i64,
    /// The first line of its message.
    pub(super) subject: String,
    /// What its message tells of a pull request.
    pub(super) merge: Option<Box<MergeMessage>>,
}

/// Who wrote a commit. Both texts are personal data and stay inside this module's parent.
#[derive(Clone, PartialEq)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) email: String,
}

impl Commit {
    /// How many bytes it takes up.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.author.name, &self.author.email, &self.subject].map(String::capacity);
        let merge = self.merge.as_deref().map_or(0, MergeMessage::bytes);
        size_of::<Self>() + self.parents.capacity() * size_of::<ObjectId>() + texts.iter().sum::<usize>() + merge
    }
}

impl Signature {
    pub(super) fn new(name: &str, email: &str) -> Self {
        Self { name: message::shortened(name.trim()), email: message::shortened(email.trim()).to_lowercase() }
    }
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
        let object = self.commit_object(id)?;
        let header = CommitHeader::parse(&object.data)
            .ok_or_else(|| Error::unreadable(format_args!("commit {id}"), "it names no tree"))?;
        let text = header.message.to_str_lossy();
        Ok(self.memory.learn(Commit {
            id,
            tree: header.tree,
            committed_at: header.committed_at(),
            author: header.author(),
            subject: message::subject(&text),
            merge: MergeMessage::parse(&text, header.parents.len()).map(Box::new),
            parents: header.parents,
        }))
    }

    /// Who wrote a commit with its author. Asked for few commits, and so not kept.
    pub(super) fn co_authors(&self, id: ObjectId) -> Result<Vec<Signature>, Error> {
        let object = self.commit_object(id)?;
        let Some(header) = CommitHeader::parse(&object.data) else { return Ok(Vec::new()) };
        Ok(message::co_authors(&header.message.to_str_lossy()).collect())
    }

    /// Whether an object is there, but is too large for a commit that is read.
    pub(super) fn is_too_large(&self, id: ObjectId) -> bool {
        self.repository.find_header(id).is_ok_and(|header| header.size() > LARGEST_COMMIT)
    }

    fn commit_object(&self, id: ObjectId) -> Result<gix::Object<'_>, Error> {
        let unreadable = |reason: String| Error::unreadable(format_args!("commit {id}"), reason);
        let header = self.repository.find_header(id).map_err(|error| unreadable(error.to_string()))?;
        if header.kind() != Kind::Commit {
            return Err(unreadable(format!("it is a {}", header.kind())));
        }
        if header.size() > LARGEST_COMMIT {
            return Err(unreadable(format!("larger than {} MiB", LARGEST_COMMIT / MEBIBYTE)));
        }
        self.repository.find_object(id).map_err(|error| unreadable(error.to_string()))
    }

    /// A blob's content, if it is there and not too large.
    pub(super) fn blob(&self, id: ObjectId) -> Content {
        match self.repository.try_find_header(id) {
            Ok(Some(header)) if header.size() > LARGEST_BLOB => {
                return Err(format!("larger than {} MiB", LARGEST_BLOB / MEBIBYTE));
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
        SignatureRef::from_bytes(self.author).map_or_else(
            |_| Signature::new("", ""),
            |author| Signature::new(&author.name.to_str_lossy(), &author.email.to_str_lossy()),
        )
    }

    /// 1970 where no time can be read.
    fn committed_at(&self) -> i64 {
        SignatureRef::from_bytes(self.committer).map_or(0, |committer| committer.seconds())
    }
}
