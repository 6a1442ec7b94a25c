//! The Python package beside the HTTP clients of Python's users, and beside the Rust client.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Row;
use super::rust::{Bench, OURS, Server, Taken};
use super::statistics::{estimate, median};
use crate::python::{environment, interpreter, run as succeed, target};

const ROUNDS: usize = 9;
/// With this many rounds of starts, which are short and noisy.
const STARTS: usize = 30;

/// How clients are used, each with those that can be, and how many calls a round they make: about half a second.
const MODES: [(&str, &[(&str, u32)]); 3] = [
    ("sequential", &[("pyreqwest", 3_000), ("httpx", 1_000), ("requests", 600)]),
    ("threads", &[("pyreqwest", 3_200), ("requests", 1_280)]),
    ("event loop", &[("pyreqwest", 3_200), ("aiohttp+orjson", 3_200), ("httpx", 640)]),
];
const OUR_CALLS: u32 = 6_400;

pub fn run() -> anyhow::Result<Vec<Row>> {
    let python = Python::provide()?;
    let program = super::program()?;
    let server = Server::start(&program)?;
    let rust = Bench { program, base_url: &server.base_url };
    let mut found = Vec::new();
    for (mode, peers) in MODES {
        println!("{mode}: {ROUNDS} rounds");
        found.extend(beside(&python, mode, peers, &server.base_url, &rust)?);
    }
    found.extend(fields(&python)?);
    found.extend(starts(&python)?);
    Ok(found)
}

/// The interpreter, the release build of the package, and the peers.
struct Python {
    interpreter: PathBuf,
    site: PathBuf,
}

impl Python {
    fn provide() -> anyhow::Result<Self> {
        let workspace = crate::workspace();
        let folder = environment("bench", "benches/python/requirements.txt")?;
        succeed(&mut crate::test::cargo(&["build", "--quiet", "--release", "--package", "axiomo-python"]))?;
        let site = target().join("python/release");
        let package = site.join("axiomo");
        fs::create_dir_all(&package)?;
        for entry in fs::read_dir(workspace.join("bindings-python/python/axiomo"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "py") {
                fs::copy(&path, package.join(path.file_name().unwrap_or_default()))?;
            }
        }
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let built = target().join("release").join(format!("{prefix}axiomo_python{suffix}"));
        fs::copy(&built, package.join("_native.abi3.so")).with_context(|| built.display().to_string())?;
        Ok(Self { interpreter: interpreter(&folder), site })
    }

    fn take<T: for<'de> Deserialize<'de>>(&self, script: &str, arguments: &[&str]) -> anyhow::Result<T> {
        let script = crate::workspace().join("benches/python").join(script);
        let mut command = self.command();
        let output = command.arg(script).args(arguments).stderr(Stdio::inherit()).output().context("python")?;
        ensure!(output.status.success(), "{arguments:?} ended with {}", output.status);
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.env("PYTHONPATH", &self.site);
        command
    }
}

/// Lets all take turns; who begins changes from round to round.
fn beside(
    python: &Python,
    mode: &'static str,
    peers: &[(&'static str, u32)],
    base_url: &str,
    rust: &Bench<'_>,
) -> anyhow::Result<Vec<Row>> {
    let calls = |client: &str, count: u32| -> anyhow::Result<Taken> {
        python.take("calls.py", &[mode, client, base_url, &count.to_string()])
    };
    let is_beside_rust = mode == "sequential";
    let mut taken: Vec<Vec<Taken>> = Vec::new();
    for round in 0..ROUNDS {
        let mut clients = Vec::from(peers);
        clients.push((OURS, OUR_CALLS));
        let count = clients.len();
        clients.rotate_left(round % count);
        let mut of_round = Vec::new();
        for (client, calls_each) in clients {
            of_round.push((client, calls(client, calls_each)?));
        }
        // In one order again.
        of_round.sort_by_key(|(client, _)| peers.iter().position(|(peer, _)| peer == client).unwrap_or(peers.len()));
        let mut of_round: Vec<Taken> = of_round.into_iter().map(|(_, taken)| taken).collect();
        if is_beside_rust {
            of_round.push(rust.take(OURS)?);
        }
        taken.push(of_round);
    }
    let series = |index: usize| -> Vec<&Taken> { taken.iter().map(|round| &round[index]).collect() };
    let ours = peers.len();
    let ratios = |index: usize| -> Vec<f64> {
        taken.iter().map(|round| round[ours].per_second / round[index].per_second).collect()
    };
    let mut rows: Vec<Row> = peers
        .iter()
        .enumerate()
        .map(|(index, (peer, _))| row(peer, mode, &series(index)).with_ratio(estimate(&ratios(index))))
        .collect();
    rows.push(row(OURS, mode, &series(ours)));
    if is_beside_rust {
        let costs: Vec<f64> = ratios(ours + 1).iter().map(|ratio| 1.0 / ratio).collect();
        rows.push(row("axiomo (Rust)", mode, &series(ours + 1)).with_ratio(estimate(&costs)));
    }
    Ok(rows)
}

fn row(client: &'static str, mode: &'static str, series: &[&Taken]) -> Row {
    let over = |figure: fn(&Taken) -> f64| Some(median(series.iter().map(|taken| figure(taken)).collect()));
    Row {
        bench: "python",
        client: client.into(),
        mode: mode.into(),
        median_us: over(|taken| taken.median_us),
        p99_us: over(|taken| taken.p99_us),
        cpu_us: over(|taken| taken.cpu_us),
        per_second: over(|taken| taken.per_second),
        ..Row::default()
    }
}

/// What it takes to read every field of a Signal once.
#[derive(Deserialize)]
struct Fields {
    ours: f64,
    dicts: f64,
    with_reading: f64,
}

fn fields(python: &Python) -> anyhow::Result<Vec<Row>> {
    let fixture = crate::workspace().join("benches/data/analysis.json");
    let rounds: Vec<Fields> = python.take("fields.py", &[&fixture.display().to_string()])?;
    let over = |figure: fn(&Fields) -> f64| median(rounds.iter().map(figure).collect());
    let row = |client: &'static str, median_us: f64| Row {
        bench: "python",
        client: client.into(),
        mode: "every field".into(),
        median_us: Some(median_us),
        ..Row::default()
    };
    let ratio = |figure: fn(&Fields) -> f64| {
        let ratios: Vec<f64> = rounds.iter().map(|round| round.dicts / figure(round)).collect();
        estimate(&ratios)
    };
    Ok(vec![
        row("json.loads, dicts", over(|round| round.dicts)).with_ratio(ratio(|round| round.ours)),
        row(OURS, over(|round| round.ours)),
        row("with from_json", over(|round| round.with_reading)).with_ratio(ratio(|round| round.with_reading)),
    ])
}

/// What starting takes over a bare interpreter.
fn starts(python: &Python) -> anyhow::Result<Vec<Row>> {
    let client = "import axiomo; axiomo.Client('ax_key')";
    let programs: [(&'static str, &str); 4] = [
        ("axiomo", "import axiomo"),
        ("axiomo, a client", client),
        ("httpx", "import httpx"),
        ("requests", "import requests"),
    ];
    let microseconds = |program: &str| -> anyhow::Result<f64> {
        let timed = format!("import time; began = time.perf_counter(); {program}; print(time.perf_counter() - began)");
        let output = python.command().args(["-c", &timed]).output().context("python")?;
        ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().parse::<f64>()? * 1e6)
    };
    let mut rows = Vec::new();
    for (name, program) in programs {
        let took = (0..STARTS).map(|_| microseconds(program)).collect::<anyhow::Result<Vec<f64>>>()?;
        rows.push(Row {
            bench: "python",
            client: name.into(),
            mode: "start".into(),
            median_us: Some(median(took)),
            ..Row::default()
        });
    }
    Ok(rows)
}
