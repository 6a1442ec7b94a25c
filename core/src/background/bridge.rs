//! Clients of languages to which results come as messages: calls are begun by number, and what comes of them is taken
//! many at a time, whenever a bell rings.
//!
//! Values come and go as JSON, which every language reads quicker than objects could be made from here. Nothing that can
//! go wrong with a call is a panic or an error of a function: it arrives, as everything does.

mod arrival;
mod batch;
mod client;
mod clock;
mod limiter;
mod settings;

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tracing::Instrument;
use tracing::level_filters::LevelFilter;

use super::{Listener, handle};

pub use arrival::{Arrival, Kind, extra_of, failure, read_analysis};
pub use batch::BridgedBatch;
pub use client::BridgedClient;
pub use clock::{advance_clock, clock_waits};
pub use limiter::{limiter_snapshot, new_limiter, redis_limiter, shared_limiter};
pub use settings::Language;

/// Between the thread on which calls run and one part of a program in another language, such as a thread of it.
/// Everything under way ends with it.
pub struct Bridge {
    language: Language,
    queue: Mutex<Vec<Arrival>>,
    /// The calls under way, by their numbers.
    tasks: Mutex<HashMap<u32, AbortHandle>>,
    /// Who waits for a key of the other language's, by the number of the question.
    keys: Mutex<HashMap<u32, oneshot::Sender<Result<String, String>>>>,
    asked: AtomicU32,
    bell: OnceLock<Box<dyn Fn() + Send + Sync>>,
    listener: Arc<Listener>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bridge {
    /// To a program in this language.
    #[must_use]
    pub fn new(language: Language) -> Arc<Self> {
        let bridge = Arc::new(Self {
            language,
            queue: Mutex::default(),
            tasks: Mutex::default(),
            keys: Mutex::default(),
            asked: AtomicU32::new(0),
            bell: OnceLock::new(),
            listener: Listener::of_a_part(),
        });
        let told = Arc::downgrade(&bridge);
        bridge.listener.on_event(move || {
            if let Some(bridge) = told.upgrade() {
                bridge.add(Arrival::new(Kind::Events, 0));
            }
        });
        bridge
    }

    /// What is called, by any thread, when there is something to [`take`](Self::take) again. Set once.
    pub fn on_arrival(&self, ring: impl Fn() + Send + Sync + 'static) {
        let _ = self.bell.set(Box::new(ring));
    }

    /// What came since it was last asked, in the order in which it came.
    pub fn take(&self) -> Vec<Arrival> {
        let arrivals = std::mem::take(&mut *locked(&self.queue));
        let mut tasks = locked(&self.tasks);
        for ended in arrivals.iter().filter(|arrival| arrival.kind.is_end()) {
            tasks.remove(&ended.number);
        }
        arrivals
    }

    /// Drops a call: its request is ended, and nothing comes of it any more but, where it had just come, a result.
    pub fn abort(&self, number: u32) {
        if let Some(task) = locked(&self.tasks).remove(&number) {
            task.abort();
        }
    }

    /// Answers a question for a key, by its number: with the key, or with what kept it.
    pub fn give_key(&self, question: u32, key: Result<String, String>) {
        if let Some(give) = locked(&self.keys).remove(&question) {
            // It fails when the call is over, which does not need it any more.
            let _ = give.send(key);
        }
    }

    /// From which level on events are wanted: `error`, `warn`, `info`, `debug`, `trace`, which any other text stands for;
    /// none, as at first, for nothing.
    pub fn want(&self, least: Option<&str>) {
        let level = |name: &str| name.parse().unwrap_or(LevelFilter::TRACE);
        self.listener.want(least.map_or(LevelFilter::OFF, level));
    }

    /// The events since they were last taken: a list in JSON, of whose call each tells, its level, name and fields. What
    /// is of no call comes over every bridge, and has a number by which it is known again.
    #[must_use]
    pub fn events(&self) -> String {
        let mut events: Vec<Value> = Vec::new();
        for told in self.listener.take() {
            let mut members = serde_json::Map::new();
            for (name, value) in &told.fields {
                members.insert((*name).to_owned(), serde_json::to_value(value).unwrap_or_default());
            }
            let level = told.level.as_str().to_ascii_lowercase();
            let (client, number) = (told.owner, told.number);
            events.push(
                json!({"client": client, "number": number, "level": level, "event": told.name, "fields": members}),
            );
        }
        let left_out = self.listener.take_left_out();
        if left_out > 0 {
            let members = json!({"count": left_out});
            events.push(json!({"client": 0, "level": "warn", "event": "events_left_out", "fields": members}));
        }
        Value::Array(events).to_string()
    }

    /// Ends everything under way.
    pub fn end(&self) {
        self.listener.end();
        for task in locked(&self.tasks).drain() {
            task.1.abort();
        }
    }

    fn add(&self, arrival: Arrival) {
        let is_first = {
            let mut queue = locked(&self.queue);
            queue.push(arrival);
            queue.len() == 1
        };
        if let Some(ring) = self.bell.get().filter(|_| is_first) {
            ring();
        }
    }

    /// Asks a client's function for a key.
    async fn key(&self, client: u32) -> Result<String, String> {
        let question = self.asked.fetch_add(1, Ordering::Relaxed);
        let (give, given) = oneshot::channel();
        locked(&self.keys).insert(question, give);
        self.add(Arrival::new(Kind::Key, client).with([question, 0]));
        given.await.unwrap_or_else(|_| Err("nobody answered".to_owned()))
    }

    /// Makes a call on behalf of a client, by its number.
    fn begin(self: &Arc<Self>, number: u32, client: u32, call: impl Future<Output = Arrival> + Send + 'static) {
        let bridge = Arc::clone(self);
        let runtime = match handle() {
            Ok(runtime) => runtime,
            Err(error) => return bridge.add(Arrival::of(number, Err(error), bridge.language)),
        };
        let teller = Teller { bridge, number, arrival: None };
        let call = async move { teller.tell(call.await) };
        let owner = NonZeroU32::new(client).unwrap_or(NonZeroU32::MIN);
        // Held until the handle is in its place: whoever takes the call's end takes the handle away with it.
        let mut tasks = locked(&self.tasks);
        let task = runtime.spawn(call.instrument(self.listener.owner(owner)));
        tasks.insert(number, task.abort_handle());
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Bridge").field("language", &self.language).finish_non_exhaustive()
    }
}

/// Tells that a call is over, whatever becomes of the task that makes it.
struct Teller {
    bridge: Arc<Bridge>,
    number: u32,
    arrival: Option<Arrival>,
}

impl Teller {
    fn tell(mut self, arrival: Arrival) {
        self.arrival = Some(arrival);
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        let arrival = self.arrival.take().unwrap_or_else(|| Arrival::new(Kind::Broken, self.number));
        self.bridge.add(arrival);
    }
}
