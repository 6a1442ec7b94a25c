//! The reference server, as its own process, and just enough HTTP to make a key.

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

#[derive(Deserialize)]
struct FirstLine {
    base_url: String,
    management_token: String,
}

impl Server {
    pub fn start(url: &str, repository: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut process = Command::new(crate::workspace().join("target/debug/axiomo-mock-server"))
            .args(["--port", "0", "--repo"])
            .arg(format!("{url}={}", repository.display()))
            .args(arguments)
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
        let created = server.send("POST", "/api/keys", Some(&server.token), &json!({"name": "schemathesis"}))?;
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

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
