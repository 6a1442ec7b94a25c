//! The last look at what came of a scenario.

use serde_json::Value;

use super::progress::LONGEST_END;
use super::{Client, Run};
use crate::clock::within;
use crate::evidence::{Evidence, wait};
use crate::problem::{Kind, Problem};

impl Run<'_> {
    /// Ends the clients and looks at everything. When a step has failed already, the rest is not judged.
    pub(super) async fn conclude(&mut self, problems: &mut Vec<Problem>) -> Evidence {
        let mut found = Vec::new();
        for call in self.calls.keys() {
            match self.outcome(call) {
                Ok(None) => found.push(Problem::new(Kind::OpenCall, format!("{call} has not ended"))),
                Ok(Some(_)) => {}
                Err(problem) => found.push(problem),
            }
        }
        // What comes of the end itself is no part of the scenario, but for connections.
        let mut evidence = self.seen().unwrap_or_default();
        found.extend(self.judge(&evidence));
        let clients: Vec<String> = self.clients.keys().cloned().collect();
        for client in clients {
            found.extend(self.close(&client).await.err());
        }
        found.extend(self.connections(&mut evidence).await);
        evidence.logs.clone_from(&self.logs);
        for client in self.clients.values() {
            match client {
                Client::Open(session) | Client::Closed(session) => evidence.shown.extend(session.shown()),
                Client::Refused(error) => evidence.shown.push(error.to_string()),
            }
        }
        for call in self.calls.keys() {
            let outcome = self.outcome(call).ok().flatten().unwrap_or_default();
            evidence.outcomes.insert(call.clone(), outcome);
        }
        // These are found whatever else is wrong.
        let shown = self.shown(&evidence);
        if problems.is_empty() {
            problems.extend(found);
        }
        let is_dead = problems.iter().any(|problem| problem.kind == Kind::Driver);
        // Whoever is dead gives no log.
        problems.extend(shown.into_iter().filter(|problem| !is_dead || problem.kind != Kind::NoLog));
        evidence
    }

    fn seen(&self) -> Result<Evidence, Problem> {
        let waits = self.setting.conductor.as_ref().map(axiomo_mock_server::Conductor::waits).unwrap_or_default();
        let waits = waits.iter().map(wait).collect();
        Ok(Evidence { journal: self.journal()?, waits, ..Evidence::default() })
    }

    fn judge(&self, evidence: &Evidence) -> Vec<Problem> {
        let mut found = Vec::new();
        let left = self.setting.script_left();
        if !left.is_empty() {
            found.push(Problem::new(Kind::ScriptLeft, format!("script: not used: {}", serde_json::json!(left))));
        }
        found.extend(self.compare(Kind::Wire, "wire", &self.scenario.wire, &evidence.wire()).err());
        if !self.scenario.waits.is_null() {
            found.extend(self.compare(Kind::Waits, "waits", &self.scenario.waits, &evidence.counted_waits()).err());
        }
        found
    }

    /// Waits for the ends of connections as well, which nobody tells the conductor of.
    async fn connections(&self, evidence: &mut Evidence) -> Option<Problem> {
        let expected = &self.scenario.connections;
        if expected.is_null() {
            return None;
        }
        // What has not ended by then is counted as open.
        let ended = within(LONGEST_END, async {
            loop {
                evidence.journal = self.journal()?;
                if evidence.all_connections_ended() {
                    return Ok(());
                }
                let _ = self.setting.server.await_journal(|_| true, evidence.journal.len() + 1).await;
            }
        });
        if let Some(Err(problem)) = ended.await {
            return Some(problem);
        }
        self.compare(Kind::Connections, "connections", expected, &evidence.connections()).err()
    }

    /// Looks for what must not have come out of the driver, and for whether anything could.
    fn shown(&self, evidence: &Evidence) -> Vec<Problem> {
        let mut secrets: Vec<(String, String)> =
            self.setting.keys.iter().map(|(name, key)| (format!("the key {name}"), key.clone())).collect();
        for never in &self.scenario.never {
            let filled = self.filled(&Value::from(never.clone()));
            secrets.push((format!("`{never}`"), filled.as_str().map_or_else(|| filled.to_string(), str::to_owned)));
        }
        let mut found = Vec::new();
        for (name, secret) in secrets {
            let of_driver = evidence.shown.iter().map(|line| ("shown by the driver", line));
            let of_logs = evidence.logs.iter().map(|line| ("logged", line));
            if let Some((how, line)) = of_driver.chain(of_logs).find(|(_, line)| line.contains(&secret)) {
                let around = around(line, &secret);
                found.push(Problem::new(Kind::Never, format!("{name} is {how}: {around}")));
            }
        }
        let was_asked =
            evidence.journal.iter().any(|entry| matches!(entry.event, axiomo_mock_server::journal::Event::Request(_)));
        if was_asked && evidence.logs.is_empty() {
            let message = "nothing was logged, so that nothing could be found in it";
            found.push(Problem::new(Kind::NoLog, message));
        }
        found
    }
}

/// The words around a secret, without it.
fn around(line: &str, secret: &str) -> String {
    const MOST: usize = 60;
    let (before, after) = line.split_once(secret).unwrap_or_default();
    let before: String = before.chars().rev().take(MOST).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = after.chars().take(MOST).collect();
    format!("…{before}[here]{after}…")
}
