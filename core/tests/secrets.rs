//! The key and the token are planted, every way to fail is tried with everything logged, and whatever
//! comes out is searched for them.
//!
//! The test is alone in its program, and its subscriber is that of the whole program: with a subscriber for
//! one thread alone, tracing asks whichever thread comes by first whether anybody wants an event, and keeps
//! the answer for all threads (`Rebuilder::JustOne` in `tracing_core::callsite`). So another test's thread
//! could switch events off here.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod support;

use std::error::Error as StdError;
use std::fmt::Write;
use std::io;
use std::sync::{Arc, Mutex};

use axiomo::testing::VirtualClock;
use axiomo::{AnalyzeRequest, CallOptions, CancelHandle, Client, Error, KeyProvider, ProviderToken};
use support::{ANALYSIS, Action, RawServer, URL, answer};
use tracing_subscriber::fmt::MakeWriter;

const KEY: &str = "ax_canarykeyA1b2C3d4";
const TOKEN: &str = "ghp_canarytokenA1b2C3d4";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

/// Some libraries log without tracing.
impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().extend_from_slice(format!("{}: {}\n", record.target(), record.args()).as_bytes());
    }

    fn flush(&self) {}
}

/// Everything that an error shows in any way.
fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n{}\n", serde_json::to_string(error).unwrap());
    let mut cause = error.source();
    while let Some(error) = cause {
        writeln!(text, "{error}\n{error:?}").unwrap();
        cause = error.source();
    }
    text
}

fn echo(status: u16) -> Action {
    let body = format!(r#"{{"error": {{"code": "{KEY}", "message": "Bad key {KEY}, bad token {TOKEN}"}}}}"#);
    let headers = [("x-request-id", KEY), ("x-echo", &format!("Bearer {KEY}")), ("location", &format!("/{KEY}"))]
        .map(|(name, value)| (name, value.to_owned()));
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    answer(status, &headers, &body)
}

#[tokio::test]
async fn nothing_that_comes_out_holds_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    tracing::subscriber::set_global_default(subscriber.with_writer(log.clone()).finish()).unwrap();
    log::set_logger(Box::leak(Box::new(log.clone()))).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let refusals = [301, 400, 401, 403, 404, 408, 409, 418, 422, 425, 429, 500, 501, 502, 503, 504];
    let mut failures: Vec<Action> = refusals.map(echo).to_vec();
    failures.extend([
        answer(200, &[("x-request-id", KEY)], &format!("{KEY} is no JSON")),
        answer(200, &[], &format!(r#"["{KEY}"]"#)),
        answer(200, &[], &format!("{{\"signal\": {{}}, {KEY}}}")),
        Action::SendAndClose(format!("HTTP/1.1 200 OK\r\nx: {KEY}\r\ncontent-length: 99\r\n\r\n{KEY}").into_bytes()),
        Action::SendAndClose(format!("{KEY} is no HTTP\r\n\r\n").into_bytes()),
        Action::Reset,
    ]);
    let mut out = String::new();
    let mut errors = 0;
    for failure in failures {
        let server = RawServer::start(std::iter::repeat_n(failure, 4)).await;
        let clock = VirtualClock::new();
        clock.skip_waits(true);
        let builder = Client::builder().base_url(server.base_url()).api_key(KEY).clock(clock);
        writeln!(out, "{builder:?}").unwrap();
        let client = builder.build().unwrap();
        let request = AnalyzeRequest::from_url(URL).unwrap().access_token(ProviderToken::new(TOKEN).unwrap());
        writeln!(out, "{client:?} {request:?} {:?}", client.analyze(request.clone())).unwrap();
        out += &shown(&client.analyze(request).await.unwrap_err());
        let request = &server.requests()[0];
        assert!(request.contains(KEY) && request.contains(TOKEN), "the secrets did go out");
        errors += 1;
    }
    assert_eq!(errors, refusals.len() + 6);

    // What is not an answer: time, cancellation, and no service at all.
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let client = Client::builder().base_url(server.base_url()).api_key(KEY).clock(clock.clone()).build().unwrap();
    let call = tokio::spawn(client.analyze(URL).into_future());
    server.arrived().await;
    clock.advance(axiomo::defaults::TIMEOUT);
    out += &shown(&call.await.unwrap().unwrap_err());
    let handle = CancelHandle::new();
    handle.cancel();
    out += &shown(&client.analyze(URL).options(CallOptions::new().cancel(&handle)).await.unwrap_err());
    clock.skip_waits(true);
    let nowhere = Client::builder().base_url("http://127.0.0.1:9/api").api_key(KEY).clock(clock).build().unwrap();
    out += &shown(&nowhere.analyze(URL).await.unwrap_err());

    let proxied = Client::builder().proxy("http://user:canaryproxy@127.0.0.1:9").max_retries(0);
    out += &shown(&proxied.build().unwrap().analyze(URL).await.unwrap_err());

    // What never gets as far as a request.
    for key in [format!("Bearer {KEY}"), format!("\"{KEY}\""), format!("{KEY}\n"), format!("{KEY}ü")] {
        out += &shown(&Client::builder().api_key(key).build().unwrap_err());
    }
    out += &shown(&ProviderToken::new(format!("{TOKEN} ")).unwrap_err());
    let provider = KeyProvider::from_fn(|| async { format!("'{KEY}'").parse::<axiomo::ApiKey>() });
    let client = Client::builder().base_url("http://127.0.0.1:9").key_provider(provider).build().unwrap();
    out += &shown(&client.analyze(URL).await.unwrap_err());

    // A success that echoes the key in its headers.
    let server =
        RawServer::start([answer(200, &[("x-echo", &format!("Bearer {KEY}")), ("x-request-id", KEY)], ANALYSIS)]).await;
    let client = Client::builder().base_url(server.base_url()).api_key(KEY).build().unwrap();
    let analysis = client.analyze(URL).await.unwrap();
    writeln!(out, "{analysis:?} {}", serde_json::to_string(&analysis.meta).unwrap()).unwrap();
    assert_eq!(analysis.meta.headers["x-echo"], "[redacted]");

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for part in [
        "axiomo: request",
        "axiomo: retry",
        "http.response.status_code=503",
        "url.template=\"/analyze\"",
        "hyper",
        "http.request.resend_count=0",
        "http.request.resend_count=3",
        "reqwest::connect: proxy(",
    ] {
        assert!(log.contains(part), "{part} was not logged, so the log proves nothing");
    }
    for (what, text) in [("the output", &out), ("the log", &log)] {
        assert!(!text.contains("canary"), "{what} holds a secret: {}", surroundings(text));
        assert!(!text.contains("owner/repo") || what == "the output", "{what} names the pull request");
    }
}

fn surroundings(text: &str) -> &str {
    let at = text.find("canary").unwrap();
    text.get(at.saturating_sub(200)..(at + 100).min(text.len())).unwrap_or("(not at a letter's boundary)")
}
