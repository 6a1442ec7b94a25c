//! The Ruby package beside what Ruby has of its own, and beside the Rust client.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::Row;
use super::beside::{Mode, beside};
use super::rust::{Bench, Server, Taken};
use crate::ruby::lay_out_in;
use crate::uniffi::Native;
use crate::workspace;

const PEERS: &[(&str, u32)] = &[("net/http", 3_000)];
const MODES: [Mode; 2] =
    [Mode { name: "sequential", peers: PEERS, calls: 3_000 }, Mode { name: "16 threads", peers: PEERS, calls: 3_200 }];

pub fn run() -> anyhow::Result<Vec<Row>> {
    let load_path = lay_out_in(&Native::build(true)?, "release")?;
    let program = super::program()?;
    let server = Server::start(&program)?;
    let rust = Bench { program, base_url: &server.base_url };
    let take = |mode: &str, client: &str, calls: u32| {
        ruby(&load_path, &["benches/ruby/calls.rb", mode, client, &server.base_url, &calls.to_string()])
    };
    let mut found = Vec::new();
    for mode in &MODES {
        found.extend(beside("ruby", mode, &take, &rust)?);
    }
    Ok(found)
}

fn ruby(load_path: &PathBuf, arguments: &[&str]) -> anyhow::Result<Taken> {
    let mut command = Command::new("ruby");
    command.current_dir(workspace()).arg("-I").arg(workspace().join("bindings-uniffi/ruby/lib"));
    command.arg("-I").arg(load_path).args(arguments).stderr(Stdio::inherit());
    let output = command.output().context("ruby")?;
    ensure!(output.status.success(), "{arguments:?} ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}
