//! Clients with a defect each: the scenario that is there for it notices.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::Path;

use axiomo_conformance::ExpectedFailures;
use axiomo_conformance::driver::Command;
use axiomo_conformance::scenario::read_folder;
use axiomo_conformance::suite::run_all;

const MUTANTS: [(&str, &str); 6] = [
    ("retries-blindly", "transport/no-answer"),
    ("ignores-retry-after", "ratelimit/retry-after-is-obeyed"),
    ("reads-epoch-as-delta", "ratelimit/reset-in-any-form-is-a-moment"),
    ("leaks-key-across-redirect", "redirect/is-never-followed"),
    ("logs-key", "auth/one-bearer-header"),
    ("accepts-truncated-body", "transport/a-truncated-answer-is-never-a-result"),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_is_noticed_by_its_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (mutant, id) in MUTANTS {
        let mut scenarios = read_folder(&folder.join("scenarios")).unwrap();
        scenarios.retain(|scenario| scenario.id == id);
        assert!(!scenarios.is_empty(), "{id}");
        let arguments = [env!("CARGO_BIN_EXE_axiomo-driver-rust"), "--mutant", mutant];
        let program = arguments.iter().map(|&word| word.to_owned()).collect();
        let command = Command { name: "rust".to_owned(), program, folder: folder.to_owned() };
        let results = run_all(scenarios, &command, &ExpectedFailures::default()).await.unwrap();
        assert!(!results.is_success(), "{mutant} survives {id}");
    }
}
