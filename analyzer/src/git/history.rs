//! What happened in a repository before a change: to its files, and by its people.
//!
//! The commits are read once, newest first; then their trees are compared, on every core, but only
//! along the paths that matter.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::iter::Peekable;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::objs::tree::EntryRef;
use gix::objs::{FindExt, TreeRefIter};

use super::error::Error;
use super::objects::{CommitHeader, Objects};
use crate::change::{FilePast, HistoryCut};

/// The most commits that are read of any history, the newest ones.
pub(super) const MOST_COMMITS: usize = 100_000;
/// The deepest folder whose files are looked for in the history.
const DEEPEST: usize = 256;
/// How many commits one thread compares before it asks for more.
const SHARE: usize = 512;
/// Beyond this many threads the disk and the caches are what one waits for.
const MOST_THREADS: usize = 4;

/// The history before a change.
pub(super) struct Past {
    pub(super) commits: u64,
    pub(super) cut: Option<HistoryCut>,
    /// For each path asked about, in the same order.
    pub(super) files: Vec<FilePast>,
    /// For each address met.
    pub(super) people: HashMap<BString, Deeds>,
}

/// What someone did.
#[derive(Clone, Copy, Default)]
pub(super) struct Deeds {
    pub(super) commits: u64,
    /// Merges of what others wrote.
    pub(super) merges: u64,
    /// The time of the first, in seconds since 1970.
    pub(super) first_at: Option<i64>,
}

/// A commit as far as the history needs it.
struct Entry {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<ObjectId>,
    author: u32,
    committed_at: i64,
    is_fix: bool,
}

/// Reads the history from `tip` back, and what it says of the paths.
pub(super) fn read(objects: &Objects, tip: ObjectId, paths: &[BString]) -> Result<Past, Error> {
    let commits = Commits::read(objects, tip);
    let (files, trees_missing) = compare_all(objects, &commits, paths)?;
    let cut = if trees_missing { Some(HistoryCut::Missing) } else { commits.cut };
    Ok(Past { commits: commits.entries.len() as u64, cut, files, people: commits.people() })
}

#[derive(Default)]
struct Commits {
    entries: Vec<Entry>,
    authors: HashMap<BString, u32>,
    index: HashMap<ObjectId, usize>,
    cut: Option<HistoryCut>,
}

impl Commits {
    fn read(objects: &Objects, tip: ObjectId) -> Self {
        let mut commits = Self::default();
        let mut buffer = Vec::new();
        // Read before they are queued, since their time decides whose turn it is.
        let mut queue = BinaryHeap::new();
        let mut seen = HashSet::from([tip]);
        queue.extend(commits.entry(objects, tip, &mut buffer));
        while let Some(Queued(entry)) = queue.pop() {
            if commits.entries.len() == MOST_COMMITS {
                commits.cut = Some(HistoryCut::Limit);
                break;
            }
            if objects.is_shallow_edge(&entry.id) {
                commits.cut = Some(HistoryCut::Shallow);
            } else {
                for parent in entry.parents.iter().copied() {
                    if seen.insert(parent) {
                        queue.extend(commits.entry(objects, parent, &mut buffer));
                    }
                }
            }
            commits.index.insert(entry.id, commits.entries.len());
            commits.entries.push(entry);
        }
        commits
    }

    fn entry(&mut self, objects: &Objects, id: ObjectId, buffer: &mut Vec<u8>) -> Option<Queued> {
        let found = objects.repository.objects.find(&id, buffer).ok();
        let Some(header) = found.and_then(|found| CommitHeader::parse(found.data)) else {
            self.cut = Some(HistoryCut::Missing);
            return None;
        };
        let next = u32::try_from(self.authors.len()).unwrap_or(u32::MAX);
        let author = *self.authors.entry(header.author().email.into()).or_insert(next);
        let (tree, committed_at, is_fix) = (header.tree, header.committed_at(), says_fix(header.message));
        Some(Queued(Entry { id, tree, parents: header.parents, author, committed_at, is_fix }))
    }

    fn people(&self) -> HashMap<BString, Deeds> {
        let mut deeds = vec![Deeds::default(); self.authors.len()];
        // Merges into the branch itself; bringing a topic up to date is no maintainer's work.
        let mut on_branch = HashSet::new();
        let mut next = self.entries.first();
        while let Some(entry) = next {
            on_branch.insert(entry.id);
            next = entry.parents.first().and_then(|parent| self.index.get(parent)).map(|index| &self.entries[*index]);
        }
        for entry in &self.entries {
            let own = &mut deeds[entry.author as usize];
            own.first_at = Some(own.first_at.map_or(entry.committed_at, |first| first.min(entry.committed_at)));
            let Some(merged) = entry.parents.get(1) else {
                own.commits += 1;
                continue;
            };
            let merged_author = self.index.get(merged).map(|index| self.entries[*index].author);
            let is_other = merged_author.is_some_and(|author| author != entry.author);
            own.merges += u64::from(is_other && on_branch.contains(&entry.id));
        }
        self.authors.iter().map(|(email, index)| (email.clone(), deeds[*index as usize])).collect()
    }
}

/// An entry waiting for its turn: the newest first, and among those of one second by its id, so that
/// the order never depends on how a clone came to be.
struct Queued(Entry);

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.committed_at, self.0.id).cmp(&(other.0.committed_at, other.0.id))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Queued {}

/// Whether a commit says that it repairs something: a word of its first line does.
fn says_fix(message: &BStr) -> bool {
    const WORDS: [&str; 13] = [
        "fix",
        "fixes",
        "fixed",
        "fixing",
        "bug",
        "bugs",
        "bugfix",
        "hotfix",
        "defect",
        "regression",
        "revert",
        "reverts",
        "crash",
    ];
    let subject = message.lines().next().unwrap_or_default();
    let mut words = subject.split(|byte| !byte.is_ascii_alphabetic());
    words.any(|word| WORDS.iter().any(|fix| word.eq_ignore_ascii_case(fix.as_bytes())))
}

/// What one thread found out about the paths.
#[derive(Default)]
struct Found {
    files: Vec<(u64, u64, HashSet<u32>)>,
    trees_missing: bool,
}

fn compare_all(objects: &Objects, commits: &Commits, paths: &[BString]) -> Result<(Vec<FilePast>, bool), Error> {
    let wanted = Wanted::of(paths);
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
    let repository = objects.repository.clone().into_sync();
    let next = AtomicUsize::new(0);
    let found = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| compare_share(&repository.to_thread_local(), commits, &wanted, paths.len(), &next)))
            .collect();
        workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Result<Vec<_>, _>>()
    });
    let found = found.map_err(|_| Error::unreadable("the history", "a reader of it stopped"))?;
    let trees_missing = found.iter().any(|found| found.trees_missing);
    let files = (0..paths.len()).map(|path| {
        let mut developers: HashSet<u32> = HashSet::new();
        let mut past = FilePast::default();
        for (changes, fixes, by) in found.iter().map(|found| &found.files[path]) {
            past.changes += changes;
            past.fixes += fixes;
            developers.extend(by);
        }
        FilePast { developers: developers.len() as u64, ..past }
    });
    Ok((files.collect(), trees_missing))
}

fn compare_share(
    repository: &gix::Repository,
    commits: &Commits,
    wanted: &Wanted,
    paths: usize,
    next: &AtomicUsize,
) -> Found {
    let mut found = Found { files: vec![Default::default(); paths], trees_missing: false };
    let mut trees = Trees::new(repository);
    let mut touched = Vec::new();
    loop {
        let start = next.fetch_add(SHARE, Ordering::Relaxed);
        let Some(share) = commits.entries.get(start..).filter(|share| !share.is_empty()) else { return found };
        for entry in share.iter().take(SHARE) {
            // What a merge brings in was counted where it was made.
            if entry.parents.len() > 1 {
                continue;
            }
            let parent = match entry.parents.first() {
                None => None,
                Some(parent) => match commits.index.get(parent) {
                    Some(index) => Some(commits.entries[*index].tree),
                    // Beyond the cut: there is nothing to compare with.
                    None => continue,
                },
            };
            touched.clear();
            if trees.compare(wanted, 0, parent, Some(entry.tree), 0, &mut touched).is_err() {
                found.trees_missing = true;
                continue;
            }
            for path in &touched {
                let (changes, fixes, developers) = &mut found.files[*path];
                *changes += 1;
                *fixes += u64::from(entry.is_fix);
                developers.insert(entry.author);
            }
        }
    }
}

/// The wanted paths as a tree of names.
struct Wanted {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// By name, sorted.
    children: Vec<(BString, usize)>,
    /// The path that ends here.
    path: Option<usize>,
}

impl Wanted {
    fn of(paths: &[BString]) -> Self {
        let mut nodes = vec![Node::default()];
        for (index, path) in paths.iter().enumerate() {
            // Each folder is a call deep; nobody's source lies so far down.
            if path.split_str("/").count() > DEEPEST {
                continue;
            }
            let mut at = 0;
            for name in path.split_str("/") {
                at = match nodes[at].children.binary_search_by(|(known, _)| known.as_bytes().cmp(name)) {
                    Ok(found) => nodes[at].children[found].1,
                    Err(place) => {
                        nodes.push(Node::default());
                        let new = nodes.len() - 1;
                        nodes[at].children.insert(place, (name.into(), new));
                        new
                    }
                };
            }
            nodes[at].path = Some(index);
        }
        Self { nodes }
    }
}

/// Trees of one repository, with buffers that are used again.
struct Trees<'r> {
    repository: &'r gix::Repository,
    /// Two for each depth.
    buffers: Vec<[Vec<u8>; 2]>,
}

/// A wanted entry in two trees: its mode and object, where it is there.
type Sides = [Option<(u16, ObjectId)>; 2];

impl<'r> Trees<'r> {
    fn new(repository: &'r gix::Repository) -> Self {
        Self { repository, buffers: Vec::new() }
    }

    /// Adds the wanted paths below a node that differ between two trees.
    fn compare(
        &mut self,
        wanted: &Wanted,
        node: usize,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        depth: usize,
        touched: &mut Vec<usize>,
    ) -> Result<(), ()> {
        if old == new {
            return Ok(());
        }
        let children = &wanted.nodes[node].children;
        if self.buffers.len() <= depth {
            self.buffers.resize_with(depth + 1, Default::default);
        }
        let [old_buffer, new_buffer] = &mut self.buffers[depth];
        let mut differing = Differing {
            old: entries(self.repository, old, old_buffer)?.peekable(),
            new: entries(self.repository, new, new_buffer)?.peekable(),
        };
        let mut sides: BTreeMap<usize, Sides> = BTreeMap::new();
        while let Some((side, entry)) = differing.next()? {
            if let Ok(child) = children.binary_search_by(|(known, _)| known.as_bytes().cmp(entry.filename.as_bytes())) {
                sides.entry(child).or_default()[side] = Some((entry.mode.value(), entry.oid.to_owned()));
            }
        }
        for (child, [old, new]) in sides {
            let node = children[child].1;
            let tree = |side: Option<(u16, ObjectId)>| side.filter(|(mode, _)| is_tree(*mode)).map(|(_, id)| id);
            let file = |side: Option<(u16, ObjectId)>| side.filter(|(mode, _)| !is_tree(*mode));
            if let Some(path) = wanted.nodes[node].path
                && file(old) != file(new)
            {
                touched.push(path);
            }
            if !wanted.nodes[node].children.is_empty() {
                self.compare(wanted, node, tree(old), tree(new), depth + 1, touched)?;
            }
        }
        Ok(())
    }
}

fn is_tree(mode: u16) -> bool {
    mode == 0o040_000
}

/// The entries of a tree; none of a tree that is not there.
fn entries<'b>(
    repository: &gix::Repository,
    tree: Option<ObjectId>,
    buffer: &'b mut Vec<u8>,
) -> Result<TreeRefIter<'b>, ()> {
    match tree {
        Some(tree) => repository.objects.find_tree_iter(&tree, buffer).map_err(drop),
        None => Ok(TreeRefIter::from_bytes(&[], repository.object_hash())),
    }
}

/// Walks two trees side by side, in git's order, and passes over what they have in common.
struct Differing<'b> {
    old: Peekable<TreeRefIter<'b>>,
    new: Peekable<TreeRefIter<'b>>,
}

impl<'b> Differing<'b> {
    /// The next entry that is not the same on both sides, and its side: 0 for the old, 1 for the new.
    fn next(&mut self) -> Result<Option<(usize, EntryRef<'b>)>, ()> {
        loop {
            let side = match (self.old.peek(), self.new.peek()) {
                (None, None) => return Ok(None),
                (Some(Err(_)), _) | (_, Some(Err(_))) => return Err(()),
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
            return entry.transpose().map(|entry| entry.map(|entry| (side, entry))).map_err(drop);
        }
    }
}
