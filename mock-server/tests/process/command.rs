//! The command line.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::program::{Program, client, command};

#[test]
fn the_first_line_says_where_the_server_is_and_sigterm_ends_it() {
    let mut program = Program::start(&[]);
    let names: Vec<&String> = program.first_line.as_object().unwrap().keys().collect();
    assert_eq!(names, ["base_url", "management_token", "store", "version"]);
    assert_eq!((program.text("store"), program.text("version")), ("memory", env!("CARGO_PKG_VERSION")));
    let base_url = program.text("base_url").to_owned();
    let port = base_url.strip_prefix("http://127.0.0.1:").unwrap().strip_suffix("/api").unwrap();
    assert!(port.parse::<u16>().unwrap() > 0);
    assert!(program.text("management_token").len() > 40);
    program.signal("TERM");
    let (status, rest) = program.ended();
    assert_eq!((status.code(), &*rest), (Some(0), ""));
    let mut program = Program::start(&[]);
    program.signal("INT");
    assert_eq!(program.ended().0.code(), Some(130));
}

#[test]
fn it_outlives_its_input_unless_it_is_told_not_to() {
    let mut program = Program::run(command(&["--port", "0", "--until-stdin-ends"]).stdin(Stdio::piped()));
    program.end_input();
    let (status, rest) = program.ended();
    assert_eq!((status.code(), &*rest), (Some(0), ""));
    let mut program = Program::run(command(&["--port", "0"]).stdin(Stdio::null()));
    let url = format!("{}/scans/x", program.text("base_url"));
    assert_eq!(run(async { client().get(url).send().await.unwrap().status() }), 404);
    program.signal("TERM");
    assert_eq!(program.ended().0.code(), Some(0));
}

#[test]
fn a_token_from_the_environment_works_and_is_not_printed() {
    let token = "chosen-by-someone";
    let program = Program::run(command(&["--port", "0", "--host", "0.0.0.0"]).env("AXIOMO_MANAGEMENT_TOKEN", token));
    assert!(program.first_line["management_token"].is_null());
    assert!(program.text("base_url").starts_with("http://127.0.0.1:"));
    let url = format!("{}/keys", program.text("base_url"));
    let status = run(async { client().get(url).bearer_auth(token).send().await.unwrap().status() });
    assert_eq!(status, 200);
}

#[test]
fn the_limiter_can_be_chosen() {
    // The first request's unit is back after a window, and under GCRA after the limit's part of one.
    // The counter's windows begin with the program.
    let whole = 3600..=3600;
    for (limiter, resets) in [("fixed", whole.clone()), ("log", whole), ("counter", 3500..=3600), ("gcra", 360..=360)] {
        let arguments = ["--limiter", limiter, "--window", "1h", "--reset-format", "delta", "--stamp", "admission"];
        let program = Program::start(&arguments);
        let url = format!("{}/scans/x", program.text("base_url"));
        let headers = run(async { client().get(url).send().await.unwrap().headers().clone() });
        let reset = headers["x-ratelimit-reset"].to_str().unwrap().parse().unwrap();
        assert!(resets.contains(&reset), "{limiter}: {reset}");
    }
}

#[test]
fn what_cannot_work_is_said_with_the_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "\n").unwrap();
    let url = "https://github.com/o/r";
    let private = format!("{url}=clone");
    let token_file = format!("{url}={}", empty.display());
    let (connect, at_pull) = (format!("alice={url}"), format!("{url}/pull/7=clone"));
    let rows: [(&[&str], &str); 13] = [
        (&["--host", "0.0.0.0"], "AXIOMO_MANAGEMENT_TOKEN"),
        (&["--connect", &connect], "which no --private-repo mounts"),
        (&["--repo", &private, "--connect", &connect], "which no --private-repo mounts"),
        (&["--private-repo", &private, "--access-token-file", &token_file], "the file is empty"),
        (&["--private-repo", &private, "--repo", &private], "is mounted twice"),
        (&["--repo", "clone"], "expected URL=PATH"),
        (&["--repo", &at_pull], "it is the page of a pull request"),
        (&["--repo", "https://github.com/o=clone"], "is no repository's page"),
        (&["--store", "postgres:x"], "expected `memory` or `sqlite:PATH`"),
        (&["--window", "0s"], "expected a number with"),
        (&["--window", "1d"], "expected a number with"),
        (&["--limiter", "bucket"], "possible values: fixed, log, counter, gcra"),
        (&["--trusted-proxy", "10.0.0.0/33"], "is no network"),
    ];
    for (arguments, expected) in rows {
        let output = command(arguments).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
    for token in ["", "two words", "é"] {
        let output = command(&[]).env("AXIOMO_MANAGEMENT_TOKEN", token).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && message.contains("the management token is empty"), "{message}");
        assert!(token.is_empty() || !message.contains(token));
    }
}

#[test]
fn a_store_has_one_server_and_a_port_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::os::unix::fs::symlink(&path, folder.path().join("link")).unwrap();
    let store = format!("sqlite:{}", path.display());
    let mut program = Program::start(&["--store", &store]);
    assert_eq!(program.text("store"), store);
    for name in ["store", "link"] {
        let store = format!("sqlite:{}", folder.path().join(name).display());
        let output = command(&["--port", "0", "--store", &store]).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(6), 0), "{message}");
        assert!(message.contains("is in use by another server"), "{message}");
    }
    let port = program.text("base_url").rsplit(':').next().unwrap().strip_suffix("/api").unwrap().to_owned();
    let output = command(&["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot listen at 127.0.0.1"));
    // Death lets go of it.
    program.kill();
    Program::start(&["--store", &store]);
}

#[test]
fn sigterm_lets_what_is_in_flight_finish() {
    let mut program = Program::start(&[]);
    let address = program.text("base_url").strip_prefix("http://").unwrap().strip_suffix("/api").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let head = "POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
                expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 25]).unwrap();
    program.signal("TERM");
    // It takes no more connections: it is closing.
    while TcpStream::connect(&address).is_ok() {}
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
    assert_eq!(program.ended().0.code(), Some(0));
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn with_admin_the_first_line_tells_of_the_test_controls() {
    let program = Program::start(&["--admin"]);
    let (url, token) = (program.text("admin_url"), program.text("admin_token"));
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /version HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""protocol":1"#), "{answer}");
    assert_eq!(Program::start(&[]).first_line.get("admin_url"), None);
}
