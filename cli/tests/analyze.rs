//! `axiomo analyze` as a user meets it.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::Path;
use std::process::Command as Git;

use assert_cmd::Command;

/// A repository with a merged pull request #3 and a branch `large`.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("shop").tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    write(at, "src/a.rs", "one\n");
    commit(at, "Begin");
    git(at, &["checkout", "--quiet", "-b", "topic"]);
    write(at, "docs/a.md", "words\n");
    commit(at, "Add @everyone <b>words</b> \u{202e}\u{1b}[31m");
    git(at, &["checkout", "--quiet", "main"]);
    git(
        at,
        &[
            "merge",
            "--quiet",
            "--no-ff",
            "-m",
            "Merge pull request #3 from bob/topic\n\nAdd @everyone <b>words</b> \u{202e}\u{1b}[31m",
            "topic",
        ],
    );
    git(at, &["checkout", "--quiet", "-b", "large"]);
    for folder in ["auth", "payments", "migrations", "crypto", "infra", "web"] {
        write(at, &format!("{folder}/lib.rs"), &"line\n".repeat(400));
    }
    write(at, "Cargo.lock", "version = 4\n");
    commit(at, "Everything at once");
    git(at, &["checkout", "--quiet", "main"]);
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "-m", message]);
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Git::new("git");
    command.current_dir(folder).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    // Within a hook, these name the repository that the hook is of.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Bob Ray").env(format!("GIT_{role}_EMAIL"), "bob@example.com");
        command.env(format!("GIT_{role}_DATE"), "2026-01-30T12:00:00Z");
    }
    assert!(command.status().unwrap().success(), "git {arguments:?}");
}

fn axiomo(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("axiomo").unwrap().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn pretty_shows_risk_people_and_files() {
    let repository = repository();
    let (code, shown, errors) = axiomo(repository.path(), &["analyze", "--pull", "3", "--as-of", "2026-01-31"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    for part in
        ["Add @everyone <b>words</b>", "#3", "LOW", "RISK", "WHO", "bob", "LOOK FIRST", "docs/a.md", "WHAT TO DO", "█"]
    {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "nothing moves the cursor or turns the line");
}

#[test]
fn colours_are_for_terminals_and_for_who_forces_them() {
    let repository = repository();
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::cargo_bin("axiomo").unwrap();
        command.current_dir(repository.path()).arg("analyze").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command.envs(variables.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap().contains('\u{1b}')
    };
    assert!(!run(&[]));
    assert!(run(&[("CLICOLOR_FORCE", "1")]));
    assert!(!run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn json_is_the_envelope_and_the_same_every_time() {
    let repository = repository();
    let run = || {
        let (code, shown, _) = axiomo(
            repository.path(),
            &["analyze", "--pull", "3", "--format", "json", "--as-of", "2026-01-31T00:00:00Z"],
        );
        assert_eq!(code, 0);
        let mut value: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let document = axiomo_model::Document::from_json(shown).unwrap();
        assert!(document.warnings().is_empty(), "{:?}", document.warnings());
        assert_eq!(document.signal_id(), document.signal().signal_id.as_deref());
        assert!(document.signal().meta.generated_at.is_some() && document.signal().meta.duration_ms.is_some());
        value["signal"]["meta"].take();
        value.to_string()
    };
    let first = run();
    assert_eq!(run(), first);
    assert!(!first.contains("bob@example.com") && !first.contains("Bob Ray"));
}

#[test]
fn markdown_pings_nobody_and_holds_no_html() {
    let repository = repository();
    let (code, shown, _) = axiomo(repository.path(), &["analyze", "--range", "main..large", "--format", "markdown"]);
    assert_eq!(code, 0);
    assert!(shown.starts_with("### 🔴 Risk: critical"), "{shown}");
    for part in
        ["| Why | Share | Seen |", "**Look first**", "1. `auth/lib.rs`: ", "**Supply chain**: `Cargo.lock`", "**Who**"]
    {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert!(!shown.contains('<'), "{shown}");
}

#[test]
fn a_gate_fails_with_1_and_says_why() {
    let repository = repository();
    let gate = |range: &str, level: &str| {
        let (code, _, errors) = axiomo(repository.path(), &["analyze", "--range", range, "--fail-on", level]);
        (code, errors)
    };
    let (code, errors) = gate("main..large", "high");
    assert_eq!(code, 1);
    assert!(errors.contains("the risk is critical") && errors.contains("less than high"), "{errors}");
    assert_eq!(gate("main~1..main", "medium"), (0, String::new()));
}

#[test]
fn mistakes_have_their_exit_codes_and_a_way_out() {
    let repository = repository();
    let empty = tempfile::tempdir().unwrap();
    let at = repository.path();
    for (folder, arguments, code, part) in [
        (at, &["analyze", "--pull", "99"][..], 5, "git fetch origin refs/pull/99/head"),
        (at, &["analyze", "--pull", "0"], 2, "--pull"),
        (at, &["analyze", "--range", "main"], 2, "expected `BASE..HEAD`"),
        (at, &["analyze", "--range", "main..nowhere"], 2, "`nowhere` names no commit here"),
        (at, &["analyze", "--pull", "3", "--range", "a..b"], 2, "cannot be used with"),
        (at, &["analyze", "--as-of", "soon"], 2, "expected RFC 3339"),
        (at, &["analyze", "--fail-on", "low"], 2, "[possible values: medium, high, critical]"),
        (empty.path(), &["analyze"], 2, "is no git repository"),
        (empty.path(), &["analyze", "--repo", "/nonexistent/place"], 2, "/nonexistent/place"),
        (at, &["analyze", "--repo", "typo"], 2, "typo is no git repository"),
    ] {
        let (found, shown, errors) = axiomo(folder, arguments);
        assert_eq!((found, shown.as_str()), (code, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(part), "{arguments:?} said {errors}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, shown, _) = axiomo(folder.path(), &["completions", shell]);
        assert_eq!(code, 0);
        assert!(shown.contains("analyze") && shown.contains("fail-on"), "{shell}");
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let repository = repository();
    let mut child = Git::new(assert_cmd::cargo::cargo_bin("axiomo"))
        .current_dir(repository.path())
        .args(["analyze", "--range", "main..large", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    // The gate holds all the same.
    let mut child = Git::new(assert_cmd::cargo::cargo_bin("axiomo"))
        .current_dir(repository.path())
        .args(["analyze", "--range", "main..large", "--format", "json", "--fail-on", "medium"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
