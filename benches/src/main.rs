//! The processes that `cargo xtask bench` runs: a server with one fixed answer, and the clients that
//! call it.

mod clock;
mod gate;
mod load;
mod measure;
mod ours;
mod peer;
mod server;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use serde::Serialize;

/// The answer that every call gets: the envelope of one Signal.
const ANSWER: &str = include_str!("../data/analysis.json");
/// How many files its focus names, which each call is checked for.
const FOCUS_FILES: usize = 20;

/// The pull request that every call asks for.
const PULL_REQUEST: &str = "https://github.com/example/ledger/pull/4127";
/// As long as a real key.
const API_KEY: &str = "ax_8Zk2mQ7xV4tR9bN1cL6wY3hF5dJ0sG2aTeUi";

#[derive(Parser)]
#[command(name = "axiomo-benches")]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Answer until standard input ends; the first line says where.
    Serve,
    /// Make calls one after the other, and say as JSON what they took.
    Call {
        client: Client,
        /// The address of the API, as the server says it.
        #[arg(long)]
        base_url: String,
        /// How many calls are measured.
        #[arg(long)]
        calls: usize,
        /// How many calls are made before.
        #[arg(long, default_value_t = 0)]
        warm_up: usize,
    },
    /// Get permits of a rate limiter that nobody else uses, and say as JSON what one took in each round.
    Acquire {
        /// How many permits a round.
        #[arg(long)]
        calls: u32,
        #[arg(long, default_value_t = 1)]
        rounds: usize,
    },
    /// Cancel many waiters of a rate limiter, and few, and say as JSON what each round took.
    Cancel {
        #[arg(long)]
        many: usize,
        #[arg(long)]
        few: usize,
        #[arg(long)]
        rounds: usize,
    },
    /// Ask for scans at a steady rate, and say as JSON what they took. The key is in `AXIOMO_API_KEY`.
    Load {
        /// The address of the API.
        #[arg(long)]
        base_url: String,
        /// A file with the id of a scan a line.
        #[arg(long)]
        scans: PathBuf,
        /// Requests a second.
        #[arg(long)]
        rate: u32,
        /// For how long.
        #[arg(long)]
        seconds: u32,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Client {
    /// The client of this repository.
    Axiomo,
    /// What a user would write with reqwest and serde.
    Reqwest,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().role {
        Role::Serve => server::run(),
        Role::Call { client, base_url, calls, warm_up } => say(async {
            match client {
                Client::Axiomo => {
                    let client = ours::client(&base_url)?;
                    measure::sequential(calls, warm_up, async || ours::call(&client).await).await
                }
                Client::Reqwest => {
                    let client = peer::Client::new(&base_url)?;
                    measure::sequential(calls, warm_up, async || peer::call(&client).await).await
                }
            }
        }),
        Role::Acquire { calls, rounds } => say(gate::acquire(calls, rounds)),
        Role::Cancel { many, few, rounds } => say(gate::cancel(many, few, rounds)),
        Role::Load { base_url, scans, rate, seconds } => say(load::open(&base_url, &scans, rate, seconds)),
    }
}

/// Runs a measurement on one thread, and writes what it gives as JSON.
fn say<T: Serialize>(measurement: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let taken = runtime.block_on(measurement)?;
    writeln!(io::stdout(), "{}", serde_json::to_string(&taken)?)?;
    Ok(())
}
