//! What every request can reach.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use http::HeaderMap;

use crate::address::{self, Network};
use crate::analysis::Analyst;
use crate::authentication::Credential;
use crate::clock::Clock;
use crate::enforcement::{Enforced, Rules};
use crate::exchange::Exchanges;
use crate::idempotency::Idempotency;
use crate::journal::Journal;
use crate::key_ring::KeyRing;
use crate::limit::{Partition, Quota};
use crate::management::Management;
use crate::port::Ports;
use crate::repositories::{Caller, Repositories};
use crate::script::Script;
use crate::store::Store;

/// A server's parts.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: KeyRing,
    pub(crate) enforced: Enforced,
    pub(crate) repositories: Repositories,
    pub(crate) analyst: Arc<Analyst>,
    pub(crate) idempotency: Arc<Idempotency>,
    pub(crate) management: Management,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) body_timeout: Duration,
    pub(crate) request_ids: RequestIds,
    pub(crate) exchanges: Exchanges,
    pub(crate) journal: Journal,
    pub(crate) script: Script,
    /// They hold whoever holds this, so this does not hold them.
    pub(crate) ports: OnceLock<Weak<Ports>>,
}

/// Whom the limits count, and whether it may go on.
#[derive(Debug, Clone)]
pub(crate) struct Identified {
    pub(crate) partition: Partition,
    pub(crate) quota: Quota,
    /// None when the key is no key.
    pub(crate) caller: Option<Caller>,
}

impl App {
    /// Tells it where the server listens.
    pub(crate) fn find_ports(&self, ports: &Arc<Ports>) {
        // It is told once, when the server starts.
        let _ = self.ports.set(Arc::downgrade(ports));
    }

    /// The origin of another listener than the one with a name, which is opened if there is none.
    pub(crate) async fn other_origin(&self, name: &str) -> Result<String, String> {
        let ports = self.ports.get().and_then(Weak::upgrade).ok_or("the server is being closed")?;
        ports.other_origin(name).await.map_err(|error| error.to_string())
    }

    pub(crate) fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        address::client(peer, headers, &self.trusted_proxies)
    }

    /// Who asks. A bad key counts for its address, so that nobody can spend, or see, what belongs to a
    /// user without a key of theirs.
    pub(crate) fn identify(&self, headers: &HeaderMap, client: IpAddr, rules: &Rules) -> Identified {
        let user = match Credential::of(headers) {
            Credential::None => Some(None),
            Credential::Unusable => None,
            Credential::Bearer(key) => self.keys.user_of(key).map(Some),
        };
        match user {
            Some(Some(user)) => {
                let partition = Partition::User(user.clone());
                Identified { quota: rules.quota(&partition), partition, caller: Some(Caller::User(user)) }
            }
            anonymous => {
                let partition = Partition::of_address(client);
                let caller = anonymous.map(|_| Caller::Anonymous);
                Identified { quota: rules.quota(&partition), partition, caller }
            }
        }
    }

    /// Counts a failed attempt at a secret against its address.
    pub(crate) fn count_failure(&self, client: IpAddr) {
        self.enforced.rules().admit(&Partition::of_address(client), self.clock.elapsed());
    }
}

/// Names requests: a random part for the server's run, and a number.
#[derive(Debug)]
pub(crate) struct RequestIds {
    run: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(run: String) -> Self {
        Self { run, next: AtomicU64::new(1) }
    }

    pub(crate) fn next(&self) -> String {
        format!("req_{}_{}", self.run, self.next.fetch_add(1, Ordering::Relaxed))
    }
}
