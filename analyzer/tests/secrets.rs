//! No source, no address, no real name and no secret is ever in a Signal.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod repository;

use axiomo_analyzer::{Change, Place, analyze};
use proptest::prelude::*;
use repository::{ANN, FILE, NewCommit, TestRepository};

const API: &str = include_str!("../../spec/openapi.yaml");

/// Something that must not leave, in a shape that git lets through at many places.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{3,8}\\.[a-z]{3,8}@[a-z]{3,8}\\.(com|org|example)",
        "ax_[A-Za-z0-9]{36}",
        "ghp_[A-Za-z0-9]{36}",
        "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
        "glpat-[A-Za-z0-9]{20}",
        "AKIA[A-Z0-9]{16}",
        "sk-[A-Za-z0-9]{40}",
        "xoxb-[0-9]{11}-[A-Za-z0-9]{24}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_it_is_in_any_signal(
        secrets in proptest::collection::vec(secret(), 8), source in "SOURCE[a-z]{12}", name in "[A-Z][a-z]{7} Realname[a-z]{5}",
    ) {
        let [title, branch, path, folder, owner, coauthor, content, host] = &secrets[..] else { unreachable!() };
        let email = "private.person@hidden.example";
        let author = format!("{name} <{email}>");
        let mut repository = TestRepository::new();
        let address = format!("https://{owner}:{host}@git.example/{owner}/project.git");
        repository.git(&["config", "remote.origin.url", &address]);
        let old = format!("{source}\n{content}\n");
        repository.commit(&NewCommit {
            branch: "main", message: b"Begin", author: &author, parents: &[],
            files: &[(FILE, path.as_bytes(), Some(old.as_bytes()))],
        });
        let branch = format!("topic/my_{branch}");
        let new = format!("new {source}\n{content} {title}\n");
        let folder_path = format!("src/key_{folder}/auth.rs");
        let message = format!("Add {title}\n\n{source} {content}\n\nCo-authored-by: {name} <{coauthor}>\n");
        repository.commit(&NewCommit {
            branch: &branch, message: message.as_bytes(), author: &author, parents: &["main"],
            files: &[
                (FILE, path.as_bytes(), Some(new.as_bytes())),
                (FILE, folder_path.as_bytes(), Some(new.as_bytes())),
                (FILE, b".gitattributes", Some(new.as_bytes())),
            ],
        });
        let merge = format!("Merge pull request #5 from {owner}/{title}\n\n{title} by {name}");
        repository.commit(&NewCommit {
            branch: "main", message: merge.as_bytes(), author: &author, parents: &["main", &branch],
            files: &[(FILE, path.as_bytes(), Some(new.as_bytes()))],
        });
        for signal in [repository.signal(&format!("main~1..{branch}")), axiomo_analyzer::analyze(&repository.pull(5), repository.now())] {
            let json = serde_json::to_string(&signal).unwrap();
            for hidden in secrets.iter().map(String::as_str).chain([email, source.as_str()]) {
                prop_assert!(!json.contains(hidden), "{hidden} is in {json}");
            }
            // A title is the author's own words; elsewhere a real name has no place.
            let mut signal = signal;
            if let Some(pr) = signal.pr.as_mut() {
                pr.title = None;
            }
            prop_assert!(!serde_json::to_string(&signal).unwrap().contains(&name));
        }
    }
}

/// Whether an id is as the description of the API says.
fn is_id(id: &str) -> bool {
    let pattern = API.split("signal_id: {type: string, pattern: \"").nth(1).unwrap().split('"').next().unwrap();
    regex::Regex::new(pattern).unwrap().is_match(id)
}

#[test]
fn a_name_like_a_key_leaves_each_pull_request_an_id_of_its_own() {
    let mut repository = TestRepository::new();
    repository.git(&["config", "remote.origin.url", "git@github.com:acme/sk-lottery.git"]);
    repository.on_main("Begin", &[("a.rs", "1\n")]);
    let ids = [7, 8].map(|number| {
        let (branch, path) = (format!("topic-{number}"), format!("{number}.rs"));
        repository.on(&branch, &["main"], "Add", ANN, &[(&path, "1\n")]);
        repository.git(&["update-ref", &format!("refs/pull/{number}/head"), &branch]);
        analyze(&repository.pull(number), repository.now()).signal_id.clone().unwrap()
    });
    assert_ne!(ids[0], ids[1]);
    for (id, number) in ids.iter().zip([7, 8]) {
        assert!(is_id(id), "{id}");
        let hash = id.strip_prefix(&format!("ax-acme-sk-lottery-{number}-")).unwrap();
        assert!(hash.len() == 8 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    }
}

#[test]
fn an_id_is_whole_whatever_its_parts_are() {
    let rows = [
        ("acme", "shop", "ax-acme-shop-7-"),
        ("group/sub", "shop", "ax-group-sub-shop-7-"),
        ("sk", "0123456789abcdefghij", "ax-sk-0123456789abcdefghij-7-"),
        ("acme", "sk-0123456789abcdefghij", "ax-acme-redacted-7-"),
        ("group/ann@example.com", "AKIAIOSFODNN7EXAMPLE", "ax-group-redacted-redacted-7-"),
        ("acme", "two\nlines\u{2028}", "ax-acme-two-lines--7-"),
    ];
    for (owner, repo, start) in rows {
        let number = Some(7);
        let place = Place { owner: owner.to_owned(), repo: repo.to_owned(), number, ..Place::default() };
        let change = Change { place, head_sha: "0".repeat(40), ..Change::default() };
        let id = analyze(&change, axiomo_model::Timestamp::from_unix_seconds(0)).signal_id.clone().unwrap();
        assert!(is_id(&id), "{id}");
        assert_eq!(id.len(), start.len() + 8, "{id}");
        assert!(id.starts_with(start), "{id}");
    }
}
