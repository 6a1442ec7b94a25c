//! What is read from a repository is what git itself says.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_analyzer::git::{Repository, Selection};
use axiomo_analyzer::{Change, FileStatus, Lines};
use proptest::prelude::*;
use repository::{ANN, BOB, File, NewCommit, TestRepository};

/// What a test does to a repository.
#[derive(Debug, Clone)]
enum Step {
    Write { path: usize, seed: u64, lines: usize },
    Edit { path: usize, at: usize, remove: usize, insert: usize },
    Move { from: usize, to: usize },
    Delete { path: usize },
    Chmod { path: usize },
    Link { path: usize },
    Commit { fix: bool, bob: bool },
}

const PATHS: [&str; 9] =
    ["a.rs", "b.rs", "src/a.rs", "src/b.rs", "src/deep/a.rs", "lib/c.txt", "src", "lib", "src/deep.rs"];

fn step() -> impl Strategy<Value = Step> {
    let path = || 0..PATHS.len();
    prop_oneof![
        2 => (path(), 0..4_u64, 0..40_usize).prop_map(|(path, seed, lines)| Step::Write { path, seed, lines }),
        4 => (path(), 0..40_usize, 0..20_usize, 0..20_usize)
            .prop_map(|(path, at, remove, insert)| Step::Edit { path, at, remove, insert }),
        3 => (path(), path()).prop_map(|(from, to)| Step::Move { from, to }),
        1 => path().prop_map(|path| Step::Delete { path }),
        1 => path().prop_map(|path| Step::Chmod { path }),
        1 => path().prop_map(|path| Step::Link { path }),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(fix, bob)| Step::Commit { fix, bob }),
    ]
}

type Tree = std::collections::BTreeMap<&'static str, (&'static str, String)>;

fn apply(tree: &mut Tree, step: &Step) {
    let fits = |tree: &Tree, path: &str| {
        tree.keys().all(|other| !other.starts_with(&format!("{path}/")) && !path.starts_with(&format!("{other}/")))
    };
    match step {
        Step::Write { path, seed, lines } if fits(tree, PATHS[*path]) => {
            let text =
                (0..*lines).fold(String::new(), |text, line| text + &format!("{}\n", (line as u64 * 7 + seed) % 23));
            tree.insert(PATHS[*path], ("100644", text));
        }
        Step::Edit { path, at, remove, insert } => {
            if let Some((_, text)) = tree.get_mut(PATHS[*path]) {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                let at = (*at).min(lines.len());
                let end = (at + remove).min(lines.len());
                lines.splice(at..end, (0..*insert).map(|line| format!("new {line}")));
                *text = lines.into_iter().fold(String::new(), |text, line| text + &line + "\n");
            }
        }
        Step::Move { from, to } => {
            if let Some(moved) = tree.remove(PATHS[*from]) {
                let place = if fits(tree, PATHS[*to]) { *to } else { *from };
                tree.insert(PATHS[place], moved);
            }
        }
        Step::Delete { path } => drop(tree.remove(PATHS[*path])),
        Step::Chmod { path } => {
            if let Some((mode @ ("100644" | "100755"), _)) = tree.get_mut(PATHS[*path]) {
                *mode = if *mode == "100644" { "100755" } else { "100644" };
            }
        }
        Step::Link { path } if fits(tree, PATHS[*path]) => {
            tree.insert(PATHS[*path], ("120000", "elsewhere".to_owned()));
        }
        _ => {}
    }
}

fn commit(repository: &mut TestRepository, branch: &str, tree: &Tree, message: &str, author: &str) {
    let mut files: Vec<File<'_>> = PATHS.iter().map(|path| (repository::FILE, path.as_bytes(), None)).collect();
    files.extend(tree.iter().map(|(path, (mode, text))| (*mode, path.as_bytes(), Some(text.as_bytes()))));
    let parents: &[&str] = if repository.git(&["branch", "--list", branch]).is_empty() { &[] } else { &[branch] };
    repository.commit(&NewCommit { branch, message: message.as_bytes(), author, parents, files: &files });
}

/// As git prints it: status, counts, the path before and the path after.
fn as_git_says(repository: &TestRepository, range: &str) -> Vec<String> {
    let numbers = repository.git(&["diff", "--numstat", "--find-renames=50%", "-z", range]);
    let mut fields = numbers.split('\0');
    let mut rows = Vec::new();
    while let Some(field) = fields.next().filter(|field| !field.is_empty()) {
        let (counts, path) = field.rsplit_once('\t').unwrap();
        let counts = counts.replace('\t', " ");
        rows.push(match path {
            "" => format!("{counts} {} => {}", fields.next().unwrap(), fields.next().unwrap()),
            path => format!("{counts} {path}"),
        });
    }
    rows.sort();
    rows
}

fn as_we_say(change: &Change) -> Vec<String> {
    let mut rows: Vec<String> = change
        .files
        .iter()
        .map(|file| {
            let counts = match file.lines {
                Lines::Counted { added, deleted } => format!("{added} {deleted}"),
                Lines::Binary => "- -".to_owned(),
                Lines::Unavailable(_) => "?".to_owned(),
            };
            match (&file.previous_path, file.status) {
                (Some(previous), FileStatus::Renamed) => format!("{counts} {previous} => {}", file.path),
                _ => format!("{counts} {}", file.path),
            }
        })
        .collect();
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn files_lines_renames_commits_and_pasts_agree_with_git(
        before in proptest::collection::vec(step(), 8..30), after in proptest::collection::vec(step(), 4..20),
    ) {
        let mut repository = TestRepository::new();
        let mut tree = Tree::from([("a.rs", ("100644", repository::lines(30, "line")))]);
        commit(&mut repository, "main", &tree, "Begin", ANN);
        for step in &before {
            match step {
                Step::Commit { fix, bob } => {
                    let author = if *bob { BOB } else { ANN };
                    commit(&mut repository, "main", &tree, if *fix { "Fixes it" } else { "Prefix it" }, author);
                }
                step => apply(&mut tree, step),
            }
        }
        commit(&mut repository, "main", &tree, "Prepare", ANN);
        repository.git(&["branch", "topic", "main"]);
        for step in &after {
            match step {
                Step::Commit { .. } => commit(&mut repository, "topic", &tree, "Step", BOB),
                step => apply(&mut tree, step),
            }
        }
        commit(&mut repository, "topic", &tree, "Done", BOB);

        let change = repository.range("main..topic");
        prop_assert_eq!(as_we_say(&change), as_git_says(&repository, "main..topic"));
        let commits = repository.git(&["rev-list", "--count", "main..topic"]);
        prop_assert_eq!(change.commits.unwrap().to_string(), commits);
        for file in &change.files {
            let known_as = file.previous_path.as_ref().unwrap_or(&file.path);
            // git follows a folder of that name too; the path is a file, so only its entries as one count.
            let log = repository.git(&["log", "--full-history", "--format=%ae %s", "--raw", "--no-renames", "--no-abbrev", "main"]);
            let mut counted = (0, 0, std::collections::BTreeSet::new());
            let mut current = "";
            for line in log.lines() {
                match line.strip_prefix(':') {
                    None if !line.is_empty() => current = line,
                    Some(raw) if raw.ends_with(&format!("\t{known_as}")) => {
                        counted.0 += 1;
                        counted.1 += u64::from(current.ends_with("Fixes it"));
                        counted.2.insert(current.split(' ').next().unwrap());
                    }
                    _ => {}
                }
            }
            let (changes, fixes, developers) = (counted.0, counted.1, counted.2.len() as u64);
            let expected = axiomo_analyzer::FilePast { changes, fixes, developers };
            prop_assert_eq!(&file.past, &expected, "{}", known_as);
        }

        // What an open repository remembers of one change is as true for another.
        let open = Repository::open(repository.path()).unwrap();
        let history = repository.git(&["rev-list", "main"]);
        for selection in history.lines().map(|base| Selection::Range { base: base.to_owned(), head: "topic".to_owned() }) {
            prop_assert_eq!(open.change(&selection).unwrap(), repository.change(&selection).unwrap(), "{:?}", selection);
        }
    }
}

/// A file made of pieces of those that were there before.
#[derive(Debug, Clone)]
struct Patchwork {
    folder: usize,
    name: usize,
    /// An old file, and how many of its 20 lines are taken.
    pieces: Vec<(usize, usize)>,
    own_lines: usize,
}

fn patchwork() -> impl Strategy<Value = Patchwork> {
    // Few names and folders, so that the same ones meet; shares around half and three quarters.
    let share = prop_oneof![Just(20_usize), Just(16), Just(15), Just(14), Just(11), Just(10), Just(9), Just(8)];
    let pieces = proptest::collection::vec((0..6_usize, share), 1..3);
    (0..4_usize, 0..5_usize, pieces, 0..12_usize).prop_map(|(folder, name, pieces, own_lines)| Patchwork {
        folder,
        name,
        pieces,
        own_lines,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn renames_agree_with_git_where_many_are_possible(
        old_names in proptest::collection::vec((0..4_usize, 0..5_usize), 6),
        sources in proptest::collection::vec(0..4_usize, 6),
        new in proptest::collection::vec(patchwork(), 1..8),
    ) {
        let path = |folder: usize, name: usize, side: &str| format!("{side}{folder}/{}.rs", ["a", "b", "c", "d", "e"][name]);
        // Some old files are equal, some share lines by chance.
        let old_line = |file: usize, line: usize| format!("file {} line {line}\n", sources[file]);
        let mut before = std::collections::BTreeMap::new();
        for (index, (folder, name)) in old_names.iter().enumerate() {
            before.insert(path(*folder, *name, "old"), (0..20).map(|line| old_line(index, line)).collect::<String>());
        }
        let mut after = std::collections::BTreeMap::new();
        for (index, file) in new.iter().enumerate() {
            let taken = file.pieces.iter().flat_map(|(from, share)| (0..*share).map(|line| old_line(*from, line)));
            let own = (0..file.own_lines).map(|line| format!("own {index} line {line}\n"));
            after.insert(path(file.folder, file.name, "new"), taken.chain(own).collect::<String>());
        }
        let mut repository = TestRepository::new();
        let written: Vec<File<'_>> = before.iter().map(|(path, text)| (repository::FILE, path.as_bytes(), Some(text.as_bytes()))).collect();
        let commit = |branch, parents, files| NewCommit { branch, message: b"Change", author: ANN, parents, files };
        repository.commit(&commit("main", &[], &written));
        let mut moved: Vec<File<'_>> = before.keys().map(|path| (repository::FILE, path.as_bytes(), None)).collect();
        moved.extend(after.iter().map(|(path, text)| (repository::FILE, path.as_bytes(), Some(text.as_bytes()))));
        repository.commit(&commit("topic", &["main"], &moved));
        prop_assert_eq!(as_we_say(&repository.range("main..topic")), as_git_says(&repository, "main..topic"));
    }
}

/// Moves files so that rules of git's own decide, which chance seldom meets.
fn moved(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", before);
    let mut files: Vec<File<'_>> = before.iter().map(|(path, _)| (repository::FILE, path.as_bytes(), None)).collect();
    files.extend(after.iter().map(|(path, text)| (repository::FILE, path.as_bytes(), Some(text.as_bytes()))));
    let new = NewCommit { branch: "topic", message: b"Move", author: ANN, parents: &["main"], files: &files };
    repository.commit(&new);
    let ours = as_we_say(&repository.range("main..topic"));
    assert_eq!(ours, as_git_says(&repository, "main..topic"));
    ours
}

#[test]
fn a_file_that_kept_its_name_comes_before_one_that_is_more_alike() {
    let whole = repository::lines(20, "line");
    let kept = repository::lines(16, "line");
    let closer = repository::lines(19, "line");
    let rows = moved(&[("a/x.rs", &whole)], &[("b/x.rs", &kept), ("c/y.rs", &closer)]);
    assert_eq!(rows, ["0 4 a/x.rs => b/x.rs", "19 0 c/y.rs"]);
}

#[test]
fn of_equal_contents_the_one_with_the_same_name_is_taken() {
    let text = repository::lines(20, "line");
    let rows = moved(&[("p/one.rs", &text), ("q/two.rs", &text)], &[("r/two.rs", &text)]);
    assert_eq!(rows, ["0 0 q/two.rs => r/two.rs", "0 20 p/one.rs"]);
}

#[test]
fn of_many_equal_candidates_the_first_is_taken() {
    let text = repository::lines(20, "line");
    let before: Vec<(String, &str)> = (0..7).map(|number| (format!("old/{number}.rs"), text.as_str())).collect();
    let before: Vec<(&str, &str)> = before.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let new = format!("{text}more\n");
    assert_eq!(moved(&before, &[("new.rs", &new)])[6], "1 0 old/0.rs => new.rs");
}
