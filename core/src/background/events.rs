//! What clients tell while they work, kept until the other language takes it.
//!
//! The thread on which calls run never waits for whoever takes events: what does not fit into a bounded buffer is left
//! out, and counted.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Span, Subscriber};
use tracing_core::span::Current;

const TARGET: &str = "axiomo";
/// The name of the spans that say whose events are told within them, and of their one field.
const OWNER: &str = "owner";

/// The most events that wait in one buffer to be taken.
const MOST: usize = 2048;

/// One event, with what it tells by name. In JSON its fields are beside its name and level.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whose call it tells of, as [`Listener::owner`] was told; 0 if it is of no call, which everybody is told.
    pub owner: u32,
    /// Which of the events of no call it is, from 1, so that whoever has several listeners knows it again; 0 for others.
    pub number: u64,
    /// How important it is.
    pub level: Level,
    /// What happened, such as `retry`.
    pub name: String,
    /// The rest, in order.
    pub fields: Vec<(&'static str, Value)>,
}

/// What one field of an event is.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number that is never negative.
    Unsigned(u64),
    /// A number.
    Signed(i64),
    /// A number that need not be whole.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A text.
    Text(String),
}

/// Whoever takes events: the whole program, or one of the parts of it that know nothing of each other.
pub struct Listener {
    /// 0 for whoever takes the events of calls that belong to no other.
    number: u32,
    buffer: Mutex<Vec<Told>>,
    waiting: AtomicUsize,
    left_out: AtomicUsize,
    wanted: RwLock<LevelFilter>,
    bell: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

type Listeners = HashMap<u32, Arc<Listener>>;

static LISTENERS: OnceLock<RwLock<Listeners>> = OnceLock::new();

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listeners() -> RwLockReadGuard<'static, Listeners> {
    LISTENERS.get_or_init(RwLock::default).read().unwrap_or_else(PoisonError::into_inner)
}

impl Listener {
    /// The one that takes what belongs to no other.
    #[must_use]
    pub fn whole_program() -> Arc<Self> {
        static WHOLE: OnceLock<Arc<Listener>> = OnceLock::new();
        Arc::clone(WHOLE.get_or_init(|| Self::register(0)))
    }

    /// One that takes events of its own calls alone, for as long as it is kept; see [`owner`](Self::owner).
    #[must_use]
    pub fn of_a_part() -> Arc<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        Self::register(u32::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(u32::MAX))
    }

    fn register(number: u32) -> Arc<Self> {
        let listener = Arc::new(Self {
            number,
            buffer: Mutex::default(),
            waiting: AtomicUsize::new(0),
            left_out: AtomicUsize::new(0),
            wanted: RwLock::new(LevelFilter::OFF),
            bell: OnceLock::new(),
        });
        let mut listeners = LISTENERS.get_or_init(RwLock::default).write().unwrap_or_else(PoisonError::into_inner);
        listeners.insert(number, Arc::clone(&listener));
        drop(listeners);
        listener
    }

    /// Ends it: it is told nothing any more.
    pub fn end(&self) {
        let mut listeners = LISTENERS.get_or_init(RwLock::default).write().unwrap_or_else(PoisonError::into_inner);
        listeners.remove(&self.number);
    }

    /// From which level on events are wanted. At first none are.
    pub fn want(&self, level: LevelFilter) {
        static SUBSCRIBED: Once = Once::new();
        let mut wanted = self.wanted.write().unwrap_or_else(PoisonError::into_inner);
        if *wanted == level {
            return;
        }
        *wanted = level;
        drop(wanted);
        if level != LevelFilter::OFF {
            SUBSCRIBED.call_once(|| {
                // The subscriber of this library alone, in which no other part of the process has a share.
                let _ = tracing::subscriber::set_global_default(Buffering);
            });
        }
    }

    fn wants(&self, level: Level) -> bool {
        *self.wanted.read().unwrap_or_else(PoisonError::into_inner) >= level
    }

    /// What is called when there is something to take again, by the thread on which calls run. Set once.
    pub fn on_event(&self, ring: impl Fn() + Send + Sync + 'static) {
        let _ = self.bell.set(Box::new(ring));
    }

    /// A span within which events are told to this listener, as those of an owner by its number.
    #[must_use]
    pub fn owner(&self, number: NonZeroU32) -> Span {
        let owner = (u64::from(self.number) << 32) | u64::from(number.get());
        tracing::error_span!(target: TARGET, "owner", owner)
    }

    /// What was told since it was last asked.
    #[must_use]
    pub fn take(&self) -> Vec<Told> {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let mut buffer = locked(&self.buffer);
        self.waiting.store(0, Ordering::Release);
        std::mem::take(&mut *buffer)
    }

    /// How many events were left out since it was last asked, since nobody took those before them.
    pub fn take_left_out(&self) -> usize {
        self.left_out.swap(0, Ordering::Relaxed)
    }

    fn tell(&self, told: Told) {
        let mut buffer = locked(&self.buffer);
        if buffer.len() == MOST {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        buffer.push(told);
        let waiting = buffer.len();
        self.waiting.store(waiting, Ordering::Release);
        drop(buffer);
        if let Some(ring) = self.bell.get().filter(|_| waiting == 1) {
            ring();
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Listener").field("number", &self.number).finish_non_exhaustive()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(formatter),
            Self::Signed(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
            Self::Bool(value) => value.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

thread_local! {
    /// The span that this thread is in: its number is the owner's.
    static WITHIN: Cell<u64> = const { Cell::new(0) };
}

/// What those spans are.
static SPAN: OnceLock<&'static Metadata<'static>> = OnceLock::new();

/// Puts the client's own events into the buffers of whoever listens.
struct Buffering;

/// Where an owner without a span of its own has its place; an id must not be 0.
const NOBODY: u64 = u64::MAX;

impl Subscriber for Buffering {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == TARGET { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        if metadata.target() != TARGET {
            return false;
        }
        let within = WITHIN.get();
        metadata.is_span() || !listening(within, *metadata.level()).is_empty()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let _ = SPAN.set(span.metadata());
        let mut owner = Owner(NOBODY);
        span.record(&mut owner);
        Id::from_u64(owner.0)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let within = WITHIN.get();
        let owner = u32::try_from(within & u64::from(u32::MAX)).unwrap_or_default();
        let number = if owner == 0 { NEXT.fetch_add(1, Ordering::Relaxed) } else { 0 };
        let level = *event.metadata().level();
        let mut told = Told { owner, number, level, name: String::new(), fields: Vec::new() };
        event.record(&mut told);
        for listener in listening(within, told.level) {
            listener.tell(told.clone());
        }
    }

    fn enter(&self, span: &Id) {
        // No call is made within another: spans of one thread do not lie within each other.
        WITHIN.set(Some(span.into_u64()).filter(|id| *id != NOBODY).unwrap_or_default());
    }

    fn exit(&self, _: &Id) {
        WITHIN.set(0);
    }

    fn current_span(&self) -> Current {
        match (WITHIN.get(), SPAN.get()) {
            (within @ 1.., Some(metadata)) => Current::new(Id::from_u64(within), metadata),
            _ => Current::none(),
        }
    }
}

/// Who is told what happens within a span: everybody, where it is of no call.
fn listening(within: u64, level: Level) -> Vec<Arc<Listener>> {
    let number = u32::try_from(within >> 32).unwrap_or_default();
    let listeners = listeners();
    let all = listeners.values().filter(|_| number == 0);
    let wants = |listener: &&Arc<Listener>| listener.wants(level);
    listeners.get(&number).filter(|_| number != 0).into_iter().chain(all).filter(wants).cloned().collect()
}

struct Owner(u64);

impl Visit for Owner {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == OWNER {
            self.0 = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl Visit for Told {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.push((field.name(), Value::Unsigned(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.push((field.name(), Value::Signed(value)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.push((field.name(), Value::Float(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.push((field.name(), Value::Bool(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), Value::Text(value.to_owned())));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.name = text;
        } else {
            self.fields.push((field.name(), Value::Text(text)));
        }
    }
}
