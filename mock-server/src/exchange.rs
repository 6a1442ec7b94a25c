//! Requests under way, and which of them only wait for time to pass.
//!
//! Virtual time may go on only while nothing is being done: a request that is worked on is not at rest, one that
//! waits for a moment of the server's clock, or for ever, is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Method, Request, Uri};
use serde::Deserialize;
use tokio::sync::watch;

use crate::clock::Clock;

/// All requests under way, and the connections that are held up before their first one.
#[derive(Debug, Clone)]
pub(crate) struct Exchanges(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Goes up with every change while somebody listens.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Open>,
}

#[derive(Debug)]
struct Open {
    request: Option<Asked>,
    state: Progress,
}

/// What identifies a request, as it came: to keep it costs next to nothing.
#[derive(Debug)]
struct Asked {
    method: Method,
    uri: Uri,
    idempotency_key: Option<HeaderValue>,
}

#[derive(Debug, Clone, Copy)]
enum Progress {
    Working,
    /// Waits until so much time has passed since the clock's beginning.
    Until(Duration),
    Forever,
}

/// What a client and the server both know a request by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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

/// While this lives, nothing is done about its request.
#[derive(Debug)]
pub(crate) struct Parked<'e>(&'e Exchange);

/// What is under way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct UnderWay {
    /// How many are worked on.
    pub(crate) working: usize,
    /// What waits for time to pass, in order.
    pub(crate) parked: Vec<Identity>,
    /// When the first wait ends.
    pub(crate) due: Option<Duration>,
    /// How many connections are held up before they asked for anything.
    pub(crate) connections: usize,
}

impl Exchanges {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changed: watch::Sender::new(0) }))
    }

    /// A request came.
    pub(crate) fn begin<B>(&self, request: &Request<B>) -> Exchange {
        self.open(Some(Asked::of(request)))
    }

    /// A connection is to be held up before its first request.
    pub(crate) fn hold(&self) -> Exchange {
        self.open(None)
    }

    /// What is under way at a moment. Whose time has come is worked on.
    pub(crate) fn under_way(&self, now: Duration) -> UnderWay {
        let mut under_way = UnderWay::default();
        for open in self.state().open.values() {
            match open.state {
                Progress::Until(due) if due > now => {
                    under_way.due = Some(under_way.due.map_or(due, |first| first.min(due)));
                }
                Progress::Forever => {}
                Progress::Working | Progress::Until(_) => {
                    under_way.working += 1;
                    continue;
                }
            }
            match &open.request {
                Some(asked) => under_way.parked.push(asked.identity()),
                None => under_way.connections += 1,
            }
        }
        under_way.parked.sort_unstable();
        under_way
    }

    /// Goes up with every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    fn open(&self, request: Option<Asked>) -> Exchange {
        let number = self.change(|state| {
            state.next += 1;
            state.open.insert(state.next, Open { request, state: Progress::Working });
            state.next
        });
        Exchange { exchanges: self.clone(), number }
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        // Whoever listens from a moment later on sees the change itself.
        if self.0.changed.receiver_count() > 0 {
            self.0.changed.send_modify(|changes| *changes += 1);
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked {
    fn of<B>(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            idempotency_key: request.headers().get("idempotency-key").cloned(),
        }
    }

    fn identity(&self) -> Identity {
        let key = self.idempotency_key.as_ref().and_then(|key| key.to_str().ok());
        Identity {
            method: self.method.as_str().to_owned(),
            path: self.uri.path().to_owned(),
            idempotency_key: key.map(str::to_owned),
        }
    }
}

impl Exchange {
    /// From now until the result is dropped, nothing more is done.
    pub(crate) fn park(&self) -> Parked<'_> {
        self.set(Progress::Forever);
        Parked(self)
    }

    /// Returns once so much time has passed since the clock was made.
    pub(crate) async fn sleep_until(&self, clock: &Clock, due: Duration) {
        self.set(Progress::Until(due));
        clock.sleep_until(due).await;
        self.set(Progress::Working);
    }

    fn set(&self, progress: Progress) {
        self.exchanges.change(|state| {
            if let Some(open) = state.open.get_mut(&self.number) {
                open.state = progress;
            }
        });
    }
}

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        self.0.set(Progress::Working);
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

    fn request(path: &str, key: Option<&str>) -> Request<()> {
        let mut request = Request::post(path);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.body(()).unwrap()
    }

    #[test]
    fn a_request_is_worked_on_then_waits_then_is_gone() {
        let exchanges = Exchanges::new();
        let changes = exchanges.changes();
        let exchange = exchanges.begin(&request("/api/analyze?x=1", Some("k")));
        assert_eq!(exchanges.under_way(Duration::ZERO), UnderWay { working: 1, ..UnderWay::default() });
        let parked = exchange.park();
        let identity = Identity {
            method: "POST".to_owned(),
            path: "/api/analyze".to_owned(),
            idempotency_key: Some("k".to_owned()),
        };
        assert_eq!(exchanges.under_way(Duration::ZERO), UnderWay { parked: vec![identity], ..UnderWay::default() });
        drop(parked);
        assert_eq!(exchanges.under_way(Duration::ZERO).working, 1);
        drop(exchange);
        assert_eq!(exchanges.under_way(Duration::ZERO), UnderWay::default());
        assert_eq!(*changes.borrow(), 4);
    }

    #[tokio::test]
    async fn whose_time_has_come_is_worked_on_though_it_does_not_know_yet() {
        let (exchanges, time) = (Exchanges::new(), Clock::manual());
        let exchange = exchanges.begin(&request("/", None));
        let (clock, second) = (time.clone().into(), Duration::from_secs(1));
        let mut sleep = std::pin::pin!(exchange.sleep_until(&clock, second));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        assert_eq!(exchanges.under_way(Duration::ZERO).due, Some(second));
        assert_eq!(exchanges.under_way(second).working, 1);
        time.advance(second);
        assert!(sleep.as_mut().poll(&mut context).is_ready());
        assert_eq!(exchanges.under_way(Duration::ZERO).working, 1);
    }

    #[test]
    fn a_connection_that_is_held_up_has_asked_for_nothing() {
        let exchanges = Exchanges::new();
        let exchange = exchanges.hold();
        let _parked = exchange.park();
        assert_eq!(exchanges.under_way(Duration::ZERO), UnderWay { connections: 1, ..UnderWay::default() });
    }
}
