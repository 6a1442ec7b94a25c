//! How a scenario goes on: nothing is asked of anybody before all have done what they can, and time passes no
//! further than it has to.

use std::time::Duration;

use axiomo_mock_server::Conductor;
use axiomo_mock_server::journal::{Entry, Event};

use super::{Client, Run};
use crate::clock::within;
use crate::problem::{Kind, Problem};
use crate::scenario::{Awaited, What};

/// How long the ends of connections may take, in real time, once there is nothing to hold them up: nobody tells the
/// conductor of them.
pub(super) const LONGEST_END: Duration = Duration::from_secs(15);

impl Run<'_> {
    /// Returns once nothing can happen before time passes: every call has begun, all are at rest, and the driver has
    /// told of everything that the clients gave. In real time, at once.
    pub(super) async fn settle(&self) -> Result<(), Problem> {
        let Some(conductor) = &self.setting.conductor else { return Ok(()) };
        let Some(mut changes) = self.changes() else { return Ok(()) };
        let made = u64::try_from(self.calls.len()).unwrap_or(u64::MAX);
        loop {
            changes.mark_unchanged();
            let (_, rejected) = self.given()?;
            if conductor.begun() + rejected < made {
                tokio::select! {
                    () = conductor.until(|conductor| conductor.begun() + rejected >= made) => {}
                    _ = changes.changed() => {}
                }
                continue;
            }
            conductor.step(Duration::ZERO).await.map_err(Problem::server)?;
            let (given, _) = self.given()?;
            if given >= conductor.given() {
                return Ok(());
            }
            // It fails when the driver is gone, which the next look tells.
            let _ = changes.changed().await;
        }
    }

    /// Lets time pass until a call has ended.
    pub(super) async fn end(&self, call: &str) -> Result<(), Problem> {
        let has_ended = || self.outcome(call).map(|outcome| outcome.is_some());
        self.until(has_ended, || format!("the end of {call}")).await
    }

    /// Lets time pass until something is so.
    pub(super) async fn reach(&self, awaited: &Awaited) -> Result<(), Problem> {
        let Awaited { what, count, reason, of } = awaited;
        if *what == What::Closed {
            self.settle().await?;
            // What has not ended by then waits for time to pass.
            let _ = within(LONGEST_END, self.closed(*count)).await;
        }
        let is_reached = || Ok(self.count(*what, reason.as_deref(), of.as_deref())? >= *count);
        let described = || {
            let seen = self.count(*what, reason.as_deref(), of.as_deref()).unwrap_or_default();
            format!("{count} × {what:?} ({seen} seen)").to_lowercase()
        };
        self.until(is_reached, described).await
    }

    /// Returns once so many connections have ended, if no time has to pass for that.
    async fn closed(&self, count: usize) {
        let is_closed = |entry: &Entry| matches!(entry.event, Event::Closed { .. });
        // It fails when the journal is full, which whoever looks into it is told.
        let _ = self.setting.server.await_journal(is_closed, count).await;
    }

    /// Lets so much time pass.
    pub(super) async fn advance(&self, length: Duration) -> Result<(), Problem> {
        let Some(conductor) = &self.setting.conductor else { return Ok(()) };
        let end = conductor.elapsed() + length;
        loop {
            self.settle().await?;
            let left = end.saturating_sub(conductor.elapsed());
            if conductor.step(left).await.map_err(Problem::server)?.is_none() {
                conductor.advance(left).await.map_err(Problem::server)?;
                return self.settle().await;
            }
        }
    }

    async fn until(
        &self,
        mut is_so: impl FnMut() -> Result<bool, Problem>,
        described: impl Fn() -> String,
    ) -> Result<(), Problem> {
        let Some(conductor) = &self.setting.conductor else { return self.until_in_real_time(is_so).await };
        loop {
            self.settle().await?;
            if is_so()? {
                return Ok(());
            }
            if conductor.step(Duration::MAX).await.map_err(Problem::server)?.is_none() {
                let message = format!("{}: nothing more can happen", described());
                return Err(Problem::new(Kind::Unreached, message));
            }
        }
    }

    /// Whatever happens shows in the journal, or in what the driver says.
    async fn until_in_real_time(&self, mut is_so: impl FnMut() -> Result<bool, Problem>) -> Result<(), Problem> {
        let Some(mut changes) = self.changes() else { return Ok(()) };
        loop {
            changes.mark_unchanged();
            let entries = self.journal()?.len();
            if is_so()? {
                return Ok(());
            }
            tokio::select! {
                _ = changes.changed() => {}
                _ = self.setting.server.await_journal(|_| true, entries + 1) => {}
            }
        }
    }

    /// How much there is of something.
    fn count(&self, what: What, reason: Option<&str>, of: Option<&str>) -> Result<usize, Problem> {
        let in_journal =
            |is_meant: fn(&Event) -> bool| Ok(self.journal()?.iter().filter(|entry| is_meant(&entry.event)).count());
        let conducted = |count: fn(&Conductor, Option<&str>) -> usize| {
            self.setting.conductor.as_ref().map_or(0, |conductor| count(conductor, reason))
        };
        match what {
            What::Request => in_journal(|event| matches!(event, Event::Request(_))),
            What::Answer => in_journal(|event| matches!(event, Event::Answer(_))),
            What::Closed => in_journal(|event| matches!(event, Event::Closed { .. })),
            What::Parked => Ok(conducted(|conductor, _| conductor.held())),
            What::Wait => Ok(conducted(|conductor, reason| {
                let waits = conductor.waits();
                waits.iter().filter(|wait| reason.is_none_or(|reason| wait.reason == reason)).count()
            })),
            What::Item => {
                let call = of.unwrap_or_default();
                match self.clients.get(&self.client_of(call)?) {
                    Some(Client::Open(session) | Client::Closed(session)) => Ok(session.items(call)?),
                    _ => Ok(0),
                }
            }
        }
    }

    pub(super) fn journal(&self) -> Result<Vec<Entry>, Problem> {
        self.setting.server.journal().map_err(Problem::server)
    }

    /// What the clients gave so far, and how many calls were not begun.
    fn given(&self) -> Result<(u64, u64), Problem> {
        let mut sum = (0, 0);
        for client in self.clients.values() {
            if let Client::Open(session) | Client::Closed(session) = client {
                let (given, rejected) = session.given()?;
                sum = (sum.0 + given, sum.1 + rejected);
            }
        }
        Ok(sum)
    }

    /// Tells whenever the driver says something; none without a client. All of a scenario's clients are of one
    /// process.
    fn changes(&self) -> Option<tokio::sync::watch::Receiver<u64>> {
        self.clients.values().find_map(|client| match client {
            Client::Open(session) | Client::Closed(session) => Some(session.changes()),
            Client::Refused(_) => None,
        })
    }
}
