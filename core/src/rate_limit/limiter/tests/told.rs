//! What the service told, and whom it wakes.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Wake;

use super::*;

#[test]
fn what_the_service_last_told_is_known_and_a_reset_never_too_early() {
    let setup = Setup::new(60);
    let known = || {
        let known = setup.limiter.snapshot().told;
        assert_eq!(setup.limiter.told(), known);
        known
    };
    assert_eq!(setup.send().completed(200, &mut RateLimitReading::default()), None);
    assert_eq!(known(), None, "that told nothing");
    for (at, reset, comes_back) in [(1_000, 2_000, 3), (2_000, 2_001, 5), (3_001, 2_000, 6)] {
        setup.time.advance(milliseconds_of(at).saturating_sub(setup.time.elapsed()));
        let mut reading = RateLimitReading { reset: Some(milliseconds_of(reset)), ..told(60, at) };
        let reset_at = Some(Timestamp::from_unix_seconds(1_767_225_600 + comes_back));
        let expected = Some(RateLimit { limit: Some(60), remaining: Some(at), reset_at });
        assert_eq!((setup.send().completed(200, &mut reading), known()), (expected, expected));
    }
    let before = known();
    for status in [401, 403] {
        setup.time.advance(seconds(1));
        setup.send().complete(status, told(10, 9));
        assert_eq!(known(), before, "somebody else's limit");
    }
}

/// How often somebody was woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_pause_that_is_no_longer_than_the_last_wakes_nobody() {
    let setup = Setup::new(60);
    let permits = [0; 3].map(|_| {
        setup.time.advance(seconds(1));
        setup.send()
    });
    let counted = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&counted));
    let mut acquire = pin!(setup.limiter.acquire(Priority::Single, setup.time.now() + seconds(100)));
    for (permit, (length, woken)) in permits.into_iter().zip([(30, 0), (30, 0), (50, 1)]) {
        permit.complete(429, wish(length));
        assert_eq!(counted.0.load(Relaxed), woken);
        assert!(acquire.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
}
