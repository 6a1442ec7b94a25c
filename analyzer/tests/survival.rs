//! Repositories that are odd, broken or huge are read as far as they go, and what could not be read
//! is said.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_analyzer::git::{Repository, Selection};
use axiomo_analyzer::{Change, FileStatus, HistoryCut, Lines, analyze};
use axiomo_model::Signal;
use repository::{ANN, BOB, FILE, File, NewCommit, TestRepository, lines};

/// A repository whose `topic` changes `main` by these files.
fn changing(before: &[File<'_>], after: &[File<'_>]) -> TestRepository {
    let mut repository = TestRepository::new();
    let commit = |branch, parents, files| NewCommit { branch, message: b"Change", author: ANN, parents, files };
    repository.commit(&commit("main", &[], before));
    repository.commit(&commit("topic", &["main"], after));
    repository
}

fn signal(change: &Change) -> Signal {
    analyze(change, change.updated_at.unwrap())
}

fn driver(signal: &Signal, id: &str) -> Option<f64> {
    signal.risk.drivers.iter().find(|driver| driver.id.as_deref() == Some(id))?.contribution
}

#[test]
fn binary_files_links_modes_and_submodules_are_read_like_git_does() {
    let commit = b"1111111111111111111111111111111111111111".as_slice();
    let other = b"2222222222222222222222222222222222222222".as_slice();
    let repository = changing(
        &[
            (FILE, b"logo.dat", Some(b"\0one")),
            (FILE, b"run.py", Some(b"run\n")),
            ("160000", b"library", Some(commit)),
            (FILE, b"kind", Some(b"a file\n")),
        ],
        &[
            (FILE, b"logo.dat", Some(b"\0two")),
            ("100755", b"run.py", Some(b"run\n")),
            ("160000", b"library", Some(other)),
            ("120000", b"kind", Some(b"run.py")),
        ],
    );
    let change = repository.range("main..topic");
    let found: Vec<_> = change.files.iter().map(|file| (file.path.as_str(), &file.lines)).collect();
    let one = |added, deleted| Lines::Counted { added, deleted };
    assert_eq!(
        found,
        [("kind", &one(1, 1)), ("library", &one(1, 1)), ("logo.dat", &Lines::Binary), ("run.py", &one(0, 0))]
    );
    assert!(change.files.iter().all(|file| file.status == FileStatus::Modified));
    assert!(change.unavailable.is_empty());
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.commit(&NewCommit {
        branch: "topic",
        message: b"Title \xff\xfe\n\nbody",
        author: ANN,
        parents: &["main"],
        files: &[(FILE, b"na\xefve/\xc3\xa9.rs", Some(b"1\n"))],
    });
    let change = repository.range("main..topic");
    assert_eq!(change.files[0].path, "na\u{fffd}ve/é.rs");
    assert_eq!(change.title.as_deref(), Some("Title \u{fffd}\u{fffd}"));
}

#[test]
fn a_change_of_nothing_is_a_change() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("topic", &["main"], "Nothing", ANN, &[]);
    for range in ["main..topic", "main..main"] {
        let change = repository.range(range);
        assert!(change.files.is_empty());
        let signal = signal(&change);
        assert_eq!((signal.pr.additions, signal.pr.changed_files), (Some(0), Some(0)));
        assert!(signal.risk.score.unwrap() < 0.07, "{:?}", signal.risk.score);
    }
}

#[test]
fn a_missing_blob_is_named_and_not_taken_for_safe() {
    let repository =
        changing(&[(FILE, b"a.rs", Some(b"1\n"))], &[(FILE, b"a.rs", Some(b"2\n")), (FILE, b"b.rs", Some(b"3\n"))]);
    let whole = signal(&repository.range("main..topic"));
    // As in a clone with --filter=blob:none: the object is not there.
    let blob = repository.git(&["rev-parse", "topic:b.rs"]);
    std::fs::remove_file(repository.path().join("objects").join(&blob[..2]).join(&blob[2..])).unwrap();

    let change = repository.range("main..topic");
    assert_eq!(change.files[1].lines, Lines::Unavailable("its content is missing from this clone".to_owned()));
    assert_eq!(change.unavailable[0].what, "b.rs");
    let partial = signal(&change);
    assert_eq!((partial.pr.additions, partial.pr.changed_files), (None, Some(2)));
    assert_eq!(partial.meta.unavailable[0].what.as_deref(), Some("b.rs"));
    assert!(partial.risk.score > whole.risk.score, "what was not read must not lower the score");
    assert!(driver(&partial, "unreadable").unwrap() > 0.0);
    assert_ne!(partial.risk.level, Some(axiomo_model::RiskLevel::Low));
}

#[test]
fn a_zero_byte_or_a_new_name_makes_nothing_harmless() {
    let code = lines(400, "code");
    let poisoned = format!("/*\0*/\n{code}");
    let attributes = b"*.rs text\n".as_slice();
    let repository = changing(
        &[
            (FILE, b"src/auth/login.rs", Some(code.as_bytes())),
            (FILE, b".gitattributes", Some(attributes)),
            (FILE, b"src/core.js", Some(b"1\n")),
        ],
        &[
            (FILE, b"src/auth/login.rs", None),
            (FILE, b"vendor/x.rs", Some(code.as_bytes())),
            (FILE, b".gitattributes", None),
            (FILE, b"docs/notes.txt", Some(attributes)),
            (FILE, b"src/core.js", Some(poisoned.as_bytes())),
            (FILE, b"logo.png", Some(b"\x89PNG\0")),
        ],
    );
    let change = repository.range("main..topic");
    let opaque: Vec<_> = change.files.iter().filter(|file| file.is_opaque()).map(|file| file.path.as_str()).collect();
    assert_eq!(opaque, ["src/core.js"]);
    assert!(change.files.iter().any(|file| file.path == "vendor/x.rs" && file.class.is_countable()));
    let signal = signal(&change);
    for id in ["unreadable", "sensitive_paths", "steers_review"] {
        assert!(driver(&signal, id).unwrap() > 0.0, "{id}");
    }
    assert_ne!(signal.risk.level, Some(axiomo_model::RiskLevel::Low));
}

#[test]
fn a_blob_beyond_the_cap_is_named() {
    let large = vec![b'x'; 9 * 1024 * 1024];
    let repository = changing(&[(FILE, b"a.rs", Some(b"1\n"))], &[(FILE, b"large.txt", Some(&large))]);
    let change = repository.range("main..topic");
    assert_eq!(change.files[0].lines, Lines::Unavailable("larger than 8 MiB".to_owned()));
    assert_eq!(signal(&change).pr.additions, None);
}

#[test]
fn a_shallow_clone_says_where_its_history_ends() {
    let mut repository = TestRepository::new();
    for number in 0..5 {
        repository.on_main("Go on", &[("a.rs", &lines(number + 1, "line"))]);
    }
    repository.on("topic", &["main"], "Change", BOB, &[("a.rs", "other\n")]);
    let folder = tempfile::tempdir().unwrap();
    let shallow = folder.path().join("shallow");
    let address = format!("file://{}", repository.path().display());
    repository.git(&[
        "clone",
        "--quiet",
        "--bare",
        "--depth=3",
        "--no-single-branch",
        &address,
        shallow.to_str().unwrap(),
    ]);
    let change = Repository::open(&shallow).unwrap().change(&"main..topic".parse().unwrap()).unwrap();
    assert_eq!((change.history.commits, change.history.cut), (3, Some(HistoryCut::Shallow)));
    assert_eq!(change.commits, Some(1));
    assert_eq!(change.files[0].past.changes, 2, "the commit at the edge has nothing to be compared with");
    let signal = signal(&change);
    assert!(driver(&signal, "history_cut").unwrap() > 0.0);
    assert!(signal.meta.unavailable[0].reason.as_deref().unwrap().contains("shallow"));
}

#[test]
fn a_clone_that_ends_at_the_change_says_so() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n"), ("b.rs", "1\n")]);
    repository.on_main("Change", &[("a.rs", "2\n")]);
    repository.on("topic", &["main"], "One", BOB, &[("c.rs", "1\n")]);
    repository.on("topic", &["topic"], "Two", BOB, &[("c.rs", "2\n")]);
    let folder = tempfile::tempdir().unwrap();
    let shallow = folder.path().join("shallow");
    let address = format!("file://{}", repository.path().display());
    repository.git(&[
        "clone",
        "--quiet",
        "--bare",
        "--depth=1",
        "--no-single-branch",
        &address,
        shallow.to_str().unwrap(),
    ]);
    let opened = Repository::open(&shallow).unwrap();
    assert!(matches!(opened.change(&Selection::Latest), Err(axiomo_analyzer::git::Error::Shallow)));
    let change = opened.change(&"main..topic".parse().unwrap()).unwrap();
    assert_eq!(change.commits, None, "there are more than this clone has");
}

#[test]
fn a_history_beyond_the_cap_says_where_it_was_cut() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.idle_on_main(100_000);
    repository.on("topic", &["main"], "Change", BOB, &[("a.rs", "2\n")]);
    let change = repository.range("main..topic");
    assert_eq!((change.history.commits, change.history.cut), (100_000, Some(HistoryCut::Limit)));
    assert_eq!(change.files[0].past.changes, 0, "the one commit that changed it is the one beyond the cap");
    let signal = signal(&change);
    let cut = signal.risk.drivers.iter().find(|driver| driver.id.as_deref() == Some("history_cut")).unwrap();
    assert!(cut.detail.as_deref().unwrap().starts_with("100000 earlier commits read; older commits"), "{cut:?}");
}

#[test]
fn histories_without_a_common_commit_are_compared_as_they_are() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("other", &[], "Another beginning", BOB, &[("b.rs", "another\n")]);
    let change = repository.range("main..other");
    let paths: Vec<_> = change.files.iter().map(|file| (file.path.as_str(), file.status)).collect();
    assert_eq!(paths, [("a.rs", FileStatus::Deleted), ("b.rs", FileStatus::Added)]);
    assert!(change.unavailable[0].reason.contains("no commit in common"), "{:?}", change.unavailable);
    assert_eq!(change.commits, Some(1));
}

#[test]
fn an_octopus_merge_is_taken_whole() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("one", &["main"], "One", ANN, &[("one.rs", "1\n")]);
    repository.on("two", &["main"], "Two", BOB, &[("two.rs", "1\n")]);
    repository.on(
        "main",
        &["main", "one", "two"],
        "Merge pull request #4 from x/y\n\nBoth",
        ANN,
        &[("one.rs", "1\n"), ("two.rs", "1\n")],
    );
    let change = repository.pull(4);
    assert_eq!(change.files.len(), 2);
    assert_eq!(change.commits, Some(3), "both, and the merge itself");
    // The history of what comes after goes through all three parents.
    repository.on("topic", &["main"], "After", BOB, &[("two.rs", "2\n"), ("one.rs", "2\n")]);
    let after = repository.range("main..topic");
    assert_eq!(after.history.commits, 4);
    assert!(after.files.iter().all(|file| file.past.changes == 1));
}

#[test]
fn a_huge_change_is_read_up_to_the_cap() {
    let names: Vec<String> = (0..10_050).map(|number| format!("src/{number:05}.rs")).collect();
    let files: Vec<File<'_>> = names.iter().map(|name| (FILE, name.as_bytes(), Some(b"1\n".as_slice()))).collect();
    let repository = changing(&[(FILE, b"a.rs", Some(b"1\n"))], &files);
    let change = repository.range("main..topic");
    assert_eq!(change.files.len(), 10_050);
    assert_eq!(change.unavailable.len(), 50);
    let signal = signal(&change);
    assert_eq!((signal.pr.additions, signal.pr.changed_files), (None, Some(10_050)));
    assert_eq!(signal.focus.files.len(), 20);
    assert!(signal.risk.drivers.iter().all(|driver| driver.files.len() <= 20));
}

#[test]
fn a_commit_that_names_nobody_is_read_like_the_others() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    let tree = repository.git(&["rev-parse", "main^{tree}"]);
    let parent = repository.git(&["rev-parse", "main"]);
    let odd = format!("tree {tree}\nparent {parent}\nauthor nobody at all\ncommitter nobody\n\nOdd\n");
    let odd = repository.object("commit", odd.as_bytes());
    repository.git(&["update-ref", "refs/heads/main", &odd]);
    repository.on("topic", &["main~1"], "Change", BOB, &[("a.rs", "2\n")]);
    let change = repository.range("main..topic");
    assert_eq!((change.files.len(), change.history.commits), (1, 2));
    assert!(change.people[0].past.is_some());
    // How many commits are its own cannot be told across such a one, and is not guessed.
    assert_eq!(change.commits, None);
    assert!(change.unavailable[0].reason.contains("cannot be read"));
}

#[test]
fn a_file_far_down_is_read() {
    let deep = format!("{}a.rs", "d/".repeat(2000));
    let repository = changing(&[(FILE, b"a.rs", Some(b"1\n"))], &[(FILE, deep.as_bytes(), Some(b"1\n2\n"))]);
    assert_eq!(signal(&repository.range("main..topic")).pr.additions, Some(2));
}

#[test]
fn nothing_of_the_change_decides_how_it_is_judged() {
    let generated = lines(300, "generated");
    let marked = format!("// @generated\n{generated}");
    let attributes = b"*.rs linguist-generated\nsub/** -linguist-generated\n".as_slice();
    // Declared by the change itself, it does not count; declared on the base, it does.
    let own = changing(
        &[(FILE, b"a.txt", Some(b"1\n"))],
        &[
            (FILE, b".gitattributes", Some(attributes)),
            (FILE, b"src/x.rs", Some(generated.as_bytes())),
            (FILE, b"src/y.rs", Some(marked.as_bytes())),
            (FILE, b"vendor/z.rs", Some(generated.as_bytes())),
        ],
    );
    let base = changing(
        &[
            (FILE, b".gitattributes", Some(attributes)),
            (FILE, b"sub/.gitattributes", Some(b"q.rs linguist-generated=true\n")),
            (FILE, b"y.txt", Some(b"@generated\n")),
            (FILE, b"vendor/z.rs", Some(b"1\n")),
        ],
        &[
            (FILE, b"src/x.rs", Some(generated.as_bytes())),
            (FILE, b"sub/q.rs", Some(generated.as_bytes())),
            (FILE, b"y.txt", Some(marked.as_bytes())),
            (FILE, b"vendor/z.rs", Some(generated.as_bytes())),
        ],
    );
    let countable = |repository: &TestRepository| -> u64 {
        repository.range("main..topic").files.iter().map(axiomo_analyzer::FileChange::countable_added).sum()
    };
    assert_eq!(countable(&own), 300 + 301 + 300 + 2);
    assert_eq!(countable(&base), 0);
    let own = signal(&own.range("main..topic"));
    assert!(driver(&own, "steers_review").unwrap() > 0.0);
}

#[test]
fn the_same_change_gives_the_same_signal_from_any_clone() {
    let mut repository = TestRepository::new();
    for number in 0..6 {
        repository.on_main("Fix it", &[("src/a.rs", &lines(number * 3, "line")), ("b.rs", &lines(number, "b"))]);
    }
    repository.on("topic", &["main"], "Change", BOB, &[("src/a.rs", "1\n2\n"), ("c.rs", "3\n")]);
    let read = |path: &std::path::Path| {
        let opened = Repository::open(path).unwrap();
        let opened = opened.with_place(axiomo_analyzer::Place { repo: "same".to_owned(), ..Default::default() });
        let change = opened.change(&Selection::Range { base: "main".into(), head: "topic".into() }).unwrap();
        serde_json::to_string(&analyze(&change, repository.now())).unwrap()
    };
    let first = read(repository.path());
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    repository.git(&["clone", "--quiet", "--mirror", ".", clone.to_str().unwrap()]);
    assert_eq!(read(&clone), first);
    repository.git(&["gc", "--quiet"]);
    assert_eq!(read(repository.path()), first);
}

#[test]
fn configuration_that_runs_programs_runs_none() {
    let repository = changing(
        &[(FILE, b".gitattributes", Some(b"*.rs diff=evil filter=evil\n")), (FILE, b"a.rs", Some(b"1\n"))],
        &[(FILE, b"a.rs", Some(b"2\n"))],
    );
    let trap = repository.path().join("trap");
    let touch = format!("touch {}", trap.display());
    for key in [
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "filter.evil.clean",
        "core.fsmonitor",
        "core.sshCommand",
        "diff.external",
    ] {
        repository.git(&["config", key, &touch]);
    }
    repository.git(&["config", "include.path", "/nonexistent/configuration"]);
    let change = repository.range("main..topic");
    assert_eq!(change.files.len(), 1);
    assert!(!trap.exists());
}
