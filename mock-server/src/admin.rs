//! The test controls over HTTP, for programs in other languages: whatever a [`MockServer`] can be told in Rust, on a
//! listener of its own that only this machine reaches.

mod clock;
mod controls;
mod reply;
mod routes;
mod sessions;

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::key::{Digest, ManagementToken};
use crate::server::{MockServer, StartError};
use sessions::Sessions;

/// A server with its test controls over HTTP, until it is closed or dropped.
///
/// Each session is a server of its own, with its own address, keys, limits and time; the one that is there from the
/// beginning is the session `main`.
#[derive(Debug)]
pub struct Admin {
    sessions: Arc<Sessions>,
    main: Arc<MockServer>,
    address: SocketAddr,
    token: ManagementToken,
    serving: JoinHandle<io::Result<()>>,
}

/// The session that is there from the beginning.
const MAIN: &str = "main";

impl Admin {
    /// Starts a server, and its test controls at a free port of 127.0.0.1, in the runtime that this is awaited in.
    ///
    /// # Errors
    ///
    /// When the server cannot be started, or nothing can be listened at.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let error = |source| StartError::Listen { host: "127.0.0.1".to_owned(), port: 0, source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(error)?;
        let address = listener.local_addr().map_err(error)?;
        let token = ManagementToken::generate()?;
        let main = Arc::new(MockServer::start(config).await?);
        let sessions = Arc::new(Sessions::default());
        sessions.insert(MAIN.to_owned(), Arc::clone(&main)).await;
        let router = routes::router(Arc::clone(&sessions), Digest::of(token.expose().as_bytes()));
        let serving = tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { sessions, main, address, token, serving })
    }

    /// The server that is there from the beginning.
    #[must_use]
    pub fn main(&self) -> &MockServer {
        &self.main
    }

    /// Where the controls are: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token that opens them: `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn token(&self) -> &ManagementToken {
        &self.token
    }

    /// Ends all sessions, as [`MockServer::close`] does.
    pub async fn close(self) {
        self.serving.abort();
        let _ = self.serving.await;
        drop(self.main);
        self.sessions.close().await;
    }
}
