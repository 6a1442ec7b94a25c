//! The server of one scenario, with its keys, repositories and listeners.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use axiomo_mock_server::script::Rule;
use axiomo_mock_server::{Certificate, Conductor, Config, Listener, MockServer, Mount};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpSocket;

use crate::driver::Opening;
use crate::full_queue::FullQueue;
use crate::problem::Problem;
use crate::scenario::{ClientSettings, Lane, Limits, ListenerKind, Repositories, Scenario};
use crate::template::substitute;

/// A server that runs.
pub(crate) struct Setting {
    pub(crate) server: MockServer,
    /// None in real time.
    pub(crate) conductor: Option<Conductor>,
    /// The keys, by what the scenario calls them.
    pub(crate) keys: BTreeMap<String, String>,
    key_ids: BTreeMap<String, String>,
    /// The base addresses, by what the scenario calls them.
    addresses: BTreeMap<String, String>,
    /// Holds the port of the closed listener.
    closed: Option<TcpSocket>,
    /// Holds the queue of the full one.
    full: Option<FullQueue>,
}

/// The address of the fixture's repository.
const PROJECT: &str = "https://github.com/owner/project";

impl Setting {
    /// Starts a server. `project` is where the fixture's repository is.
    pub(crate) async fn start(scenario: &Scenario, project: &Path) -> Result<Self, Problem> {
        let settings = &scenario.server;
        let mut config = match scenario.lane {
            Lane::Conducted => Config::conducted(),
            Lane::Real => Config::default(),
        };
        settings.limits.apply(&mut config.limits);
        if settings.repositories == Repositories::Fixture {
            let url = PROJECT.parse().map_err(Problem::server)?;
            config.mounts.push(Mount::public(url, project));
        }
        let server = MockServer::start(config).await.map_err(Problem::server)?;
        let conductor = match scenario.lane {
            Lane::Conducted => Some(server.conductor().await.map_err(Problem::server)?.clone()),
            Lane::Real => None,
        };
        let addresses = BTreeMap::from([("base_url".to_owned(), server.base_url())]);
        let mut setting = Self {
            server,
            conductor,
            keys: BTreeMap::new(),
            key_ids: BTreeMap::new(),
            addresses,
            closed: None,
            full: None,
        };
        for key in &settings.keys {
            let (name, user) = (key.name.as_deref().unwrap_or(&scenario.id), key.user.as_deref().unwrap_or("alice"));
            let created = setting.server.create_key(name, user).await.map_err(Problem::server)?;
            setting.keys.insert(key.r#as.clone(), created.key.expose().to_owned());
            setting.key_ids.insert(key.r#as.clone(), created.id);
        }
        setting.listen(scenario).await?;
        setting.script(&settings.script)?;
        Ok(setting)
    }

    /// What a client is made with.
    pub(crate) fn opening(&self, client: &ClientSettings) -> Opening {
        let filled = |text: &Option<String>| {
            let filled = text.as_ref().map(|text| self.filled(&Value::from(text.clone())));
            filled.and_then(|value| value.as_str().map(str::to_owned))
        };
        Opening {
            base_url: filled(&client.base_url).unwrap_or_else(|| self.server.base_url()),
            api_key: filled(&client.api_key),
            options: self.filled(&Value::Object(client.options.clone())),
            conductor: self.conductor.as_ref().map(|conductor| conductor.address().to_owned()),
            ca_pem: self.server.ca_pem().filter(|_| client.trusts_server),
        }
    }

    /// A value with its keys and addresses.
    pub(crate) fn filled(&self, value: &Value) -> Value {
        substitute(value, &mut |name| {
            self.keys.get(name).or_else(|| self.addresses.get(name)).cloned().map(Value::from)
        })
    }

    pub(crate) async fn revoke(&self, key: &str) -> Result<(), Problem> {
        let id = self.key_ids.get(key).map(String::as_str).unwrap_or_default();
        self.server.revoke_key(id).await.map_err(Problem::server)
    }
}

impl Setting {
    async fn listen(&mut self, scenario: &Scenario) -> Result<(), Problem> {
        for kind in &scenario.server.listeners {
            let listener = match kind {
                ListenerKind::Closed => {
                    let address = self.close().map_err(Problem::server)?;
                    self.addresses.insert(kind.as_str().to_owned(), format!("http://{address}/api"));
                    continue;
                }
                ListenerKind::Full => {
                    let queue = FullQueue::at_a_port().await.map_err(Problem::server)?;
                    self.addresses.insert(kind.as_str().to_owned(), format!("http://{}/api", queue.address));
                    self.full = Some(queue);
                    continue;
                }
                ListenerKind::Other => Listener::http(),
                ListenerKind::Tls => Listener::tls(Certificate::Valid),
                ListenerKind::TlsExpired => Listener::tls(Certificate::Expired),
                ListenerKind::TlsWrongHost => Listener::tls(Certificate::WrongHost),
                ListenerKind::TlsUnknownAuthority => Listener::tls(Certificate::UnknownAuthority),
            };
            let listening = self.server.listen(listener).await.map_err(Problem::server)?;
            self.addresses.insert(kind.as_str().to_owned(), listening.base_url);
        }
        Ok(())
    }

    /// Takes a port at which nobody listens: connections to it are refused, and nobody else gets it.
    fn close(&mut self) -> std::io::Result<SocketAddr> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        self.closed = Some(socket);
        Ok(address)
    }

    /// Puts rules in the place of those that are left.
    pub(crate) fn script(&self, rules: &[Value]) -> Result<(), Problem> {
        let rules = rules.iter().map(|rule| Rule::deserialize(&self.filled(rule)).map_err(Problem::server));
        self.server.script(rules.collect::<Result<_, _>>()?);
        Ok(())
    }

    /// What is left of the script.
    pub(crate) fn script_left(&self) -> Vec<Rule> {
        self.server.script_left()
    }

    pub(crate) fn set_limits(&self, limits: Limits) -> Result<(), Problem> {
        let mut changed = self.server.limits();
        limits.apply(&mut changed);
        self.server.set_limits(changed).map_err(Problem::server)
    }
}
