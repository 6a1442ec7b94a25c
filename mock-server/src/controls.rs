//! What a test can see of a server, and do to it.

use crate::config::Limits;
use crate::enforcement::LimitsError;
use crate::journal::{Entry, JournalError};
use crate::limit::Partition;
use crate::port::{ListenError, Listener, Listening};
use crate::script::Rule;
use crate::server::MockServer;
use crate::state::{self, RestoreError};
use crate::store::StoreError;

impl MockServer {
    /// Everything that happened since the server started, or since the journal was cleared.
    ///
    /// ```
    /// use axiomo_mock_server::journal::Event;
    /// use axiomo_mock_server::{Config, MockServer};
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let server = MockServer::start(Config::default()).await?;
    /// std::net::TcpStream::connect(server.address())?;
    /// let closed = server.await_journal(|entry| matches!(entry.event, Event::Closed { .. }), 1).await?;
    /// assert_eq!((server.journal()?.len(), closed[0].n), (2, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When more happened than the journal holds, or it is off.
    pub fn journal(&self) -> Result<Vec<Entry>, JournalError> {
        self.app.journal.since(0)
    }

    /// What the journal holds after the entry with a number.
    ///
    /// # Errors
    ///
    /// When more happened than the journal holds, or it is off.
    pub fn journal_since(&self, number: u64) -> Result<Vec<Entry>, JournalError> {
        self.app.journal.since(number)
    }

    /// Waits until the journal holds so many entries that are meant; then gives all that are.
    ///
    /// # Errors
    ///
    /// When more happened than the journal holds, or it is off.
    pub async fn await_journal(
        &self,
        is_meant: impl FnMut(&Entry) -> bool,
        count: usize,
    ) -> Result<Vec<Entry>, JournalError> {
        self.app.journal.wait(is_meant, count).await
    }

    /// Forgets every entry of the journal. Numbers go on.
    pub fn clear_journal(&self) {
        self.app.journal.clear();
    }

    /// Puts rules in the place of all that are left: what becomes of requests and connections from now on.
    ///
    /// ```
    /// use axiomo_mock_server::script::{Fault, Respond, Rule};
    /// use axiomo_mock_server::{Config, MockServer};
    /// use serde_json::json;
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let server = MockServer::start(Config::default()).await?;
    /// let rule = json!({"on": {"path": "/api/*"}, "do": [{"respond": {"status": 503}}, {"wire": {"end": {"after": 10, "by": "reset"}}}]});
    /// server.script(vec![serde_json::from_value(rule)?]);
    /// // … a client makes its first request …
    /// assert_eq!(server.script_left().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn script(&self, rules: Vec<Rule>) {
        self.app.script.replace(rules);
    }

    /// What is left of the script: the rules with the steps that nobody took yet.
    #[must_use]
    pub fn script_left(&self) -> Vec<Rule> {
        self.app.script.left()
    }

    /// Opens one more listener, at a free port of the same interface. All listeners of a server are one server: keys,
    /// scans, limits, journal and script are the same.
    ///
    /// ```
    /// use axiomo_mock_server::{Certificate, Config, Listener, MockServer};
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let server = MockServer::start(Config::default()).await?;
    /// let tls = server.listen(Listener::tls(Certificate::Valid)).await?;
    /// assert!(tls.base_url.starts_with("https://127.0.0.1:") && tls.name == "tls");
    /// assert!(server.ca_pem().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the system gives no port, or no certificate can be made.
    pub async fn listen(&self, listener: Listener) -> Result<Listening, ListenError> {
        self.ports.open(listener).await
    }

    /// Closes a listener: on return, connections to it are refused. Its port is not used again, and connections that
    /// it has accepted go on.
    ///
    /// # Errors
    ///
    /// When there is none with this name.
    pub async fn stop_listening(&self, name: &str) -> Result<(), ListenError> {
        self.ports.stop(name).await
    }

    /// The certificate, in PEM, of the authority that vouches for this server's listeners; none before the first
    /// listener with TLS. It is another for every server.
    #[must_use]
    pub fn ca_pem(&self) -> Option<String> {
        self.ports.ca_pem()
    }

    /// The limits that hold now.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.app.enforced.rules().limits
    }

    /// Changes the limits, from the next request on. What was counted is kept where the window and the way of
    /// counting stay as they were.
    ///
    /// # Errors
    ///
    /// When the window has no length.
    pub fn set_limits(&self, limits: Limits) -> Result<(), LimitsError> {
        self.app.enforced.change(limits)
    }

    /// Has a user's keys, or an address, have so many units left, as if the others had been used up just now.
    ///
    /// ```
    /// use axiomo_mock_server::limit::Partition;
    /// use axiomo_mock_server::{Config, MockServer};
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let server = MockServer::start(Config::default()).await?;
    /// server.set_remaining(&Partition::User("alice".into()), 3)?;
    /// // Alice's fourth request from now on is refused.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there are not so many, or there is no limit.
    pub fn set_remaining(&self, partition: &Partition, remaining: u32) -> Result<(), LimitsError> {
        self.app.enforced.rules().leave(partition, remaining, self.app.clock.elapsed())
    }

    /// What the server knows, without what is secret: `time`, `elapsed_ms`, `keys` as they are listed, `scans` with
    /// their answers, `limits`, and what is left of the `script`.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn snapshot(&self) -> Result<serde_json::Value, StoreError> {
        crate::snapshot::take(&self.app)
    }

    /// Everything that requests have changed: keys by their hashes, scans, limits with what was counted under them, and
    /// the answers that are kept for repeated idempotency keys. It is JSON for [`restore`](Self::restore) of this
    /// version, and for nothing else. Meant for a moment at which nothing is asked: what is under way is left out.
    ///
    /// ```
    /// use axiomo_mock_server::{Config, MockServer};
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let server = MockServer::start(Config::default()).await?;
    /// let key = server.create_key("ci", "alice").await?;
    /// let prepared = server.state()?;
    /// // … a test that revokes the key …
    /// server.restore(&prepared)?;
    /// // The key is as it was.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn state(&self) -> Result<serde_json::Value, StoreError> {
        state::save(&self.app)
    }

    /// Has everything that a [`state`](Self::state) holds be as it was then, and nothing else: of this server or of
    /// another one, whose keys this one then takes. Time does not go back: what was counted recovers as if it had been
    /// counted here, at the same time since the start. Meant for a moment without requests: what is under way now counts
    /// where it ends.
    ///
    /// # Errors
    ///
    /// When it is no state of this version, or one of a time that this server has yet to come to, or the store is a
    /// file. Then everything is as before.
    pub fn restore(&self, state: &serde_json::Value) -> Result<(), RestoreError> {
        state::restore(&self.app, state)
    }
}
