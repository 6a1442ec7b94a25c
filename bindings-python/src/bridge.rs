//! How results come into an event loop: many at a time, by one call of the loop's own, and without the client's thread
//! ever waiting for Python.

use std::cell::RefCell;
use std::collections::HashMap;
#[cfg(unix)]
use std::io::{Read, Write};
#[cfg(unix)]
use std::os::{fd::AsRawFd, unix::net::UnixStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axiomo::background::{self, Received};
use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};
use tokio::task::AbortHandle;

use crate::analysis::Analysis;
use crate::ending;
use crate::error::{configuration, raised, unraisable};
use crate::events;
use crate::fork;
use crate::value::{boolean, cached};

/// Brings results into one event loop. The loop holds it, by its reader, until the loop is closed.
#[pyclass(module = "axiomo._native", frozen, weakref)]
pub(crate) struct Bridge {
    event_loop: Py<PyAny>,
    process: u32,
    /// What the loop's tasks wait for, by the number of the call.
    futures: Mutex<HashMap<u64, Py<PyAny>>>,
    begun: AtomicU64,
    /// What the loop's thread began in this turn of the loop, and hands over at its end.
    departures: Mutex<Vec<Departure>>,
    arrivals: Arc<Arrivals>,
    #[cfg(unix)]
    heard: Option<UnixStream>,
}

/// What came for a loop and was not taken by it yet.
pub(crate) struct Arrivals {
    queue: Mutex<Vec<Arrival>>,
    bell: Bell,
}

/// How a loop is told that something came.
enum Bell {
    #[cfg(unix)]
    Socket(UnixStream),
    /// A loop that reads no sockets of others: by its thread-safe call, from a thread that may wait for Python.
    Call(OnceLock<Py<PyWeakrefReference>>),
}

enum Arrival {
    Outcome(u64, Outcome),
    /// Something to be done by the loop's thread.
    Errand(Box<dyn FnOnce(Python<'_>) -> PyResult<()> + Send>),
}

/// What came of a call.
pub(crate) enum Outcome {
    Analysis(Box<Result<Received, axiomo::Error>>),
    /// A batch has one more result for whoever comes first, or has ended.
    Next {
        is_ended: bool,
    },
    Broken,
}

impl Arrivals {
    fn queue(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(self: &Arc<Self>, arrival: Arrival) {
        let is_first = {
            let mut queue = self.queue();
            queue.push(arrival);
            queue.len() == 1
        };
        if is_first {
            self.ring();
        }
    }

    /// Lets the loop's thread do something. It may be dropped undone, with the loop.
    pub(crate) fn ask(self: &Arc<Self>, errand: impl FnOnce(Python<'_>) -> PyResult<()> + Send + 'static) {
        self.add(Arrival::Errand(Box::new(errand)));
    }

    fn ring(self: &Arc<Self>) {
        match &self.bell {
            #[cfg(unix)]
            Bell::Socket(socket) => {
                // It fails when the loop is closed, and then nobody waits.
                let _ = (&*socket).write(&[0]);
            }
            Bell::Call(_) => {
                let arrivals = Arc::clone(self);
                tokio::task::spawn_blocking(move || Python::try_attach(|py| arrivals.call(py)));
            }
        }
    }

    fn call(&self, py: Python<'_>) {
        if let Bell::Call(bridge) = &self.bell
            && let Some(bridge) = bridge.get().and_then(|bridge| bridge.bind(py).upgrade())
            && let Ok(drain) = bridge.getattr(intern!(py, "drain"))
            && let Ok(bridge) = bridge.cast::<Bridge>()
        {
            // It fails when the loop is closed, and then nobody waits.
            let _ = bridge.get().event_loop.call_method1(py, intern!(py, "call_soon_threadsafe"), (drain,));
        }
    }
}

/// Tells what came of a call, whatever becomes of the task that makes it.
struct Teller {
    arrivals: Arc<Arrivals>,
    number: u64,
    outcome: Option<Outcome>,
}

impl Teller {
    fn tell(mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or(Outcome::Broken);
        self.arrivals.add(Arrival::Outcome(self.number, outcome));
    }
}

/// A call that was begun and is not handed over yet.
struct Departure {
    call: Pin<Box<dyn Future<Output = ()> + Send>>,
    task: Arc<Task>,
}

/// A call, which can be dropped at any time.
#[derive(Default)]
struct Task(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Waiting,
    Running(AbortHandle),
    Dropped,
}

impl Task {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on by itself, in the runtime of whoever calls this.
    fn begin(&self, call: Pin<Box<dyn Future<Output = ()> + Send>>) {
        let mut state = self.state();
        if matches!(*state, State::Waiting) {
            *state = State::Running(tokio::spawn(call).abort_handle());
        }
    }

    fn abort(&self) {
        if let State::Running(task) = std::mem::replace(&mut *self.state(), State::Dropped) {
            task.abort();
        }
    }
}

/// The bridge of a loop.
struct Known {
    /// Where the loop lies in memory. While there is the bridge, there is no other.
    event_loop: usize,
    bridge: Py<PyWeakrefReference>,
}

thread_local! {
    /// The bridges of the loops that ran in this thread.
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

fn running_loop(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static RUNNING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let running = cached(py, &RUNNING, || PyResult::Ok(py.import("asyncio")?.getattr("get_running_loop")?.unbind()))?;
    running.bind(py).call0().map_err(|_| {
        configuration(
            py,
            "no asyncio event loop runs here, which AsyncClient needs (asyncio, uvloop, anyio on asyncio); under another \
             one, such as trio's, use Client in a thread, as with trio.to_thread.run_sync",
        )
    })
}

impl Bridge {
    fn new<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = event_loop.py();
        let make = |bell| Self {
            event_loop: event_loop.clone().unbind(),
            process: fork::process(),
            futures: Mutex::default(),
            begun: AtomicU64::new(0),
            departures: Mutex::default(),
            arrivals: Arc::new(Arrivals { queue: Mutex::default(), bell }),
            #[cfg(unix)]
            heard: None,
        };
        #[cfg(unix)]
        if let Ok((bell, heard)) = UnixStream::pair()
            && bell.set_nonblocking(true).and_then(|()| heard.set_nonblocking(true)).is_ok()
        {
            let number = heard.as_raw_fd();
            let bridge = Bound::new(py, Self { heard: Some(heard), ..make(Bell::Socket(bell)) })?;
            if event_loop.call_method1("add_reader", (number, bridge.getattr("drain")?)).is_ok() {
                return Ok(bridge);
            }
        }
        let bridge = Bound::new(py, make(Bell::Call(OnceLock::new())))?;
        if let Bell::Call(slot) = &bridge.get().arrivals.bell {
            let _ = slot.set(PyWeakrefReference::new(bridge.as_any())?.unbind());
        }
        Ok(bridge)
    }

    fn futures(&self) -> MutexGuard<'_, HashMap<u64, Py<PyAny>>> {
        self.futures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn arrivals(&self) -> &Arc<Arrivals> {
        &self.arrivals
    }

    /// Begins a call, whose outcome the loop will be told.
    pub(crate) fn begin(
        bridge: &Bound<'_, Self>,
        call: impl Future<Output = Outcome> + Send + 'static,
    ) -> PyResult<PendingCall> {
        let (py, this) = (bridge.py(), bridge.get());
        events::look(py)?;
        // Now, when there is somebody to be told if there is no thread to be had.
        background::handle().map_err(|error| raised(py, &error))?;
        let future = this.event_loop.call_method0(py, intern!(py, "create_future"))?;
        let number = this.begun.fetch_add(1, Ordering::Relaxed);
        this.futures().insert(number, future.clone_ref(py));
        let teller = Teller { arrivals: Arc::clone(&this.arrivals), number, outcome: None };
        let call = Box::pin(async move {
            teller.tell(call.await);
        });
        let task = Arc::new(Task::default());
        let is_first = {
            let mut departures = this.departures();
            departures.push(Departure { call, task: Arc::clone(&task) });
            departures.len() == 1
        };
        if is_first {
            let depart = bridge.getattr(intern!(py, "depart"))?;
            this.event_loop.call_method1(py, intern!(py, "call_soon"), (depart,))?;
        }
        Ok(PendingCall { future: Mutex::new(Some(future)), number, bridge: bridge.clone().unbind(), task })
    }

    fn departures(&self) -> MutexGuard<'_, Vec<Departure>> {
        self.departures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, py: Python<'_>, number: u64, outcome: Outcome) -> PyResult<()> {
        let future = self.futures().remove(&number);
        let Some(future) = future.as_ref().map(|future| future.bind(py)) else { return Ok(()) };
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(());
        }
        let result = match outcome {
            Outcome::Analysis(outcome) => match *outcome {
                Ok(received) => Py::new(py, Analysis::new(received)).map(Py::into_any),
                Err(error) => Err(raised(py, &error)),
            },
            Outcome::Next { is_ended } => Ok(boolean(py, Some(is_ended))),
            Outcome::Broken => Err(PyRuntimeError::new_err("the call was broken off: something panicked in it")),
        };
        match result {
            Ok(result) => future.call_method1(intern!(py, "set_result"), (result,))?,
            Err(error) => future.call_method1(intern!(py, "set_exception"), (error,))?,
        };
        Ok(())
    }
}

#[pymethods]
impl Bridge {
    /// The bridge of the loop that runs in this thread.
    #[staticmethod]
    fn current(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        let _within = ending::enter(py);
        let event_loop = running_loop(py)?;
        let address = event_loop.as_ptr().addr();
        let known = KNOWN.with_borrow(|known| {
            known.iter().find(|known| known.event_loop == address).and_then(|known| known.bridge.bind(py).upgrade())
        });
        if let Some(bridge) = known.and_then(|known| known.cast_into::<Self>().ok())
            && bridge.get().process == fork::process()
        {
            return Ok(bridge);
        }
        let bridge = Self::new(&event_loop)?;
        let weak = PyWeakrefReference::new(bridge.as_any())?.unbind();
        // Taken out meanwhile, since the last reference to a bridge may be let go here, which may run code of Python's.
        let mut known = KNOWN.take();
        known.retain(|known| known.event_loop != address && known.bridge.bind(py).upgrade().is_some());
        known.push(Known { event_loop: address, bridge: weak });
        KNOWN.set(known);
        Ok(bridge)
    }

    /// A loop that is never closed refers to this, and this to the loop.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.event_loop)?;
        match self.futures.try_lock() {
            Ok(futures) => futures.values().try_for_each(|future| visit.call(future)),
            // In use, and so alive.
            Err(_) => Ok(()),
        }
    }

    /// Hands over what was begun: all of it at once, since each time wakes the client's thread.
    fn depart(&self, py: Python<'_>) -> PyResult<()> {
        let _within = ending::enter(py);
        let departures = std::mem::take(&mut *self.departures());
        let runtime = background::handle().map_err(|error| raised(py, &error))?;
        runtime.spawn(async move {
            for Departure { call, task } in departures {
                task.begin(call);
            }
        });
        Ok(())
    }

    /// Gives what came to those who wait for it. An interrupt does not keep it from the others.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let _within = ending::enter(py);
        #[cfg(unix)]
        if let Some(mut heard) = self.heard.as_ref() {
            // There is nothing left to read when two of these follow each other.
            let _ = heard.read(&mut [0; 16]);
        }
        let arrivals = std::mem::take(&mut *self.arrivals.queue());
        let mut told = Ok(());
        for arrival in arrivals {
            let done = match arrival {
                Arrival::Errand(errand) => errand(py),
                Arrival::Outcome(number, outcome) => self.settle(py, number, outcome),
            };
            told = told.and(done.or_else(|error| unraisable(py, error, None)));
        }
        told.and(events::deliver(py))
    }
}

/// A call that an event loop waits for.
#[pyclass(module = "axiomo._native", frozen)]
pub(crate) struct PendingCall {
    /// Until it is awaited. An error that it raises refers to the frame that awaits this; if this referred to the error
    /// in turn, none of them would ever be freed.
    future: Mutex<Option<Py<PyAny>>>,
    number: u64,
    bridge: Py<Bridge>,
    task: Arc<Task>,
}

#[pymethods]
impl PendingCall {
    fn __await__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let _within = ending::enter(py);
        let future = self.future.lock().unwrap_or_else(PoisonError::into_inner).take();
        let future = future.ok_or_else(|| PyRuntimeError::new_err("a call is awaited once"))?;
        future.call_method0(py, intern!(py, "__await__"))
    }

    /// The task that makes the call refers to this, and the bridge to the task, by what it waits for.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.bridge)?;
        match self.future.try_lock() {
            Ok(future) => visit.call(&*future),
            // In use, and so alive.
            Err(_) => Ok(()),
        }
    }

    /// Drops the call.
    fn cancel(&self, py: Python<'_>) {
        let _within = ending::enter(py);
        // Freed when the lock is free again, since that may run code of Python's.
        let _future = self.bridge.get().futures().remove(&self.number);
        self.task.abort();
    }
}
