//! What happened in a repository before a change: to its files, and by its people.
//!
//! The commits are read once, newest first; then their trees are compared, on every core, but only
//! along the paths that matter.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

use super::error::Error;
use super::memory::Memory;
use super::objects::{Commit, Objects};
use super::trees::{Trees, TwoTrees, Unreadable};
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
    pub(super) people: HashMap<String, Deeds>,
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
    commit: Arc<Commit>,
    author: u32,
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
    authors: HashMap<String, u32>,
    index: HashMap<ObjectId, usize>,
    cut: Option<HistoryCut>,
}

impl Commits {
    fn read(objects: &Objects, tip: ObjectId) -> Self {
        let mut commits = Self::default();
        // Read before they are queued, since their time decides whose turn it is.
        let mut queue = BinaryHeap::new();
        let mut seen = HashSet::from([tip]);
        queue.extend(commits.entry(objects, tip));
        while let Some(Queued(entry)) = queue.pop() {
            if commits.entries.len() == MOST_COMMITS {
                commits.cut = Some(HistoryCut::Limit);
                break;
            }
            if objects.is_shallow_edge(&entry.commit.id) {
                commits.cut = Some(HistoryCut::Shallow);
            } else {
                for parent in entry.commit.parents.iter().copied() {
                    if seen.insert(parent) {
                        queue.extend(commits.entry(objects, parent));
                    }
                }
            }
            commits.index.insert(entry.commit.id, commits.entries.len());
            commits.entries.push(entry);
        }
        commits
    }

    fn entry(&mut self, objects: &Objects, id: ObjectId) -> Option<Queued> {
        let Ok(commit) = objects.commit(id) else {
            self.cut = Some(HistoryCut::Missing);
            return None;
        };
        let next = u32::try_from(self.authors.len()).unwrap_or(u32::MAX);
        let author = match self.authors.get(&commit.author.email) {
            Some(known) => *known,
            None => *self.authors.entry(commit.author.email.clone()).or_insert(next),
        };
        let is_fix = says_fix(&commit.subject);
        Some(Queued(Entry { commit, author, is_fix }))
    }

    fn people(&self) -> HashMap<String, Deeds> {
        let mut deeds = vec![Deeds::default(); self.authors.len()];
        // Merges into the branch itself; bringing a topic up to date is no maintainer's work.
        let mut on_branch = HashSet::new();
        let mut next = self.entries.first();
        while let Some(entry) = next {
            on_branch.insert(entry.commit.id);
            next = entry
                .commit
                .parents
                .first()
                .and_then(|parent| self.index.get(parent))
                .map(|index| &self.entries[*index]);
        }
        for entry in &self.entries {
            let own = &mut deeds[entry.author as usize];
            own.first_at =
                Some(own.first_at.map_or(entry.commit.committed_at, |first| first.min(entry.commit.committed_at)));
            let Some(merged) = entry.commit.parents.get(1) else {
                own.commits += 1;
                continue;
            };
            let merged_author = self.index.get(merged).map(|index| self.entries[*index].author);
            let is_other = merged_author.is_some_and(|author| author != entry.author);
            own.merges += u64::from(is_other && on_branch.contains(&entry.commit.id));
        }
        self.authors.iter().map(|(email, index)| (email.clone(), deeds[*index as usize])).collect()
    }
}

/// An entry waiting for its turn: the newest first, and among those of one second by its id, so that
/// the order never depends on how a clone came to be.
struct Queued(Entry);

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let [one, other] = [self, other].map(|queued| &queued.0.commit);
        (one.committed_at, one.id).cmp(&(other.committed_at, other.id))
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
fn says_fix(subject: &str) -> bool {
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
    let mut words = subject.split(|letter: char| !letter.is_ascii_alphabetic());
    words.any(|word| WORDS.iter().any(|fix| word.eq_ignore_ascii_case(fix)))
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
    let next = AtomicUsize::new(0);
    let compare = |repository: &gix::Repository, memory: &Memory| {
        compare_share(Trees::new(memory, repository), commits, &wanted, paths.len(), &next)
    };
    let (memory, repository) = (&*objects.memory, objects.repository.clone().into_sync());
    let found = std::thread::scope(|scope| {
        let others = (1..threads).map(|_| scope.spawn(|| compare(&repository.to_thread_local(), memory)));
        let others: Vec<_> = others.collect();
        let own = compare(&objects.repository, memory);
        let others = others.into_iter().map(std::thread::ScopedJoinHandle::join);
        std::iter::once(Ok(own)).chain(others).collect::<Result<Vec<_>, _>>()
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

fn compare_share(mut trees: Trees<'_>, commits: &Commits, wanted: &Wanted, paths: usize, next: &AtomicUsize) -> Found {
    let mut found = Found { files: vec![Default::default(); paths], trees_missing: false };
    let mut touched = Vec::new();
    loop {
        let start = next.fetch_add(SHARE, Ordering::Relaxed);
        let Some(share) = commits.entries.get(start..).filter(|share| !share.is_empty()) else { return found };
        for entry in share.iter().take(SHARE) {
            // What a merge brings in was counted where it was made.
            if entry.commit.parents.len() > 1 {
                continue;
            }
            let parent = match entry.commit.parents.first() {
                None => None,
                Some(parent) => match commits.index.get(parent) {
                    Some(index) => Some(commits.entries[*index].commit.tree),
                    // Beyond the cut: there is nothing to compare with.
                    None => continue,
                },
            };
            touched.clear();
            if wanted.compare(0, [parent, Some(entry.commit.tree)], &mut trees, &mut touched).is_err() {
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

    /// Adds the wanted paths below a node that differ between two trees.
    fn compare(
        &self,
        node: usize,
        between: TwoTrees,
        trees: &mut Trees<'_>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Unreadable> {
        if between[0] == between[1] {
            return Ok(());
        }
        let children = &self.nodes[node].children;
        let mut sides: BTreeMap<usize, Sides> = BTreeMap::new();
        for entry in trees.differing(between)?.iter() {
            if let Ok(child) = children.binary_search_by(|(name, _)| name.cmp(&entry.name)) {
                sides.entry(child).or_default()[entry.side] = Some((entry.mode, entry.id));
            }
        }
        for (child, sides) in sides {
            let node = children[child].1;
            let trees_of = sides.map(|side| side.filter(|(mode, _)| is_tree(*mode)).map(|(_, id)| id));
            let [old, new] = sides.map(|side| side.filter(|(mode, _)| !is_tree(*mode)));
            if let Some(path) = self.nodes[node].path
                && old != new
            {
                touched.push(path);
            }
            if !self.nodes[node].children.is_empty() {
                self.compare(node, trees_of, trees, touched)?;
            }
        }
        Ok(())
    }
}

/// A wanted entry in two trees: its mode and object, where it is there.
type Sides = [Option<(u16, ObjectId)>; 2];

fn is_tree(mode: u16) -> bool {
    mode == 0o040_000
}
