//! The same calls by several clients, against the reference server's own limit, in virtual time.
//! `cargo xtask bench --gate` runs it.

mod client;
mod scenario;
mod service;
mod world;

use std::io::{self, Write};

use clap::Parser;
use serde::Serialize;

use client::Kind;
use scenario::Scenario;
use world::Run;

/// The same calls by several clients, in virtual time; says as JSON what came of them.
#[derive(Parser)]
#[command(name = "axiomo-benches-gate")]
struct Arguments {
    /// How many times each client makes the calls of each scenario, every time with other chance.
    #[arg(long, default_value_t = 21)]
    seeds: u64,
}

/// All runs of one client in one scenario.
#[derive(Serialize)]
struct Series {
    scenario: &'static str,
    client: &'static str,
    runs: Vec<Run>,
}

fn main() -> anyhow::Result<()> {
    let Arguments { seeds } = Arguments::parse();
    let series = |scenario: &'static Scenario, kind: Kind| Series {
        scenario: scenario.name,
        client: kind.name(),
        runs: (0..seeds).map(|seed| kind.run(scenario, seed)).collect(),
    };
    let all: Vec<Series> =
        Scenario::ALL.iter().flat_map(|scenario| Kind::ALL.map(|kind| series(scenario, kind))).collect();
    writeln!(io::stdout(), "{}", serde_json::to_string(&all)?)?;
    Ok(())
}
