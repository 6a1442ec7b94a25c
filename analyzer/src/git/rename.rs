//! Finding renamed files as git does by default: equal contents first, then files that kept their
//! name, then every other pair, down to half of the content in common.
//!
//! The rules are those of `git diff --find-renames=50%`, as its documentation and its observable
//! behaviour give them; the tests compare with git itself.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::objs::tree::EntryMode;

use super::lines;
use super::objects::Objects;

/// One side of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Side {
    pub(super) path: BString,
    pub(super) mode: EntryMode,
    pub(super) id: ObjectId,
}

/// Similarity is counted in these, as git does.
const WHOLE: u64 = 60_000;
const HALF: u64 = WHOLE / 2;
/// What files of one name must have in common to be paired before others are looked at.
const SAME_NAME: u64 = HALF + (WHOLE - HALF) / 2;
/// Beyond this many pairs git does not compare contents of files with different names.
const MOST_PAIRS: usize = 1000 * 1000;
/// Of many deleted files with one content, this many are looked at.
const EQUAL_CANDIDATES: usize = 100;
/// The most bytes that are read to look for renames.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// Of each new file, this many candidates are kept.
const CANDIDATES: usize = 4;

/// For each added file, the index of the deleted one it was renamed from.
pub(super) fn find(objects: &Objects, deleted: &[Side], added: &[Side]) -> Vec<Option<usize>> {
    let mut search = Search {
        deleted,
        added,
        from: vec![None; added.len()],
        used: vec![false; deleted.len()],
        contents: Contents { objects, of: HashMap::new(), bytes_left: MOST_BYTES },
    };
    search.pair_equal();
    search.pair_same_names();
    search.pair_similar();
    search.from
}

struct Search<'s> {
    deleted: &'s [Side],
    added: &'s [Side],
    from: Vec<Option<usize>>,
    used: Vec<bool>,
    contents: Contents<'s>,
}

impl Search<'_> {
    fn pair(&mut self, deleted: usize, added: usize) {
        self.from[added] = Some(deleted);
        self.used[deleted] = true;
    }

    fn open_added(&self) -> Vec<usize> {
        (0..self.added.len()).filter(|index| self.from[*index].is_none()).collect()
    }

    fn open_deleted(&self) -> Vec<usize> {
        (0..self.deleted.len()).filter(|index| !self.used[*index]).collect()
    }

    /// Equal contents; of several, one with the same name.
    fn pair_equal(&mut self) {
        let mut by_id: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        for (index, side) in self.deleted.iter().enumerate() {
            by_id.entry(side.id).or_default().push(index);
        }
        for (index, side) in self.added.iter().enumerate() {
            let known = by_id.get(&side.id).into_iter().flatten().copied().filter(|candidate| !self.used[*candidate]);
            let candidates = known.take(EQUAL_CANDIDATES).filter(|candidate| {
                let other = &self.deleted[*candidate];
                is_file(side.mode) && is_file(other.mode) || side.mode == other.mode
            });
            let mut best = None;
            for candidate in candidates {
                let same_name = name(&self.deleted[candidate]) == name(side);
                if best.is_none() || same_name {
                    best = Some(candidate);
                }
                if same_name {
                    break;
                }
            }
            if let Some(best) = best {
                self.pair(best, index);
            }
        }
    }

    /// Files whose name is the only one of its kind on either side, and that are alike enough.
    fn pair_same_names(&mut self) {
        let only = |indexes: Vec<usize>, sides: &[Side]| {
            let mut only: HashMap<BString, Option<usize>> = HashMap::new();
            for index in indexes {
                only.entry(name(&sides[index]).into()).and_modify(|other| *other = None).or_insert(Some(index));
            }
            only
        };
        let deleted = only(self.open_deleted(), self.deleted);
        let added = only(self.open_added(), self.added);
        for index in self.open_deleted() {
            let name = name(&self.deleted[index]);
            let (Some(Some(_)), Some(Some(new))) = (deleted.get(name), added.get(name)) else { continue };
            if self.contents.similarity(&self.deleted[index], &self.added[*new]) >= SAME_NAME {
                self.pair(index, *new);
            }
        }
    }

    /// The best pairs of all that are left.
    fn pair_similar(&mut self) {
        let (deleted, added) = (self.open_deleted(), self.open_added());
        if deleted.len().saturating_mul(added.len()) > MOST_PAIRS {
            tracing::debug!(deleted = deleted.len(), added = added.len(), "too many pairs to look for renames");
            return;
        }
        let mut pairs: Vec<Pair> = Vec::new();
        for new in &added {
            // As in git: poor candidates hold their places until a better one takes the worst of them,
            // which decides the order of equals.
            let mut best: Vec<Pair> = Vec::with_capacity(CANDIDATES);
            for old in &deleted {
                let (old_side, new_side) = (&self.deleted[*old], &self.added[*new]);
                let similarity = self.contents.similarity(old_side, new_side);
                let pair = Pair { rank: (similarity, name(old_side) == name(new_side)), old: *old, new: *new };
                if best.len() < CANDIDATES {
                    best.push(pair);
                } else if let Some(worst) = best.iter_mut().min_by_key(|pair| pair.rank)
                    && worst.rank < pair.rank
                {
                    *worst = pair;
                }
            }
            pairs.extend(best.into_iter().filter(|pair| pair.rank.0 >= HALF));
        }
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rank));
        for Pair { old, new, .. } in pairs {
            if self.from[new].is_none() && !self.used[old] {
                self.pair(old, new);
            }
        }
    }
}

fn name(side: &Side) -> &[u8] {
    side.path.rsplit_str("/").next().unwrap_or_default()
}

fn is_file(mode: EntryMode) -> bool {
    mode.is_blob()
}

/// A file that may be another's next life.
struct Pair {
    /// The similarity, and whether both have the same name.
    rank: (u64, bool),
    old: usize,
    new: usize,
}

/// What the contents of files consist of, made once for each.
struct Contents<'s> {
    objects: &'s Objects,
    of: HashMap<ObjectId, Option<Chunks>>,
    bytes_left: usize,
}

/// A content cut into lines (or 64 bytes, where a line is longer), and how many bytes are in each
/// kind of chunk.
struct Chunks {
    size: u64,
    /// By the chunk's hash, sorted, so that two contents are compared in one go.
    bytes: Vec<(u64, u64)>,
}

impl Contents<'_> {
    /// How much of the larger content both have in common, of [`WHOLE`].
    fn similarity(&mut self, old: &Side, new: &Side) -> u64 {
        if !is_file(old.mode) || !is_file(new.mode) {
            return 0;
        }
        let (Some(old_size), Some(new_size)) = (self.size(old.id), self.size(new.id)) else { return 0 };
        let (smaller, larger) = (old_size.min(new_size), old_size.max(new_size));
        // Even if the smaller were wholly a part of the larger, it would not be half of it.
        if larger == 0 || new_size == 0 || larger * (WHOLE - HALF) < (larger - smaller) * WHOLE {
            return 0;
        }
        self.read(old.id);
        self.read(new.id);
        let (Some(Some(old)), Some(Some(new))) = (self.of.get(&old.id), self.of.get(&new.id)) else { return 0 };
        let common = common(&old.bytes, &new.bytes);
        common * WHOLE / old.size.max(new.size)
    }

    fn size(&self, id: ObjectId) -> Option<u64> {
        match self.of.get(&id) {
            Some(known) => known.as_ref().map(|chunks| chunks.size),
            None => self.objects.repository.try_find_header(id).ok()?.map(|header| header.size()),
        }
    }

    fn read(&mut self, id: ObjectId) {
        if self.of.contains_key(&id) {
            return;
        }
        let content = self.objects.blob(id).ok().filter(|_| self.bytes_left > 0);
        self.bytes_left = self.bytes_left.saturating_sub(content.as_ref().map_or(0, Vec::len));
        self.of.insert(id, content.map(|content| Chunks::of(&content)));
    }
}

/// How many bytes two contents have in common.
fn common(one: &[(u64, u64)], other: &[(u64, u64)]) -> u64 {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0;
    while let (Some((left, left_bytes)), Some((right, right_bytes))) = (one.peek(), other.peek()) {
        match left.cmp(right) {
            Ordering::Less => drop(one.next()),
            Ordering::Greater => drop(other.next()),
            Ordering::Equal => {
                common += left_bytes.min(right_bytes);
                one.next();
                other.next();
            }
        }
    }
    common
}

impl Chunks {
    fn of(content: &[u8]) -> Self {
        const LONGEST: usize = 64;
        let is_text = !lines::is_binary(content);
        let mut chunks: Vec<(u64, u64)> = Vec::new();
        let mut chunk = Vec::with_capacity(LONGEST);
        let mut end = |chunk: &mut Vec<u8>| {
            let mut hasher = DefaultHasher::new();
            hasher.write(chunk);
            chunks.push((hasher.finish(), chunk.len() as u64));
            chunk.clear();
        };
        for (index, byte) in content.iter().enumerate() {
            // A line counts as the same with either kind of line end.
            if is_text && *byte == b'\r' && content.get(index + 1) == Some(&b'\n') {
                continue;
            }
            chunk.push(*byte);
            if chunk.len() == LONGEST || *byte == b'\n' {
                end(&mut chunk);
            }
        }
        if !chunk.is_empty() {
            end(&mut chunk);
        }
        chunks.sort_unstable();
        chunks.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            kept.1 += if same { later.1 } else { 0 };
            same
        });
        Self { size: content.len() as u64, bytes: chunks }
    }
}
