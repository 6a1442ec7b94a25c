//! One scenario, from the first step to the last look at what came of it.

mod conclusion;
mod progress;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::{Stopwatch, within};
use crate::driver::{Call, Driver, DriverError, Session};
use crate::evidence::Evidence;
use crate::matcher::{Known, Matcher};
use crate::problem::{Kind, Problem};
use crate::scenario::{Scenario, Step, Wished};
use crate::setting::Setting;
use crate::template::substitute;

/// What came of a scenario.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is wrong; nothing if it passes.
    pub problems: Vec<Problem>,
    /// What was seen.
    pub evidence: Evidence,
    /// How long it took, in real time.
    pub took: Duration,
}

/// A scenario under way.
struct Run<'s> {
    scenario: &'s Scenario,
    setting: Setting,
    clients: BTreeMap<String, Client>,
    /// The client of each call.
    calls: BTreeMap<String, String>,
    logs: Vec<String>,
}

/// What became of the making of a client.
enum Client {
    Open(Session),
    Closed(Session),
    Refused(Value),
}

/// The longest that a scenario may take, in real time.
const LONGEST: Duration = Duration::from_secs(20);
/// The longest that looking at what came of it may take.
const LONGEST_CONCLUSION: Duration = Duration::from_secs(30);

/// Runs a scenario. `project` is where the fixture's repository is.
pub async fn run(scenario: &Scenario, driver: &Driver, project: &Path) -> Outcome {
    let stopwatch = Stopwatch::start();
    let (mut evidence, mut problems) = (Evidence::default(), Vec::new());
    match Setting::start(scenario, project).await {
        Err(problem) => problems.push(problem),
        Ok(setting) => {
            let (clients, calls) = (BTreeMap::new(), BTreeMap::new());
            let mut run = Run { scenario, setting, clients, calls, logs: Vec::new() };
            let steps = within(LONGEST, run.steps(driver)).await;
            problems.extend(match steps {
                Some(steps) => steps.err(),
                None => Some(Problem::new(Kind::Time, format!("it took longer than {LONGEST:?}"))),
            });
            match within(LONGEST_CONCLUSION, run.conclude(&mut problems)).await {
                Some(seen) => evidence = seen,
                None => problems.push(Problem::new(Kind::Time, "the clients did not end")),
            }
        }
    }
    Outcome { problems, evidence, took: stopwatch.elapsed() }
}

impl Run<'_> {
    async fn steps(&mut self, driver: &Driver) -> Result<(), Problem> {
        for (name, settings) in &self.scenario.clients {
            let opened = driver.open(&self.setting.opening(settings)).await;
            let client = match opened {
                Ok(session) => Client::Open(session),
                Err(DriverError::Refused(error)) if self.is_expected(name) => Client::Refused(error),
                Err(error) => return Err(Problem::new(Kind::Driver, format!("client {name}: {error}"))),
            };
            self.clients.insert(name.clone(), client);
        }
        for (index, step) in self.scenario.steps.iter().enumerate() {
            self.step(step)
                .await
                .map_err(|problem| Problem { message: format!("steps[{index}]: {}", problem.message), ..problem })?;
        }
        self.settle().await
    }

    /// Whether a step says what becomes of the making of a client.
    fn is_expected(&self, client: &str) -> bool {
        self.scenario.steps.iter().any(|step| matches!(step, Step::Expect { of, .. } if of == client))
    }

    async fn step(&mut self, step: &Step) -> Result<(), Problem> {
        match step {
            Step::Call { on, name, method, args, options, extra, is_open } => {
                let (args, options) = (self.filled(args), self.filled(options));
                let call = Call { name: name.clone(), method: method.clone(), args, options, extra: extra.clone() };
                self.calls.insert(name.clone(), on.clone());
                self.session(on)?.call(&call).await?;
                if *is_open { self.settle().await } else { self.end(name).await }
            }
            Step::Await(awaited) => self.reach(awaited).await,
            Step::Advance(seconds) => self.advance(Duration::try_from_secs_f64(*seconds).unwrap_or_default()).await,
            Step::Cancel(call) => {
                let client = self.client_of(call)?;
                self.session(&client)?.cancel(call).await?;
                self.settle().await
            }
            Step::Revoke(key) => self.setting.revoke(key).await,
            Step::SetLimits(limits) => self.setting.set_limits(*limits),
            Step::Script(rules) => self.setting.script(rules),
            Step::Close(client) => self.close(client).await,
            Step::Expect { of, wished } => self.expect(of, wished).await,
        }
    }

    fn session(&self, client: &str) -> Result<&Session, Problem> {
        match self.clients.get(client) {
            Some(Client::Open(session)) => Ok(session),
            Some(Client::Refused(error)) => Err(Problem::new(Kind::Driver, format!("client {client}: {error}"))),
            _ => Err(Problem::new(Kind::Driver, format!("client {client} is closed"))),
        }
    }

    fn client_of(&self, call: &str) -> Result<String, Problem> {
        let client = self.calls.get(call).cloned();
        client.ok_or_else(|| Problem::new(Kind::Unreached, format!("the call {call} was not made")))
    }

    /// How a call has ended; none while it is open.
    fn outcome(&self, call: &str) -> Result<Option<Value>, Problem> {
        match self.clients.get(&self.client_of(call)?) {
            Some(Client::Open(session) | Client::Closed(session)) => Ok(session.outcome(call)?),
            _ => Ok(None),
        }
    }

    async fn close(&mut self, name: &str) -> Result<(), Problem> {
        if let Some(Client::Open(mut session)) = self.clients.remove(name) {
            let closed = session.close().await;
            self.clients.insert(name.to_owned(), Client::Closed(session));
            self.logs.extend(closed?);
        }
        Ok(())
    }

    async fn expect(&mut self, of: &str, wished: &Wished) -> Result<(), Problem> {
        let outcome = match self.clients.get(of) {
            Some(Client::Refused(error)) => json!({"error": error}),
            Some(_) => json!({"ok": {}}),
            None => {
                self.end(of).await?;
                self.outcome(of)?.unwrap_or_default()
            }
        };
        for (name, matcher) in [("ok", &wished.ok), ("error", &wished.error), ("meta", &wished.meta)] {
            let Some(matcher) = matcher else { continue };
            let Some(seen) = outcome.get(name) else {
                let message = format!("{of}: expected `{name}`, seen {}", shown(&outcome));
                return Err(Problem::new(Kind::Expectation, message));
            };
            self.compare(Kind::Expectation, &format!("{of}.{name}"), matcher, seen)?;
        }
        Ok(())
    }

    /// Compares something with what is written.
    fn compare(&self, kind: Kind, place: &str, written: &Value, seen: &Value) -> Result<(), Problem> {
        let matcher = Matcher::parse(&self.filled(written)).map_err(Problem::server)?;
        let known = Known { keys: &self.setting.keys };
        matcher.matches(seen, known).map_err(|mismatch| {
            let dot = if mismatch.place.is_empty() || mismatch.place.starts_with('[') { "" } else { "." };
            Problem::new(kind, format!("{place}{dot}{mismatch}"))
        })
    }

    /// A value with its keys, addresses, and results of calls.
    fn filled(&self, value: &Value) -> Value {
        substitute(&self.setting.filled(value), &mut |name| {
            let (call, path) = name.split_once('.')?;
            let outcome = self.outcome(call).ok()??;
            path.split('.').try_fold(&outcome, |value, member| value.get(member)).cloned()
        })
    }
}

/// An outcome for people: without what is long and says nothing new.
fn shown(outcome: &Value) -> String {
    let mut outcome = outcome.clone();
    for (part, member) in [("ok", "signal"), ("ok", "debug"), ("error", "debug"), ("error", "display")] {
        if let Some(members) = outcome.get_mut(part).and_then(Value::as_object_mut) {
            members.remove(member);
        }
    }
    outcome.to_string()
}
