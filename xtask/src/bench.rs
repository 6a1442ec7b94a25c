//! `cargo xtask bench`: what the client costs beside what a user would write instead.

mod beside;
mod callgrind;
mod gate;
mod history;
mod kotlin;
pub mod node;
pub mod python;
mod ruby;
pub mod rust;
mod server;
mod statistics;

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Serialize;

use statistics::Estimate;

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one a switch")]
pub struct Arguments {
    /// The Rust client beside reqwest with serde. This one when nothing is named.
    #[arg(long)]
    rust: bool,
    /// The reference server under load; takes about ten minutes, and wrk.
    #[arg(long)]
    server: bool,
    /// The rate limiter beside what a user would write instead, in virtual time, and what it takes itself.
    #[arg(long)]
    gate: bool,
    /// The Python package beside the HTTP clients of Python's users, and beside the Rust client.
    #[arg(long)]
    python: bool,
    /// The npm package beside the HTTP clients of Node's users, and beside the Rust client.
    #[arg(long)]
    node: bool,
    /// The Kotlin package beside `java.net.http` with Jackson, and beside the Rust client.
    #[arg(long)]
    kotlin: bool,
    /// The Ruby package beside `net/http` with `json`, and beside the Rust client.
    #[arg(long)]
    ruby: bool,
    /// Writes the figures to this file as well, as a JSON array.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// The figures of one client in one mode: medians over the rounds. What the mode does not measure is
/// null.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    bench: &'static str,
    client: Cow<'static, str>,
    /// What was measured, and what the ratio is one of: `latency`, `cpu`, `instructions`, or a scenario.
    mode: Cow<'static, str>,
    median_us: Option<f64>,
    p99_us: Option<f64>,
    /// Processor time of the client's process a call.
    cpu_us: Option<f64>,
    per_second: Option<f64>,
    /// Instructions of the client's process a call.
    instructions: Option<f64>,
    /// This client's cost over the peer's, the median over the rounds; none for the peer. In Python, where there are many
    /// peers, the peer's cost over ours; at the Rust client, ours over its.
    ratio: Option<f64>,
    /// The 90 % bootstrap interval of the ratio.
    ratio_interval: Option<[f64; 2]>,
    /// The server's memory at the end.
    memory_mib: Option<f64>,
    /// By how much it grew after the first minute.
    growth_mib: Option<f64>,
    /// What came of a scenario's calls.
    calls: Option<gate::Calls>,
}

impl Row {
    fn with_ratio(self, estimate: Estimate) -> Self {
        Self { ratio: Some(estimate.median), ratio_interval: Some(estimate.interval), ..self }
    }
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { rust, server, gate, python, node, kotlin, ruby, json } = arguments;
    let mut rows = Vec::new();
    if *rust || !(*server || *gate || *python || *node || *kotlin || *ruby) {
        rows.extend(rust::run()?);
    }
    if *server {
        rows.extend(server::run()?);
    }
    if *gate {
        rows.extend(gate::run()?);
    }
    if *python {
        rows.extend(python::run()?);
    }
    if *node {
        rows.extend(node::run()?);
    }
    if *kotlin {
        rows.extend(kotlin::run()?);
    }
    if *ruby {
        rows.extend(ruby::run()?);
    }
    print(&rows);
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(&rows)? + "\n";
        fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Builds the program under `benches/` as users build the client; gives where it is.
pub fn program() -> anyhow::Result<PathBuf> {
    let workspace = crate::workspace();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "axiomo-benches"])
        .current_dir(&workspace)
        .status()
        .context("cargo")?;
    ensure!(built.success(), "axiomo-benches does not build");
    Ok(workspace.join("target/release/axiomo-benches"))
}

fn print(rows: &[Row]) {
    let columns = [
        "client",
        "mode",
        "median us",
        "p99 us",
        "cpu us",
        "per second",
        "instructions",
        "MiB",
        "growth",
        "ratio (90 %)",
    ];
    line(columns.map(str::to_owned));
    // The others stand in tables of their own.
    for row in rows.iter().filter(|row| row.calls.is_none()) {
        let number = |value: Option<f64>, digits| value.map_or_else(String::new, |value| format!("{value:.digits$}"));
        let ratio = row.ratio.zip(row.ratio_interval);
        let ratio = ratio.map(|(ratio, [low, high])| format!("{ratio:.3} ({low:.3} to {high:.3})"));
        line([
            row.client.to_string(),
            row.mode.to_string(),
            number(row.median_us, 2),
            number(row.p99_us, 1),
            number(row.cpu_us, 1),
            number(row.per_second, 0),
            number(row.instructions, 0),
            number(row.memory_mib, 1),
            number(row.growth_mib, 1),
            ratio.unwrap_or_default(),
        ]);
    }
}

fn line([client, mode, median, p99, cpu, per_second, instructions, memory, growth, ratio]: [String; 10]) {
    println!(
        "{client:<18} {mode:<16} {median:>9} {p99:>8} {cpu:>8} {per_second:>10} {instructions:>12} {memory:>7} {growth:>6}  \
         {ratio}"
    );
}
