#![allow(clippy::disallowed_methods, reason = "a virtual clock begins at a real moment")]

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::link::Link;
use crate::clock::{FAR, Purpose};
use crate::response::WaitReason;

/// A clock that stands still until it is moved. Clones share one time.
#[derive(Clone)]
pub struct VirtualClock {
    began: Instant,
    state: Arc<Mutex<State>>,
}

/// One wait of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// When it began, from the clock's beginning.
    pub began: Duration,
    /// How long it was to be.
    pub length: Duration,
    /// What it was for.
    pub reason: WaitReason,
}

#[derive(Default)]
struct State {
    passed: Duration,
    /// By the moment they are due at, and the order in which they were set.
    timers: BTreeMap<(Duration, u64), Timer>,
    set: u64,
    waits: Vec<Wait>,
    skip_waits: bool,
    /// Who waits for a timer to be set.
    watchers: Vec<Waker>,
    /// How much of what the clients do is neither waiting nor done.
    at_work: usize,
    /// How many have something that was given to them, and are about to ask for more.
    held: usize,
    /// Calls and batches that were begun so far.
    begun: u64,
    /// Results of calls, items of batches and ends of batches that were given so far.
    given: u64,
    /// Requests that are sent and not answered, in the order in which they were.
    on_the_wire: BTreeMap<u64, Request>,
    /// To whoever conducts this clock.
    link: Option<Link>,
    /// Whether whoever conducted it is gone: nothing is waited for any more.
    is_over: bool,
}

struct Timer {
    purpose: Purpose,
    waker: Option<Waker>,
}

/// Something that was given, by how many calls and batches had begun by then.
#[derive(Debug)]
pub(super) struct Hold(u64);

/// What a client and the service both know a request by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) idempotency_key: Option<String>,
}

/// What a client does when nothing of it works: everything that may set it to work again.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Rest<'s> {
    /// The last order that was heard.
    pub(super) heard: u64,
    pub(super) begun: u64,
    pub(super) given: u64,
    pub(super) timers: Vec<Due>,
    pub(super) on_the_wire: Vec<&'s Request>,
    /// Those that were begun since this was last told.
    pub(super) waits: Vec<Wait>,
}

/// A timer, by the nanoseconds from the clock's beginning to when it ends.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Due {
    due_ns: u64,
    /// What is waited for; none for a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// 2026-01-01T00:00:00Z, when a virtual clock begins.
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl VirtualClock {
    /// A clock that stands at 2026-01-01T00:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self { began: Instant::now(), state: Arc::default() }
    }

    /// Whether a wait ends at once and moves the clock on by its length; time limits are left alone.
    /// Off at first. Meant for calls that come one after another.
    pub fn skip_waits(&self, skip: bool) {
        self.state().skip_waits = skip;
    }

    /// Lets time pass, up to ten years in all; whatever is due by then goes on.
    pub fn advance(&self, length: Duration) {
        let mut state = self.state();
        state.passed = state.passed.saturating_add(length).min(FAR);
        let passed = state.passed;
        let due = state.timers.iter_mut().take_while(|((due, _), _)| *due <= passed);
        let wakers: Vec<Waker> = due.filter_map(|(_, timer)| timer.waker.take()).collect();
        // Whoever is woken may ask for the time, or drop a timer.
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// How much time has passed since the clock was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.state().passed
    }

    /// Every wait that was begun so far, in order.
    #[must_use]
    pub fn waits(&self) -> Vec<Wait> {
        self.state().waits.clone()
    }

    /// Returns the next wait to end, as soon as there is one: its reason, and what is left of it from now on.
    pub async fn next_wait(&self) -> Wait {
        self.next(|began, length, purpose| match purpose {
            Purpose::Wait(reason) => Some(Wait { began, length, reason }),
            Purpose::Limit => None,
        })
        .await
    }

    /// Returns the time left to the next limit of a call or an attempt, as soon as there is one.
    pub async fn next_limit(&self) -> Duration {
        self.next(|_, length, purpose| (purpose == Purpose::Limit).then_some(length)).await
    }

    /// The first timer that is accepted, by the time that has passed, what is left to it, and its purpose. One that
    /// is due already only waits for its owner to notice.
    async fn next<T>(&self, accept: impl Fn(Duration, Duration, Purpose) -> Option<T>) -> T {
        poll_fn(|context| {
            let mut state = self.state();
            let timers = state.timers.iter().filter(|((due, _), _)| *due > state.passed);
            let mut accepted = timers
                .filter_map(|((due, _), timer)| accept(state.passed, due.saturating_sub(state.passed), timer.purpose));
            if let Some(found) = accepted.next() {
                return Poll::Ready(found);
            }
            drop(accepted);
            state.watchers.push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// How long it is until the next of all timers, those of time limits included; none when
    /// nobody sleeps. One that is due already only waits for its owner to notice.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        let state = self.state();
        let next = state.timers.keys().find(|(due, _)| *due > state.passed);
        next.map(|(due, _)| due.saturating_sub(state.passed))
    }

    /// Returns when so much time has passed.
    pub async fn sleep(&self, length: Duration) {
        self.sleep_until(crate::clock::after(self.now(), length), Purpose::Limit).await;
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.began + self.state().passed
    }

    pub(crate) fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + BEGINNING + self.state().passed
    }

    pub(crate) fn sleep_until(&self, at: Instant, purpose: Purpose) -> impl Future<Output = ()> + use<> {
        let due = at.saturating_duration_since(self.began);
        let clock = self.clone();
        async move {
            let Some(mut timer) = clock.set(due, purpose) else { return };
            poll_fn(|context| timer.poll(context.waker())).await;
        }
    }

    /// Sets a timer, unless it is due already or a wait to be skipped.
    fn set(&self, due: Duration, purpose: Purpose) -> Option<SetTimer> {
        let mut state = self.state();
        if let Purpose::Wait(reason) = purpose {
            let length = due.saturating_sub(state.passed);
            let began = state.passed;
            state.waits.push(Wait { began, length, reason });
            if state.skip_waits {
                drop(state);
                self.advance(length);
                return None;
            }
        }
        if state.is_over {
            state.passed = state.passed.max(due);
        }
        if due <= state.passed {
            return None;
        }
        state.set += 1;
        let key = (due, state.set);
        state.timers.insert(key, Timer { purpose, waker: None });
        let watchers = std::mem::take(&mut state.watchers);
        drop(state);
        watchers.into_iter().for_each(Waker::wake);
        Some(SetTimer { clock: self.clone(), key })
    }

    /// A call, or a batch, begins. Whoever begins it does not ask for more of anything before it has gone on.
    pub(crate) fn begin(&self) {
        let mut state = self.state();
        state.begun += 1;
        state.held = 0;
    }

    /// Somebody was given something, and is about to ask for more.
    pub(super) fn hold(&self) -> Hold {
        let mut state = self.state();
        state.held += 1;
        Hold(state.begun)
    }

    /// He asks for more, or never will.
    pub(super) fn release(&self, Hold(begun): Hold) {
        let mut state = self.state();
        if begun == state.begun {
            state.held = state.held.saturating_sub(1);
            state.report();
        }
    }

    /// Somebody is given a result of a call, an item of a batch, or its end.
    pub(super) fn give(&self) {
        self.state().given += 1;
    }

    /// Something works, until as much is [`Self::rest`].
    pub(super) fn work(&self) {
        self.state().at_work += 1;
    }

    pub(super) fn rest(&self) {
        let mut state = self.state();
        state.at_work -= 1;
        state.report();
    }

    /// A request is sent, and answered or given up once the result is dropped.
    pub(crate) fn send(&self, request: Request) -> OnTheWire {
        let mut state = self.state();
        state.set += 1;
        let number = state.set;
        state.on_the_wire.insert(number, request);
        OnTheWire { clock: self.clone(), number }
    }

    /// From now on, whoever is at the link's other end says when time passes.
    pub(super) fn conduct(&self, link: Link) {
        self.state().link = Some(link);
    }

    /// Lets time pass until so much has, as it was ordered.
    pub(super) fn obey(&self, order: u64, passed: Duration) {
        // Whoever is woken is counted before this is over, so that nothing is told in between.
        self.work();
        self.advance(passed.saturating_sub(self.elapsed()));
        if let Some(link) = &mut self.state().link {
            link.heard = order;
        }
        self.rest();
    }

    /// Nobody will say any more when time passes, and nothing may wait for ever.
    pub(super) fn end(&self) {
        self.state().is_over = true;
        self.advance(FAR);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Tells whoever conducts the clock that nothing works, if so.
    fn report(&mut self) {
        let Some(link) = self.link.as_mut().filter(|_| self.at_work == 0 && self.held == 0) else { return };
        let waiting = self.timers.iter().filter(|((due, _), _)| *due > self.passed);
        link.tell(&Rest {
            heard: link.heard,
            begun: self.begun,
            given: self.given,
            timers: waiting.map(|((due, _), timer)| Due::of(*due, timer.purpose)).collect(),
            on_the_wire: self.on_the_wire.values().collect(),
            waits: self.waits.get(link.told_waits..).unwrap_or_default().to_vec(),
        });
        link.told_waits = self.waits.len();
    }
}

impl Due {
    fn of(due: Duration, purpose: Purpose) -> Self {
        let reason = match purpose {
            Purpose::Wait(reason) => Some(reason.as_str()),
            Purpose::Limit => None,
        };
        Self { due_ns: nanoseconds(due), reason }
    }
}

impl Serialize for Wait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = serializer.serialize_struct("Wait", 3)?;
        written.serialize_field("began_ns", &nanoseconds(self.began))?;
        written.serialize_field("length_ns", &nanoseconds(self.length))?;
        written.serialize_field("reason", self.reason.as_str())?;
        written.end()
    }
}

fn nanoseconds(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("VirtualClock").field("elapsed", &self.elapsed()).finish_non_exhaustive()
    }
}

/// A timer in the clock's list, which leaves the list when it is dropped.
struct SetTimer {
    clock: VirtualClock,
    key: (Duration, u64),
}

impl SetTimer {
    fn poll(&mut self, waker: &Waker) -> Poll<()> {
        let mut state = self.clock.state();
        if self.key.0 <= state.passed {
            return Poll::Ready(());
        }
        if let Some(timer) = state.timers.get_mut(&self.key) {
            timer.waker = Some(waker.clone());
        }
        Poll::Pending
    }
}

impl Drop for SetTimer {
    fn drop(&mut self) {
        self.clock.state().timers.remove(&self.key);
    }
}

/// A request that is on its way, or being answered.
pub(crate) struct OnTheWire {
    clock: VirtualClock,
    number: u64,
}

impl Drop for OnTheWire {
    fn drop(&mut self) {
        self.clock.state().on_the_wire.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Wake};

    use super::*;

    /// Asks the clock for the time when it is woken, as a program may that goes on at once.
    struct Asking(VirtualClock, Mutex<Vec<Duration>>);

    impl Wake for Asking {
        fn wake(self: Arc<Self>) {
            let now = self.0.elapsed();
            self.1.lock().unwrap().push(now);
        }
    }

    #[test]
    fn whoever_is_woken_may_use_the_clock() {
        let clock = VirtualClock::new();
        let asking = Arc::new(Asking(clock.clone(), Mutex::default()));
        let waker = Waker::from(Arc::clone(&asking));
        let mut context = Context::from_waker(&waker);
        let second = Duration::from_secs(1);
        let mut watching = pin!(clock.next_wait());
        assert!(watching.as_mut().poll(&mut context).is_pending());
        let mut sleep = pin!(clock.sleep_until(clock.now() + second, Purpose::Wait(WaitReason::Backoff)));
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        assert!(watching.poll(&mut context).is_ready());
        clock.advance(second);
        assert!(sleep.poll(&mut context).is_ready());
        assert_eq!(*asking.1.lock().unwrap(), [Duration::ZERO, second]);
    }

    #[test]
    fn all_the_time_there_is_may_pass() {
        let clock = VirtualClock::new();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), clock.began + FAR);
        assert!(clock.time_of_day() > SystemTime::UNIX_EPOCH + BEGINNING);
    }
}
