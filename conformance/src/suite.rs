//! All scenarios with one driver, several at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::driver::{Command, Driver, DriverError, Hello, Time};
use crate::expected_failures::ExpectedFailures;
use crate::problem::{Kind, Problem};
use crate::project::Project;
use crate::run::{Outcome, run};
use crate::scenario::{Lane, Scenario};

/// What came of all scenarios with one driver.
#[derive(Debug)]
pub struct Results {
    /// What the driver says of itself.
    pub driver: Hello,
    /// Each scenario, in the order in which they were given.
    pub results: Vec<ScenarioResult>,
}

/// What came of one scenario.
#[derive(Debug)]
pub struct ScenarioResult {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// How it ended.
    pub verdict: Verdict,
    /// What was found; nothing if it was not run.
    pub outcome: Outcome,
}

/// How a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All was as it should be.
    Passed,
    /// Something was not.
    Failed,
    /// Something was not, as it is known.
    FailedAsExpected {
        /// Why.
        reason: String,
    },
    /// The client does not have what it needs.
    NotRun {
        /// What that is.
        needs: String,
    },
}

/// The scenarios that run at once: most of their time goes to starting servers and to the ways between processes.
const AT_ONCE: usize = 8;

/// Runs scenarios.
///
/// # Errors
///
/// When the driver cannot be started, or the fixture not be written.
pub async fn run_all(
    scenarios: Vec<Scenario>,
    command: &Command,
    failures: &ExpectedFailures,
) -> Result<Results, DriverError> {
    let drivers = [Time::Conducted, Time::Real].map(|time| Arc::new(Driver::new(command.clone(), time)));
    let [conducted, real] = drivers;
    let hello = conducted.hello().await?;
    let project = Project::write().map_err(|error| DriverError::Start(format!("the fixture: {error}")))?;
    let project = Arc::new(project);
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let scenarios: Vec<Arc<Scenario>> = scenarios.into_iter().map(Arc::new).collect();
    for (index, scenario) in scenarios.iter().enumerate() {
        if missing(scenario, &hello).is_none() {
            let driver = Arc::clone(if scenario.lane == Lane::Real { &real } else { &conducted });
            let (scenario, project, turns) = (Arc::clone(scenario), Arc::clone(&project), Arc::clone(&turns));
            running.spawn(async move {
                // It fails when the semaphore is closed, which nobody does.
                let _turn = turns.acquire().await;
                (index, run(&scenario, &driver, project.path()).await)
            });
        }
    }
    let mut outcomes = BTreeMap::new();
    while let Some(ended) = running.join_next().await {
        let (index, outcome) = ended.map_err(|error| DriverError::Died(format!("the runner itself: {error}")))?;
        outcomes.insert(index, outcome);
    }
    let mut results: Vec<ScenarioResult> = Vec::new();
    for (index, scenario) in scenarios.into_iter().enumerate() {
        let outcome = outcomes.remove(&index);
        let verdict = match (&outcome, missing(&scenario, &hello), failures.reason(&scenario.id)) {
            (_, Some(needs), _) => Verdict::NotRun { needs },
            (Some(outcome), None, _) if outcome.problems.is_empty() => Verdict::Passed,
            (_, None, Some(reason)) => Verdict::FailedAsExpected { reason: reason.to_owned() },
            (_, None, None) => Verdict::Failed,
        };
        let outcome = outcome.unwrap_or_default();
        results.push(ScenarioResult { scenario, verdict, outcome });
    }
    surprise(&mut results, failures);
    Ok(Results { driver: hello, results })
}

/// What a scenario needs and the client does not have.
fn missing(scenario: &Scenario, hello: &Hello) -> Option<String> {
    scenario.needs.iter().find(|need| !hello.capabilities.contains(need)).cloned()
}

/// A scenario that is known to fail and passes with all combinations of its matrix fails.
fn surprise(results: &mut [ScenarioResult], failures: &ExpectedFailures) {
    for id in failures.ids() {
        let is_of = |result: &&mut ScenarioResult| result.scenario.id == id;
        let all_pass =
            results.iter().filter(|result| result.scenario.id == id).all(|result| result.verdict == Verdict::Passed);
        if let Some(result) = results.iter_mut().find(is_of).filter(|_| all_pass) {
            let message = format!("{id} passes; take it out of the expected failures");
            result.outcome.problems.push(Problem::new(Kind::ExpectedFailure, message));
            result.verdict = Verdict::Failed;
        }
    }
}

impl Results {
    /// Whether nothing failed but what was expected to.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.results.iter().all(|result| result.verdict != Verdict::Failed)
    }
}
