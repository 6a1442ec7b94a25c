//! What it is to wait for a store's answer, and who asks for it.

use std::pin::pin;
use std::task::{Context, Poll, Wake, Waker};

use super::*;

/// A store that answers when it is told to.
#[derive(Debug)]
struct Slow(InProcessStore, Arc<AtomicBool>);

impl Store for Slow {
    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)> {
        Box::pin(async move {
            let taken = self.0.take(take).await;
            std::future::poll_fn(|_| if self.1.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }).await;
            taken
        })
    }

    fn tell(&self, news: News) -> Reply<'_, Standing> {
        self.0.tell(news)
    }

    fn join(&self, joining: Joining) -> Reply<'_, Standing> {
        self.0.join(joining)
    }
}

#[test]
fn whoever_comes_while_the_store_is_asked_is_not_refused_for_it() {
    let clock = VirtualClock::new();
    let answers = Arc::new(AtomicBool::new(false));
    let slow = Slow(InProcessStore::with_virtual_clock(clock.clone()), Arc::clone(&answers));
    let limiter = RateLimiter::of_store(slow, Clock::Virtual(clock.clone()), Some(1));
    let latest = after(clock.now(), Duration::from_secs(1));
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(limiter.acquire(Priority::Single, latest));
    let mut second = pin!(limiter.acquire(Priority::Single, latest));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending(), "it is refused");
    answers.store(true, SeqCst);
    assert!(first.as_mut().poll(&mut context).is_ready());
    clock.advance(Duration::from_millis(30));
    assert!(matches!(second.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
}

#[test]
fn nobody_asks_while_the_store_is_asked_unless_it_takes_long() {
    let clock = VirtualClock::new();
    let slow = Slow(InProcessStore::with_virtual_clock(clock.clone()), Arc::default());
    let limiter = RateLimiter::of_store(slow, Clock::Virtual(clock.clone()), Some(1));
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(limiter.acquire(Priority::Single, after(clock.now(), WINDOW)));
    let mut second = pin!(limiter.acquire(Priority::Single, after(clock.now(), WINDOW)));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    assert_eq!(clock.next_due(), Some(Duration::from_secs(5)));
}

#[test]
fn who_is_refused_at_once_holds_up_nobody_who_comes_later() {
    let clock = VirtualClock::new();
    let answers = Arc::new(AtomicBool::new(true));
    let slow = Slow(InProcessStore::with_virtual_clock(clock.clone()), Arc::clone(&answers));
    let limiter = RateLimiter::of_store(slow, Clock::Virtual(clock.clone()), Some(1));
    limiter.serve("somebody", 2);
    let permits = [0; 2].map(|_| {
        clock.advance(Duration::from_millis(30));
        acquire(&limiter, &clock).unwrap()
    });
    clock.advance(Duration::from_secs(1));
    assert!(acquire(&limiter, &clock).is_err());
    drop(permits);
    answers.store(false, SeqCst);
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(limiter.acquire(Priority::Single, after(clock.now(), WINDOW)));
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = pin!(limiter.acquire(Priority::Single, after(clock.now(), Duration::from_millis(1))));
    assert!(second.as_mut().poll(&mut context).is_pending(), "it is refused");
}

#[test]
fn a_unit_that_nobody_fetches_is_given_back() {
    let clock = VirtualClock::new();
    let store = InProcessStore::with_virtual_clock(clock.clone());
    let answers = Arc::new(AtomicBool::new(true));
    let slow = Slow(store.for_another(), Arc::clone(&answers));
    let limiter = RateLimiter::of_store(slow, Clock::Virtual(clock.clone()), Some(1));
    let first = send(&limiter, &clock);
    answers.store(false, SeqCst);
    {
        let mut asking = pin!(limiter.acquire(Priority::Single, after(clock.now(), WINDOW)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(asking.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(standing(&store).own, 2, "it is given");
    answers.store(true, SeqCst);
    let third = send(&limiter, &clock);
    assert_eq!(standing(&store).own, 2, "those of the permits");
    drop((first, third));
}

/// Whether somebody was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

#[test]
fn who_is_not_first_is_not_woken_to_look_for_the_lost_store() {
    let (limiter, _, is_broken, clock) = alone();
    drop(send(&limiter, &clock));
    is_broken.store(true, SeqCst);
    assert!(acquire(&limiter, &clock).is_err(), "the others may hold the rest");
    let latest = after(clock.now(), WINDOW * 3);
    let is_woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&is_woken));
    let mut context = Context::from_waker(&waker);
    let mut first = pin!(limiter.acquire(Priority::Single, latest));
    let mut second = pin!(limiter.acquire(Priority::Single, latest));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    // Something that changes nobody's turn.
    assert!(limiter.may_retry());
    assert!(!is_woken.0.load(SeqCst));
}

#[test]
fn a_unit_that_the_store_gives_after_a_refusal_is_not_to_be_used() {
    let clock = VirtualClock::new();
    let answers = Arc::new(AtomicBool::new(true));
    let slow = Slow(InProcessStore::with_virtual_clock(clock.clone()), Arc::clone(&answers));
    let limiter = RateLimiter::of_store(slow, Clock::Virtual(clock.clone()), Some(1));
    let refused = send(&limiter, &clock);
    answers.store(false, SeqCst);
    let mut context = Context::from_waker(Waker::noop());
    let mut asking = pin!(limiter.acquire(Priority::Single, after(clock.now(), WINDOW)));
    assert!(asking.as_mut().poll(&mut context).is_pending());
    let wish = RateLimitReading { retry_after: Some(Duration::from_secs(30)), ..RateLimitReading::default() };
    refused.complete(429, wish);
    answers.store(true, SeqCst);
    let Poll::Ready(Ok(permit)) = asking.as_mut().poll(&mut context) else { panic!("it still waits") };
    assert!(permit.sent().is_err());
}
