//! Requests under way, and which of them only wait for time to pass.
//!
//! Virtual time may go on only while nothing is being done: a request that is worked on is not at rest, one that
//! waits for a moment of the server's clock, or for ever, is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use tokio::sync::watch;

/// All requests under way, and the connections that are held up before their first one.
#[derive(Debug, Clone)]
pub(crate) struct Exchanges(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Goes up with every change.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Open>,
}

#[derive(Debug)]
struct Open {
    identity: Option<Identity>,
    is_parked: bool,
}

/// What a client and the server both know a request by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) idempotency_key: Option<String>,
}

/// One request under way, until it is dropped. Then its answer is written, or it will have none.
#[derive(Debug)]
pub(crate) struct Exchange {
    exchanges: Exchanges,
    number: u64,
}

/// While this lives, its request waits for time to pass and for nothing else.
#[derive(Debug)]
pub(crate) struct Parked<'e>(&'e Exchange);

/// What is under way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct UnderWay {
    /// How many are worked on.
    pub(crate) working: usize,
    /// What waits for time to pass, in order.
    pub(crate) parked: Vec<Identity>,
    /// How many connections are held up before they asked for anything.
    pub(crate) connections: usize,
}

impl Exchanges {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changed: watch::Sender::new(0) }))
    }

    /// A request came.
    pub(crate) fn begin(&self, request: &Parts) -> Exchange {
        self.open(Some(Identity::of(request)))
    }

    /// A connection is to be held up before its first request.
    pub(crate) fn hold(&self) -> Exchange {
        self.open(None)
    }

    pub(crate) fn under_way(&self) -> UnderWay {
        let mut under_way = UnderWay::default();
        for open in self.state().open.values() {
            match &open.identity {
                _ if !open.is_parked => under_way.working += 1,
                Some(identity) => under_way.parked.push(identity.clone()),
                None => under_way.connections += 1,
            }
        }
        under_way.parked.sort_unstable();
        under_way
    }

    /// Sees every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    fn open(&self, identity: Option<Identity>) -> Exchange {
        let number = self.change(|state| {
            state.next += 1;
            state.open.insert(state.next, Open { identity, is_parked: false });
            state.next
        });
        Exchange { exchanges: self.clone(), number }
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.0.changed.send_modify(|changes| *changes += 1);
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Identity {
    fn of(request: &Parts) -> Self {
        let text = |name| Some(request.headers.get(name)?.to_str().ok()?.to_owned());
        Self {
            method: request.method.as_str().to_owned(),
            path: request.uri.path().to_owned(),
            idempotency_key: text("idempotency-key"),
        }
    }
}

impl Exchange {
    /// From now until the result is dropped, this only waits for time to pass.
    pub(crate) fn park(&self) -> Parked<'_> {
        self.set_parked(true);
        Parked(self)
    }

    fn set_parked(&self, is_parked: bool) {
        self.exchanges.change(|state| {
            if let Some(open) = state.open.get_mut(&self.number) {
                open.is_parked = is_parked;
            }
        });
    }
}

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        self.0.set_parked(false);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.exchanges.change(|state| state.open.remove(&self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, key: Option<&str>) -> Parts {
        let mut request = http::Request::post(path);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_request_is_worked_on_then_waits_then_is_gone() {
        let exchanges = Exchanges::new();
        let changes = exchanges.changes();
        let exchange = exchanges.begin(&request("/api/analyze?x=1", Some("k")));
        assert_eq!(exchanges.under_way(), UnderWay { working: 1, ..UnderWay::default() });
        let parked = exchange.park();
        let identity = Identity {
            method: "POST".to_owned(),
            path: "/api/analyze".to_owned(),
            idempotency_key: Some("k".to_owned()),
        };
        assert_eq!(exchanges.under_way(), UnderWay { parked: vec![identity], ..UnderWay::default() });
        drop(parked);
        assert_eq!(exchanges.under_way().working, 1);
        drop(exchange);
        assert_eq!(exchanges.under_way(), UnderWay::default());
        assert_eq!(*changes.borrow(), 4);
    }

    #[test]
    fn a_connection_that_is_held_up_has_asked_for_nothing() {
        let exchanges = Exchanges::new();
        let exchange = exchanges.hold();
        let _parked = exchange.park();
        assert_eq!(exchanges.under_way(), UnderWay { connections: 1, ..UnderWay::default() });
    }
}
