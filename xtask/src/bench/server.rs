//! The reference server under load, with a store on disk, keys, and a limit that counts and never refuses:
//! how many answers a second, how late they are, and how much memory it takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use serde::Deserialize;
use serde_json::json;

use super::Row;
use super::history::{self, PULL_REQUESTS};
use super::statistics::median;
use crate::server::{Profile, Server};

const SERVER: &str = "axiomo-mock-server";
/// The same repository under so many names, each with scans of its own: 10,000 in all.
const NAMES: usize = 20;
/// Analyses that are asked for at once.
const AT_ONCE: usize = 8;
/// As many connections as there may be, as fast as they can.
const CONNECTIONS: &str = "64";
const CLOSED: Duration = Duration::from_secs(60);
/// Requests that leave when it is their time, whether or not earlier ones were answered.
const OPEN_RATE: &str = "5000";
const OPEN: Duration = Duration::from_secs(300);
/// Until then a server that has just started fills its caches.
const SETTLED: Duration = Duration::from_secs(60);

/// What a program that makes requests says of them.
#[derive(Deserialize)]
struct Taken {
    median_us: f64,
    p99_us: f64,
    per_second: f64,
    failed: u64,
}

pub fn run() -> anyhow::Result<Vec<Row>> {
    let workspace = crate::workspace();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", SERVER, "--package", "axiomo-benches"])
        .current_dir(&workspace)
        .status()
        .context("cargo")?;
    ensure!(built.success(), "the server does not build");
    let folder = workspace.join("target/bench");
    fs::create_dir_all(&folder)?;
    let repository = folder.join("history.git");
    history::repository(&repository)?;
    let store = folder.join("store.sqlite");
    for file in [&store, &store.with_extension("sqlite-wal"), &store.with_extension("sqlite-shm")] {
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    let server = start(&repository, &store)?;

    println!("{} analyses, {AT_ONCE} at once", NAMES * usize::from(PULL_REQUESTS));
    let (ids, analyses) = fill(&server)?;
    let scans = folder.join("scans.txt");
    fs::write(&scans, ids.join("\n"))?;
    let mut rows = vec![analyses];
    if Command::new("wrk").arg("--version").stdout(Stdio::null()).status().is_ok() {
        println!("wrk, {CONNECTIONS} connections, {} s", CLOSED.as_secs());
        rows.push(row("get, closed loop", &closed(&server, &folder, &scans)?));
    } else {
        println!("NOT RUN: the closed loop is made by wrk, which is not there (apt-get install wrk)");
    }
    println!("{OPEN_RATE} requests a second, {} s", OPEN.as_secs());
    rows.push(open(&server, &scans)?);
    Ok(rows)
}

fn start(repository: &Path, store: &Path) -> anyhow::Result<Server> {
    let mut arguments: Vec<String> = ["--limit-key", "0", "--store"].map(str::to_owned).into();
    arguments.push(format!("sqlite:{}", store.display()));
    for name in 1..NAMES {
        arguments.push("--repo".to_owned());
        arguments.push(format!("{}={}", url(name), repository.display()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Server::start(Profile::Release, &url(0), repository, &arguments)
}

fn url(name: usize) -> String {
    format!("https://github.com/bench/repository-{name}")
}

/// Analyses every pull request under every name. Gives the ids, and how many a second: the median over
/// the names, the first look at each included.
fn fill(server: &Server) -> anyhow::Result<(Vec<String>, Row)> {
    let mut ids = Vec::new();
    let mut per_second = Vec::new();
    for name in 0..NAMES {
        let began = Instant::now();
        let next = AtomicU16::new(1);
        let analyze_some = || -> anyhow::Result<Vec<String>> {
            let mut ids = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number > PULL_REQUESTS {
                    return Ok(ids);
                }
                let request = json!({"url": format!("{}/pull/{number}", url(name))});
                let answer = server.send("POST", "/api/analyze", Some(&server.key), &request)?;
                ids.push(answer["signal_id"].as_str().context("a signal_id")?.to_owned());
            }
        };
        let found = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(analyze_some)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().map_err(|_| anyhow!("a worker stopped"))?)
                .collect::<anyhow::Result<Vec<_>>>()
        });
        ids.extend(found?.into_iter().flatten());
        per_second.push(f64::from(PULL_REQUESTS) / began.elapsed().as_secs_f64());
    }
    ids.sort_unstable();
    ids.dedup();
    ensure!(ids.len() == NAMES * usize::from(PULL_REQUESTS), "{} distinct scans", ids.len());
    Ok((
        ids,
        Row {
            bench: "server",
            client: SERVER.into(),
            mode: "analyze".into(),
            per_second: Some(median(per_second)),
            ..Row::default()
        },
    ))
}

/// As many requests as a given number of connections can make, by wrk.
fn closed(server: &Server, folder: &Path, scans: &Path) -> anyhow::Result<Taken> {
    let script: PathBuf = folder.join("scans.lua");
    fs::write(&script, include_str!("scans.lua"))?;
    let output = Command::new("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d", &format!("{}s", CLOSED.as_secs()), "-s"])
        .arg(&script)
        .arg(&server.origin)
        .env("AXIOMO_API_KEY", &server.key)
        .env("SCANS", scans)
        .output()
        .context("wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with('{')).with_context(|| format!("wrk says: {text}"))?;
    checked(serde_json::from_str(line)?)
}

/// So many requests a second, by our own program, and the server's memory after the first minute and at
/// the end.
fn open(server: &Server, scans: &Path) -> anyhow::Result<Row> {
    let program = crate::workspace().join("target/release/axiomo-benches");
    let load = Command::new(program)
        .args(["load", "--base-url", &format!("{}/api", server.origin), "--rate", OPEN_RATE])
        .args(["--seconds", &OPEN.as_secs().to_string(), "--scans"])
        .arg(scans)
        .env("AXIOMO_API_KEY", &server.key)
        .stdout(Stdio::piped())
        .spawn()
        .context("axiomo-benches")?;
    thread::sleep(SETTLED);
    let settled = server.memory();
    let output = load.wait_with_output()?;
    let memory = server.memory();
    ensure!(output.status.success(), "the open loop ended with {}", output.status);
    let taken = checked(serde_json::from_slice(&output.stdout)?)?;
    Ok(Row {
        memory_mib: memory,
        growth_mib: memory.zip(settled).map(|(end, settled)| end - settled),
        ..row("get, open loop", &taken)
    })
}

fn checked(taken: Taken) -> anyhow::Result<Taken> {
    ensure!(taken.failed == 0, "{} requests failed", taken.failed);
    Ok(taken)
}

fn row(mode: &'static str, taken: &Taken) -> Row {
    let Taken { median_us, p99_us, per_second, failed: _ } = taken;
    Row {
        bench: "server",
        client: SERVER.into(),
        mode: mode.into(),
        median_us: Some(*median_us),
        p99_us: Some(*p99_us),
        per_second: Some(*per_second),
        ..Row::default()
    }
}
