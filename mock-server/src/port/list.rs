use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::certificate::{Authority, Certificate, CertificateError};
use super::{Listener, Listening, Port};
use crate::clock::Clock;
use crate::connection::{Activity, Connections, Serving};

/// Everything that a server listens at.
pub(crate) struct Ports {
    /// What the server was told to listen at.
    host: String,
    serving: Serving,
    connections: Arc<Connections>,
    clock: Clock,
    closing: watch::Receiver<bool>,
    /// Tells those who close the server when nothing is left.
    alive: mpsc::WeakSender<()>,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: Vec<Open>,
    /// How many there were of each sort.
    http: usize,
    tls: usize,
    /// Made with the first listener that needs it.
    authority: Option<Arc<Authority>>,
}

struct Open {
    port: Arc<Port>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

/// A listener cannot be opened or closed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The system refuses.
    #[error("cannot listen: {0}")]
    System(#[from] io::Error),
    /// No certificate can be made.
    #[error("no certificate can be made for the listener: {0}")]
    Certificate(String),
    /// There is none with this name.
    #[error("nothing listens under the name {0}; expected one such as http, http-2 or tls")]
    Unknown(String),
    /// The server closes.
    #[error("the server is being closed")]
    Closed,
}

impl Ports {
    /// Called on the server's own runtime.
    pub(crate) fn new(
        host: &str,
        serving: Serving,
        most_connections: usize,
        clock: Clock,
        closing: watch::Receiver<bool>,
        alive: &mpsc::Sender<()>,
    ) -> Self {
        Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            serving,
            connections: Connections::new(most_connections),
            clock,
            closing,
            alive: alive.downgrade(),
            runtime: Handle::current(),
            state: Mutex::default(),
        }
    }

    /// Opens one more, at a port that is free.
    pub(crate) async fn open(&self, listener: Listener) -> Result<Listening, ListenError> {
        // The authority is made while nobody waits for it but who needs it.
        let acceptor = match listener.certificate {
            None => None,
            Some(certificate) => {
                let made = self.acceptor(certificate);
                Some(made.map_err(|error| ListenError::Certificate(error.to_string()))?)
            }
        };
        let host = self.host.clone();
        let bound = self.runtime.spawn(async move { TcpListener::bind((host.as_str(), 0)).await });
        let listener = bound.await.map_err(io::Error::other)??;
        self.accept(listener, acceptor)
    }

    /// Takes the connections that come to a listener.
    pub(crate) fn accept(
        &self,
        listener: TcpListener,
        acceptor: Option<tokio_rustls::TlsAcceptor>,
    ) -> Result<Listening, ListenError> {
        let address = listener.local_addr()?;
        let alive = self.alive.upgrade().ok_or(ListenError::Closed)?;
        let mut state = self.state();
        let (scheme, name) = if acceptor.is_some() {
            state.tls += 1;
            ("https", numbered("tls", state.tls))
        } else {
            state.http += 1;
            ("http", numbered("http", state.http))
        };
        let origin = format!("{scheme}://{}", authority(&self.host, address));
        let listening = Listening { name: name.clone(), base_url: format!("{origin}/api"), address };
        let port = Arc::new(Port { name, origin, acceptor });
        let (stop, stopping) = watch::channel(false);
        let (serving, connections) = (self.serving.clone(), self.connections.clone());
        let taking = Taking { port: port.clone(), serving, connections, clock: self.clock.clone(), alive };
        let accepting = self.runtime.spawn(taking.run(listener, self.closing.clone(), stopping));
        state.open.push(Open { port, stop, accepting });
        Ok(listening)
    }

    /// Stops one: on return, connections to it are refused.
    pub(crate) async fn stop(&self, name: &str) -> Result<(), ListenError> {
        let found = {
            let mut state = self.state();
            let index = state.open.iter().position(|open| open.port.name == name);
            index.map(|index| state.open.remove(index))
        };
        let Some(open) = found else { return Err(ListenError::Unknown(name.to_owned())) };
        open.stop.send_replace(true);
        // It fails when the server is gone, and the listener with it.
        let _ = open.accepting.await;
        Ok(())
    }

    /// The origin of another one than that with a name; it is opened if there is none.
    pub(crate) async fn other_origin(&self, name: &str) -> Result<String, ListenError> {
        let found = self.state().open.iter().find(|open| open.port.name != name).map(|open| open.port.origin.clone());
        if let Some(origin) = found {
            return Ok(origin);
        }
        let listening = self.open(Listener::http()).await?;
        Ok(listening.base_url.trim_end_matches("/api").to_owned())
    }

    /// The certificate of the authority, once there is one.
    pub(crate) fn ca_pem(&self) -> Option<String> {
        self.state().authority.as_ref().map(|authority| authority.pem.clone())
    }

    fn acceptor(&self, certificate: Certificate) -> Result<tokio_rustls::TlsAcceptor, CertificateError> {
        let authority = {
            let mut state = self.state();
            match &state.authority {
                Some(authority) => authority.clone(),
                None => state.authority.insert(Arc::new(Authority::new()?)).clone(),
            }
        };
        authority.acceptor(certificate, &self.host)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ports").field("host", &self.host).finish_non_exhaustive()
    }
}

/// What takes the connections of one listener.
struct Taking {
    port: Arc<Port>,
    serving: Serving,
    connections: Arc<Connections>,
    clock: Clock,
    alive: mpsc::Sender<()>,
}

impl Taking {
    async fn run(self, listener: TcpListener, mut closing: watch::Receiver<bool>, mut stopping: watch::Receiver<bool>) {
        let end = async {
            tokio::select! {
                _ = closing.wait_for(|closing| *closing) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        };
        tokio::select! {
            () = end => {}
            () = self.take_all(&listener) => {}
        }
    }

    async fn take_all(&self, listener: &TcpListener) {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // The system is out of files, or whoever connected has gone.
                    tracing::warn!(%error, "a connection was not accepted");
                    self.connections.make_room().await;
                    continue;
                }
            };
            // Answers are small and complete: holding them back for more would only delay them.
            let _ = stream.set_nodelay(true);
            let activity = Arc::new(Activity::new(self.clock.clone()));
            let place = self.connections.enter(activity.clone()).await;
            let (serving, port, alive) = (self.serving.clone(), self.port.clone(), self.alive.clone());
            tokio::spawn(async move {
                serving.serve(stream, peer, activity, port).await;
                drop(place);
                drop(alive);
            });
        }
    }
}

fn numbered(name: &str, number: usize) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// Where a browser on this machine finds the server.
pub(crate) fn authority(host: &str, address: SocketAddr) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_name = host.parse::<IpAddr>().is_err();
    if is_name && !host.eq_ignore_ascii_case("localhost") {
        return format!("{host}:{}", address.port());
    }
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port()).to_string()
}
