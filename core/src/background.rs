//! The thread on which the calls of bindings to other languages run: one for the whole process, started when it is
//! first needed, so that no caller needs a runtime.
//!
//! A process that forks leaves its threads behind. The child gets a thread of its own when it first needs one, and
//! whoever forks can [`hold`] the thread meanwhile. Connections and rate limiters belong to the process that made
//! them: a client that is used in a child has to be built anew.

#[cfg(feature = "bridge")]
pub mod bridge;
mod events;
mod feed;
mod received;

use std::future::pending;
use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::client::Client;
use crate::clock::Work;
use crate::error::Error;

pub use events::{Listener, Told, Value};
pub use feed::{Fed, Feed};
pub use received::{Received, receive};

struct Background {
    /// The process that has the thread.
    process: u32,
    handle: Handle,
}

static BACKGROUND: Mutex<Option<Background>> = Mutex::new(None);

/// Longer than any step of a call takes. A thread that is not held by then is forked as it is.
const LONGEST_STEP: Duration = Duration::from_millis(500);

/// Where the calls of this process run.
///
/// # Errors
///
/// `configuration` when the system gives no thread.
pub fn handle() -> Result<Handle, Error> {
    let process = std::process::id();
    let mut background = BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(running) = background.as_ref().filter(|running| running.process == process) {
        return Ok(running.handle.clone());
    }
    // What it refers to was left in the middle of something, by a thread that this process does not have.
    mem::forget(background.take());
    let handle = start().map_err(|error| {
        Error::configuration("the thread on which calls run cannot start; the system may have too many")
            .with_source(error)
    })?;
    *background = Some(Background { process, handle: handle.clone() });
    Ok(handle)
}

fn start() -> std::io::Result<Handle> {
    // One thread that does everything is quicker than a scheduler with one worker.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().name("axiomo".to_owned()).spawn(move || runtime.block_on(pending::<()>()))?;
    Ok(handle)
}

/// Keeps the thread between two steps until it is dropped, so that the thread holds no lock meanwhile: for a fork, whose
/// child would find the lock held for ever. The child has to forget it ([`mem::forget`]) instead of dropping it.
#[derive(Debug)]
#[must_use = "the thread goes on when this is dropped"]
pub struct Hold {
    _release: Sender<()>,
}

/// Holds the thread, if there is one.
pub fn hold() -> Option<Hold> {
    let handle = {
        let background = BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner);
        let running = background.as_ref().filter(|running| running.process == std::process::id())?;
        running.handle.clone()
    };
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    let (held, is_held) = channel();
    handle.spawn(async move {
        let _ = held.send(());
        // It fails when the hold is dropped, which is what is waited for.
        let _ = released.recv();
    });
    let _ = is_held.recv_timeout(LONGEST_STEP);
    Some(Hold { _release: release })
}

/// Something that goes on elsewhere on behalf of a client, such as a function of the other language that gives the next
/// item of a batch. Virtual time does not pass until this is dropped.
#[derive(Debug)]
#[must_use = "it lasts until it is dropped"]
pub struct Busy {
    _work: Work,
}

impl Busy {
    /// From now on.
    pub fn with(client: &Client) -> Self {
        Self { _work: client.clock().work() }
    }
}

/// What is wrong with an item of a batch that cannot be a request by its type.
#[must_use]
pub fn no_request(found: &str) -> Error {
    Error::invalid_request(format!("a request is the address of a pull request or an AnalyzeRequest, not {found}"))
}

/// What is wrong with a setting, or with where the client is used, that only the other language can tell.
#[must_use]
pub fn configuration(message: impl Into<String>) -> Error {
    Error::configuration(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn one_thread_does_everything_and_stands_still_while_it_is_held() {
        let (tell, told) = channel();
        let (first, second) = (handle().unwrap(), handle().unwrap());
        for handle in [first, second] {
            let tell = tell.clone();
            handle.spawn(async move { tell.send(thread::current().id()) });
        }
        assert_eq!(told.recv().unwrap(), told.recv().unwrap());

        let hold = hold().unwrap();
        let ran = Arc::new(AtomicBool::new(false));
        let running = Arc::clone(&ran);
        handle().unwrap().spawn(async move {
            running.store(true, Ordering::SeqCst);
            tell.send(thread::current().id())
        });
        assert!(!ran.load(Ordering::SeqCst), "it stands still");
        drop(hold);
        told.recv().unwrap();
        assert!(ran.load(Ordering::SeqCst));
    }
}
