//! How results come to JavaScript's thread: many at a time, by one call, and without the client's thread ever waiting.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axiomo::background::{self, Listener};
use axiomo::{Analysis, Error};
use napi::bindgen_prelude::{Function, ToNapiValue, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, sys};
use napi_derive::napi;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tracing::Instrument;
use tracing::level_filters::LevelFilter;

use crate::options::level;

/// Brings results to one thread of JavaScript's. Everything under way ends with it.
#[napi]
pub struct Bridge {
    pub(crate) shared: Arc<Shared>,
    bell: Arc<Bell>,
}

type Bell = ThreadsafeFunction<(), Unknown<'static>, Vec<Arrival>, napi::Status, false, true>;

/// What threads of the client and JavaScript's thread both have of a bridge.
pub(crate) struct Shared {
    queue: Mutex<Vec<Arrival>>,
    /// The calls under way, by their numbers.
    tasks: Mutex<HashMap<u32, AbortHandle>>,
    /// Who waits for a key of JavaScript's, by the number of the question.
    keys: Mutex<HashMap<u32, oneshot::Sender<Result<String, String>>>>,
    asked: AtomicU32,
    bell: OnceLock<Arc<Bell>>,
    pub(crate) listener: Arc<Listener>,
}

/// What comes to JavaScript: what it is, the number of the call or of whoever is asked, two numbers, and texts.
pub struct Arrival {
    kind: Kind,
    number: u32,
    numbers: [u32; 2],
    texts: [Option<String>; 5],
}

/// As `source/native.ts` numbers them.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// An analysis: the typed Signal, the text as it was received, how it was obtained, its id, its address.
    Analysis = 0,
    /// An error, and what caused it.
    Failed = 1,
    /// The call was broken off, which is a defect.
    Broken = 2,
    /// An item of a batch that repeats another: its place, and that of the other.
    Repeated = 3,
    /// The end of a batch.
    Ended = 4,
    /// A batch wants its next item.
    Feed = 5,
    /// A client wants a key: the client's number, and that of the question.
    Key = 6,
    /// There are events.
    Events = 7,
}

impl Kind {
    /// Whether a call ends with it.
    fn is_end(self) -> bool {
        !matches!(self, Self::Feed | Self::Key | Self::Events)
    }
}

impl Arrival {
    pub(crate) fn new(kind: Kind, number: u32) -> Self {
        Self { kind, number, numbers: [0; 2], texts: [const { None }; 5] }
    }

    pub(crate) fn with(mut self, numbers: [u32; 2]) -> Self {
        self.numbers = numbers;
        self
    }

    pub(crate) fn of(number: u32, outcome: Result<Analysis, Error>) -> Self {
        match outcome {
            Ok(analysis) => Self {
                texts: [
                    Some(json_text(&analysis.signal)),
                    Some(analysis.raw),
                    Some(json_text(&analysis.meta)),
                    analysis.signal_id,
                    analysis.signal_url,
                ],
                ..Self::new(Kind::Analysis, number)
            },
            Err(error) => {
                let causes = serde_json::to_string(&causes(&error)).ok();
                Self { texts: [Some(json_text(&error)), causes, None, None, None], ..Self::new(Kind::Failed, number) }
            }
        }
    }
}

/// The text of what always is JSON.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| Value::Null.to_string())
}

/// An error where there is no call that it ends: in its wire form, with its causes.
pub(crate) fn failure(error: &Error) -> String {
    json!({"error": error, "causes": causes(error)}).to_string()
}

fn causes(error: &Error) -> Vec<String> {
    let first = std::error::Error::source(error);
    std::iter::successors(first, |error| error.source()).map(ToString::to_string).collect()
}

impl ToNapiValue for Arrival {
    unsafe fn to_napi_value(env: sys::napi_env, arrival: Self) -> napi::Result<sys::napi_value> {
        let Self { kind, number, numbers: [first, second], texts: [one, two, three, four, five] } = arrival;
        let values = (kind as u32, number, first, second, one, two, three, four, five);
        // SAFETY: whoever calls this has the environment.
        unsafe { ToNapiValue::to_napi_value(env, values) }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// From any thread.
    pub(crate) fn add(&self, arrival: Arrival) {
        let is_first = {
            let mut queue = locked(&self.queue);
            queue.push(arrival);
            queue.len() == 1
        };
        if let Some(bell) = self.bell.get().filter(|_| is_first) {
            // It fails when JavaScript's thread has ended, and then nobody waits.
            bell.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn take(&self) -> Vec<Arrival> {
        let arrivals = std::mem::take(&mut *locked(&self.queue));
        let mut tasks = locked(&self.tasks);
        for ended in arrivals.iter().filter(|arrival| arrival.kind.is_end()) {
            tasks.remove(&ended.number);
        }
        arrivals
    }

    /// Ends everything under way.
    fn end(&self) {
        self.listener.end();
        for task in locked(&self.tasks).drain() {
            task.1.abort();
        }
    }

    /// Asks a client's function for a key.
    pub(crate) async fn key(&self, client: u32) -> Result<String, String> {
        let question = self.asked.fetch_add(1, Ordering::Relaxed);
        let (give, given) = oneshot::channel();
        locked(&self.keys).insert(question, give);
        self.add(Arrival::new(Kind::Key, client).with([question, 0]));
        given.await.unwrap_or_else(|_| Err("nobody answered".to_owned()))
    }
}

/// Tells that a call is over, whatever becomes of the task that makes it.
struct Teller {
    shared: Arc<Shared>,
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
        self.shared.add(arrival);
    }
}

#[napi]
impl Bridge {
    /// `settle` is called with what came, in the order in which it came. Until something is begun, it does not keep the
    /// program from ending.
    #[napi(constructor)]
    pub fn new(env: Env, settle: Function<'_, Vec<Arrival>, Unknown<'static>>) -> napi::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            tasks: Mutex::default(),
            keys: Mutex::default(),
            asked: AtomicU32::new(0),
            bell: OnceLock::new(),
            listener: Listener::of_a_part(),
        });
        // It lives no longer than what it refers to.
        let taking = Arc::downgrade(&shared);
        let bell = settle.build_threadsafe_function::<()>().callee_handled::<false>().weak::<true>();
        let bell =
            bell.build_callback(move |_| Ok(taking.upgrade().map(|shared| shared.take()).unwrap_or_default()))?;
        let bell = Arc::new(bell);
        let _ = shared.bell.set(Arc::clone(&bell));
        // Some engines end a thread without freeing what it has.
        let ending = Arc::downgrade(&shared);
        env.add_env_cleanup_hook(ending, |ending| {
            if let Some(shared) = ending.upgrade() {
                shared.end();
            }
        })?;
        let told = Arc::downgrade(&shared);
        shared.listener.on_event(move || {
            if let Some(shared) = told.upgrade() {
                shared.add(Arrival::new(Kind::Events, 0));
            }
        });
        Ok(Self { shared, bell })
    }

    /// Drops a call.
    #[napi]
    pub fn abort(&self, number: u32) {
        if let Some(task) = locked(&self.shared.tasks).remove(&number) {
            task.abort();
        }
    }

    /// Whether the program goes on as long as this waits for something.
    #[napi]
    pub fn keep(&self, env: Env, alive: bool) {
        let bell = self.bell.handle.get_raw();
        // SAFETY: this is JavaScript's thread, and the bell is there as long as this is.
        unsafe {
            if alive {
                sys::napi_ref_threadsafe_function(env.raw(), bell);
            } else {
                sys::napi_unref_threadsafe_function(env.raw(), bell);
            }
        }
    }

    /// Answers a question for a key, by its number: with the key, or with what kept it.
    #[napi]
    pub fn give_key(&self, question: u32, key: Option<String>, problem: Option<String>) {
        if let Some(give) = locked(&self.shared.keys).remove(&question) {
            // It fails when the call is over, which does not need it any more.
            let _ = give.send(key.ok_or_else(|| problem.unwrap_or_default()));
        }
    }

    /// From which level on events are wanted: `error`, `warn`, `info`, `debug`, `trace`; null for none.
    #[napi]
    pub fn want(&self, least: Option<String>) {
        self.shared.listener.want(least.as_deref().map_or(LevelFilter::OFF, level));
    }

    /// The events since they were last taken: a list in JSON.
    #[napi]
    pub fn events(&self) -> String {
        let mut events: Vec<Value> = Vec::new();
        for told in self.shared.listener.take() {
            let mut members = serde_json::Map::new();
            for (name, value) in &told.fields {
                members.insert((*name).to_owned(), serde_json::to_value(value).unwrap_or_default());
            }
            let level = told.level.as_str().to_ascii_lowercase();
            events.push(json!({"client": told.owner, "level": level, "event": told.name, "fields": members}));
        }
        let left_out = self.shared.listener.take_left_out();
        if left_out > 0 {
            let members = json!({"count": left_out});
            events.push(json!({"client": 0, "level": "warn", "event": "events_left_out", "fields": members}));
        }
        Value::Array(events).to_string()
    }
}

impl Bridge {
    /// Makes a call on behalf of a client, by its number.
    pub(crate) fn begin(&self, number: u32, client: u32, call: impl Future<Output = Arrival> + Send + 'static) {
        let shared = Arc::clone(&self.shared);
        let runtime = match background::handle() {
            Ok(runtime) => runtime,
            Err(error) => return shared.add(Arrival::of(number, Err(error))),
        };
        let teller = Teller { shared, number, arrival: None };
        let call = async move { teller.tell(call.await) };
        let owner = NonZeroU32::new(client).unwrap_or(NonZeroU32::MIN);
        // What came of it is not taken before, since this is the thread that takes it.
        let task = runtime.spawn(call.instrument(self.shared.listener.owner(owner)));
        locked(&self.shared.tasks).insert(number, task.abort_handle());
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.shared.end();
    }
}
