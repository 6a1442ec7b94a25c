//! The reference server, as its own process, and just enough HTTP to make a key.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// A server that serves one repository. It ends with this value.
pub struct Server {
    process: Child,
    /// As in `http://127.0.0.1:8080`.
    pub origin: String,
    pub token: String,
    pub key: String,
}

/// Which of the built ones.
#[derive(Clone, Copy)]
pub enum Profile {
    Debug,
    Release,
}

#[derive(Deserialize)]
struct FirstLine {
    base_url: String,
    management_token: String,
}

impl Profile {
    /// Where its programs are, in the workspace.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "target/debug",
            Self::Release => "target/release",
        }
    }
}

impl Server {
    pub fn start(profile: Profile, url: &str, repository: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        Self::run(Self::command(profile, url, repository, arguments))
    }

    /// The same, which writes a line for every answer into a file.
    pub fn start_with_log(
        profile: Profile,
        url: &str,
        repository: &Path,
        arguments: &[&str],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = Self::command(profile, url, repository, arguments);
        let file = File::create(log).with_context(|| log.display().to_string())?;
        command.env("AXIOMO_LOG", "info").stderr(file);
        Self::run(command)
    }

    fn command(profile: Profile, url: &str, repository: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(crate::workspace().join(profile.folder()).join("axiomo-mock-server"));
        command.args(["--port", "0", "--repo"]).arg(format!("{url}={}", repository.display())).args(arguments);
        command
    }

    fn run(mut command: Command) -> anyhow::Result<Self> {
        let mut process = command
            .env_remove("AXIOMO_MANAGEMENT_TOKEN")
            .stdout(Stdio::piped())
            .spawn()
            .context("axiomo-mock-server")?;
        let output = process.stdout.take();
        let mut server = Self { process, origin: String::new(), token: String::new(), key: String::new() };
        let mut line = String::new();
        BufReader::new(output.context("the server's output")?).read_line(&mut line)?;
        let first: FirstLine = serde_json::from_str(&line).context("the server's first line")?;
        server.origin = first.base_url.replace("/api", "");
        server.token = first.management_token;
        let created = server.send("POST", "/api/keys", Some(&server.token), &json!({"name": "xtask"}))?;
        server.key = String::from(created["key"].as_str().context("a key")?);
        Ok(server)
    }

    /// Sends a request and reads its answer, which has to be a success.
    pub fn send(&self, method: &str, path: &str, bearer: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        let host = self.origin.trim_start_matches("http://");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let authorization = bearer.map(|bearer| format!("Authorization: Bearer {bearer}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(host)?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{authorization}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("an HTTP answer")?;
        ensure!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        Ok(serde_json::from_str(body)?)
    }
}

impl Server {
    /// The memory it holds, in MiB; none where the system does not tell.
    pub fn memory(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(f64::from(kibibytes) / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
