//! The risk score is what `docs/risk.md` says it is: everything here is computed from that page.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;

use axiomo_analyzer::{Change, FileChange, FilePast, FileStatus, Lines, PathClass, Person, PersonPast, analyze};
use axiomo_model::{ContributorRole, Risk, RiskLevel, Timestamp};
use proptest::prelude::*;

const PAGE: &str = include_str!("../../docs/risk.md");

/// The rows of the table below a heading, as their cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let after = PAGE.split(&format!("## {heading}\n")).nth(1).unwrap();
    let section = after.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
        .collect()
}

fn weights() -> BTreeMap<String, (f64, f64)> {
    table("The terms")
        .into_iter()
        .map(|row| (row[0].clone(), (row[1].parse().unwrap(), row[2].parse().unwrap())))
        .collect()
}

fn file(path: &str, added: u64, deleted: u64, past: FilePast) -> FileChange {
    FileChange {
        path: path.to_owned(),
        previous_path: None,
        status: if past.changes == 0 { FileStatus::Added } else { FileStatus::Modified },
        lines: Lines::Counted { added, deleted },
        class: PathClass::of(path),
        past,
    }
}

fn person(commits: u64) -> Person {
    Person {
        login: None,
        id: "git-00000000".to_owned(),
        role: ContributorRole::Author,
        is_bot: false,
        commits: Some(1),
        past: Some(PersonPast { commits, ..PersonPast::default() }),
    }
}

fn risk(change: &Change) -> Risk {
    Risk::clone(&analyze(change, Timestamp::from_unix_seconds(0)).risk)
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[test]
fn the_example_can_be_recomputed_by_hand() {
    let weights = weights();
    let fullness = |term: &str, count: f64| count.ln_1p() / weights[term].1.ln_1p();
    let (one, two) = (160.0 / 220.0_f64, 60.0 / 220.0_f64);
    let entropy = -(one * one.log2() + two * two.log2());
    let spread = (1_f64.ln_1p() / 49_f64.ln_1p() + 1_f64.ln_1p() / 19_f64.ln_1p() + 0.0) / 3.0;
    let by_hand = BTreeMap::from([
        ("size", fullness("size", 180.0)),
        ("deletions", fullness("deletions", 40.0)),
        ("spread", spread),
        ("entropy", entropy),
        ("churn", fullness("churn", 30.0)),
        ("fixes", fullness("fixes", 6.0)),
        ("developers", fullness("developers", 9.0)),
        ("sensitive_paths", fullness("sensitive_paths", 1.0)),
        ("missing_tests", fullness("missing_tests", 180.0)),
        ("inexperience", 1.0 - fullness("inexperience", 3.0)),
    ]);
    let raised: f64 = by_hand.iter().map(|(term, fullness)| weights[*term].0 * fullness).sum();
    let (baseline, score) = (logistic(-3.0), logistic(-3.0 + raised));

    let change = Change {
        files: vec![
            file("src/auth/login.rs", 60, 0, FilePast::default()),
            file("src/session.rs", 120, 40, FilePast { changes: 30, fixes: 6, developers: 9 }),
        ],
        people: vec![person(3)],
        ..Change::default()
    };
    let risk = risk(&change);
    assert!((risk.score.unwrap() - score).abs() <= 0.00005, "{score}");
    assert_eq!(risk.drivers.len(), by_hand.len() + 1);
    for driver in &risk.drivers {
        let id = driver.id.as_deref().unwrap();
        let expected = match by_hand.get(id) {
            Some(fullness) => (score - baseline) * weights[id].0 * fullness / raised,
            None => baseline,
        };
        assert!((driver.contribution.unwrap() - expected).abs() <= 0.0001, "{id}: {expected}");
    }

    // The page shows the same numbers.
    let shown: Vec<String> = risk
        .drivers
        .iter()
        .map(|driver| {
            let id = driver.id.as_deref().unwrap();
            let fullness = by_hand.get(id).map_or_else(String::new, |fullness| format!("{fullness:.3}"));
            format!("| `{id}` | {fullness} | {:.4} |", driver.contribution.unwrap())
        })
        .collect();
    let example = PAGE.split("## An example").nth(1).unwrap();
    for row in &shown {
        assert!(example.contains(row.as_str()), "docs/risk.md should show\n{}", shown.join("\n"));
    }
    let sum = format!("Together {:.4}, which is `{}`.", risk.score.unwrap(), risk.level.clone().unwrap());
    assert!(example.contains(&sum), "docs/risk.md should end with {sum:?}");
}

#[test]
fn levels_begin_where_the_page_says() {
    let levels: Vec<(String, f64)> =
        table("The level").into_iter().map(|row| (row[0].clone(), row[1].parse().unwrap())).collect();
    assert_eq!(levels.len(), 3);
    for lines in (0..4000).step_by(7) {
        let change = Change {
            files: vec![file(
                "src/auth/a.rs",
                lines,
                lines,
                FilePast { changes: lines, fixes: lines / 9, developers: 9 },
            )],
            ..Change::default()
        };
        let risk = risk(&change);
        let expected = levels.iter().rev().find(|(_, from)| risk.score.unwrap() >= *from);
        assert_eq!(risk.level.unwrap(), expected.map_or(RiskLevel::Low, |(level, _)| RiskLevel::from(level.as_str())));
    }
}

#[test]
fn every_term_of_the_page_can_be_seen() {
    let past = FilePast { changes: 400, fixes: 90, developers: 60 };
    let mut files = vec![
        file("src/auth/a.rs", 900, 900, past.clone()),
        file("db/migrations/a.sql", 900, 900, past.clone()),
        file("Cargo.toml", 1, 1, past),
        file(".gitattributes", 1, 0, FilePast::default()),
    ];
    files.push(FileChange { lines: Lines::Unavailable("gone".to_owned()), ..files[0].clone() });
    let history = axiomo_analyzer::History { commits: 0, cut: Some(axiomo_analyzer::HistoryCut::Shallow) };
    let change = Change { files, people: vec![person(0)], history, ..Change::default() };
    let risk = risk(&change);
    let mut seen: Vec<&str> =
        risk.drivers.iter().filter_map(|driver| driver.id.as_deref()).filter(|id| *id != "baseline").collect();
    seen.sort_unstable();
    let terms = weights();
    assert_eq!(seen, terms.keys().map(String::as_str).collect::<Vec<_>>());
    assert!(risk.score.unwrap() < 1.0);
}

fn any_change() -> impl Strategy<Value = Change> {
    let path = prop_oneof![
        Just("src/a.rs"),
        Just("tests/a.rs"),
        Just("Cargo.lock"),
        Just("web/auth/b.js"),
        Just(".gitattributes")
    ];
    let past = (0..500_u64, 0..100_u64, 0..50_u64).prop_map(|(changes, fixes, developers)| FilePast {
        changes,
        fixes,
        developers,
    });
    let lines = prop_oneof![
        4 => (0..100_000_u64, 0..100_000_u64).prop_map(|(added, deleted)| Lines::Counted { added, deleted }),
        1 => Just(Lines::Binary),
        1 => Just(Lines::Unavailable("gone".to_owned())),
    ];
    let file = (path, past, lines).prop_map(|(path, past, lines)| FileChange { lines, ..file(path, 0, 0, past) });
    (proptest::collection::vec(file, 0..40), 0..100_u64).prop_map(|(files, commits)| Change {
        files,
        people: vec![person(commits)],
        ..Change::default()
    })
}

proptest! {
    #[test]
    fn drivers_sum_to_the_score(change in any_change()) {
        let risk = risk(&change);
        let sum: f64 = risk.drivers.iter().filter_map(|driver| driver.contribution).sum();
        prop_assert!((sum - risk.score.unwrap()).abs() < 1e-9);
        prop_assert!((0.0..=1.0).contains(&risk.score.unwrap()));
        for driver in &risk.drivers {
            let steps = driver.contribution.unwrap() * 1e4;
            prop_assert!(steps >= 0.0 && (steps - steps.round()).abs() < 1e-6);
        }
    }

    #[test]
    fn more_files_than_are_looked_at_are_never_taken_for_safe(change in any_change()) {
        let more = Change { has_more_files: true, ..change.clone() };
        prop_assert!(risk(&more).score >= risk(&change).score);
        prop_assert!(matches!(risk(&more).level, Some(RiskLevel::High | RiskLevel::Critical)));
    }

    #[test]
    fn what_cannot_be_read_never_lowers_the_score(
        mut change in any_change(), which in any::<proptest::sample::Index>(), added in 0..1000_u64,
    ) {
        prop_assume!(!change.files.is_empty());
        change.files.retain(|file| !file.is_opaque());
        change.files.push(file("src/a.rs", 0, 0, FilePast::default()));
        let mut unread = change.clone();
        let index = which.index(change.files.len());
        // A file of ordinary size that is then not readable.
        let mut ordinary = change;
        ordinary.files[index].lines = Lines::Counted { added, deleted: 0 };
        unread.files[index].lines = Lines::Unavailable("gone".to_owned());
        prop_assert!(risk(&unread).score >= risk(&ordinary).score);
        prop_assert!(risk(&unread).level != Some(RiskLevel::Low));
    }
}
