//! Items of a batch that the other language gives when it is asked for them.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use super::Busy;
use crate::client::Client;

/// Where items go that a batch asked for. Clones are of the same batch.
pub struct Feed<T>(Arc<Shared<T>>);

struct Shared<T> {
    client: Client,
    state: Mutex<State<T>>,
}

type Asker = Arc<dyn Fn() + Send + Sync>;

struct State<T> {
    items: VecDeque<T>,
    is_ended: bool,
    /// Whether one was asked for that was not given yet.
    is_asked: bool,
    /// The other language is about to do what it was asked.
    busy: Option<Busy>,
    left: Option<usize>,
    waker: Option<Waker>,
    asker: Option<Asker>,
}

impl<T> Feed<T> {
    /// For a batch of a client; `left` is how many items there are, where that is known.
    #[must_use]
    pub fn new(client: &Client, left: Option<usize>) -> Self {
        let state = State {
            items: VecDeque::new(),
            is_ended: false,
            is_asked: false,
            busy: None,
            left,
            waker: None,
            asker: None,
        };
        Self(Arc::new(Shared { client: client.clone(), state: Mutex::new(state) }))
    }

    /// The items as a batch takes them.
    #[must_use]
    pub fn items(&self) -> Fed<T> {
        Fed(Self(Arc::clone(&self.0)))
    }

    /// Who asks the other language for the next item: by one call to [`push`](Self::push), [`end`](Self::end) or
    /// [`wait`](Self::wait). Replaces who did before.
    pub fn asked_by(&self, ask: impl Fn() + Send + Sync + 'static) {
        let mut state = self.state();
        state.asker = Some(Arc::new(ask));
        if state.waker.is_some() && !state.is_asked && !state.is_ended && state.items.is_empty() {
            self.ask(&mut state);
        }
    }

    /// Gives an item.
    pub fn push(&self, item: T) {
        self.change(|state| {
            state.items.push_back(item);
            state.left = state.left.map(|left| left.saturating_sub(1));
        });
    }

    /// There are no more items.
    pub fn end(&self) {
        self.change(|state| state.is_ended = true);
    }

    /// The next item is not known yet, and it is not the client's doing: virtual time may pass meanwhile.
    pub fn wait(&self) {
        let busy = self.state().busy.take();
        drop(busy);
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, state: &mut State<T>) {
        let Some(ask) = state.asker.clone() else { return };
        state.is_asked = true;
        state.busy = Some(Busy::with(&self.0.client));
        ask();
    }

    fn change(&self, change: impl FnOnce(&mut State<T>)) {
        let (waker, busy) = {
            let mut state = self.state();
            change(&mut state);
            state.is_asked = false;
            (state.waker.take(), state.busy.take())
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        // Only now, when the batch is known to go on.
        drop(busy);
    }
}

impl<T> fmt::Debug for Feed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let mut shown = formatter.debug_struct("Feed");
        shown.field("items", &state.items.len()).field("is_ended", &state.is_ended).finish_non_exhaustive()
    }
}

/// The items of a [`Feed`].
#[derive(Debug)]
pub struct Fed<T>(Feed<T>);

impl<T> Stream for Fed<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.state();
        if let Some(item) = state.items.pop_front() {
            return Poll::Ready(Some(item));
        }
        if state.is_ended {
            return Poll::Ready(None);
        }
        state.waker = Some(context.waker().clone());
        if !state.is_asked {
            self.0.ask(&mut state);
        }
        Poll::Pending
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let state = self.0.state();
        (state.left.unwrap_or(0), state.left)
    }
}
