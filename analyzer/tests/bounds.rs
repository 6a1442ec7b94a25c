//! What is made to be more than anybody can read is read up to a cap, and never taken for harmless.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_analyzer::{Change, HistoryCut, analyze};
use axiomo_model::{Effort, RiskLevel, Signal};
use repository::{ANN, BOB, TestRepository};

/// A repository whose `main` has one file.
fn begun() -> TestRepository {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository
}

/// A folder that holds ten which hold ten and so on, ten deep: a dozen objects, and 10^10 files.
fn bomb(repository: &TestRepository) -> String {
    let ten = |entry: &str| (0..10).fold(String::new(), |lines, name| lines + &format!("{entry}\t{name}\n"));
    let blob = repository.object("blob", b"new\n");
    let innermost = repository.tree(&ten(&format!("100644 blob {blob}")));
    (1..10).fold(innermost, |tree, _| repository.tree(&ten(&format!("040000 tree {tree}"))))
}

/// More than is read of any commit.
fn huge_message() -> String {
    format!("Huge\n\n{}", "x".repeat(1024 * 1024))
}

fn signal(change: &Change) -> Signal {
    analyze(change, change.updated_at.unwrap())
}

fn paths(change: &Change) -> Vec<&str> {
    change.files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn folders_that_hold_more_files_than_can_be_listed_are_looked_at_up_to_a_cap() {
    let mut repository = begun();
    let tree = bomb(&repository);
    repository.commit_tree("topic", "main", &tree, "Harmless");
    let change = repository.range("main..topic");
    assert!(change.has_more_files);
    assert_eq!(paths(&change), ["a.rs"], "all files but the one that was there are too far down");
    let signal = signal(&change);
    let gap = &signal.meta.unavailable[0];
    assert_eq!(gap.what.as_deref(), Some("files"));
    assert!(gap.reason.as_deref().unwrap().ends_with("beyond what is looked at of any change"), "{gap:?}");
    assert_eq!((signal.pr.additions, signal.pr.deletions, signal.pr.changed_files), (None, None, None));
    assert_eq!(signal.risk.level, Some(RiskLevel::High));
    let unreadable = signal.risk.drivers.iter().find(|driver| driver.id.as_deref() == Some("unreadable")).unwrap();
    assert_eq!(unreadable.detail.as_deref(), Some("more files than are looked at"));
    assert_eq!((signal.triage.effort.clone(), signal.triage.estimated_minutes), (Some(Effort::ExtraLarge), Some(480)));
}

#[test]
fn whether_a_squash_is_one_that_cannot_be_listed_is_not_guessed() {
    let mut repository = begun();
    let tree = bomb(&repository);
    repository.commit_tree("topic", "main", &tree, "Harmless");
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    repository.commit_tree("main", "main", &tree, "Harmless (#7)");
    let change = repository.pull(7);
    assert_eq!((change.merged, change.has_more_files), (None, true));
}

#[test]
fn of_very_many_files_the_first_that_could_not_be_read_are_named() {
    let mut repository = begun();
    let blob = repository.object("blob", b"new\n");
    let line = |number: usize| format!("100644 blob {blob}\tfile{number:06}.rs\n");
    let tree = repository.tree(&(0..120_000).fold(String::new(), |lines, number| lines + &line(number)));
    repository.commit_tree("topic", "main", &tree, "Add");
    let change = repository.range("main..topic");
    assert_eq!((change.files.len(), change.has_more_files), (100_000, true));
    let signal = signal(&change);
    // That there are more, a hundred, and how many more.
    let unavailable = &signal.meta.unavailable;
    assert_eq!(unavailable.len(), 102);
    assert_eq!(unavailable[1].what.as_deref(), Some("file009999.rs"));
    assert_eq!(unavailable[101].what.as_deref(), Some("89900 more files"));
    assert_eq!(unavailable[101].reason.as_deref(), Some("beyond the 10000 files that are read"));
    let unreadable = signal.risk.drivers.iter().find(|driver| driver.id.as_deref() == Some("unreadable")).unwrap();
    let detail = unreadable.detail.as_deref().unwrap();
    assert!(detail.contains("90000 files could not be read"), "the score sees all of them: {detail}");
    assert!(serde_json::to_string(&signal).unwrap().len() < 50_000);
}

#[test]
fn a_path_that_is_too_long_is_not_listed_and_said_to_be_missing() {
    let mut repository = begun();
    let deep = format!("{}c.rs", "folder/".repeat(600));
    repository.on("topic", &["main"], "Add", ANN, &[("b.rs", "1\n"), (&deep, "1\n")]);
    let change = repository.range("main..topic");
    assert_eq!((paths(&change), change.has_more_files), (vec!["b.rs"], true));
    assert_eq!(change.unavailable[0].what, "files");
}

#[test]
fn a_commit_that_is_too_large_hides_nothing_of_what_it_changed() {
    let mut repository = begun();
    repository.on("topic", &["main"], "One", ANN, &[("b.rs", "1\n")]);
    repository.on("two", &["topic"], "Two", ANN, &[("c.rs", "1\n")]);
    let tree = repository.git(&["rev-parse", "two^{tree}"]);
    repository.commit_tree("topic", "topic", &tree, &huge_message());
    repository.on("topic", &["topic"], "Three", BOB, &[("d.rs", "1\n")]);
    let change = repository.range("main..topic");
    assert_eq!(paths(&change), ["b.rs", "c.rs", "d.rs"]);
    assert_eq!((change.title.as_deref(), change.commits), (Some("One"), None));
    let is_said = |what: &str| change.unavailable.iter().any(|gap| gap.reason.contains(what));
    assert!(is_said("some commits of the change are missing from this clone, or cannot be read"));
    assert!(is_said("no commit in common that can be read"));

    repository.commit_tree("topic", "topic", &tree, &huge_message());
    let error = repository.change(&"main..topic".parse().unwrap()).unwrap_err().to_string();
    assert!(error.starts_with("commit ") && error.ends_with("cannot be read: larger than 1 MiB"), "{error}");
}

#[test]
fn a_commit_that_is_too_large_ends_the_history_and_not_every_later_analysis() {
    let mut repository = begun();
    let tree = repository.git(&["rev-parse", "main^{tree}"]);
    repository.commit_tree("main", "main", &tree, &huge_message());
    repository.on_main("Later", &[("a.rs", "2\n")]);
    repository.on("topic", &["main"], "Change", BOB, &[("a.rs", "3\n")]);
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    for change in [repository.pull(7), repository.range("main..topic")] {
        assert_eq!((paths(&change), change.commits), (vec!["a.rs"], Some(1)));
        assert_eq!((change.history.commits, change.history.cut), (1, Some(HistoryCut::Missing)));
        let signal = signal(&change);
        assert!(signal.risk.drivers.iter().any(|driver| driver.id.as_deref() == Some("history_cut")));
    }
}

#[test]
fn of_a_crowd_of_co_authors_some_are_listed() {
    let mut repository = begun();
    let line = |number: usize| format!("Co-authored-by: A <a{number}@example.com>\n");
    let message = (0..20_000).fold("Add\n\n".to_owned(), |message, number| message + &line(number));
    repository.on("topic", &["main"], &message, ANN, &[("b.rs", "1\n")]);
    let change = repository.range("main..topic");
    assert_eq!((change.people.len(), change.people[0].commits), (50, Some(1)));
    assert_eq!(change.title.as_deref(), Some("Add"));
}
