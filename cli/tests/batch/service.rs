//! A service that answers when it is told to, and counts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Answers each request by the number of its pull request.
pub struct Service {
    pub base_url: String,
    state: Arc<State>,
}

struct State {
    counts: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Default)]
struct Counts {
    requests: Vec<String>,
    /// A request is answered when so many came after it.
    lag: usize,
    /// Answers carry a limit that is never reached.
    is_generous: bool,
}

impl Service {
    /// Each request is answered when so many came after it.
    pub fn start(lag: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/api", listener.local_addr().unwrap());
        let counts = Counts { lag, ..Counts::default() };
        let state = Arc::new(State { counts: Mutex::new(counts), changed: Condvar::new() });
        let accepting = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&accepting);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { base_url, state }
    }

    /// From now on, everything is answered at once, with a limit that is never reached.
    pub fn be_generous(&self) {
        let mut counts = self.state.counts.lock().unwrap();
        (counts.lag, counts.is_generous) = (0, true);
        self.state.changed.notify_all();
    }

    /// How many requests there were so far.
    pub fn requests_so_far(&self) -> usize {
        self.state.counts.lock().unwrap().requests.len()
    }

    /// Returns when there were so many requests.
    pub fn wait_for(&self, requests: usize) {
        let counts = self.state.counts.lock().unwrap();
        drop(self.state.changed.wait_while(counts, |counts| counts.requests.len() < requests).unwrap());
    }

    /// The bodies of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.state.counts.lock().unwrap().requests.clone()
    }
}

/// `None` when the client has left.
fn serve(stream: TcpStream, state: &State) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().ok()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        let mut counts = state.counts.lock().unwrap();
        counts.requests.push(body.clone());
        let place = counts.requests.len();
        state.changed.notify_all();
        let counts = state.changed.wait_while(counts, |counts| counts.requests.len() < place + counts.lag).unwrap();
        let limit =
            if counts.is_generous { "x-ratelimit-limit: 6000000\r\nx-ratelimit-remaining: 5999999\r\n" } else { "" };
        drop(counts);
        let (status, answer) = answer(number(&body));
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{limit}\r\n", answer.len());
        writer.write_all(format!("{head}{answer}").as_bytes()).ok()?;
    }
}

/// The number of the pull request that is asked for.
pub fn number(body: &str) -> u64 {
    let value: serde_json::Value = serde_json::from_str(body).unwrap();
    let by_url = value["url"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
    by_url.unwrap_or_else(|| value["pr_number"].as_u64().unwrap())
}

/// High numbers are high risks, those of 404, 403 and 422 are refused.
fn answer(number: u64) -> (u16, String) {
    match number {
        404 | 403 | 422 => (u16::try_from(number).unwrap(), r#"{"error": "no"}"#.to_owned()),
        _ => {
            let level = if number >= 1000 { "high" } else { "low" };
            let signal = format!("{{\r\n \"risk\": {{\"level\": \"{level}\", \"score\": 0.10}}, \"new\": {number}}}");
            (200, format!("{{\n \"signal_id\": \"ax-{number}\",\n \"signal\": {signal}\n}}\n"))
        }
    }
}
