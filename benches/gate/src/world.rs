//! One run, in virtual time, by one thread.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use axiomo::testing::VirtualClock;
use futures::executor::{LocalPool, LocalSpawner};
use futures::task::LocalSpawnExt;
use serde::Serialize;

use crate::client::Client;
use crate::scenario::{BEFORE, CALLERS, CALLS, CUT, Scenario, WINDOW};
use crate::service::Service;

/// What came of the calls of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Run {
    /// Until the last call ended, in seconds.
    pub(crate) finish_s: f64,
    /// Answers with status 429.
    pub(crate) refused: u64,
    /// Calls that ended without an analysis.
    pub(crate) failed: u64,
    /// Requests that were sent.
    pub(crate) attempts: u64,
    /// The longest that a call took from when a caller took it up until its last attempt left, in seconds.
    pub(crate) longest_wait_s: f64,
    /// How much of what the stranger asked for the service gave him until then, in percent; none without one.
    pub(crate) stranger_percent: Option<f64>,
}

struct World {
    service: Service,
    done: Cell<usize>,
    failed: Cell<u64>,
    longest_wait: Cell<Duration>,
    finish: Cell<Duration>,
    /// What the stranger asked for, and what he got.
    stranger: Cell<(u32, u32)>,
}

/// What a process has when it starts.
pub(crate) struct Start<'w> {
    pub(crate) clock: &'w VirtualClock,
    /// What its chance is drawn from.
    pub(crate) seed: u64,
}

/// Makes the calls of a scenario, each process with a client of its own.
pub(crate) fn run<C: Client>(scenario: &Scenario, seed: u64, start: impl Fn(&Start<'_>) -> C) -> Run {
    let mut pool = LocalPool::new();
    let clock = VirtualClock::new();
    let world = Rc::new(World {
        service: Service::new(clock.clone(), seed),
        done: Cell::default(),
        failed: Cell::default(),
        longest_wait: Cell::default(),
        finish: Cell::default(),
        stranger: Cell::default(),
    });
    let spawner = pool.spawner();
    world.begin_rest(scenario, &spawner);
    for process in 0..scenario.processes {
        let seed = seed * scenario.processes as u64 + process as u64;
        let client = Rc::new(start(&Start { clock: &clock, seed }));
        let left = Rc::new(RefCell::new(0..CALLS / scenario.processes));
        for _ in 0..CALLERS / scenario.processes {
            spawn(&spawner, Rc::clone(&world).caller(Rc::clone(&client), Rc::clone(&left)));
        }
    }
    loop {
        pool.run_until_stalled();
        if world.done.get() == CALLS {
            break;
        }
        // Without a timer, nothing happens any more.
        let Some(length) = clock.next_due() else { break };
        clock.advance(length);
    }
    world.outcome()
}

fn spawn(spawner: &LocalSpawner, task: impl Future<Output = ()> + 'static) {
    // Fails only where the pool is gone, which ends with the run.
    let _ = spawner.spawn_local(task);
}

impl World {
    /// What happens besides the calls.
    fn begin_rest(self: &Rc<Self>, scenario: &Scenario, spawner: &LocalSpawner) {
        let before = self.service.draw(&BEFORE);
        for _ in 0..scenario.spent {
            self.service.spend(before);
        }
        if scenario.stranger > 0 {
            let longest = WINDOW * 2 / scenario.stranger;
            spawn(spawner, Rc::clone(self).stranger(longest));
        }
        if let Some(limit) = scenario.cut_to {
            spawn(spawner, Rc::clone(self).cut(limit));
        }
    }

    /// Takes up one call after the other, as long as some are left.
    async fn caller<C: Client>(self: Rc<Self>, client: Rc<C>, left: Rc<RefCell<Range<usize>>>) {
        loop {
            if left.borrow_mut().next().is_none() {
                return;
            }
            let call = self.service.take_up();
            let is_answered = client.call(&call).await;
            self.done.set(self.done.get() + 1);
            self.failed.set(self.failed.get() + u64::from(!is_answered));
            self.longest_wait.set(self.longest_wait.get().max(call.waited()));
            self.finish.set(self.service.clock.elapsed());
        }
    }

    async fn stranger(self: Rc<Self>, longest: Duration) {
        loop {
            self.service.clock.sleep(self.service.draw(&(Duration::from_nanos(1)..longest))).await;
            let (asked, got) = self.stranger.get();
            self.stranger.set((asked + 1, got + u32::from(self.service.spend(Duration::ZERO))));
        }
    }

    async fn cut(self: Rc<Self>, limit: u32) {
        self.service.clock.sleep(self.service.draw(&CUT)).await;
        self.service.cut_to(limit);
    }

    fn outcome(&self) -> Run {
        // Nothing that is still waiting when nothing happens any more is ever answered.
        let stuck = (CALLS - self.done.get()) as u64;
        let (asked, got) = self.stranger.get();
        Run {
            finish_s: self.finish.get().as_secs_f64(),
            refused: self.service.refused(),
            failed: self.failed.get() + stuck,
            attempts: self.service.attempts(),
            longest_wait_s: self.longest_wait.get().as_secs_f64(),
            stranger_percent: (asked > 0).then(|| f64::from(got) / f64::from(asked) * 100.0),
        }
    }
}
