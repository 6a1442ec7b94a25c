use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::VirtualClock;

/// Something that a client does, for as long as it does it. It works from when it is made or woken until it waits
/// for something; whatever wakes it is known at once, before it goes on.
pub(crate) struct Activity(Arc<Shared>);

struct Shared {
    clock: VirtualClock,
    state: Mutex<State>,
}

struct State {
    is_at_work: bool,
    /// Woken since it was last asked to go on.
    is_woken: bool,
    is_over: bool,
    waker: Option<Waker>,
}

impl Activity {
    /// Something that is about to go on.
    pub(crate) fn new(clock: VirtualClock) -> Self {
        clock.work();
        let state = State { is_at_work: true, is_woken: false, is_over: false, waker: None };
        Self(Arc::new(Shared { clock, state: Mutex::new(state) }))
    }

    /// Lets it go on until it waits for something.
    pub(crate) fn poll<T>(&self, context: &Context<'_>, go_on: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        {
            let mut state = self.0.state();
            state.waker = Some(context.waker().clone());
            state.is_woken = false;
            self.0.work(&mut state);
        }
        let waker = Waker::from(Arc::clone(&self.0));
        let polled = go_on(&mut Context::from_waker(&waker));
        let mut state = self.0.state();
        if polled.is_ready() || !state.is_woken {
            self.0.rest(&mut state);
        }
        polled
    }
}

impl Shared {
    fn work(&self, state: &mut State) {
        if !state.is_at_work && !state.is_over {
            state.is_at_work = true;
            self.clock.work();
        }
    }

    fn rest(&self, state: &mut State) {
        if state.is_at_work {
            state.is_at_work = false;
            self.clock.rest();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        let waker = {
            let mut state = self.state();
            state.is_woken = true;
            self.work(&mut state);
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_over = true;
        self.0.rest(&mut state);
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Activity").finish_non_exhaustive()
    }
}
