//! Each section says something else of another change.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_model::{
    ContributorRole, Effort, PullRequestState, ReviewAction, ReviewConclusion, RiskLevel, Signal, Staleness, Timestamp,
    TrustLevel,
};
use repository::{ANN, BOB, TestRepository, lines};

/// A small fix by someone known, and a large feature by a newcomer.
fn two() -> (Signal, Signal) {
    let mut repository = TestRepository::new();
    repository.git(&["config", "remote.origin.url", "git@github.com:owner/project.git"]);
    for number in 1..8 {
        repository.on_main(&format!("Fix part {number}"), &[("src/core.rs", &lines(number * 4, "line"))]);
    }
    repository.on("fix", &["main"], "Fix a typo", ANN, &[("docs/guide.md", "Better\n")]);
    let fix = repository.signal("main..fix");
    repository.on(
        "feature",
        &["main"],
        "Add logins\n\nCo-authored-by: Cy <9+cy@users.noreply.github.com>",
        BOB,
        &[
            ("src/core.rs", &lines(90, "other")),
            ("src/auth/login.rs", &lines(400, "login")),
            ("src/auth/tokens.rs", &lines(200, "token")),
            ("db/migrations/7.sql", &lines(40, "sql")),
            ("Cargo.toml", "[dependencies]\nserde = \"1\"\n"),
            (".github/workflows/ci.yml", "on: push\n"),
            ("web/app.js", &lines(300, "js")),
        ],
    );
    repository.on("main", &["main", "feature"], "Merge pull request #12 from bob/feature\n\nAdd logins", ANN, &[]);
    let pull = repository.pull(12);
    (fix, axiomo_analyzer::analyze(&pull, repository.now()))
}

#[test]
fn pr() {
    let (fix, feature) = two();
    assert_eq!((fix.pr.number, fix.pr.state.clone(), fix.pr.url.clone()), (None, None, None));
    assert_eq!(fix.signal_id.as_deref().unwrap().rsplit_once('-').unwrap().0, "ax-local-project-0");
    assert_eq!((fix.pr.owner.as_deref(), fix.pr.repo.as_deref()), (Some("owner"), Some("project")));
    assert_eq!(fix.pr.head_branch.as_deref(), Some("fix"));
    assert_eq!(
        (fix.pr.additions, fix.pr.deletions, fix.pr.changed_files, fix.pr.commits),
        (Some(1), Some(0), Some(1), Some(1))
    );

    assert_eq!((feature.pr.number, feature.pr.state.clone()), (Some(12), Some(PullRequestState::Merged)));
    assert_eq!(feature.pr.url.as_deref(), Some("https://github.com/owner/project/pull/12"));
    assert_eq!(feature.signal_id.as_deref().unwrap().rsplit_once('-').unwrap().0, "ax-owner-project-12");
    assert_eq!((feature.pr.title.as_deref(), feature.pr.author.as_deref()), (Some("Add logins"), Some("bob")));
    assert_eq!(feature.pr.changed_files, Some(7));
    assert_ne!(fix.pr.head_sha, feature.pr.head_sha);
}

#[test]
fn contributors() {
    let (fix, feature) = two();
    let author = &fix.contributors[0];
    assert_eq!((author.login.clone(), author.trust_level.clone()), (None, Some(TrustLevel::Established)));
    assert_eq!((author.prior_contributions, author.is_bot), (Some(7), Some(false)));
    let names: Vec<_> =
        feature.contributors.iter().map(|person| (person.login.as_deref(), person.role.clone())).collect();
    assert_eq!(names, [(Some("bob"), Some(ContributorRole::Author)), (Some("cy"), Some(ContributorRole::CoAuthor))]);
    assert_eq!(feature.contributors[0].trust_level, Some(TrustLevel::New));
    assert_eq!((feature.contributors[0].commits, feature.contributors[1].commits), (Some(1), Some(0)));
    assert_eq!(feature.contributors[0].reasons, ["no earlier commit here"]);
}

#[test]
fn who_merges_what_others_wrote_is_a_maintainer() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    for number in 0..4 {
        // Bringing a topic up to date with what Ann wrote makes nobody a maintainer.
        repository.on("stale", &["main~0"], "Part", BOB, &[("e.rs", &lines(number, "e"))]);
        repository.on("main", &["main"], "Go on", ANN, &[("f.rs", &lines(number, "f"))]);
        repository.on("stale", &["stale", "main"], "Merge branch 'main'", BOB, &[]);
        repository.on("main", &["main", "stale"], "Merge", ANN, &[]);
        repository.on("topic", &["main"], "Part", BOB, &[("b.rs", &lines(number, "b"))]);
        repository.on("main", &["main", "topic"], "Merge", ANN, &[("b.rs", &lines(number, "b"))]);
        repository.on("own", &["main"], "Part", BOB, &[("c.rs", &lines(number, "c"))]);
        repository.on("main", &["main", "own"], "Merge", BOB, &[("c.rs", &lines(number, "c"))]);
    }
    let trust = |author: &str, repository: &mut TestRepository| {
        repository.on("next", &["main"], "Next", author, &[("d.rs", "1\n")]);
        repository.signal("main..next").contributors[0].clone()
    };
    let ann = trust(ANN, &mut repository);
    assert_eq!((ann.trust_level, ann.prior_merges), (Some(TrustLevel::Maintainer), Some(8)));
    let bob = trust(BOB, &mut repository);
    assert_eq!((bob.trust_level, bob.prior_merges), (Some(TrustLevel::Established), Some(0)));
    assert_eq!(bob.prior_contributions, Some(12));
}

#[test]
fn risk() {
    let (fix, feature) = two();
    assert_eq!(fix.risk.level, Some(RiskLevel::Low));
    assert!(feature.risk.score > fix.risk.score);
    let ids = |signal: &Signal| signal.risk.drivers.iter().filter_map(|driver| driver.id.clone()).collect::<Vec<_>>();
    for id in ["sensitive_paths", "supply_chain", "missing_tests", "spread", "entropy", "churn", "fixes", "developers"]
    {
        assert!(ids(&feature).iter().any(|seen| seen == id), "{id} is not among {:?}", ids(&feature));
    }
    for id in ["sensitive_paths", "supply_chain", "missing_tests", "churn", "deletions"] {
        assert!(!ids(&fix).iter().any(|seen| seen == id), "{id} is among {:?}", ids(&fix));
    }
    for signal in [fix, feature] {
        let sum: f64 = signal.risk.drivers.iter().filter_map(|driver| driver.contribution).sum();
        assert!((sum - signal.risk.score.unwrap()).abs() < 1e-9);
        let shares: Vec<f64> = signal.risk.drivers.iter().filter_map(|driver| driver.contribution).collect();
        assert!(shares.is_sorted_by(|one, other| one >= other));
    }
}

#[test]
fn a_test_takes_away_what_its_absence_added() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("src/a.rs", "1\n")]);
    repository.on("untested", &["main"], "Add", ANN, &[("src/b.rs", &lines(50, "b"))]);
    repository.on("tested", &["main"], "Add", ANN, &[("src/b.rs", &lines(50, "b")), ("tests/b.rs", "1\n")]);
    let misses = |range: &str| {
        repository.signal(range).risk.drivers.iter().any(|driver| driver.id.as_deref() == Some("missing_tests"))
    };
    assert!(misses("main..untested"));
    assert!(!misses("main..tested"));
}

#[test]
fn focus() {
    let (fix, feature) = two();
    assert_eq!(fix.focus.files.len(), 1);
    let first = &feature.focus.files[0];
    assert_eq!((first.path.as_deref(), first.rank), (Some("src/auth/login.rs"), Some(1)));
    assert!(first.reasons.contains(&"authentication".to_owned()), "{:?}", first.reasons);
    let core = feature.focus.files.iter().find(|file| file.path.as_deref() == Some("src/core.rs")).unwrap();
    assert!(core.reasons.contains(&"repaired 7 times before".to_owned()), "{:?}", core.reasons);
    assert!(feature.focus.files.is_sorted_by(|one, other| one.score >= other.score));
}

#[test]
fn triage() {
    let (fix, feature) = two();
    assert_eq!((fix.triage.effort.clone(), fix.triage.estimated_minutes), (Some(Effort::ExtraSmall), Some(3)));
    assert_eq!(feature.triage.effort, Some(Effort::ExtraLarge));
    assert!(feature.triage.estimated_minutes > Some(120));
    assert_eq!((feature.triage.stale_days, feature.triage.staleness.clone()), (None, None), "it is merged");
    assert_eq!((fix.triage.stale_days, fix.triage.staleness.clone()), (Some(0), Some(Staleness::Fresh)));
}

#[test]
fn waiting_makes_stale() {
    let mut repository = TestRepository::new();
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    repository.on("topic", &["main"], "Add", ANN, &[("b.rs", "1\n")]);
    let change = repository.range("main..topic");
    let after = |days: i64| {
        let as_of = Timestamp::from_unix_seconds(repository.time + days * 86_400);
        let signal = axiomo_analyzer::analyze(&change, as_of);
        (signal.triage.stale_days, signal.triage.staleness.clone())
    };
    assert_eq!(after(-3), (Some(0), Some(Staleness::Fresh)));
    assert_eq!(after(6), (Some(6), Some(Staleness::Fresh)));
    assert_eq!(after(7), (Some(7), Some(Staleness::Aging)));
    assert_eq!(after(30), (Some(30), Some(Staleness::Stale)));
}

#[test]
fn review() {
    let (fix, feature) = two();
    assert_eq!(
        (fix.review.action.clone(), fix.review.conclusion.clone()),
        (Some(ReviewAction::Approve), Some(ReviewConclusion::Success))
    );
    assert_eq!(feature.review.action, Some(ReviewAction::Block));
    assert_eq!(feature.review.conclusion, Some(ReviewConclusion::Failure));
    assert!(
        feature.review.rationale.as_deref().unwrap().contains("1033 lines added"),
        "{:?}",
        feature.review.rationale
    );
}

#[test]
fn meta() {
    let (fix, feature) = two();
    assert!(fix.meta.generator.as_deref().unwrap().starts_with("axiomo-analyzer "));
    assert_ne!(fix.meta.as_of, feature.meta.as_of);
    assert!(fix.meta.unavailable.is_empty());
}

#[test]
fn sections_that_a_repository_cannot_tell_are_absent() {
    let (fix, _) = two();
    assert!(fix.intent.is_none());
    let absent = [
        fix.evidence.is_absent(),
        fix.supply_chain.is_absent(),
        fix.conventions.is_absent(),
        fix.governance.is_absent(),
    ];
    assert_eq!(absent, [true; 4]);
}
