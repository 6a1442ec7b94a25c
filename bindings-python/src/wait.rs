//! A synchronous call: made on the client's thread, waited for on the caller's.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use axiomo::background;
use pyo3::prelude::*;
use tokio::task::AbortHandle;

use crate::ending;
use crate::error::raised;
use crate::events;

/// How long a signal such as Ctrl-C may wait until it is looked for.
pub(crate) const LOOK: Duration = Duration::from_millis(50);

/// Drops the call when it is dropped. One that has ended is not touched.
pub(crate) struct Abandon(pub(crate) AbortHandle);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Waits for a call without holding up other threads. A signal whose handler raises drops the call.
pub(crate) fn wait<T: Send + 'static>(py: Python<'_>, call: impl Future<Output = T> + Send + 'static) -> PyResult<T> {
    events::look(py)?;
    let runtime = background::handle().map_err(|error| raised(py, &error))?;
    let (give, mut given) = sync_channel(1);
    let task = runtime.spawn(async move {
        // Nobody takes it when the caller was interrupted.
        let _ = give.send(call.await);
    });
    let _abandon = Abandon(task.abort_handle());
    let outcome = loop {
        let taking = &mut given;
        match ending::detached(py, move || taking.recv_timeout(LOOK)) {
            Ok(outcome) => break outcome,
            Err(RecvTimeoutError::Timeout) => {
                events::deliver(py)?;
                py.check_signals()?;
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(pyo3::exceptions::PyRuntimeError::new_err(
                    "the call was broken off: something panicked in it",
                ));
            }
        }
    };
    events::deliver(py)?;
    Ok(outcome)
}
