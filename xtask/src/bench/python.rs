//! The Python package beside the HTTP clients of Python's users, and beside the Rust client.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Row;
use super::beside::{Mode, beside, start};
use super::rust::{Bench, OURS, Server};
use super::statistics::{estimate, median};
use crate::python::{environment, interpreter, run as succeed, target};

/// With this many rounds of starts, which are short and noisy.
const STARTS: usize = 30;

const MODES: [Mode; 3] = [
    mode("sequential", &[("pyreqwest", 3_000), ("httpx", 1_000), ("requests", 600)]),
    mode("threads", &[("pyreqwest", 3_200), ("requests", 1_280)]),
    mode("event loop", &[("pyreqwest", 3_200), ("aiohttp+orjson", 3_200), ("httpx", 640)]),
];

const fn mode(name: &'static str, peers: &'static [(&'static str, u32)]) -> Mode {
    Mode { name, peers, calls: 6_400 }
}

pub fn run() -> anyhow::Result<Vec<Row>> {
    let python = Python::provide()?;
    let program = super::program()?;
    let server = Server::start(&program)?;
    let rust = Bench { program, base_url: &server.base_url };
    let mut found = Vec::new();
    let take = |mode: &str, client: &str, calls: u32| {
        python.take("calls.py", &[mode, client, &server.base_url, &calls.to_string()])
    };
    for mode in &MODES {
        found.extend(beside("python", mode, &take, &rust)?);
    }
    found.extend(fields(&python)?);
    found.extend(starts(&python)?);
    Ok(found)
}

/// The interpreter, the release build of the package, and the peers.
pub struct Python {
    interpreter: PathBuf,
    site: PathBuf,
}

impl Python {
    pub fn provide() -> anyhow::Result<Self> {
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

    pub fn take<T: for<'de> Deserialize<'de>>(&self, script: &str, arguments: &[&str]) -> anyhow::Result<T> {
        let script = crate::workspace().join("benches/python").join(script);
        let mut command = self.command();
        let output = command.arg(script).args(arguments).stderr(Stdio::inherit()).output().context("python")?;
        ensure!(output.status.success(), "{arguments:?} ended with {}", output.status);
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        // What is installed is compiled once, whatever the environment of this program wants.
        command.env("PYTHONPATH", &self.site).env_remove("PYTHONDONTWRITEBYTECODE");
        command
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
        rows.push(start("python", name, took));
    }
    Ok(rows)
}
