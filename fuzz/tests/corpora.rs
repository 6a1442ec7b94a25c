//! What fuzzing once found interesting goes through its target again.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

fn replay(target: &str, run: fn(&[u8])) {
    let folder = format!("{}/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut replayed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        run(&std::fs::read(entry.unwrap().path()).unwrap());
        replayed += 1;
    }
    assert!(replayed >= 5, "the corpus of {target} holds only {replayed} inputs");
}

#[test]
fn pull_request_ref() {
    replay("pull_request_ref", axiomo_fuzz::pull_request_ref);
}

#[test]
fn signal() {
    replay("signal", axiomo_fuzz::signal);
}

#[test]
fn rate_limit_headers() {
    replay("rate_limit_headers", axiomo_fuzz::rate_limit_headers);
}

#[test]
fn error_body() {
    replay("error_body", axiomo_fuzz::error_body);
}

#[test]
fn analyze_request() {
    replay("analyze_request", axiomo_fuzz::analyze_request);
}
