//! The Rust client beside reqwest with serde.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::statistics::{estimate, median};
use super::{Row, callgrind};

const ROUNDS: usize = 15;
/// About a quarter of a second for each client in each round.
const CALLS: u32 = 2_000;
const WARM_UP: u32 = 200;

/// Instructions hardly vary, and counting them takes a hundred times as long.
const COUNTING_ROUNDS: usize = 3;
const COUNTED_CALLS: u32 = 1_000;

pub(super) const OURS: &str = "axiomo";
const PEER: &str = "reqwest";

/// A figure of the peer's, and ours of the same round.
type Pair<T> = (T, T);

/// What the program under `benches/` says of a series of calls.
#[derive(Deserialize)]
pub(super) struct Taken {
    pub(super) median_us: f64,
    pub(super) p99_us: f64,
    pub(super) cpu_us: f64,
    pub(super) per_second: f64,
}

pub fn run() -> anyhow::Result<Vec<Row>> {
    let program = super::program()?;
    let server = Server::start(&program)?;
    let bench = Bench { program, base_url: &server.base_url };

    println!("{ROUNDS} rounds of {CALLS} calls");
    let taken = rounds(ROUNDS, |client| bench.take(client))?;
    let mut found = Vec::from(rows(&taken, latency, |taken| taken.median_us));
    found.extend(rows(&taken, processor, |taken| taken.cpu_us));
    if callgrind::is_there() {
        println!("{COUNTING_ROUNDS} rounds of {COUNTED_CALLS} calls under callgrind");
        let counted = rounds(COUNTING_ROUNDS, |client| bench.count(client))?;
        found.extend(rows(&counted, instructions, |count| *count));
    }
    Ok(found)
}

/// Lets both take turns; who begins changes from round to round.
fn rounds<T>(count: usize, mut measure: impl FnMut(&str) -> anyhow::Result<T>) -> anyhow::Result<Vec<Pair<T>>> {
    let round = |round: usize| {
        if round.is_multiple_of(2) {
            let peer = measure(PEER)?;
            Ok((peer, measure(OURS)?))
        } else {
            let ours = measure(OURS)?;
            Ok((measure(PEER)?, ours))
        }
    };
    (0..count).map(round).collect()
}

/// The rows of both, each made by `row` of its figures, with the ratio of what `cost` says of them.
fn rows<T>(measured: &[Pair<T>], row: fn(&[&T]) -> Row, cost: fn(&T) -> f64) -> [Row; 2] {
    let (peer, ours): (Vec<_>, Vec<_>) = measured.iter().map(|(peer, ours)| (peer, ours)).unzip();
    let ratios: Vec<f64> = measured.iter().map(|(peer, ours)| cost(ours) / cost(peer)).collect();
    [
        Row { bench: "rust", client: PEER.into(), ..row(&peer) },
        Row { bench: "rust", client: OURS.into(), ..row(&ours) }.with_ratio(estimate(&ratios)),
    ]
}

fn latency(series: &[&Taken]) -> Row {
    Row {
        mode: "latency".into(),
        median_us: Some(over(series, |taken| taken.median_us)),
        p99_us: Some(over(series, |taken| taken.p99_us)),
        per_second: Some(over(series, |taken| taken.per_second)),
        ..Row::default()
    }
}

fn processor(series: &[&Taken]) -> Row {
    Row { mode: "cpu".into(), cpu_us: Some(over(series, |taken| taken.cpu_us)), ..Row::default() }
}

fn instructions(series: &[&f64]) -> Row {
    Row { mode: "instructions".into(), instructions: Some(over(series, |count| *count)), ..Row::default() }
}

fn over<T>(series: &[&T], figure: fn(&T) -> f64) -> f64 {
    median(series.iter().map(|item| figure(item)).collect())
}

pub(super) struct Bench<'s> {
    pub(super) program: PathBuf,
    pub(super) base_url: &'s str,
}

impl Bench<'_> {
    pub(super) fn take(&self, client: &str) -> anyhow::Result<Taken> {
        let output = Command::new(&self.program)
            .args(self.call(client, CALLS, WARM_UP))
            .stderr(Stdio::inherit())
            .output()
            .context("axiomo-benches")?;
        ensure!(output.status.success(), "the calls of {client} ended with {}", output.status);
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The instructions of one call. Two runs tell them apart from those of the start.
    fn count(&self, client: &str) -> anyhow::Result<f64> {
        let count = |calls| callgrind::count(&self.program, self.call(client, calls, WARM_UP));
        Ok((count(COUNTED_CALLS)? - count(0)?) / f64::from(COUNTED_CALLS))
    }

    fn call(&self, client: &str, calls: u32, warm_up: u32) -> [String; 8] {
        let (calls, warm_up) = (calls.to_string(), warm_up.to_string());
        ["call", client, "--base-url", self.base_url, "--calls", &calls, "--warm-up", &warm_up].map(str::to_owned)
    }
}

/// The server that both call. It ends with this value.
pub struct Server {
    process: Child,
    pub base_url: String,
}

impl Server {
    pub fn start(program: &PathBuf) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("axiomo-benches")?;
        let output = process.stdout.take();
        let mut server = Self { process, base_url: String::new() };
        BufReader::new(output.context("the server's output")?).read_line(&mut server.base_url)?;
        server.base_url.truncate(server.base_url.trim_end().len());
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
