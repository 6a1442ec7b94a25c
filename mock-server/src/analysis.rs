//! Analyses: bounded, off the threads that serve, and one for all who ask for the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axiomo_analyzer::git::{Error, Selection, Tips};
use axiomo_model::{PullRequestRef, Signal, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::api_error::{ApiError, Code};
use crate::clock::Clock;
use crate::flight::Flight;
use crate::repositories::Mounted;
use crate::store::{Scan, Store, Write};

/// The body of an answer, or why there is none.
pub(crate) type Outcome = Result<Bytes, ApiError>;

/// Makes analyses and keeps them.
#[derive(Debug)]
pub(crate) struct Analyst {
    store: Arc<dyn Store>,
    clock: Clock,
    /// What `signal_url` begins with: `http://127.0.0.1:8080`.
    origin: String,
    /// Analyses that run.
    running: Semaphore,
    /// Analyses that run or wait.
    accepted: Arc<Semaphore>,
    flights: Mutex<HashMap<Subject, Flight<Outcome>>>,
}

/// Everything that an analysis depends on: as long as these are equal, so is the Signal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Subject {
    repository: Arc<str>,
    reference: PullRequestRef,
    tips: Tips,
}

/// The API's envelope.
#[derive(Serialize)]
struct Envelope<'s> {
    signal_id: &'s str,
    signal_url: &'s str,
    signal: &'s Signal,
}

impl Analyst {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock, origin: String, at_once: usize, waiting: usize) -> Self {
        Self {
            store,
            clock,
            origin,
            running: Semaphore::new(at_once),
            accepted: Arc::new(Semaphore::new(at_once.saturating_add(waiting).min(Semaphore::MAX_PERMITS))),
            flights: Mutex::default(),
        }
    }

    /// The answer for a pull request. Whoever asks for one that is being analysed, with its refs where
    /// they were, gets that analysis. An analysis goes on, and is kept, when whoever asked for it goes.
    pub(crate) async fn analyze(self: &Arc<Self>, mount: Arc<Mounted>, reference: PullRequestRef) -> Outcome {
        let look = {
            let (mount, number) = (mount.clone(), reference.number());
            tokio::task::spawn_blocking(move || mount.open().and_then(|repository| repository.tips(number))).await
        };
        let tips = look.map_err(|error| failed(&error))?.map_err(|error| unread(&mount, &error))?;
        let subject = Subject { repository: mount.identity().clone(), reference, tips };
        let flight = self.join_or_start(subject, mount)?;
        flight.landed().await.unwrap_or_else(|| Err(ApiError::internal()))
    }

    fn join_or_start(self: &Arc<Self>, subject: Subject, mount: Arc<Mounted>) -> Result<Flight<Outcome>, ApiError> {
        let mut flights = self.flights();
        if let Some(flight) = flights.get(&subject) {
            return Ok(flight.clone());
        }
        let place = self.accepted.clone().try_acquire_owned().map_err(|_| ApiError::overloaded())?;
        let (landing, flight) = Flight::start();
        flights.insert(subject.clone(), flight.clone());
        drop(flights);
        let analyst = self.clone();
        tokio::spawn(async move {
            // Left also when the analysis dies.
            let departure = Departure { analyst: &analyst, subject: &subject };
            let outcome = analyst.run(mount, subject.reference.clone()).await;
            drop(departure);
            drop(place);
            landing.land(outcome);
        });
        Ok(flight)
    }

    async fn run(&self, mount: Arc<Mounted>, reference: PullRequestRef) -> Outcome {
        let turn = self.running.acquire().await.map_err(|error| failed(&error))?;
        let (clock, origin) = (self.clock.clone(), self.origin.clone());
        let of_job = mount.clone();
        let job = tokio::task::spawn_blocking(move || answer(&of_job, &reference, &clock, &origin));
        let made = job.await.map_err(|error| failed(&error))?;
        drop(turn);
        let (id, answer) = made.map_err(|error| unread(&mount, &error))?;
        let scan = Scan {
            id: id.into(),
            repository: mount.identity().clone(),
            is_private: mount.is_private(),
            answer: answer.clone(),
        };
        self.store.write(Write::Scan(scan)).await.map_err(|error| unkept(&error))?;
        Ok(answer)
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<Subject, Flight<Outcome>>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a flight off the list.
struct Departure<'a> {
    analyst: &'a Analyst,
    subject: &'a Subject,
}

impl Drop for Departure<'_> {
    fn drop(&mut self) {
        self.analyst.flights().remove(self.subject);
    }
}

/// The Signal's id, and the answer's body.
fn answer(mount: &Mounted, reference: &PullRequestRef, clock: &Clock, origin: &str) -> Result<(String, Bytes), Error> {
    let started = clock.elapsed();
    let mut change = mount.open()?.change(&Selection::PullRequest(reference.number()))?;
    change.place.provider = Some(reference.provider().clone());
    let now = Timestamp::from_unix_seconds(clock.unix_milliseconds().div_euclid(1000));
    let mut signal = axiomo_analyzer::analyze(&change, now);
    let id = signal.signal_id.clone().unwrap_or_default();
    let url = format!("{origin}/signal/{id}");
    signal.signal_url = Some(url.clone());
    if let Some(meta) = signal.meta.as_mut() {
        meta.generated_at = Some(now);
        meta.duration_ms = u64::try_from(clock.elapsed().saturating_sub(started).as_millis()).ok();
    }
    let envelope = Envelope { signal_id: &id, signal_url: &url, signal: &signal };
    let body = serde_json::to_vec(&envelope)
        .map_err(|error| Error::Unreadable { what: "the Signal".to_owned(), reason: error.to_string() })?;
    Ok((id, body.into()))
}

/// A repository's error as the API's. Paths of this machine stay here.
fn unread(mount: &Mounted, error: &Error) -> ApiError {
    match error {
        Error::PullRequestNotFound { .. } => ApiError::new(Code::PullRequestNotFound, error.to_string()),
        Error::BaseUnknown { .. } | Error::Shallow | Error::NoCommit => {
            ApiError::new(Code::RepositoryUnreadable, error.to_string())
        }
        _ => {
            tracing::warn!(repository = %mount.url(), %error, "a repository cannot be read");
            let message = format!("the clone of {} cannot be read; the server's own log says why", mount.url());
            ApiError::new(Code::RepositoryUnreadable, message)
        }
    }
}

/// The store's error as the API's.
pub(crate) fn unkept(error: &crate::store::StoreError) -> ApiError {
    tracing::error!(%error, "the store failed");
    ApiError::new(Code::StoreUnavailable, "the server's store failed; its own log says why")
}

fn failed(error: &dyn std::error::Error) -> ApiError {
    tracing::error!(%error, "an analysis died");
    ApiError::internal()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repositories::{Caller, Mount, Repositories};
    use crate::repository::{ANN, TestRepository, lines};
    use crate::store::GatedStore;

    struct Setting {
        _repository: TestRepository,
        repositories: Repositories,
        gate: Arc<GatedStore>,
        analyst: Arc<Analyst>,
    }

    fn setting(at_once: usize, waiting: usize) -> Setting {
        let mut repository = TestRepository::new();
        repository.on_main("begin", &[("a.rs", &lines(9, "a"))]);
        for number in [7, 8] {
            repository.on(&format!("b{number}"), &["main"], "Add", ANN, &[("b.rs", &lines(number, "b"))]);
            repository.git(&["update-ref", &format!("refs/pull/{number}/head"), &format!("refs/heads/b{number}")]);
        }
        let url = "https://github.com/o/r".parse().unwrap();
        let repositories = Repositories::new(&[Mount::public(url, repository.path())]);
        let gate = Arc::new(GatedStore::default());
        let analyst = Analyst::new(gate.clone(), Clock::default(), "http://127.0.0.1".to_owned(), at_once, waiting);
        Setting { _repository: repository, repositories, gate, analyst: Arc::new(analyst) }
    }

    impl Setting {
        fn ask(&self, number: u64) -> tokio::task::JoinHandle<Outcome> {
            let reference: PullRequestRef = format!("https://github.com/o/r/pull/{number}").parse().unwrap();
            let mount = self.repositories.find(&reference, &Caller::Anonymous, None).unwrap();
            let analyst = self.analyst.clone();
            tokio::spawn(async move { analyst.analyze(mount, reference).await })
        }

        /// Returns once so many wait for the only analysis that runs.
        async fn joined(&self, count: usize) {
            loop {
                assert!(self.gate.asked() <= 1, "a second analysis of the same head");
                let waiting = self.analyst.flights().values().map(Flight::others).sum::<usize>();
                if waiting == count && self.gate.asked() == 1 {
                    return;
                }
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn whoever_asks_for_the_same_head_gets_the_same_analysis() {
        let setting = setting(4, 100);
        let asked: Vec<_> = (0..20).map(|_| setting.ask(7)).collect();
        setting.joined(20).await;
        setting.gate.open();
        let mut bodies = Vec::new();
        for asked in asked {
            bodies.push(asked.await.unwrap().unwrap());
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        assert_eq!(setting.gate.asked(), 1);
        // Nothing is remembered of it.
        setting.ask(7).await.unwrap().unwrap();
        assert_eq!(setting.gate.asked(), 2);
    }

    #[tokio::test]
    async fn beyond_the_queue_an_analysis_is_refused_and_one_that_runs_is_still_joined() {
        let setting = setting(1, 0);
        let first = setting.ask(7);
        setting.joined(1).await;
        assert_eq!(setting.ask(8).await.unwrap().unwrap_err().code(), Code::Overloaded);
        let second = setting.ask(7);
        setting.joined(2).await;
        setting.gate.open();
        assert_eq!(first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
        assert!(setting.ask(8).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn an_analysis_goes_on_when_whoever_asked_goes() {
        let setting = setting(1, 0);
        let first = setting.ask(7);
        setting.joined(1).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        let second = setting.ask(7);
        setting.joined(1).await;
        setting.gate.open();
        assert!(second.await.unwrap().is_ok());
        assert_eq!(setting.gate.asked(), 1);
    }
}
