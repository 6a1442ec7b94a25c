//! What whoever watches hears of the store.

use std::fmt::Debug;
use std::mem;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::*;

thread_local! {
    /// What was told by this thread.
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Watching;

impl<S: Subscriber> Layer<S> for Watching {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target() == "axiomo" && *metadata.level() == tracing::Level::WARN {
            event.record(&mut Message);
        }
    }
}

struct Message;

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            TOLD.with_borrow_mut(|told| told.push(format!("{value:?}")));
        }
    }
}

fn told() -> Vec<String> {
    TOLD.with_borrow_mut(mem::take)
}

#[tokio::test]
async fn the_store_is_lost_once_and_found_once_however_often_it_is_asked() {
    // For the whole program: tracing may take one thread's disregard for that of all.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Watching)).unwrap();
    let (limiter, _store, is_broken, clock) = alone();
    drop(send(&limiter, &clock));
    let beat = async || {
        settle().await;
        clock.advance(HEARTBEAT);
        settle().await;
        told()
    };
    assert_eq!(beat().await, [""; 0]);
    is_broken.store(true, SeqCst);
    assert_eq!(beat().await, ["rate_limit_store_lost"]);
    assert_eq!(beat().await, [""; 0]);
    is_broken.store(false, SeqCst);
    assert_eq!(beat().await, ["rate_limit_store_found"]);
    assert_eq!(beat().await, [""; 0]);
}
