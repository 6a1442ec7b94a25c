//! One time for a server and its clients, which passes only when none of them has anything left to do.
//!
//! A client's clock is at the other end of a connection to the conductor, and says whenever nothing in the client
//! works: what it waits for, and which requests are on their way. Time passes on when that is so for all of them,
//! and what they have on their way is what the server holds and does nothing about: neither bytes under way nor
//! threads that have not run yet are mistaken for rest.

mod link;

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::{ManualClock, sleep_on_the_machine};
use crate::exchange::{Exchanges, UnderWay};
use crate::key::random_letters;
use link::{Link, Rest};

/// Lets time pass for a server and the clients whose clocks it conducts. Clones conduct the same.
#[derive(Debug, Clone)]
pub struct Conductor(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: ManualClock,
    exchanges: Exchanges,
    address: String,
    links: Mutex<Vec<Arc<Link>>>,
    waits: Mutex<Vec<ConductedWait>>,
    /// Goes up whenever a client says something.
    told: watch::Sender<u64>,
    order: Mutex<u64>,
    /// Only one at a time says when time passes.
    turn: tokio::sync::Mutex<()>,
}

/// A wait that a client began.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ConductedWait {
    /// When it began, in nanoseconds since the clock's beginning.
    pub began_ns: u64,
    /// How long it was to be, in nanoseconds.
    pub length_ns: u64,
    /// What it was for: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`.
    pub reason: String,
}

/// Time cannot pass.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConductorError {
    /// The server keeps the machine's time.
    #[error("the server keeps the machine's time, which nobody can move; start it with a manual clock")]
    RealTime,
    /// The conductor cannot be reached.
    #[error("the conductor cannot listen: {0}")]
    Listen(io::Error),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Randomness(#[from] getrandom::Error),
    /// Something is still being done, and does not come to an end.
    #[error("no rest within {LONGEST_UNREST:?}: {0}")]
    Unrest(String),
}

/// When something happens next, if time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agenda {
    /// The first timer of all; none when all wait for something else.
    due: Option<Duration>,
}

/// The longest that anything may take, in real time, which is work and not waiting.
const LONGEST_UNREST: Duration = Duration::from_secs(20);

impl Conductor {
    pub(crate) async fn start(clock: ManualClock, exchanges: Exchanges) -> Result<Self, ConductorError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(ConductorError::Listen)?;
        let peer = listener.local_addr().map_err(ConductorError::Listen)?;
        let token = random_letters(32)?;
        let conductor = Self(Arc::new(Shared {
            clock,
            exchanges,
            address: format!("{peer}/{token}"),
            links: Mutex::default(),
            waits: Mutex::default(),
            told: watch::Sender::new(0),
            order: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }));
        tokio::spawn(link::accept(listener, token, Arc::downgrade(&conductor.0)));
        Ok(conductor)
    }

    /// What a client's clock is told, to be conducted by this: an address of this machine and a token.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// How much time has passed since the clock was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.clock.elapsed()
    }

    /// Every wait that the clients began so far, as far as they have come to rest since.
    #[must_use]
    pub fn waits(&self) -> Vec<ConductedWait> {
        self.0.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many calls and batches the clients have begun, as far as they have come to rest since.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.0.links().iter().map(|link| link.rest().begun).sum()
    }

    /// How many results of calls, items of batches and ends of batches the clients have given to whoever asked for
    /// them, as far as they have come to rest since. A call that was given up counts as well.
    #[must_use]
    pub fn given(&self) -> u64 {
        self.0.links().iter().map(|link| link.rest().given).sum()
    }

    /// How many requests, and connections before their first, the server holds and does nothing about.
    #[must_use]
    pub fn held(&self) -> usize {
        let UnderWay { parked, connections, .. } = self.0.exchanges.under_way(self.elapsed());
        parked.len() + connections
    }

    /// Returns once something holds, which is looked at whenever a client says something.
    pub async fn until(&self, mut holds: impl FnMut(&Self) -> bool) {
        let mut told = self.0.told.subscribe();
        while !holds(self) {
            // It fails when the conductor is gone, which this very borrow prevents.
            let _ = told.changed().await;
        }
    }

    /// Lets time pass up to the next moment at which something is due, if it comes within `most`; returns how long
    /// that was, or none when nothing is due by then and no time has passed. Either way all are at rest before, as
    /// they are with a `most` of zero.
    ///
    /// # Errors
    ///
    /// When something does not come to rest within 20 s of real time.
    pub async fn step(&self, most: Duration) -> Result<Option<Duration>, ConductorError> {
        let _turn = self.0.turn.lock().await;
        let now = self.elapsed();
        let due = self.rest().await?.due.filter(|due| *due <= now.saturating_add(most));
        let Some(due) = due else { return Ok(None) };
        self.pass_until(due).await?;
        Ok(Some(due.saturating_sub(now)))
    }

    /// Lets so much time pass, moment by moment: whatever is due on the way happens when it is due.
    ///
    /// # Errors
    ///
    /// When something does not come to rest within 20 s of real time.
    pub async fn advance(&self, length: Duration) -> Result<(), ConductorError> {
        let _turn = self.0.turn.lock().await;
        let end = self.elapsed().saturating_add(length);
        loop {
            let next = self.rest().await?.due.filter(|due| *due < end).unwrap_or(end);
            self.pass_until(next).await?;
            if next == end {
                // What is due then happens as well.
                self.rest().await?;
                return Ok(());
            }
        }
    }

    /// Lets time pass until a future is done, which is whatever a program does with conducted clients. What it
    /// sleeps for by other clocks takes its real time, and where nothing is due it is waited for what the program
    /// does next.
    ///
    /// # Errors
    ///
    /// When something does not come to rest within 20 s of real time.
    pub async fn run_until<F: Future>(&self, future: F) -> Result<F::Output, ConductorError> {
        let _turn = self.0.turn.lock().await;
        let woken = Arc::new(Woken::default());
        let mut future = pin!(future);
        loop {
            let mut passing = pin!(async {
                let due = self.next().await?;
                // Woken meanwhile, it has something to do before time passes.
                if woken.is_woken.load(Ordering::Acquire) { Ok(()) } else { self.pass_until(due).await }
            });
            let next = poll_fn(|context| {
                woken.outer(context.waker());
                let waker = Waker::from(Arc::clone(&woken));
                woken.is_woken.store(false, Ordering::Release);
                if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(Ok(Some(output)));
                }
                passing.as_mut().poll(context).map_ok(|()| None)
            });
            if let Some(output) = next.await? {
                return Ok(output);
            }
        }
    }

    /// When the next timer ends; returns once all are at rest and there is one.
    async fn next(&self) -> Result<Duration, ConductorError> {
        loop {
            let (mut changes, mut told) = (self.0.exchanges.changes(), self.0.told.subscribe());
            if let Some(due) = self.rest().await?.due {
                return Ok(due);
            }
            // Whoever is to do something next is not known here.
            tokio::select! {
                _ = changes.changed() => {}
                _ = told.changed() => {}
            }
        }
    }

    /// Returns once nothing has anything left to do but wait.
    pub(crate) async fn rest(&self) -> Result<Agenda, ConductorError> {
        let mut limit = pin!(sleep_on_the_machine(LONGEST_UNREST));
        loop {
            let mut told = self.0.told.subscribe();
            let mut changes = self.0.exchanges.changes();
            let version = *changes.borrow_and_update();
            // Whatever a client was told to do otherwise, it has begun when it hears this.
            let order = self.order();
            loop {
                match self.evaluate(order) {
                    // What the client said it waits for may be of before the change.
                    Ok(agenda) if *changes.borrow() == version => return Ok(agenda),
                    Ok(_) => break,
                    Err(unrest) => {
                        tokio::select! {
                            biased;
                            _ = told.changed() => {}
                            _ = changes.changed() => {}
                            () = &mut limit => return Err(ConductorError::Unrest(unrest)),
                        }
                    }
                }
            }
        }
    }

    /// Whether all are at rest who have heard an order; otherwise what is not.
    fn evaluate(&self, order: u64) -> Result<Agenda, String> {
        let now = self.elapsed();
        let UnderWay { working, mut parked, due, connections } = self.0.exchanges.under_way(now);
        let mut due = due;
        if working > 0 {
            return Err(format!("the server works on {working} requests"));
        }
        let mut held = connections;
        for link in &*self.0.links() {
            let rest = link.rest();
            if rest.heard < order {
                return Err("a client is at work".to_owned());
            }
            for request in &rest.on_the_wire {
                match parked.iter().position(|parked| parked == request) {
                    Some(place) => drop(parked.swap_remove(place)),
                    None if held > 0 => held -= 1,
                    None => return Err(format!("{request} is on its way, or its answer is")),
                }
            }
            let first = rest.timers.iter().map(|timer| Duration::from_nanos(timer.due_ns)).min();
            due = due.into_iter().chain(first).min();
        }
        match parked.first() {
            // Somebody else's request does not keep time from passing.
            Some(left) if !self.0.links().is_empty() => {
                Err(format!("{left} was given up, which the server has not seen yet"))
            }
            _ => Ok(Agenda { due }),
        }
    }

    /// Tells the clients what time it is.
    fn order(&self) -> u64 {
        let mut order = self.0.last_order();
        *order += 1;
        let now_ns = nanoseconds(self.elapsed());
        for link in &*self.0.links() {
            link.order(*order, now_ns);
        }
        *order
    }

    /// Lets time pass. What was due for the clients by then has happened when it happens for the server: an answer
    /// that was due leaves no earlier than the clients know what time it is.
    async fn pass_until(&self, moment: Duration) -> Result<(), ConductorError> {
        self.0.clock.show(moment);
        let order = self.order();
        let has_been_heard = self.until(|conductor| conductor.0.links().iter().all(|link| link.rest().heard >= order));
        tokio::select! {
            biased;
            () = has_been_heard => {}
            () = sleep_on_the_machine(LONGEST_UNREST) => {
                return Err(ConductorError::Unrest("a client is at work".to_owned()));
            }
        }
        self.0.clock.wake();
        Ok(())
    }
}

impl Shared {
    /// While it is held nobody gives another one, and no client enters.
    fn last_order(&self) -> MutexGuard<'_, u64> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn links(&self) -> MutexGuard<'_, Vec<Arc<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self, rest: Rest, link: &Link) {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).extend(rest.waits.iter().cloned());
        link.set(rest);
        self.told.send_modify(|told| *told += 1);
    }

    fn enter(&self, link: &Arc<Link>) {
        // Whoever waits until the last order was heard by all waits for this client as well.
        let order = self.last_order();
        self.links().push(Arc::clone(link));
        // By this the client knows that it is conducted.
        link.order(*order, nanoseconds(self.clock.elapsed()));
        drop(order);
        self.told.send_modify(|told| *told += 1);
    }

    fn leave(&self, link: &Arc<Link>) {
        self.links().retain(|other| !Arc::ptr_eq(other, link));
        self.told.send_modify(|told| *told += 1);
    }
}

fn nanoseconds(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

/// Knows whether a future was woken since it was last asked to go on.
#[derive(Debug, Default)]
struct Woken {
    is_woken: AtomicBool,
    outer: Mutex<Option<Waker>>,
}

impl Woken {
    fn outer(&self, waker: &Waker) {
        *self.outer.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        let outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(outer) = outer {
            outer.wake();
        }
    }
}
