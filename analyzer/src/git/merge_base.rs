use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use gix::ObjectId;

use super::objects::Objects;

/// Where two branches parted; none when they have nothing in common, as far as commits can be read.
/// Merges in both directions leave several, of which git takes the newest, or else the one found first.
pub(super) fn merge_base(objects: &Objects, one: ObjectId, other: ObjectId) -> Option<ObjectId> {
    if one == other {
        return Some(one);
    }
    let found = Painting::default().common(objects, one, other);
    // With clocks that are wrong, the painting may end before it has seen that one lies below another.
    let lies_below_another =
        |id| found.iter().any(|(_, other)| *other != id && Painting::default().descends(objects, *other, id));
    let candidates = found.iter().filter(|(_, id)| !lies_below_another(*id));
    candidates.min_by_key(|(time, _)| Reverse(*time)).map(|(_, id)| *id)
}

/// Which commits either tip descends from, as git finds it: from the newest commit back, each parent
/// takes the colours of its children, and the first commits with both are the answer.
#[derive(Default)]
struct Painting {
    commits: HashMap<ObjectId, Painted>,
    /// The newest first, of equal ones the one that came first, as in git.
    queue: BinaryHeap<(i64, Reverse<usize>, ObjectId)>,
    came: usize,
    /// How many in the queue may still lead to an answer.
    open: usize,
}

#[derive(Default)]
struct Painted {
    colours: u8,
    queued: usize,
}

const ONE: u8 = 1;
const OTHER: u8 = 2;
const BOTH: u8 = ONE | OTHER;
/// Below an answer.
const BELOW: u8 = 4;

impl Painting {
    fn common(&mut self, objects: &Objects, one: ObjectId, other: ObjectId) -> Vec<(i64, ObjectId)> {
        let mut answers = Vec::new();
        self.paint(objects, one, ONE);
        self.paint(objects, other, OTHER);
        while self.open > 0
            && let Some((time, _, id)) = self.queue.pop()
        {
            let Some(painted) = self.commits.get_mut(&id) else { continue };
            painted.queued -= 1;
            let mut colours = painted.colours;
            self.open -= usize::from(colours & BELOW == 0);
            if colours == BOTH {
                if !answers.contains(&(time, id)) {
                    answers.push((time, id));
                }
                colours |= BELOW;
            }
            let Ok(commit) = objects.commit(id) else { continue };
            for parent in commit.parents.iter().filter(|_| !objects.is_shallow_edge(&id)) {
                self.paint(objects, *parent, colours);
            }
        }
        answers.retain(|(_, id)| self.commits.get(id).is_some_and(|painted| painted.colours & BELOW == 0));
        answers
    }

    /// Whether a commit is among the ancestors of another. Nothing on the way from the one to the other
    /// can lie below what they have in common, so that all of it is painted whatever the clocks say.
    fn descends(&mut self, objects: &Objects, commit: ObjectId, ancestor: ObjectId) -> bool {
        self.common(objects, commit, ancestor);
        self.commits.get(&ancestor).is_some_and(|painted| painted.colours & ONE != 0)
    }

    /// Adds colours to a commit; with new ones it passes them on in its turn.
    fn paint(&mut self, objects: &Objects, id: ObjectId, colours: u8) {
        let painted = self.commits.entry(id).or_default();
        if painted.colours & colours == colours {
            return;
        }
        // What cannot be read is not there.
        let Ok(commit) = objects.commit(id) else { return };
        if painted.colours & BELOW == 0 && colours & BELOW != 0 {
            self.open -= painted.queued;
        }
        painted.colours |= colours;
        painted.queued += 1;
        self.open += usize::from(painted.colours & BELOW == 0);
        self.queue.push((commit.committed_at, Reverse(self.came), id));
        self.came += 1;
    }
}
