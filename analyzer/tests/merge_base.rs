//! A change is compared with the commit where git says that both sides parted.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axiomo_analyzer::git::{Repository, Selection};
use proptest::prelude::*;
use repository::{ANN, TestRepository};

/// Its parents, by how far back they are, and how much the clock went on or back before it.
type NewCommit = (Vec<usize>, i64);

/// Writes commits, each on a branch of its own and with a file of its own beside those of its
/// ancestors. Gives the numbers of each one's ancestors, itself included.
fn write(repository: &TestRepository, commits: &[NewCommit]) -> Vec<BTreeSet<usize>> {
    let mut stream = String::new();
    let mut lineages: Vec<BTreeSet<usize>> = Vec::new();
    let mut time = 1_700_000_000;
    for (number, (parents, step)) in commits.iter().enumerate() {
        time += step;
        let parents: BTreeSet<usize> = parents.iter().filter_map(|back| number.checked_sub(*back)).collect();
        let mut lineage: BTreeSet<usize> = parents.iter().flat_map(|parent| lineages[*parent].clone()).collect();
        lineage.insert(number);
        let mark = number + 1;
        write!(stream, "commit refs/heads/c{number}\nmark :{mark}\ncommitter {ANN} {time} +0000\ndata 0\n").unwrap();
        for (index, parent) in parents.iter().enumerate() {
            writeln!(stream, "{} :{}", if index == 0 { "from" } else { "merge" }, parent + 1).unwrap();
        }
        for file in &lineage {
            write!(stream, "M 100644 inline f{file}\ndata 2\n{}\n", char::from(b'a' + u8::try_from(*file).unwrap()))
                .unwrap();
        }
        lineages.push(lineage);
    }
    repository.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/c0"]);
    lineages
}

fn commit() -> impl Strategy<Value = NewCommit> {
    let parents = prop_oneof![
        1 => Just(Vec::new()),
        6 => proptest::collection::vec(1..4_usize, 1),
        4 => proptest::collection::vec(1..6_usize, 2..4),
    ];
    // Clocks that are wrong are what makes finding it hard.
    (parents, prop_oneof![4 => 1..100_i64, 1 => Just(0_i64), 1 => -500..0_i64])
}

/// Compares each commit with the last, in both directions, and with the one before the last.
fn agrees_with_git(commits: &[NewCommit]) {
    let repository = TestRepository::new();
    let lineages = write(&repository, commits);
    let open = Repository::open(repository.path()).unwrap();
    let ids: Vec<String> =
        (0..commits.len()).map(|number| repository.git(&["rev-parse", &format!("c{number}")])).collect();
    let last = commits.len() - 1;
    for (base, head) in (0..last).flat_map(|base| [(base, last), (last, base), (base, last - 1)]) {
        let (base_name, head_name) = (format!("c{base}"), format!("c{head}"));
        let parted = repository.git_or_nothing(&["merge-base", &base_name, &head_name]);
        let expected: BTreeSet<String> = match ids.iter().position(|id| *id == parted) {
            Some(parted) => lineages[head].difference(&lineages[parted]).map(|file| format!("f{file}")).collect(),
            None => lineages[head].symmetric_difference(&lineages[base]).map(|file| format!("f{file}")).collect(),
        };
        let selection = Selection::Range { base: base_name.clone(), head: head_name.clone() };
        let files = open.change(&selection).unwrap().files;
        let files: BTreeSet<String> = files.into_iter().map(|file| file.path).collect();
        assert_eq!(files, expected, "{base_name} {head_name}");
    }
}

/// A child that is older than its parent by its clock: what it shares with the parent is found late.
#[test]
fn a_child_older_than_its_parent_hides_nothing() {
    let root = || (Vec::new(), 1);
    let merge = (vec![1, 2], 1);
    agrees_with_git(&[root(), root(), root(), merge, (vec![1], 1), root(), (vec![2], -5), (vec![1, 5], 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn is_where_git_says(commits in proptest::collection::vec(commit(), 4..14)) {
        agrees_with_git(&commits);
    }
}
