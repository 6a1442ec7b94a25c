use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

/// A Redis that keeps nothing. It ends with this value.
pub(super) struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    pub(super) fn start() -> anyhow::Result<Self> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).context("a port")?.port();
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .stdout(Stdio::piped())
            .spawn()
            .context("redis-server")?;
        let output = process.stdout.take();
        let redis = Self { process, port };
        let mut lines = BufReader::new(output.context("what Redis says")?).lines();
        let is_ready = lines.any(|line| line.is_ok_and(|line| line.contains("Ready to accept connections")));
        ensure!(is_ready, "redis-server does not start at port {port}");
        Ok(redis)
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
