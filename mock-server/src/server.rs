//! A running server.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use crate::analysis::Analyst;
use crate::app::{App, RequestIds};
use crate::clock::sleep_on_the_machine;
use crate::conductor::{Conductor, ConductorError};
use crate::config::Config;
use crate::connection::Serving;
use crate::enforcement::Enforced;
use crate::exchange::Exchanges;
use crate::idempotency::Idempotency;
use crate::journal::Journal;
use crate::key::{ApiKey, Digest, ManagementToken, random_letters};
use crate::key_ring::{KeyError, KeyRing};
use crate::management::Management;
use crate::port::{self, Ports};
use crate::repositories::{Mount, Repositories};
use crate::routes;
use crate::script::Script;
use crate::store::{self, StoreError};

/// A reference server, serving until it is closed or dropped.
///
/// It has threads and a runtime of its own: it starts from any async program, and is not held up by
/// what that does.
#[derive(Debug)]
pub struct MockServer {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    conductor: tokio::sync::OnceCell<Conductor>,
    address: SocketAddr,
    origin: String,
    token: ManagementToken,
    closing: watch::Sender<bool>,
    /// Ends when everything that the server does has.
    running: mpsc::Receiver<()>,
    shutdown: Duration,
    runtime: Option<Runtime>,
}

/// A new key. The key itself is in here and nowhere else.
#[derive(Debug)]
#[non_exhaustive]
pub struct CreatedKey {
    /// Names the key, to revoke it.
    pub id: String,
    /// The key.
    pub key: ApiKey,
}

/// A server cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration contradicts itself.
    #[error("{0}")]
    Configuration(String),
    /// The address cannot be listened at.
    #[error("cannot listen at {host}, port {port}: {source}; choose another port (0 takes any that is free) or host")]
    Listen {
        /// The host it was told.
        host: String,
        /// The port it was told.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no threads.
    #[error("the server's threads cannot be started: {0}")]
    Threads(io::Error),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// How often the store learns when keys were used: well within the second that it may be behind.
const WRITE_USES: Duration = Duration::from_millis(500);
/// Threads for what blocks, beside those of the analyses.
const SPARE_THREADS: usize = 4;

impl MockServer {
    /// Starts a server. On return it takes requests.
    ///
    /// A repository that cannot be opened is no error: it is logged, and requests for it are answered
    /// with 503 until it can.
    ///
    /// # Errors
    ///
    /// When the configuration contradicts itself, the address is taken, or the store cannot be used.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        check(&config)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("axiomo-mock-server")
            .max_blocking_threads(config.analyses_at_once.max(1) + SPARE_THREADS)
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let started = runtime.spawn(start(config));
        match started.await {
            Ok(Ok(mut server)) => {
                server.runtime = Some(runtime);
                Ok(server)
            }
            Ok(Err(error)) => {
                runtime.shutdown_background();
                Err(error)
            }
            Err(died) => {
                runtime.shutdown_background();
                Err(StartError::Threads(io::Error::other(died)))
            }
        }
    }

    /// What clients are told: `http://127.0.0.1:PORT/api`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/api", self.origin)
    }

    /// What it listens at.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The token that opens the key routes.
    #[must_use]
    pub fn management_token(&self) -> &ManagementToken {
        &self.token
    }

    /// Makes a key, as `POST /api/keys` does.
    ///
    /// # Errors
    ///
    /// When the store does not keep it.
    pub async fn create_key(&self, name: impl Into<String>, user: impl Into<String>) -> Result<CreatedKey, KeyError> {
        let (key, record) = self.app.keys.create(name.into(), user.into()).await?;
        Ok(CreatedKey { id: record.id.to_string(), key })
    }

    /// Revokes a key, as `DELETE /api/keys/{id}` does: on return it is not taken any more.
    ///
    /// # Errors
    ///
    /// When there is no such key, or the store does not keep its revocation.
    pub async fn revoke_key(&self, id: &str) -> Result<(), KeyError> {
        self.app.keys.revoke(id).await
    }

    /// What lets time pass for this server and its clients: each client's clock is told its
    /// [`address`](Conductor::address). The server has to have a manual clock, as
    /// [`Config::conducted`](crate::Config::conducted) gives it.
    ///
    /// # Errors
    ///
    /// When the server keeps the machine's time, or nothing can be listened at.
    pub async fn conductor(&self) -> Result<&Conductor, ConductorError> {
        let clock = self.app.clock.as_manual().ok_or(ConductorError::RealTime)?;
        self.conductor
            .get_or_try_init(|| async {
                let started = Conductor::start(clock.clone(), self.app.exchanges.clone());
                match &self.runtime {
                    Some(runtime) => runtime
                        .spawn(started)
                        .await
                        .unwrap_or_else(|died| Err(ConductorError::Listen(io::Error::other(died)))),
                    None => started.await,
                }
            })
            .await
    }

    /// Lets so much time pass, moment by moment; see [`Conductor::advance`].
    ///
    /// # Errors
    ///
    /// When the server keeps the machine's time, or something does not come to rest.
    pub async fn advance(&self, length: Duration) -> Result<(), ConductorError> {
        self.conductor().await?.advance(length).await
    }

    /// Lets time pass until a future is done; see [`Conductor::run_until`].
    ///
    /// # Errors
    ///
    /// When the server keeps the machine's time, or something does not come to rest.
    pub async fn run_until<F: Future>(&self, future: F) -> Result<F::Output, ConductorError> {
        self.conductor().await?.run_until(future).await
    }

    /// Ends the server: no new connections, what is in flight is finished as far as
    /// [`Timeouts::shutdown`](crate::Timeouts::shutdown) allows, and everything is written.
    pub async fn close(mut self) {
        self.closing.send_replace(true);
        let Some(runtime) = self.runtime.take() else { return };
        let (limit, app) = (self.shutdown, self.app.clone());
        let (_sender, empty) = mpsc::channel(1);
        let mut running = std::mem::replace(&mut self.running, empty);
        let ended = runtime.spawn(async move {
            tokio::select! {
                _ = running.recv() => {}
                () = sleep_on_the_machine(limit) => tracing::warn!("closed with requests in flight"),
            }
            if let Err(error) = app.keys.write_uses().await {
                tracing::error!(%error, "when keys were last used was not written");
            }
            let _ = tokio::task::spawn_blocking(move || app.store.close()).await;
        });
        if let Err(error) = ended.await {
            tracing::error!(%error, "the end of the server died");
        }
        runtime.shutdown_background();
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.closing.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
            // What was acknowledged is written already; this lets go of the file.
            self.app.store.close();
        }
    }
}

/// What can be found wrong before anything is started.
fn check(config: &Config) -> Result<(), StartError> {
    let wrong = |message: String| Err(StartError::Configuration(message));
    if config.limits.window.is_zero() {
        return wrong("the window has no length; expected one such as 60s".to_owned());
    }
    if let Some(token) = &config.management_token
        && (token.expose().is_empty() || !token.expose().bytes().all(|byte| byte.is_ascii_graphic()))
    {
        return wrong("the management token is empty, or has other characters than visible ASCII".to_owned());
    }
    let mut identities = std::collections::HashSet::new();
    for mount in &config.mounts {
        if !identities.insert(mount.url.identity()) {
            return wrong(format!("{} is mounted twice; each repository has one clone", mount.url));
        }
    }
    Ok(())
}

async fn start(config: Config) -> Result<MockServer, StartError> {
    let listener = listen(&config).await?;
    let listen_error = |source| StartError::Listen { host: config.host.clone(), port: config.port, source };
    let address = listener.local_addr().map_err(listen_error)?;
    let origin = format!("http://{}", port::authority(&config.host, address));
    let token = match config.management_token.clone() {
        Some(token) => token,
        None => ManagementToken::generate()?,
    };
    let store = store::open(&config.store)?;
    let clock = config.clock.clone();
    let app = Arc::new(App {
        keys: KeyRing::load(store.clone(), clock.clone())?,
        enforced: Enforced::new(config.limits),
        repositories: repositories(&config.mounts),
        analyst: Arc::new(Analyst::new(
            store.clone(),
            clock.clone(),
            origin.clone(),
            config.analyses_at_once.max(1),
            config.analyses_waiting,
        )),
        store,
        idempotency: Arc::new(Idempotency::new(clock.clone())),
        management: Management::new(Digest::of(token.expose().as_bytes()), config.manage_from, config.host.clone()),
        trusted_proxies: config.trusted_proxies.clone(),
        body_timeout: config.timeouts.body,
        request_ids: RequestIds::new(random_letters(8)?),
        exchanges: Exchanges::new(),
        journal: Journal::new(config.journal, clock.clone()),
        script: Script::default(),
        ports: OnceLock::new(),
        clock: clock.clone(),
    });
    let (closing, is_closing) = watch::channel(false);
    let (alive, running) = mpsc::channel(1);
    let serving = Serving::new(app.clone(), routes::router(&app), config.timeouts, is_closing.clone());
    let ports = Ports::new(&config.host, serving, config.max_connections, clock, is_closing.clone(), &alive);
    let ports = Arc::new(ports);
    ports.accept(listener, None).map_err(|error| listen_error(io::Error::other(error)))?;
    app.find_ports(&ports);
    tokio::spawn(write_uses(app.clone(), is_closing, alive));
    let shutdown = config.timeouts.shutdown;
    let conductor = tokio::sync::OnceCell::new();
    Ok(MockServer { app, ports, conductor, address, origin, token, closing, running, shutdown, runtime: None })
}

async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let error = |source| StartError::Listen { host: config.host.clone(), port: config.port, source };
    let name = config.host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name, config.port)).await.map_err(error)?.collect();
    let is_local = addresses.iter().all(|address| address.ip().to_canonical().is_loopback());
    if !is_local && config.management_token.is_none() {
        let message = format!(
            "{} is reachable from other machines, so the management token must be chosen by you: set \
             AXIOMO_MANAGEMENT_TOKEN, or listen at 127.0.0.1",
            config.host
        );
        return Err(StartError::Configuration(message));
    }
    TcpListener::bind(&*addresses).await.map_err(error)
}

fn repositories(mounts: &[Mount]) -> Repositories {
    let repositories = Repositories::new(mounts);
    for mount in repositories.iter() {
        if let Err(error) = mount.open() {
            let path = mount.path().display();
            tracing::warn!(repository = %mount.url(), %path, %error, "a repository cannot be read yet");
        }
    }
    repositories
}

async fn write_uses(app: Arc<App>, mut closing: watch::Receiver<bool>, alive: mpsc::Sender<()>) {
    loop {
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => break,
            () = app.clock.sleep(WRITE_USES) => {}
        }
        if let Err(error) = app.keys.write_uses().await {
            tracing::error!(%error, "when keys were last used was not written");
        }
    }
    drop(alive);
}
