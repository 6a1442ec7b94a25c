//! Many pull requests, as iterators of Python have them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use axiomo::background::{self, Feed};
use axiomo::{BatchOutcome, Client};
use futures_core::Stream;
use pyo3::exceptions::{PyRuntimeError, PyStopAsyncIteration, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyIterator, PyTuple, PyType, PyWeakrefMethods, PyWeakrefReference};
use tokio::runtime::Handle;

use crate::analysis::Analysis;
use crate::bridge::{Bridge, Outcome, PendingCall};
use crate::ending;
use crate::error::{exception, is_interrupt, raised};
use crate::events;
use crate::options::{count, length};
use crate::request::Prepared;
use crate::turns::{Turns, WithinItsOwn};
use crate::value::seconds;
use crate::wait::LOOK;

/// How a batch is to be done.
pub(crate) struct Shape {
    is_ordered: bool,
    concurrency: Option<usize>,
    deadline: Option<Duration>,
}

impl Shape {
    pub(crate) fn new(
        is_ordered: bool,
        concurrency: Option<&Bound<'_, PyAny>>,
        deadline: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let concurrency = count("concurrency", concurrency)?;
        Ok(Self { is_ordered, concurrency, deadline: length("deadline", deadline)? })
    }

    fn of<R>(&self, mut batch: axiomo::Batch<R>) -> axiomo::Batch<R> {
        if self.is_ordered {
            batch = batch.ordered();
        }
        if let Some(most) = self.concurrency {
            batch = batch.concurrency(most);
        }
        match self.deadline {
            Some(longest) => batch.deadline(longest),
            None => batch,
        }
    }
}

/// An item as it was given, and the request that it is.
#[derive(Clone)]
struct Given {
    input: Arc<Py<PyAny>>,
    request: Prepared,
}

impl Given {
    fn new(input: Bound<'_, PyAny>) -> Self {
        let request = Prepared::of(&input, None).unwrap_or_else(|_| {
            let found = input.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
            Prepared(Err(background::no_request(&found)))
        });
        Self { input: Arc::new(input.unbind()), request }
    }
}

impl TryFrom<Given> for axiomo::AnalyzeRequest {
    type Error = axiomo::Error;

    fn try_from(given: Given) -> Result<Self, axiomo::Error> {
        given.request.try_into()
    }
}

/// What a source of items raised, which ends it.
type Failure = Arc<Mutex<Option<PyErr>>>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many items there are, where the source says so.
fn known_length(items: &Bound<'_, PyAny>) -> Option<usize> {
    items.len().ok()
}

/// Items of an iterator of Python's.
struct Source {
    iterator: Py<PyIterator>,
    left: Option<usize>,
    failure: Failure,
}

impl Iterator for Source {
    type Item = Given;

    fn next(&mut self) -> Option<Given> {
        let next = Python::try_attach(|py| {
            let _within = ending::enter(py);
            match self.iterator.bind(py).clone().next()? {
                Ok(input) => Some(Given::new(input)),
                Err(error) => {
                    *locked(&self.failure) = Some(error);
                    // Whoever polls does not wait before it looks at the error.
                    thread::current().unpark();
                    None
                }
            }
        });
        self.left = self.left.map(|left| left.saturating_sub(1));
        next.flatten()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.unwrap_or(0), self.left)
    }
}

/// Results that came and were not taken yet.
type Unclaimed = Mutex<VecDeque<axiomo::BatchItem<Given>>>;

/// Analyses of many pull requests, as an iterator of their results.
#[pyclass(module = "axiomo", frozen, weakref)]
pub(crate) struct Batch {
    native: Mutex<axiomo::Batch<Given>>,
    turns: Turns,
    /// Those that came together with an interrupt.
    unclaimed: Unclaimed,
    progress: axiomo::BatchProgress,
    failure: Failure,
}

impl Batch {
    pub(crate) fn new(client: &Client, items: &Bound<'_, PyAny>, shape: &Shape) -> PyResult<Self> {
        let failure = Failure::default();
        let left = known_length(items);
        let source = Source { iterator: items.try_iter()?.unbind(), left, failure: Arc::clone(&failure) };
        let batch = shape.of(client.analyze_many(source));
        Ok(Self {
            progress: batch.progress(),
            native: Mutex::new(batch),
            turns: Turns::default(),
            unclaimed: Unclaimed::default(),
            failure,
        })
    }

    /// Polls it in this thread, where its items are made, and waits no longer than signals may.
    fn poll(&self, runtime: &Handle, waker: &Waker) -> Result<Poll<Option<axiomo::BatchItem<Given>>>, WithinItsOwn> {
        let Some(turn) = self.turns.take()? else { return Ok(Poll::Pending) };
        let mut batch = locked(&self.native);
        let within = runtime.enter();
        let polled = Pin::new(&mut *batch).poll_next(&mut Context::from_waker(waker));
        drop((within, batch, turn));
        if polled.is_pending() {
            thread::park_timeout(LOOK);
        }
        Ok(polled)
    }

    /// Raises what the source raised, if that does not wait for the results of the items before it.
    fn interrupted(&self, py: Python<'_>) -> PyResult<()> {
        locked(&self.failure).take_if(|error| is_interrupt(py, error)).map_or(Ok(()), Err)
    }
}

/// Wakes a thread that waits for a batch.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[pymethods]
impl Batch {
    /// How far it is.
    fn progress(&self) -> BatchProgress {
        BatchProgress::of(self.progress.snapshot())
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<BatchItem>> {
        let _within = ending::enter(py);
        events::look(py)?;
        let unclaimed = locked(&self.unclaimed).pop_front();
        if let Some(item) = unclaimed {
            return BatchItem::of(py, item).map(Some);
        }
        let runtime = background::handle().map_err(|error| raised(py, &error))?;
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        // It looks for signals whenever it was woken, and keeps what came with one: later, when the result is made into
        // what Python has, it would be lost.
        let next = loop {
            let polled = ending::detached(py, || self.poll(&runtime, &waker)).map_err(|WithinItsOwn| {
                PyRuntimeError::new_err("a batch cannot be asked for a result by its own source, for which it waits")
            })?;
            let told = self.interrupted(py).and_then(|()| events::deliver(py)).and_then(|()| py.check_signals());
            match (polled, told) {
                (Poll::Ready(next), Ok(())) => break next,
                (Poll::Ready(next), Err(error)) => {
                    locked(&self.unclaimed).extend(next);
                    return Err(error);
                }
                (Poll::Pending, told) => told?,
            }
        };
        match next {
            Some(item) => BatchItem::of(py, item).map(Some),
            None => locked(&self.failure).take().map_or(Ok(None), Err),
        }
    }

    fn __repr__(&self) -> String {
        format!("Batch({})", BatchProgress::of(self.progress.snapshot()).shown())
    }
}

struct Shared {
    batch: tokio::sync::Mutex<axiomo::Batch<Given>>,
    /// Every result waits here: whoever was told that it came may be cancelled before it takes it.
    unclaimed: Unclaimed,
    failure: Failure,
}

/// What `AsyncBatch` is made of.
#[pyclass(module = "axiomo._native", frozen)]
pub(crate) struct NativeAsyncBatch {
    shared: Arc<Shared>,
    feed: Feed<Given>,
    progress: axiomo::BatchProgress,
}

impl NativeAsyncBatch {
    pub(crate) fn new(client: &Client, items: &Bound<'_, PyAny>, shape: &Shape) -> Self {
        let feed = Feed::new(client, known_length(items));
        let batch = shape.of(client.analyze_stream(feed.items()));
        let progress = batch.progress();
        let shared = Shared {
            batch: tokio::sync::Mutex::new(batch),
            unclaimed: Unclaimed::default(),
            failure: Failure::default(),
        };
        Self { shared: Arc::new(shared), feed, progress }
    }
}

#[pymethods]
impl NativeAsyncBatch {
    /// A result that nobody has yet. At the end, raises what the source raised, or that it is the end.
    fn take(&self, py: Python<'_>, is_ended: bool) -> PyResult<Option<BatchItem>> {
        let _within = ending::enter(py);
        let unclaimed = locked(&self.shared.unclaimed).pop_front();
        match unclaimed {
            Some(item) => BatchItem::of(py, item).map(Some),
            None if is_ended => {
                let failure = locked(&self.shared.failure).take();
                Err(failure.unwrap_or_else(|| PyStopAsyncIteration::new_err(())))
            }
            None => Ok(None),
        }
    }

    /// Asks for the next result; `batch` is whose `_feed` gives an item when there is room for one.
    fn begin_next(&self, bridge: &Bound<'_, Bridge>, batch: &Bound<'_, PyAny>) -> PyResult<PendingCall> {
        let _within = ending::enter(bridge.py());
        let arrivals = Arc::clone(bridge.get().arrivals());
        let batch = Arc::new(PyWeakrefReference::new(batch)?.unbind());
        self.feed.asked_by(move || {
            let batch = Arc::clone(&batch);
            arrivals.ask(move |py| {
                let batch = batch.bind(py).upgrade();
                batch.map_or(Ok(()), |batch| batch.call_method0("_feed").map(drop))
            });
        });
        let shared = Arc::clone(&self.shared);
        Bridge::begin(bridge, async move {
            let mut batch = shared.batch.lock().await;
            let next = batch.next().await;
            let is_ended = next.is_none();
            // Before others have a turn, so that the results lie in their order.
            locked(&shared.unclaimed).extend(next);
            Outcome::Next { is_ended }
        })
    }

    /// Gives an item that was asked for.
    fn push(&self, item: Bound<'_, PyAny>) {
        let _within = ending::enter(item.py());
        self.feed.push(Given::new(item));
    }

    /// There are no more items.
    fn end(&self) {
        self.feed.end();
    }

    /// The source waits for something itself.
    fn wait(&self) {
        self.feed.wait();
    }

    /// There are no more items, because of this.
    fn fail(&self, error: Bound<'_, PyAny>) {
        *locked(&self.shared.failure) = Some(PyErr::from_value(error));
        self.end();
    }

    fn progress(&self) -> BatchProgress {
        BatchProgress::of(self.progress.snapshot())
    }
}

/// One item of a batch and what came of it.
#[pyclass(module = "axiomo", frozen, get_all, weakref)]
pub(crate) struct BatchItem {
    /// Its place among the items, from 0.
    index: usize,
    /// The item as it was given.
    input: Py<PyAny>,
    /// What the service made of it; None where there is an error, or the item repeats another.
    analysis: Option<Py<Analysis>>,
    /// Why there is no analysis.
    error: Option<Py<PyAny>>,
    /// The index of an item before that asked for the same, whose result is this one's as well.
    repeats: Option<usize>,
}

impl BatchItem {
    fn of(py: Python<'_>, item: axiomo::BatchItem<Given>) -> PyResult<Self> {
        let input = item.input.input.clone_ref(py);
        let mut made = Self { index: item.index, input, analysis: None, error: None, repeats: None };
        match item.outcome {
            BatchOutcome::Analyzed(analysis) => made.analysis = Some(Py::new(py, Analysis::new((*analysis).into()))?),
            BatchOutcome::Failed(error) => made.error = Some(exception(py, &error)?.unbind()),
            BatchOutcome::Repeated { first } => made.repeats = Some(first),
        }
        Ok(made)
    }
}

#[pymethods]
impl BatchItem {
    /// The analysis, or raises the error. An item that repeats another raises `ValueError`, naming it.
    fn result(&self, py: Python<'_>) -> PyResult<Py<Analysis>> {
        match (&self.analysis, &self.error, self.repeats) {
            (Some(analysis), ..) => Ok(analysis.clone_ref(py)),
            (_, Some(error), _) => Err(PyErr::from_value(error.bind(py).clone())),
            (.., first) => Err(PyValueError::new_err(format!(
                "item {} asks for the same as item {}; take the result of that one",
                self.index,
                first.unwrap_or_default()
            ))),
        }
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["index", "input", "analysis", "error", "repeats"])?.unbind())
    }

    /// For annotations such as `BatchItem[str]`.
    #[classmethod]
    fn __class_getitem__(class: Py<PyType>, _item: &Bound<'_, PyAny>) -> Py<PyType> {
        class
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let input = self.input.bind(py).repr()?;
        let outcome = match (&self.analysis, &self.error, self.repeats) {
            (Some(analysis), ..) => format!("analysis={}", analysis.bind(py).repr()?),
            (_, Some(error), _) => format!("error={}", error.bind(py).repr()?),
            (.., first) => format!("repeats={}", first.unwrap_or_default()),
        };
        Ok(format!("BatchItem(index={}, input={input}, {outcome})", self.index))
    }
}

/// How far a batch is.
#[pyclass(module = "axiomo", frozen, get_all, eq, weakref)]
#[derive(PartialEq)]
pub(crate) struct BatchProgress {
    /// Items whose result was taken, failed ones included.
    done: usize,
    /// Those of them that failed.
    failed: usize,
    /// Items whose result was not taken yet; where the source does not say how many are left, at least so many.
    waiting: usize,
    /// How many seconds the rest takes about, by the quota and the mean time of an analysis.
    eta: Option<f64>,
}

impl BatchProgress {
    fn of(snapshot: axiomo::BatchProgressSnapshot) -> Self {
        let axiomo::BatchProgressSnapshot { done, failed, waiting, eta, .. } = snapshot;
        Self { done, failed, waiting, eta: eta.map(seconds) }
    }

    fn shown(&self) -> String {
        let Self { done, failed, waiting, eta } = self;
        let eta = eta.map_or_else(|| "None".to_owned(), |eta| eta.to_string());
        format!("done={done}, failed={failed}, waiting={waiting}, eta={eta}")
    }
}

#[pymethods]
impl BatchProgress {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["done", "failed", "waiting", "eta"])?.unbind())
    }

    fn __repr__(&self) -> String {
        format!("BatchProgress({})", self.shown())
    }
}
