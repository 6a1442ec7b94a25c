//! The whole story on one machine: a server, a key, a Signal, the limit, and a key that is no more.
//!
//! `cargo run --package axiomo-cli --example demo -- PATH-OF-A-REPOSITORY`

#![allow(clippy::print_stdout, reason = "it is made to be read")]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use axiomo::{Client, ErrorKind};
use axiomo_analyzer::git::{Repository, Selection};
use axiomo_mock_server::{Config, MockServer, Mount, StoreLocation};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// The command line's own way to show a Signal.
#[path = "../src/render/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the demo shows a Signal in one of its ways")]
mod render;

/// A repository in which a pull request can be found by its number.
struct Shown {
    path: PathBuf,
    url: String,
    number: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let path = std::env::args_os().nth(1).map(PathBuf::from).context("expected the path of a git repository")?;
    let folder = tempfile::tempdir()?;
    let shown = find(&path, folder.path())?;

    let mut config = Config::default();
    config.store = StoreLocation::Sqlite(folder.path().join("demo.sqlite"));
    config.mounts.push(Mount::public(shown.url.parse()?, &shown.path));
    let server = MockServer::start(config).await?;
    let base_url = server.base_url();
    step(&format!("A server at {base_url}, with SQLite in {}", folder.path().display()));

    let keys = Keys { url: format!("{base_url}/keys"), token: server.management_token().expose().to_owned() };
    let (id, key) = keys.create("demo").await?;
    step(&format!("POST /api/keys: the key \"demo\", {}… (shown once)", key.get(..6).unwrap_or_default()));

    let pull_request = format!("{}/pull/{}", shown.url, shown.number);
    let client = Client::builder().base_url(&base_url).api_key(&key).build()?;
    let analysis = client.analyze(pull_request.as_str()).await?;
    step(&format!("POST /api/analyze {pull_request}: {} ms", analysis.meta.elapsed.as_millis()));
    render::pretty(&analysis.signal, &mut anstream::stdout().lock())?;

    let scan_id = analysis.signal_id.context("the Signal has no id")?;
    let again = client.scan(&scan_id).await?;
    ensure!(again.raw == analysis.raw, "the stored Signal is another one");
    step(&format!("GET /api/scans/{scan_id}: the same Signal, to the byte"));

    let limit = client.rate_limit().context("no rate limit was told")?;
    let (remaining, of) = (limit.remaining.unwrap_or_default(), limit.limit.unwrap_or_default());
    step(&format!("The rate limit: {remaining} of {of} requests are left in this minute"));

    keys.revoke(&id).await?;
    match client.scan(&scan_id).await {
        Err(error) if error.kind() == ErrorKind::Authentication => {
            step("DELETE /api/keys/…: revoked; the next call, on the connection that was open already:");
            println!("    {error}\n");
        }
        outcome => bail!("a revoked key still worked: {outcome:?}"),
    }
    server.close().await;
    Ok(())
}

fn step(text: &str) {
    println!("• {text}");
}

/// The change that was merged last, if it has a number; else the last commit, as pull request 1 of a
/// clone that lacks it.
fn find(path: &Path, folder: &Path) -> anyhow::Result<Shown> {
    let place = Repository::discover(path)?.change(&Selection::Latest)?.place;
    let owner = if place.owner.is_empty() { "local" } else { place.owner.as_str() };
    let url = format!("https://github.com/{}/{}", owner.replace('/', "-"), place.repo);
    if let Some(number) = place.number {
        return Ok(Shown { path: path.to_owned(), url, number });
    }
    let clone = folder.join("clone.git");
    let origin = path.canonicalize()?;
    git(&["clone", "--quiet", "--bare", "--shared", &origin.to_string_lossy(), &clone.to_string_lossy()])?;
    let inside = |arguments: &[&str]| git(&[&["-C", &clone.to_string_lossy()], arguments].concat());
    inside(&["update-ref", "refs/pull/1/head", "HEAD"])?;
    inside(&["update-ref", "HEAD", "HEAD~1"])?;
    Ok(Shown { path: clone, url, number: 1 })
}

fn git(arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("git").args(arguments).output().context("git")?;
    ensure!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The key routes, which are for who runs a server and so no part of the client.
struct Keys {
    url: String,
    token: String,
}

impl Keys {
    async fn create(&self, name: &str) -> anyhow::Result<(String, String)> {
        let created = self.send(Method::POST, &self.url, json!({"name": name}).to_string()).await?;
        let created: Value = serde_json::from_slice(&created)?;
        let text = |name: &str| created[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
        Ok((text("id")?, text("key")?))
    }

    async fn revoke(&self, id: &str) -> anyhow::Result<()> {
        self.send(Method::DELETE, &format!("{}/{id}", self.url), String::new()).await.map(drop)
    }

    async fn send(&self, method: Method, url: &str, body: String) -> anyhow::Result<Bytes> {
        let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
        let request = Request::builder().method(method).uri(url);
        let request = request.header(AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::<Bytes>::from(body))?;
        let response = client.request(request).await?;
        ensure!(response.status().is_success(), "{url}: {}", response.status());
        Ok(response.into_body().collect().await?.to_bytes())
    }
}
