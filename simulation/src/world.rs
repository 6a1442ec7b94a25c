//! One seed, run in virtual time by one thread.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{Pacing, Priority, RateLimitReading};
use fastrand::Rng;
use futures::channel::oneshot;
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::{Either, select};
use futures::task::LocalSpawnExt;
use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::event::{Event, What};
use crate::pacer::{Holder, Leave, Maker, Pacer, Status};
use crate::scenario::Scenario;
use crate::server::Server;

/// Callers, network and service of one seed.
struct World<M: Maker> {
    scenario: Scenario,
    maker: M,
    clock: VirtualClock,
    random: RefCell<Rng>,
    server: Server,
    gates: RefCell<BTreeMap<usize, M::Gate>>,
    events: RefCell<Vec<Event>>,
    /// How the gates stood last.
    standings: RefCell<BTreeMap<usize, Status>>,
    calls: Cell<u64>,
    spawner: LocalSpawner,
}

/// A call under way, and how far it is.
struct Call {
    number: u64,
    gate: usize,
    stage: Cell<Stage>,
}

#[derive(Clone, Copy)]
enum Stage {
    InQueue,
    Granted,
    Departed,
    Over,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
}

/// A caller gives up on an answer after this long.
const TIMEOUT: Duration = Duration::from_secs(55);

/// Runs a scenario; gives all that happened.
pub(crate) fn run<M: Maker + 'static>(scenario: &Scenario, maker: M) -> Vec<Event> {
    let mut pool = LocalPool::new();
    let world = Rc::new(World {
        scenario: scenario.clone(),
        maker,
        clock: VirtualClock::new(),
        random: RefCell::new(Rng::with_seed(!scenario.seed)),
        server: Server::new(scenario),
        gates: RefCell::default(),
        events: RefCell::default(),
        standings: RefCell::default(),
        calls: Cell::new(0),
        spawner: pool.spawner(),
    });
    world.begin();
    loop {
        pool.run_until_stalled();
        world.note_standings();
        // Without a timer, nothing happens any more.
        let Some(length) = world.clock.next_due() else { break };
        if world.clock.elapsed() + length > scenario.end() {
            break;
        }
        world.clock.advance(length);
    }
    world.events.take()
}

impl<M: Maker + 'static> World<M> {
    fn begin(self: &Rc<Self>) {
        for number in 0..self.scenario.callers {
            self.spawn(Rc::clone(self).caller(number));
        }
        for _ in 0..self.scenario.spent {
            self.server.arrive(Duration::ZERO);
            self.note(0, 0, What::SpentBefore);
        }
        if self.scenario.strangers > 0 {
            self.spawn(Rc::clone(self).strangers());
        }
        if let Some((limit, span)) = self.scenario.other_limit.clone() {
            self.spawn(Rc::clone(self).change_limit(limit, span));
        }
        self.spawn(Rc::clone(self).tell_of_deaths());
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        // The pool outlives the world.
        let _ = self.spawner.spawn_local(task);
    }

    fn note(&self, gate: usize, call: u64, what: What) {
        self.events.borrow_mut().push(Event { at: self.clock.elapsed(), gate, call, what });
    }

    fn draw(&self, range: &Range<Duration>) -> Duration {
        let range = nanoseconds(range.start)..nanoseconds(range.end);
        Duration::from_nanos(if range.is_empty() { range.start } else { self.random.borrow_mut().u64(range) })
    }

    /// Whether it happens, with so many thousandths.
    fn happens(&self, thousandths: u32) -> bool {
        self.random.borrow_mut().u32(..1000) < thousandths
    }

    async fn strangers(self: Rc<Self>) {
        let longest = crate::scenario::WINDOW * 2 / self.scenario.strangers;
        loop {
            self.clock.sleep(self.draw(&(Duration::from_nanos(1)..longest))).await;
            let is_admitted = self.server.arrive(self.clock.elapsed()).admission.is_admitted;
            self.note(0, 0, What::StrangerTook { is_admitted });
        }
    }

    async fn change_limit(self: Rc<Self>, limit: u32, span: Range<Duration>) {
        for (at, limit) in [(span.start, limit), (span.end, self.scenario.limit)] {
            self.sleep_until(at).await;
            self.server.set_limit(limit);
            self.note(0, 0, What::LimitIs(limit));
        }
    }

    async fn tell_of_deaths(self: Rc<Self>) {
        let mut moments: Vec<_> = self.scenario.deaths.iter().map(|(_, at)| (*at, What::ProcessDied)).collect();
        moments.push((self.scenario.clock_steps_at(), What::ClockStepped));
        moments.sort_by_key(|(at, _)| *at);
        for (at, what) in moments {
            self.sleep_until(at).await;
            self.note(0, 0, what);
        }
    }

    async fn sleep_until(&self, at: Duration) {
        self.clock.sleep(at.saturating_sub(self.clock.elapsed())).await;
    }

    /// Notes how the gates stand that somebody waits at, where that is new or there is a unit for him.
    fn note_standings(&self) {
        for (number, gate) in self.gates.borrow().iter() {
            let status = gate.status();
            let has_unit = self.scenario.pacing == Pacing::Off || status.own + status.others < status.limit;
            let before = self.standings.borrow_mut().insert(*number, status);
            let is_new = before != Some(status);
            let is_other_limit = before.is_some_and(|before| before.limit != status.limit);
            if is_other_limit || status.waiting > 0 && (is_new || has_unit && !status.is_paused) {
                self.note(*number, 0, What::Stands(status));
            }
        }
    }

    fn gate(&self, process: usize) -> (usize, M::Gate) {
        let now = self.clock.elapsed();
        let deaths = self.scenario.deaths.iter().filter(|(who, at)| *who == process && *at <= now).count();
        let key = self.random.borrow_mut().usize(..self.scenario.keys);
        let number = self.maker.number(Holder { process, deaths, key, is_shared: self.scenario.is_shared });
        let mut gates = self.gates.borrow_mut();
        let gate = gates.entry(number).or_insert_with(|| {
            let seed = self.random.borrow_mut().u64(..);
            self.maker.open(&self.clock, self.scenario.assumed_limit, self.scenario.pacing, seed)
        });
        (number, gate.clone())
    }

    /// Calls one after the other.
    async fn caller(self: Rc<Self>, number: usize) {
        let process = number % self.scenario.processes;
        let mut chance = Rng::with_seed(self.scenario.seed.wrapping_add(number as u64));
        let priority = if chance.u32(..1000) < self.scenario.batch { Priority::Batch } else { Priority::Single };
        loop {
            let pause = self.draw(&self.scenario.pause);
            if !self.scenario.pause.end.is_zero() {
                self.clock.sleep(pause).await;
            }
            let (gate_number, gate) = self.gate(process);
            self.calls.set(self.calls.get() + 1);
            let call = Call { number: self.calls.get(), gate: gate_number, stage: Cell::new(Stage::InQueue) };
            let given_up = self.given_up(process);
            let is_over = {
                let attempt = pin!(Rc::clone(&self).attempt(&call, gate, priority));
                matches!(select(attempt, pin!(self.sleep_until(given_up))).await, Either::Left(_))
            };
            if !is_over {
                match call.stage.get() {
                    Stage::InQueue => self.note(call.gate, call.number, What::CancelledInQueue),
                    Stage::Granted => self.note(call.gate, call.number, What::CancelledBeforeDeparture),
                    Stage::Departed => self.note(call.gate, call.number, What::CancelledInFlight),
                    Stage::Over => {}
                }
            }
        }
    }

    /// When a call ends that has not ended by itself: its caller has enough, or its process dies.
    fn given_up(&self, process: usize) -> Duration {
        let now = self.clock.elapsed();
        let enough = if self.happens(self.scenario.cancelled) {
            now + self.draw(&(Duration::ZERO..self.scenario.cancelled_within))
        } else {
            self.scenario.end() * 2
        };
        let mut deaths = self.scenario.deaths.iter().filter(|(who, at)| *who == process && *at > now);
        deaths.next().map_or(enough, |(_, death)| enough.min(*death))
    }

    async fn attempt(self: Rc<Self>, call: &Call, gate: M::Gate, priority: Priority) {
        let patience = self.draw(&self.scenario.patience);
        self.note(call.gate, call.number, What::Asked(priority, self.clock.elapsed() + patience));
        let Some(mut leave) = gate.acquire(priority, self.clock.now() + patience).await else {
            call.stage.set(Stage::Over);
            self.note(call.gate, call.number, What::TooLong);
            // Whoever is refused does not ask again at once.
            self.clock.sleep(self.draw(&(Duration::from_secs(5)..Duration::from_secs(20)))).await;
            return;
        };
        call.stage.set(Stage::Granted);
        self.note(call.gate, call.number, What::Granted);
        if self.happens(self.scenario.connecting) {
            self.clock.sleep(self.draw(&self.scenario.connect)).await;
        }
        if self.happens(self.scenario.unsent) {
            call.stage.set(Stage::Over);
            leave.unsent();
            self.note(call.gate, call.number, What::Unsent);
            return;
        }
        if !leave.sent() {
            call.stage.set(Stage::Over);
            drop(leave);
            self.note(call.gate, call.number, What::Withdrawn);
            return;
        }
        call.stage.set(Stage::Departed);
        self.note(call.gate, call.number, What::Departed);
        let (sender, receiver) = oneshot::channel();
        self.spawn(Rc::clone(&self).exchange(call.gate, call.number, sender));
        let answered = {
            let timeout = pin!(self.clock.sleep(TIMEOUT));
            match select(receiver, timeout).await {
                Either::Left((answer, _)) => answer.ok(),
                Either::Right(_) => None,
            }
        };
        call.stage.set(Stage::Over);
        let Some(Answer { status, headers }) = answered else {
            drop(leave);
            self.note(call.gate, call.number, What::Lost);
            return;
        };
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        leave.complete(status, RateLimitReading::of(&headers));
        let retry_after = retry_after.map(Duration::from_secs);
        self.note(call.gate, call.number, What::Answered { status, retry_after });
    }

    /// What becomes of a request, whoever still waits for its answer.
    async fn exchange(self: Rc<Self>, gate: usize, call: u64, sender: oneshot::Sender<Answer>) {
        let scenario = &self.scenario;
        self.clock.sleep(self.draw(&scenario.leg)).await;
        let answer = if self.happens(scenario.gateway) {
            self.note(gate, call, What::StoppedAtGateway);
            Answer { status: 429, headers: HeaderMap::new() }
        } else if self.happens(scenario.cached) {
            self.note(gate, call, What::AnsweredByCache);
            let age = self.random.borrow_mut().u32(1..600);
            Answer { status: 200, headers: self.server.cached(age, self.clock.elapsed()) }
        } else if self.happens(scenario.unauthorized) {
            Answer { status: 401, headers: self.server.unauthorized(self.clock.elapsed()) }
        } else {
            self.serve(gate, call).await
        };
        if self.happens(scenario.lost) {
            return futures::future::pending().await;
        }
        self.clock.sleep(self.draw(&scenario.leg)).await;
        let _ = sender.send(answer);
    }

    async fn serve(&self, gate: usize, call: u64) -> Answer {
        let arrival = self.server.arrive(self.clock.elapsed());
        let is_admitted = arrival.admission.is_admitted;
        self.note(gate, call, What::Arrived { is_admitted });
        let now = self.clock.elapsed();
        let status = match (&self.scenario.storm, is_admitted) {
            (_, false) => 429,
            (Some(storm), true) if storm.contains(&now) => 503,
            _ => 200,
        };
        let work = if is_admitted { self.scenario.work.clone() } else { Duration::ZERO..Duration::from_millis(5) };
        self.clock.sleep(self.draw(&work)).await;
        Answer { status, headers: self.server.answer(&arrival, status, self.clock.elapsed()) }
    }
}

fn nanoseconds(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}
