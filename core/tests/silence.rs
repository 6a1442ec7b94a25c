//! A library leaves its host's program as it is. The test is alone in its program, of which it looks at everything.

#![allow(
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod support;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::panic;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axiomo::{CallOptions, CancelHandle, Client, ErrorKind};
use support::{ANALYSIS, RawServer, URL, answer};

/// Set in the program whose output is looked at.
const IS_WATCHED: &str = "SILENCE_IS_WATCHED";
const BEGINNING: &str = "[it begins]\n";
const END: &str = "[it ends]\n";

/// What a program has one of.
#[derive(Debug, PartialEq)]
struct Installed {
    subscriber: bool,
    cryptography: bool,
    log: log::LevelFilter,
    /// Those that are caught and ignored, where the system tells.
    signals: String,
    variables: Vec<(OsString, OsString)>,
}

impl Installed {
    fn look() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let signals = status.lines().filter(|line| line.starts_with("SigCgt") || line.starts_with("SigIgn"));
        Self {
            subscriber: tracing::dispatcher::has_been_set(),
            cryptography: rustls::crypto::CryptoProvider::get_default().is_some(),
            log: log::max_level(),
            signals: signals.collect(),
            variables: env::vars_os().collect(),
        }
    }
}

#[test]
fn nothing_is_printed_and_nothing_installed() {
    if env::var_os(IS_WATCHED).is_some() {
        return watched();
    }
    let mut program = Command::new(env::current_exe().unwrap());
    program.args(["--exact", "nothing_is_printed_and_nothing_installed", "--nocapture"]).env(IS_WATCHED, "1");
    let output = program.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    for printed in [output.stdout, output.stderr] {
        let printed = String::from_utf8(printed).unwrap();
        let (_, printed) = printed.split_once(BEGINNING).unwrap();
        assert_eq!(printed.split_once(END).unwrap().0, "");
    }
}

/// Calls that end in every way, with nothing said in between by anybody else.
fn watched() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let is_hooked = Arc::new(AtomicBool::new(false));
    let hooked = Arc::clone(&is_hooked);
    panic::set_hook(Box::new(move |_| hooked.store(true, Ordering::SeqCst)));
    let before = Installed::look();
    print!("{BEGINNING}");
    eprint!("{BEGINNING}");
    runtime.block_on(calls());
    print!("{END}");
    eprint!("{END}");
    assert_eq!(Installed::look(), before);
    assert!(panic::catch_unwind(|| panic!("to see who is told")).is_err());
    assert!(is_hooked.load(Ordering::SeqCst));
}

async fn calls() {
    let answers = [answer(200, &[], ANALYSIS), answer(404, &[], "no"), answer(200, &[], "no JSON")];
    let server = RawServer::start(answers).await;
    let client = |url: String| Client::builder().base_url(url).api_key("ax_key").max_retries(0).build().unwrap();
    let calling = client(server.base_url());
    calling.analyze(URL).await.unwrap();
    assert_eq!(calling.analyze(URL).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(calling.scan("x").await.unwrap_err().kind(), ErrorKind::Decode);
    let cancel = CancelHandle::new();
    let cancelled = calling.scan("x").options(CallOptions::new().cancel(&cancel)).into_future();
    cancel.cancel();
    assert_eq!(cancelled.await.unwrap_err().kind(), ErrorKind::Cancelled);
    // Nobody listens there, and the way to it would be by TLS.
    let unreached = client("https://127.0.0.1:1/api".to_owned());
    assert_eq!(unreached.scan("x").await.unwrap_err().kind(), ErrorKind::Connection);
    assert!(Client::builder().api_key("").build().is_err());
}
