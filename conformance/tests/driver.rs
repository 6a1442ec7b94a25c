//! Drivers: that they do nothing of their own, and what becomes of a run when one does not do what it should.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use axiomo_conformance::driver::{Call, Command, Driver, DriverError, Opening, Time};
use serde_json::json;

/// Words of what only the client may do.
const NOT_FOR_DRIVERS: [&str; 12] = [
    "reqwest",
    "hyper",
    "http::",
    "sleep",
    "::timeout(",
    "interval",
    "TcpStream",
    "std::net",
    "tokio::net",
    "tokio::time",
    "Instant",
    "SystemTime",
];
/// A driver with more lines of code than this does something of its own.
const MOST_LINES: usize = 370;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn command(program: &[&str]) -> Command {
    let program = program.iter().map(|word| (*word).to_owned()).collect();
    Command { name: "rust".to_owned(), program, folder: folder() }
}

fn rust() -> Command {
    command(&[env!("CARGO_BIN_EXE_axiomo-driver-rust")])
}

#[test]
fn the_driver_of_the_rust_client_does_nothing_of_its_own() {
    let mut lines = 0;
    for entry in fs::read_dir(folder().join("drivers/rust")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
        lines += code.clone().count();
        for word in NOT_FOR_DRIVERS {
            assert!(!code.clone().any(|line| line.contains(word)), "{}: {word}", path.display());
        }
    }
    assert!((1..=MOST_LINES).contains(&lines), "{lines} lines");
}

#[tokio::test]
async fn a_driver_says_who_it_is() {
    let hello = Driver::new(rust(), Time::Conducted).hello().await.unwrap();
    assert_eq!((hello.language.as_str(), hello.version.as_str()), ("rust", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn a_driver_that_is_not_there_is_named() {
    let error = Driver::new(command(&["no-such-driver"]), Time::Real).hello().await.unwrap_err();
    assert!(error.to_string().contains("no-such-driver"), "{error}");
}

#[tokio::test]
async fn the_death_of_a_driver_tells_its_last_words() {
    let dying = command(&["sh", "-c", "read line; echo 'no memory' >&2; exit 3"]);
    let error = Driver::new(dying, Time::Real).hello().await.unwrap_err();
    assert!(matches!(error, DriverError::Died(_)), "{error}");
    assert!(error.to_string().contains("exit status: 3") && error.to_string().contains("no memory"), "{error}");
}

#[tokio::test]
async fn a_line_that_is_no_frame_is_a_driver_s_death() {
    let talking = command(&["sh", "-c", "read line; echo hello; exec sleep 60"]);
    let error = Driver::new(talking, Time::Real).hello().await.unwrap_err();
    assert!(error.to_string().contains("this is no frame: hello"), "{error}");
}

#[tokio::test]
async fn a_driver_that_died_is_started_again() {
    let greeting = r#"{"id":1,"ok":{"language":"x","version":"1","capabilities":[]}}"#;
    let script = format!("read line; echo '{greeting}'; read line; exit 1");
    let driver = Driver::new(command(&["sh", "-c", &script]), Time::Real);
    for _ in 0..2 {
        let error = driver.open(&Opening::default()).await.unwrap_err();
        assert!(matches!(error, DriverError::Died(_)), "{error}");
    }
    assert_eq!(driver.hello().await.unwrap().language, "x");
}

#[tokio::test]
async fn what_a_driver_cannot_obey_is_told_apart_from_what_the_client_refuses() {
    let driver = Driver::new(rust(), Time::Real);
    let opening = |options| Opening { base_url: "http://127.0.0.1:9/api".to_owned(), options, ..Opening::default() };
    let error = driver.open(&opening(json!({"max_retries": 101}))).await.unwrap_err();
    assert!(matches!(&error, DriverError::Refused(refused) if refused["kind"] == "configuration"), "{error}");
    let error = driver.open(&opening(json!({"retries": 3}))).await.unwrap_err();
    assert!(matches!(&error, DriverError::Protocol(message) if message.contains("`retries`")), "{error}");
    let mut session = driver.open(&opening(json!({}))).await.unwrap();
    let call = Call { name: "r1".to_owned(), method: "analyse".to_owned(), ..Call::default() };
    assert!(matches!(session.call(&call).await.unwrap_err(), DriverError::Protocol(_)));
    assert!(matches!(session.cancel("r1").await, Ok(()) | Err(DriverError::Protocol(_))));
    session.close().await.unwrap();
}
