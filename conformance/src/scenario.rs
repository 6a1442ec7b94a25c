//! Scenarios: what a server is told to do, what a client is told to do, and what has to come of it, as data.

mod check;
mod client;
mod file;
mod matrix;
mod server;
mod step;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

pub use client::ClientSettings;
pub use file::{ReadError, read, read_folder};
pub use server::{Key, Limits, ListenerKind, Repositories, ServerSettings};
pub use step::{Awaited, Step, What, Wished};

/// One scenario with one combination of what its matrix holds.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name, such as `ratelimit/retry-after-beats-reset`.
    pub id: String,
    /// Its combination, such as `limiter=gcra, ra=7`; empty without a matrix.
    pub case: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// The requirements of `spec/behaviour.md` that it proves.
    pub req: Vec<String>,
    /// What a client has to have to offer for it to be run.
    pub needs: Vec<String>,
    /// By which time it is run.
    pub lane: Lane,
    /// The server.
    pub server: ServerSettings,
    /// The clients by their names; a single one is `client`.
    pub clients: BTreeMap<String, ClientSettings>,
    /// What happens, one after the other.
    pub steps: Vec<Step>,
    /// What has to have come over the wire.
    pub wire: Value,
    /// What has to have been waited for; none in real time.
    pub waits: Value,
    /// How many connections there have to have been; null for any.
    pub connections: Value,
    /// What must not have come out of the driver.
    pub never: Vec<String>,
}

/// By which time a scenario is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// By virtual time.
    #[default]
    Conducted,
    /// By the machine's, of which it takes less than a second.
    Real,
}

impl Scenario {
    /// Its id and its combination.
    #[must_use]
    pub fn name(&self) -> String {
        if self.case.is_empty() { self.id.clone() } else { format!("{}[{}]", self.id, self.case) }
    }
}
