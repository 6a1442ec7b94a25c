//! The command line, for this crate's binary and for `axiomo serve`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use serde::Serialize;

use crate::address::Network;
use crate::admin::Admin;
use crate::config::{Config, ManageFrom};
use crate::key::ManagementToken;
use crate::limit::{LimiterKind, ResetFormat, ResetMeans, Stamp};
use crate::repositories::{Mount, RepositoryUrl};
use crate::server::{MockServer, StartError};
use crate::store::StoreLocation;

/// What a server can be told.
#[derive(Debug, Clone, Args)]
#[expect(clippy::doc_markdown, reason = "these are the texts of --help")]
#[non_exhaustive]
pub struct Arguments {
    /// The address or name to listen at. Any but the loopback interface's needs AXIOMO_MANAGEMENT_TOKEN.
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// The port; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Where keys and scans are kept: `memory`, or `sqlite:PATH`.
    #[arg(long, value_name = "STORE", value_parser = store)]
    pub store: Option<StoreLocation>,
    /// A clone that stands for a repository, as in `https://github.com/owner/repo=path/to/clone`.
    #[arg(long, value_name = "URL=PATH", value_parser = mount)]
    pub repo: Vec<(RepositoryUrl, PathBuf)>,
    /// The same, for those who are connected to it or send its access token.
    #[arg(long, value_name = "URL=PATH", value_parser = mount)]
    pub private_repo: Vec<(RepositoryUrl, PathBuf)>,
    /// Connects a user to a private repository: the user's keys may see it.
    #[arg(long, value_name = "USER=URL", value_parser = connection)]
    pub connect: Vec<(String, RepositoryUrl)>,
    /// A file with the access_token that opens a private repository.
    #[arg(long, value_name = "URL=FILE", value_parser = mount)]
    pub access_token_file: Vec<(RepositoryUrl, PathBuf)>,
    /// Requests a window for all keys of a user together; 0 for no limit.
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub limit_key: u32,
    /// Requests a window for everybody without a key at one address; 0 for no limit.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit_address: u32,
    /// The window: a number with `ms`, `s`, `m` or `h`.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub window: Duration,
    /// How requests are counted.
    #[arg(long, value_enum, default_value_t = LimiterKind::Fixed)]
    pub limiter: LimiterKind,
    /// How X-RateLimit-Reset is written.
    #[arg(long, value_enum, default_value_t = ResetFormat::Epoch)]
    pub reset_format: ResetFormat,
    /// What X-RateLimit-Reset means: when the full quota is back, or the next unit.
    #[arg(long, value_enum, default_value_t = ResetMeans::Full)]
    pub reset_means: ResetMeans,
    /// When the limit's headers are computed: as the answer is written, or as the request is let in.
    #[arg(long, value_enum, default_value_t = Stamp::Answer)]
    pub stamp: Stamp,
    /// A proxy, or a network of proxies, whose X-Forwarded-For is believed.
    #[arg(long, value_name = "CIDR")]
    pub trusted_proxy: Vec<Network>,
    /// From where keys can be managed.
    #[arg(long, value_enum, default_value_t = ManageFrom::Loopback)]
    pub manage_from: ManageFrom,
    /// Opens the test controls too, at a port of this machine's own that the first line tells, with their token.
    #[arg(long)]
    pub admin: bool,
    /// Serves until the standard input ends as well, which it does when whoever started this is gone, however that
    /// came about.
    #[arg(long)]
    pub until_stdin_ends: bool,
}

/// What ended a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// SIGTERM.
    Terminated,
    /// Ctrl-C.
    Interrupted,
    /// The standard input ended, and that was to end it.
    InputEnded,
}

/// A server cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The arguments contradict each other, or a file they name cannot be read.
    #[error("{0}")]
    Configuration(String),
    /// It cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system refuses something.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// The first line on stdout.
#[derive(Serialize)]
struct FirstLine<'s> {
    base_url: String,
    management_token: Option<&'s str>,
    store: String,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_token: Option<&'s str>,
}

/// A server, with its test controls or without.
enum Running {
    Alone(MockServer),
    Controlled(Admin),
}

const TOKEN_VARIABLE: &str = "AXIOMO_MANAGEMENT_TOKEN";

impl RunError {
    /// The exit code: 2 for what the arguments or the environment say, 6 for everything else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Start(StartError::Configuration(_)) => 2,
            _ => 6,
        }
    }
}

impl Ended {
    /// The exit code: 0 after SIGTERM and the end of the input, 130 after Ctrl-C.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Terminated | Self::InputEnded => 0,
            Self::Interrupted => 130,
        }
    }
}

/// Serves until SIGTERM or Ctrl-C, or the end of the input where that is asked for. The first line on stdout is a JSON object that says where; nothing
/// else goes to stdout. Not to be called from async code.
///
/// # Errors
///
/// When the arguments or the environment are wrong, or the server cannot be started.
pub fn run(arguments: Arguments, default_store: StoreLocation) -> Result<Ended, RunError> {
    let token = management_token()?;
    let is_from_environment = token.is_some();
    let (with_admin, until_stdin_ends) = (arguments.admin, arguments.until_stdin_ends);
    let mut config = arguments.into_config(default_store)?;
    config.management_token = token;
    let store = config.store.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| RunError::System { what: "the runtime cannot be started", source })?;
    runtime.block_on(async {
        // Whoever reads the first line may send a signal right away.
        let signals = Signals::new()?;
        let running = Running::start(config, with_admin).await?;
        let (server, admin) = (running.server(), running.admin());
        announce(&FirstLine {
            base_url: server.base_url(),
            management_token: (!is_from_environment).then(|| server.management_token().expose()),
            store,
            version: env!("CARGO_PKG_VERSION"),
            admin_url: admin.map(Admin::url),
            admin_token: admin.map(|admin| admin.token().expose()),
        })?;
        let ended = tokio::select! {
            ended = signals.wait() => ended,
            () = input_ends(), if until_stdin_ends => Ended::InputEnded,
        };
        tracing::info!(?ended, "closing");
        running.close().await;
        Ok(ended)
    })
}

impl Running {
    async fn start(config: Config, with_admin: bool) -> Result<Self, StartError> {
        Ok(if with_admin {
            Self::Controlled(Admin::start(config).await?)
        } else {
            Self::Alone(MockServer::start(config).await?)
        })
    }

    fn server(&self) -> &MockServer {
        match self {
            Self::Alone(server) => server,
            Self::Controlled(admin) => admin.main(),
        }
    }

    fn admin(&self) -> Option<&Admin> {
        match self {
            Self::Alone(_) => None,
            Self::Controlled(admin) => Some(admin),
        }
    }

    async fn close(self) {
        match self {
            Self::Alone(server) => server.close().await,
            Self::Controlled(admin) => admin.close().await,
        }
    }
}

fn announce(line: &FirstLine<'_>) -> Result<(), RunError> {
    let system = |source| RunError::System { what: "the first line cannot be printed", source };
    let mut text = serde_json::to_vec(line).map_err(|error| system(error.into()))?;
    text.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&text).and_then(|()| stdout.flush()).map_err(system)
}

fn management_token() -> Result<Option<ManagementToken>, RunError> {
    match std::env::var(TOKEN_VARIABLE) {
        Ok(token) => Ok(Some(token.into())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(RunError::Configuration(format!("{TOKEN_VARIABLE} has other characters than visible ASCII")))
        }
    }
}

impl Arguments {
    fn into_config(self, default_store: StoreLocation) -> Result<Config, RunError> {
        let mut config = Config::default();
        config.host = self.host;
        config.port = self.port;
        config.store = self.store.unwrap_or(default_store);
        config.limits.key = self.limit_key;
        config.limits.address = self.limit_address;
        config.limits.window = self.window;
        config.limits.limiter = self.limiter;
        config.limits.reset_format = self.reset_format;
        config.limits.reset_means = self.reset_means;
        config.limits.stamp = self.stamp;
        config.trusted_proxies = self.trusted_proxy;
        if !self.admin {
            // Nobody could read it.
            config.journal.entries = 0;
        }
        config.manage_from = self.manage_from;
        config.mounts.extend(self.repo.into_iter().map(|(url, path)| Mount::public(url, path)));
        config.mounts.extend(self.private_repo.into_iter().map(|(url, path)| Mount::private(url, path)));
        for (user, url) in self.connect {
            private(&mut config.mounts, &url, "--connect")?.connected.push(user);
        }
        for (url, path) in self.access_token_file {
            let mount = private(&mut config.mounts, &url, "--access-token-file")?;
            mount.access_token = Some(access_token(&path)?);
        }
        Ok(config)
    }
}

fn private<'m>(mounts: &'m mut [Mount], url: &RepositoryUrl, flag: &str) -> Result<&'m mut Mount, RunError> {
    let mut mounts = mounts.iter_mut().filter(|mount| mount.is_private);
    mounts
        .find(|mount| mount.url.identity() == url.identity())
        .ok_or_else(|| RunError::Configuration(format!("{flag} names {url}, which no --private-repo mounts")))
}

/// What a file holds, without the line's end that editors add.
fn access_token(path: &PathBuf) -> Result<SecretString, RunError> {
    let wrong = |reason: &dyn std::fmt::Display| {
        RunError::Configuration(format!("--access-token-file {}: {reason}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let token = text.trim_end_matches(['\r', '\n']);
    if token.is_empty() {
        return Err(wrong(&"the file is empty; expected an access token"));
    }
    Ok(SecretString::from(token))
}

fn store(text: &str) -> Result<StoreLocation, String> {
    match text.split_once(':') {
        None if text == "memory" => Ok(StoreLocation::Memory),
        Some(("sqlite", path)) if !path.is_empty() => Ok(StoreLocation::Sqlite(path.into())),
        _ => Err("expected `memory` or `sqlite:PATH`".to_owned()),
    }
}

fn mount(text: &str) -> Result<(RepositoryUrl, PathBuf), String> {
    // No repository's page has an equals sign; a path may.
    let (url, path) = text.split_once('=').ok_or("expected URL=PATH")?;
    if path.is_empty() {
        return Err("the path after `=` is missing".to_owned());
    }
    Ok((url.parse().map_err(|error: crate::ParseRepositoryUrlError| error.to_string())?, path.into()))
}

fn connection(text: &str) -> Result<(String, RepositoryUrl), String> {
    let (user, url) = text.split_once('=').ok_or("expected USER=URL")?;
    if user.is_empty() {
        return Err("the user before `=` is missing".to_owned());
    }
    Ok((user.to_owned(), url.parse().map_err(|error: crate::ParseRepositoryUrlError| error.to_string())?))
}

fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a number with `ms`, `s`, `m` or `h`, such as 60s".to_owned();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| expected())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    milliseconds.filter(|length| *length > 0).map(Duration::from_millis).ok_or_else(expected)
}

/// Returns once the standard input has ended. What comes before is not for this program.
async fn input_ends() {
    let (ended, has_ended) = tokio::sync::oneshot::channel();
    // Its own thread: a runtime would wait for its threads to come back from reading before it ends.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = has_ended.await;
}

/// The signals that end a server.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Result<Self, RunError> {
        use tokio::signal::unix::{SignalKind, signal};
        let system = |source| RunError::System { what: "signals cannot be waited for", source };
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(system)?,
            interrupt: signal(SignalKind::interrupt()).map_err(system)?,
        })
    }

    #[cfg(unix)]
    async fn wait(mut self) -> Ended {
        tokio::select! {
            _ = self.terminate.recv() => Ended::Terminated,
            _ = self.interrupt.recv() => Ended::Interrupted,
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn new() -> Result<Self, RunError> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn wait(self) -> Ended {
        let _ = tokio::signal::ctrl_c().await;
        Ended::Interrupted
    }
}
