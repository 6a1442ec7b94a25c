//! The npm package beside the HTTP clients of Node's users, and beside the Rust client.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Row;
use super::beside::{Mode, beside, start};
use super::rust::{Bench, Server};
use crate::example;
use crate::node::{install, platform, site};
use crate::python::{run as succeed, target};

/// With this many rounds of starts, which are short and noisy.
const STARTS: usize = 30;

const PEERS: &[(&str, u32)] = &[("undici", 3_000), ("fetch", 1_000), ("axios", 1_000)];
const MODES: [Mode; 2] =
    [Mode { name: "sequential", peers: PEERS, calls: 6_400 }, Mode { name: "64 at once", peers: PEERS, calls: 12_800 }];

pub fn run() -> anyhow::Result<Vec<Row>> {
    let node = Node::provide()?;
    let program = super::program()?;
    let server = Server::start(&program)?;
    let rust = Bench { program, base_url: &server.base_url };
    let take = |mode: &str, client: &str, calls: u32| {
        node.take(&["calls.mjs", mode, client, &server.base_url, &calls.to_string()])
    };
    let mut found = Vec::new();
    for mode in &MODES {
        found.extend(beside("node", mode, &take, &rust)?);
    }
    found.extend(node.starts()?);
    Ok(found)
}

/// A folder with the programs, the release build of the package, and the peers.
pub struct Node {
    folder: PathBuf,
}

impl Node {
    pub fn provide() -> anyhow::Result<Self> {
        let package = site()?;
        succeed(&mut crate::test::cargo(&["build", "--quiet", "--release", "--package", "axiomo-node"]))?;
        let folder = target().join("node/bench");
        example::copy(&crate::workspace().join("benches/node"), &folder)?;
        install(&folder)?;
        let ours = folder.join("node_modules/axiomo");
        let _ = fs::remove_dir_all(&ours);
        example::copy(&package.join("dist"), &ours.join("dist"))?;
        fs::copy(package.join("package.json"), ours.join("package.json"))?;
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let built = target().join("release").join(format!("{prefix}axiomo_node{suffix}"));
        fs::copy(&built, ours.join(format!("axiomo.{}.node", platform())))
            .with_context(|| built.display().to_string())?;
        Ok(Self { folder })
    }

    pub fn take<T: for<'de> Deserialize<'de>>(&self, arguments: &[&str]) -> anyhow::Result<T> {
        let mut command = Command::new("node");
        command.args(arguments).current_dir(&self.folder).stderr(Stdio::inherit());
        let output = command.output().context("node")?;
        ensure!(output.status.success(), "{arguments:?} ended with {}", output.status);
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// What starting takes over a bare engine.
    fn starts(&self) -> anyhow::Result<Vec<Row>> {
        let programs: [(&'static str, &str); 5] = [
            ("axiomo, required", "require('axiomo')"),
            ("axiomo, imported", "await import('axiomo')"),
            ("axiomo, a client", "new (require('axiomo').Axiomo)({ apiKey: 'ax_key' })"),
            ("undici", "require('undici')"),
            ("axios", "require('axios')"),
        ];
        let microseconds = |program: &str| -> anyhow::Result<f64> {
            let timed = format!("const began = performance.now(); {program}; console.log(performance.now() - began)");
            // What loads modules has been started there, as in every program that imports something.
            let kind = if program.contains("import(") { "module" } else { "commonjs" };
            Ok(self.take::<f64>(&[&format!("--input-type={kind}"), "--eval", &timed])? * 1e3)
        };
        let mut rows = Vec::new();
        for (name, program) in programs {
            let took = (0..STARTS).map(|_| microseconds(program)).collect::<anyhow::Result<_>>()?;
            rows.push(start("node", name, took));
        }
        Ok(rows)
    }
}
