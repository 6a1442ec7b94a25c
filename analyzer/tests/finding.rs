//! A pull request is found however it came to be in a clone.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_analyzer::git::{Error, Repository, Selection};
use axiomo_model::Provider;
use repository::{ANN, BOB, TestRepository};

/// `main` with one commit, and a branch with two; then `main` goes on.
fn with_branch(branch: &str) -> TestRepository {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n2\n")]);
    repository.on(branch, &["main"], "Add b", BOB, &[("b.rs", "1\n2\n3\n")]);
    repository.on(branch, &[branch], "Change b", BOB, &[("b.rs", "1\n2\n")]);
    repository.on_main("Go on", &[("a.rs", "1\n2\n3\n4\n")]);
    repository
}

fn numbers(change: &axiomo_analyzer::Change) -> (u64, usize, Option<u64>) {
    let added = change.files.iter().map(axiomo_analyzer::FileChange::countable_added).sum();
    (added, change.files.len(), change.commits)
}

#[test]
fn by_the_refs_that_providers_keep() {
    for (name, provider) in [
        ("refs/pull/7/head", Provider::GitHub),
        ("refs/remotes/origin/pr/7", Provider::GitHub),
        ("refs/merge-requests/7/head", Provider::GitLab),
        ("refs/pull-requests/7/from", Provider::Bitbucket),
    ] {
        let repository = with_branch("topic");
        repository.git(&["update-ref", name, "topic"]);
        let change = repository.pull(7);
        assert_eq!(numbers(&change), (2, 1, Some(2)), "{name}");
        assert_eq!(change.place.provider, Some(provider));
        assert_eq!(change.place.number, Some(7));
        assert_eq!((change.merged, change.base_branch.as_deref()), (None, Some("main")));
        assert_eq!(change.title.as_deref(), Some("Add b"));
        assert_eq!(change.people[0].login.as_deref(), Some("bob"));
    }
}

#[test]
fn by_what_merge_commits_say() {
    for (message, provider, login) in [
        ("Merge pull request #7 from carol/topic\n\nThe title\n", Provider::GitHub, "bob"),
        (
            "Merge branch 'topic' into 'main'\n\nThe title\n\nSee merge request group/project!7\n",
            Provider::GitLab,
            "bob",
        ),
        ("Merged in topic (pull request #7)\n\nThe title\n", Provider::Bitbucket, "bob"),
    ] {
        let mut repository = with_branch("topic");
        let base = repository.git(&["rev-parse", "main"]);
        repository.on("main", &["main", "topic"], message, ANN, &[("b.rs", "1\n2\n")]);
        repository.on_main("Later", &[("c.rs", "later\n")]);
        let change = repository.pull(7);
        assert_eq!(numbers(&change), (2, 1, Some(2)), "{message}");
        assert_eq!(change.base_sha, Some(base), "the base is what it was at the merge");
        assert_eq!(change.place.provider, Some(provider));
        assert_eq!((change.merged, change.title.as_deref()), (Some(true), Some("The title")));
        assert_eq!(change.head_branch.as_deref(), Some("topic"));
        assert_eq!(change.people[0].login.as_deref(), Some(login));
    }
}

#[test]
fn by_what_squash_commits_say() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin (#6)", &[("a.rs", "1\n")]);
    repository.on_main("The title (#7)", &[("a.rs", "1\n2\n"), ("b.rs", "1\n")]);
    repository.on_main("Revert \"The title (#7)\" (#8)", &[("a.rs", "1\n")]);
    let change = repository.pull(7);
    assert_eq!(numbers(&change), (2, 2, None));
    assert_eq!((change.merged, change.title.as_deref()), (Some(true), Some("The title")));
    assert_eq!(change.people[0].commits, None);
    assert_eq!(repository.pull(6).base_sha, None, "a first commit has nothing before it");
}

#[test]
fn a_squashed_one_whose_commits_were_fetched_has_them() {
    let mut repository = with_branch("topic");
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    repository.on_main("Add b (#7)", &[("b.rs", "1\n2\n")]);
    repository.on_main("Later", &[("c.rs", "later\n")]);
    let change = repository.pull(7);
    assert_eq!(numbers(&change), (2, 1, Some(2)));
    assert_eq!(change.merged, Some(true));
    assert_eq!(change.base_sha, Some(repository.git(&["rev-parse", "main~2"])));
}

#[test]
fn a_merge_is_known_by_its_parent_whatever_it_says() {
    let mut repository = with_branch("topic");
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    let base = repository.git(&["rev-parse", "main"]);
    repository.on("main", &["main", "topic"], "Bring it in", ANN, &[("b.rs", "1\n2\n")]);
    let change = repository.pull(7);
    assert_eq!((change.merged, change.base_sha), (Some(true), Some(base)));
}

#[test]
fn a_number_in_someone_elses_message_does_not_stand_for_a_fetched_one() {
    let mut repository = with_branch("topic");
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    repository.on_main("Harmless (#7)", &[("docs.md", "words\n")]);
    repository.on("other", &["main"], "Merge pull request #7 from x/y", ANN, &[("o.rs", "1\n")]);
    repository.on("planted", &["main", "other"], "Merge pull request #7 from x/y\n\nHarmless", ANN, &[]);
    repository.on("main", &["main", "planted"], "Merge branch 'planted'", ANN, &[("o.rs", "1\n")]);
    let change = repository.pull(7);
    assert_eq!((change.merged, change.title.as_deref()), (None, Some("Add b")));
    assert_eq!(change.files[0].path, "b.rs");
}

#[test]
fn the_trial_merge_of_an_open_one_tells_its_base() {
    let mut repository = with_branch("topic");
    repository.on("release", &["main~1"], "Release", ANN, &[("r.rs", "1\n")]);
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    repository.on("trial", &["release", "topic"], "Merge", ANN, &[]);
    repository.git(&["update-ref", "refs/pull/7/merge", "trial"]);
    let change = repository.pull(7);
    assert_eq!(change.base_sha, Some(repository.git(&["rev-parse", "release"])));
    assert_eq!(change.base_branch, None, "it is not the default branch, and its name is not known");
}

#[test]
fn a_merge_on_the_branch_comes_before_one_of_a_fork_with_the_same_number() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("fork", &["main"], "Their 7 (#7)", BOB, &[("fork.rs", "1\n")]);
    repository.on("main", &["main"], "Our 7 (#7)", ANN, &[("ours.rs", "1\n")]);
    repository.on("main", &["main", "fork"], "Bring the fork in", ANN, &[("fork.rs", "1\n")]);
    assert_eq!(repository.pull(7).files[0].path, "ours.rs");
}

#[test]
fn an_owner_named_in_a_merge_message_is_the_author_unless_it_is_our_own() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("topic", &["main"], "Add b", ANN, &[("b.rs", "1\n")]);
    repository.on(
        "main",
        &["main", "topic"],
        "Merge pull request #7 from carol/topic\n\nAdd b",
        BOB,
        &[("b.rs", "1\n")],
    );
    assert_eq!(repository.pull(7).people[0].login.as_deref(), Some("carol"));
    repository.git(&["config", "remote.origin.url", "https://github.com/Carol/project.git"]);
    let change = repository.pull(7);
    assert_eq!(change.people[0].login, None);
    assert_eq!((change.place.owner.as_str(), change.place.repo.as_str()), ("Carol", "project"));
}

#[test]
fn by_a_range_of_names_with_slashes() {
    let mut repository = with_branch("feature/one");
    repository.on("release/2", &["main"], "Release", ANN, &[]);
    let change = repository.range("release/2..feature/one");
    assert_eq!(numbers(&change), (2, 1, Some(2)));
    assert_eq!(
        (change.base_branch.as_deref(), change.head_branch.as_deref()),
        (Some("release/2"), Some("feature/one"))
    );
    assert_eq!(repository.range("release/2...feature/one"), change);
    assert_eq!(change.place.number, None);
}

#[test]
fn the_latest_is_the_branch_or_else_the_last_merge_or_else_the_last_commit() {
    let mut repository = TestRepository::new();
    repository.on_main("First", &[("a.rs", "1\n")]);
    assert_eq!(repository.change(&Selection::Latest).unwrap().base_sha, None);
    repository.on_main("Second", &[("a.rs", "1\n2\n")]);
    assert_eq!(repository.change(&Selection::Latest).unwrap().title.as_deref(), Some("Second"));

    repository.on("topic", &["main"], "Add b", BOB, &[("b.rs", "1\n")]);
    repository.on("main", &["main", "topic"], "Merge branch 'topic'", ANN, &[("b.rs", "1\n")]);
    repository.on_main("Third", &[("c.rs", "1\n")]);
    let latest = repository.change(&Selection::Latest).unwrap();
    assert_eq!((latest.files[0].path.as_str(), latest.place.number, latest.merged), ("b.rs", None, Some(true)));

    repository.on("early", &["main~1"], "Early", BOB, &[("e.rs", "1\n")]);
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/early"]);
    let latest = repository.change(&Selection::Latest).unwrap();
    assert_eq!((latest.files[0].path.as_str(), latest.base_branch.as_deref()), ("e.rs", Some("main")));

    repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repository.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    repository.on("mine", &["main"], "My own", BOB, &[("d.rs", "1\n")]);
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/mine"]);
    let latest = repository.change(&Selection::Latest).unwrap();
    assert_eq!((latest.files[0].path.as_str(), latest.base_branch.as_deref()), ("d.rs", Some("main")));
    assert_eq!(latest.head_branch.as_deref(), Some("mine"));
}

#[test]
fn what_cannot_be_found_is_told_apart() {
    let repository = with_branch("topic");
    assert!(matches!(repository.change(&Selection::PullRequest(9)), Err(Error::PullRequestNotFound { number: 9 })));
    assert!(
        matches!(repository.change(&"main..nowhere".parse().unwrap()), Err(Error::UnknownRevision(name)) if name == "nowhere")
    );
    for range in ["main", "..main", "main..", "a..b..c", ""] {
        assert!(matches!(range.parse::<Selection>(), Err(Error::Range(_))), "{range}");
    }
    repository.git(&["update-ref", "refs/pull/7/head", "main~1"]);
    assert!(matches!(repository.change(&Selection::PullRequest(7)), Err(Error::BaseUnknown { number: 7, .. })));
    assert!(matches!(Repository::open("/nonexistent"), Err(Error::NotARepository { .. })));
    let empty = TestRepository::new();
    assert!(matches!(empty.change(&Selection::Latest), Err(Error::NoCommit)));
}

#[test]
fn working_copies_and_their_git_folders_are_opened_too() {
    let repository = with_branch("topic");
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    repository.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    for path in [clone.clone(), clone.join(".git")] {
        let opened = Repository::open(&path).unwrap();
        assert_eq!(opened.place().repo, "clone");
        let change = opened.change(&"main..origin/topic".parse().unwrap()).unwrap();
        assert_eq!(change.head_branch.as_deref(), Some("topic"));
    }
    let inside = clone.join("deep/er");
    std::fs::create_dir_all(&inside).unwrap();
    assert_eq!(Repository::discover(&inside).unwrap().place().repo, "clone");
    assert!(matches!(Repository::open(&inside), Err(Error::NotARepository { .. })));
    assert!(matches!(Repository::discover(folder.path()), Err(Error::NotARepository { .. })));
}

#[test]
fn tips_are_equal_as_long_as_the_change_is() {
    let mut repository = with_branch("topic");
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    let open = Repository::open(repository.path()).unwrap();
    let mut seen = vec![open.tips(7).unwrap()];
    // What belongs to others changes nothing.
    repository.on("other", &["main"], "Other", ANN, &[("o.rs", "1\n")]);
    repository.git(&["update-ref", "refs/pull/8/head", "other"]);
    repository.git(&["pack-refs", "--all", "--prune"]);
    assert_eq!(open.tips(7).unwrap(), seen[0]);
    assert_ne!(open.tips(8).unwrap(), seen[0]);
    // Its head, its trial merge and the branch it goes to each do.
    repository.on("topic", &["topic"], "More", BOB, &[("c.rs", "1\n")]);
    repository.git(&["update-ref", "refs/pull/7/head", "topic"]);
    seen.push(open.tips(7).unwrap());
    repository.git(&["update-ref", "refs/pull/7/merge", "other"]);
    seen.push(open.tips(7).unwrap());
    repository.on_main("Go further", &[("a.rs", "1\n")]);
    seen.push(open.tips(7).unwrap());
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), 4, "{seen:?}");
    let empty = TestRepository::new();
    assert!(matches!(Repository::open(empty.path()).unwrap().tips(7), Err(Error::NoCommit)));
}
