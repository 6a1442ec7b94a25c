//! One process among those that share a quota through a store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::Pacing;
use super::ledger::HOLD;
use super::store::{HEARTBEAT, Joining, Lease, News, SETTLE, Standing, Store, StoreError, Take, Taken};
use crate::clock::{Clock, Purpose, after};

/// What a process has to do with the store.
#[derive(Debug)]
pub(super) struct Fleet {
    store: Arc<dyn Store>,
    clock: Clock,
    state: Mutex<State>,
    /// One thing is asked or told after the other.
    line: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// How many units there were.
    units: u64,
    /// Those of the last window, and when the request of each left.
    recent: VecDeque<(u64, Instant)>,
    /// What the store was not told yet.
    news: VecDeque<News>,
    standing: Standing,
    /// The limit, as this process knew it last.
    limit: u64,
    /// How many processes there are, as far as is known.
    members: u64,
    /// When a lost store was found again.
    found_at: Option<Instant>,
    /// None while the store gives answers.
    lost: Option<Share>,
    losses: u64,
    /// Who tells that this process is there.
    heartbeat: Option<AbortHandle>,
    is_telling: bool,
    is_serving: bool,
}

/// What came of asking for a unit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    Lease(Lease),
    /// None yet: it is worth asking again then, and there is none before the other moment.
    Wait {
        again: Instant,
        not_before: Instant,
        is_penalty: bool,
    },
    /// The store is lost.
    Alone,
}

/// What a process may take for itself while the store is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// Among how many processes the limit is divided; 0 where the store was never heard of.
    pub(super) members: u64,
    /// When the store is asked again.
    pub(super) ask_again_at: Instant,
    /// How many times it was lost.
    pub(super) loss: u64,
}

/// What this process knows, for the store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) limit: u64,
    pub(super) pacing: Pacing,
    pub(super) pause: Duration,
}

/// Units that come free unforeseen, and the end of pauses, are noticed so late at most.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// A lost store is asked again so often.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// What leaves so shortly after its unit was given need not be told.
const AT_ONCE: Duration = Duration::from_millis(5);

impl Fleet {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { store, clock, state: Mutex::default(), line: tokio::sync::Mutex::default() }
    }

    /// How the quota stood when the store was last heard of.
    pub(super) fn standing(&self) -> Standing {
        self.state().standing
    }

    /// What keeps the quota.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Says whose quota it is; gives whether that was not said before.
    pub(super) fn serve(&self, fingerprint: &str) -> bool {
        let is_first = !std::mem::replace(&mut self.state().is_serving, true);
        if is_first {
            self.store.of_user(fingerprint);
        }
        is_first
    }

    /// What this process may take for itself; none while the store gives answers.
    pub(super) fn share(&self) -> Option<Share> {
        self.state().lost
    }

    /// Notes a unit that is taken without the store.
    pub(super) fn take_alone(&self, now: Instant) -> u64 {
        let mut state = self.state();
        let unit = state.number();
        state.remember(unit, now);
        unit
    }

    /// Asks for a unit.
    pub(super) async fn take(self: &Arc<Self>, known: Known, chance: f64) -> Asked {
        self.keep_heartbeat();
        let _line = self.line.lock().await;
        {
            let mut state = self.state();
            state.limit = known.limit;
            // Somebody else has found out in the meantime.
            if state.lost.is_some_and(|share| share.ask_again_at > self.clock.now()) {
                return Asked::Alone;
            }
        }
        // One that is given and not fetched is given back.
        let mut fetching = Fetching { fleet: self, unit: None };
        match self.ask(known, chance, &mut fetching).await {
            Ok(asked) => asked,
            Err(error) => {
                self.lose(&error);
                Asked::Alone
            }
        }
    }

    async fn ask(&self, known: Known, chance: f64, fetching: &mut Fetching<'_>) -> Result<Asked, StoreError> {
        if self.state().lost.is_some() {
            self.join(known).await?;
        }
        self.tell_all().await?;
        loop {
            let unit = self.state().number();
            fetching.unit = Some(unit);
            let (taken, standing) =
                self.store.take(Take { unit, limit: known.limit, pacing: known.pacing, chance }).await?;
            fetching.unit = None;
            let now = self.clock.now();
            self.state().heard_of(standing, now);
            match taken {
                Taken::Lease(lease) => {
                    self.state().remember(unit, now);
                    return Ok(Asked::Lease(lease));
                }
                Taken::Wait { at, not_before, is_penalty } => {
                    let again = after(now, at.min(LONGEST_SLEEP));
                    return Ok(Asked::Wait { again, not_before: after(now, not_before), is_penalty });
                }
                Taken::Unknown => self.join(known).await?,
            }
        }
    }

    async fn join(&self, known: Known) -> Result<(), StoreError> {
        let now = self.clock.now();
        let joining = {
            let mut state = self.state();
            state.forget(now);
            let units = state.recent.iter().map(|(unit, left)| (*unit, now.saturating_duration_since(*left)));
            let (units, was_lost) = (units.collect(), state.lost.is_some());
            Joining { limit: known.limit, pause: known.pause, was_lost, units }
        };
        let standing = self.store.join(joining).await?;
        self.state().heard_of(standing, self.clock.now());
        Ok(())
    }

    /// Tells what was not told yet.
    async fn tell_all(&self) -> Result<(), StoreError> {
        loop {
            let Some(news) = self.state().news.front().copied() else { return Ok(()) };
            let standing = self.store.tell(news).await?;
            let mut state = self.state();
            state.news.pop_front();
            state.heard_of(standing, self.clock.now());
        }
    }

    /// Tells the store what became of a unit, as soon as it can be told.
    pub(super) fn tell(self: &Arc<Self>, news: News) {
        {
            let mut state = self.state();
            if let News::Unsent(lease) = news {
                state.recent.retain(|(unit, _)| *unit != lease.unit);
            }
            // Whoever comes back tells of his units in another way.
            if state.lost.is_some() {
                return;
            }
            state.news.push_back(news);
            if state.is_telling || Handle::try_current().is_err() {
                return;
            }
            state.is_telling = true;
        }
        let fleet = Arc::clone(self);
        tokio::spawn(async move {
            let _line = fleet.line.lock().await;
            fleet.state().is_telling = false;
            if let Err(error) = fleet.tell_all().await {
                fleet.lose(&error);
            }
        });
    }

    /// A unit's request leaves.
    pub(super) fn sent(self: &Arc<Self>, lease: Lease, given: Instant, now: Instant) {
        self.left(lease.unit, now);
        let left_after = now.saturating_duration_since(given);
        if left_after > AT_ONCE {
            self.tell(News::Sent(lease, left_after));
        }
    }

    /// The request of a unit that was taken without the store leaves.
    pub(super) fn left(&self, unit: u64, now: Instant) {
        if let Some((_, at)) = self.state().recent.iter_mut().rev().find(|(number, _)| *number == unit) {
            *at = now;
        }
    }

    /// It surely never left.
    pub(super) fn give_back(&self, unit: u64) {
        self.state().recent.retain(|(number, _)| *number != unit);
    }

    /// The store gave no answer.
    fn lose(&self, error: &StoreError) {
        let ask_again_at = after(self.clock.now(), ASK_AGAIN);
        let mut state = self.state();
        if state.lost.is_none() {
            state.losses += 1;
            tracing::warn!(target: "axiomo", members = state.members, error = error.0, "rate_limit_store_lost");
        }
        state.news.clear();
        state.lost = Some(Share { members: state.members, ask_again_at, loss: state.losses });
    }

    /// Sees to it that the store hears of this process as long as it is there.
    fn keep_heartbeat(self: &Arc<Self>) {
        let mut state = self.state();
        if state.heartbeat.as_ref().is_some_and(|task| !task.is_finished()) || Handle::try_current().is_err() {
            return;
        }
        let (fleet, clock) = (Arc::downgrade(self), self.clock.clone());
        let task = tokio::spawn(async move {
            loop {
                clock.sleep_until(after(clock.now(), HEARTBEAT), Purpose::Limit).await;
                let Some(fleet) = fleet.upgrade() else { return };
                let _line = fleet.line.lock().await;
                if let Err(error) = fleet.beat().await {
                    fleet.lose(&error);
                }
            }
        });
        state.heartbeat = Some(task.abort_handle());
    }

    async fn beat(&self) -> Result<(), StoreError> {
        self.tell_all().await?;
        let limit = self.state().limit;
        self.join(Known { limit, pacing: Pacing::Off, pause: Duration::ZERO }).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Some(task) = self.state().heartbeat.take() {
            task.abort();
        }
    }
}

impl State {
    /// The number of one more unit.
    fn number(&mut self) -> u64 {
        self.units += 1;
        self.units
    }

    fn remember(&mut self, unit: u64, now: Instant) {
        self.forget(now);
        self.recent.push_back((unit, now));
    }

    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|(_, left)| *left + HOLD <= now) {
            self.recent.pop_front();
        }
    }

    fn heard_of(&mut self, standing: Standing, now: Instant) {
        self.standing = standing;
        if self.lost.take().is_some() {
            self.found_at = Some(now);
            tracing::warn!(target: "axiomo", "rate_limit_store_found");
        }
        // The others need some time to find it as well.
        let is_settled = self.found_at.is_none_or(|found_at| now >= found_at + SETTLE);
        self.members = if is_settled { standing.members } else { self.members.max(standing.members) };
    }
}

/// A unit that is asked for.
struct Fetching<'f> {
    fleet: &'f Arc<Fleet>,
    unit: Option<u64>,
}

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        if let Some(unit) = self.unit {
            let lease = Lease { unit, probe: None, spacing: Duration::ZERO, given: Duration::ZERO };
            self.fleet.tell(News::Unsent(lease));
        }
    }
}

#[cfg(test)]
mod tests;
