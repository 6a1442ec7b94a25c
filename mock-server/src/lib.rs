//! The reference server of the Axiomo API: key management, analyses of real pull requests, scans,
//! limits and pages, over local git repositories.
//!
//! In a test it runs in the same process, on a free port, with everything in memory:
//!
//! ```
//! use axiomo_mock_server::{Config, MockServer};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let server = MockServer::start(Config::default()).await?;
//! let created = server.create_key("ci", "alice").await?;
//! // A client is given these two, instead of the service's address and a key of the service:
//! println!("AXIOMO_BASE_URL={} AXIOMO_API_KEY={}", server.base_url(), created.key.expose());
//! server.revoke_key(&created.id).await?;
//! server.close().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The binary `axiomo-mock-server` is the same server; its first line on stdout is a JSON object with
//! its addresses.

mod address;
mod admin;
mod analysis;
mod api_error;
mod app;
#[cfg(feature = "cli")]
mod arguments;
mod authentication;
mod clock;
mod conductor;
mod config;
mod connection;
mod controls;
mod enforcement;
mod exchange;
mod fault;
mod flight;
mod idempotency;
pub mod journal;
mod key;
mod key_ring;
pub mod limit;
mod management;
mod openapi;
mod page;
mod port;
mod repositories;
#[cfg(test)]
#[path = "../../analyzer/tests/repository/mod.rs"]
mod repository;
mod request;
mod routes;
pub mod script;
mod server;
mod snapshot;
mod state;
mod store;

pub use address::{Network, ParseNetworkError};
pub use admin::Admin;
pub use api_error::Detail;
#[cfg(feature = "cli")]
pub use arguments::{Arguments, Ended, RunError, run};
pub use clock::{Clock, ManualClock};
pub use conductor::{ConductedWait, Conductor, ConductorError};
pub use config::{Config, Limits, ManageFrom, Timeouts};
pub use enforcement::LimitsError;
pub use journal::{JournalError, JournalLimits};
pub use key::{ApiKey, ManagementToken};
pub use key_ring::KeyError;
pub use port::{Certificate, ListenError, Listener, Listening};
pub use repositories::{Mount, ParseRepositoryUrlError, RepositoryUrl};
pub use request::{AnalyzeRequest, RequestError};
pub use server::{CreatedKey, MockServer, StartError};
pub use state::RestoreError;
pub use store::{StoreError, StoreLocation};
