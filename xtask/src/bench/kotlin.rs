//! The Kotlin package beside what the JDK has of its own, and beside the Rust client.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::Row;
use super::beside::{Mode, beside};
use super::rust::{Bench, Server, Taken};
use crate::kotlin::benches;
use crate::python::target;
use crate::uniffi::Native;

const PEERS: &[(&str, u32)] = &[("java.net.http", 6_400)];
const MODES: [Mode; 3] = [
    Mode { name: "sequential", peers: PEERS, calls: 6_400 },
    Mode { name: "sequential, suspending", peers: PEERS, calls: 6_400 },
    Mode { name: "64 coroutines", peers: PEERS, calls: 12_800 },
];

pub fn run() -> anyhow::Result<Vec<Row>> {
    let native = Native::build(true)?;
    benches(&native)?;
    let program = super::program()?;
    let server = Server::start(&program)?;
    let rust = Bench { program, base_url: &server.base_url };
    let take =
        |mode: &str, client: &str, calls: u32| java(&native, &[mode, client, &server.base_url, &calls.to_string()]);
    let mut found = Vec::new();
    for mode in &MODES {
        found.extend(beside("kotlin", mode, &take, &rust)?);
    }
    Ok(found)
}

fn java(native: &Native, arguments: &[&str]) -> anyhow::Result<Taken> {
    let built = target().join("kotlin/benches");
    let mut command = Command::new("java");
    command.arg(format!("-Djna.library.path={}", native.library.parent().context("the library's folder")?.display()));
    command.arg("-cp").arg(std::env::join_paths([built.join("classes"), built.join("libraries/*")])?);
    command.arg("CallsKt").args(arguments).stderr(Stdio::inherit());
    let output = command.output().context("java")?;
    ensure!(output.status.success(), "{arguments:?} ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}
