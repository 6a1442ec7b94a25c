//! Several processes and one quota, in virtual time: each is a limiter with a store of its own view.

mod asking;
mod telling;
mod watching;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use futures::executor::LocalPool;
use futures::task::LocalSpawnExt as _;

use super::super::headers::RateLimitReading;
use super::super::limiter::RateLimiter;
use super::super::permit::Permit;
use super::super::store::{InProcessStore, Reply};
use super::super::{Priority, headers::WINDOW};
use super::*;
use crate::error::Error;
use crate::testing::VirtualClock;

/// A store that can be cut off.
#[derive(Debug)]
struct Breakable {
    store: InProcessStore,
    is_broken: Arc<AtomicBool>,
}

impl Breakable {
    fn reply<'s, T: Send + 's>(&self, reply: impl FnOnce() -> Reply<'s, T>) -> Reply<'s, T> {
        if self.is_broken.load(SeqCst) {
            return Box::pin(std::future::ready(Err(StoreError("it was cut off".into()))));
        }
        reply()
    }
}

impl Store for Breakable {
    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)> {
        self.reply(|| self.store.take(take))
    }

    fn tell(&self, news: News) -> Reply<'_, Standing> {
        self.reply(|| self.store.tell(news))
    }

    fn join(&self, joining: Joining) -> Reply<'_, Standing> {
        self.reply(|| self.store.join(joining))
    }
}

/// The most that left within one window.
fn most(left: &[(usize, Duration)]) -> usize {
    let within = |from: Duration| left.iter().filter(|(_, at)| *at >= from && *at < from + WINDOW).count();
    left.iter().map(|(_, at)| within(*at)).max().unwrap_or_default()
}

/// Processes whose callers take whatever they get.
struct Processes {
    clock: VirtualClock,
    pool: LocalPool,
    limiters: Vec<RateLimiter>,
    is_broken: Arc<AtomicBool>,
    /// Who left when.
    left: Rc<RefCell<Vec<(usize, Duration)>>>,
}

impl Processes {
    fn new(count: usize) -> Self {
        let clock = VirtualClock::new();
        let is_broken = Arc::new(AtomicBool::new(false));
        let first = InProcessStore::with_virtual_clock(clock.clone());
        let limiters = (0..count).map(|number| {
            let store = Breakable { store: first.for_another(), is_broken: Arc::clone(&is_broken) };
            RateLimiter::of_store(store, Clock::Virtual(clock.clone()), Some(number as u64))
        });
        let limiters = limiters.collect();
        let this = Self { clock, pool: LocalPool::new(), limiters, is_broken, left: Rc::default() };
        this.call();
        this
    }

    /// Ten callers in each process.
    fn call(&self) {
        for number in 0..self.limiters.len() * 10 {
            let process = number % self.limiters.len();
            let (limiter, clock, left) = (self.limiters[process].clone(), self.clock.clone(), Rc::clone(&self.left));
            let caller = async move {
                while let Ok(permit) = limiter.acquire(Priority::Single, after(clock.now(), WINDOW * 1000)).await {
                    permit.sent().unwrap();
                    left.borrow_mut().push((process, clock.elapsed()));
                    permit.complete(200, RateLimitReading::default());
                }
            };
            self.pool.spawner().spawn_local(caller).unwrap();
        }
    }

    fn run(&mut self, length: Duration) {
        let end = self.clock.elapsed() + length;
        loop {
            self.pool.run_until_stalled();
            match self.clock.next_due() {
                Some(next) if self.clock.elapsed() + next <= end => self.clock.advance(next),
                _ => break,
            }
        }
        self.clock.advance(end.saturating_sub(self.clock.elapsed()));
    }

    fn most(&self) -> usize {
        most(&self.left.borrow())
    }

    /// How many left since then, of each process.
    fn since(&self, from: Duration) -> Vec<usize> {
        let left = self.left.borrow();
        let of = |process: usize| left.iter().filter(|(who, at)| *who == process && *at >= from).count();
        (0..self.limiters.len()).map(of).collect()
    }
}

#[test]
fn sixteen_processes_use_one_quota_and_no_more() {
    let mut processes = Processes::new(16);
    processes.run((HOLD * 5).saturating_sub(Duration::from_millis(1)));
    assert_eq!(processes.most(), 60);
    // One window and the allowance bring sixty, five times.
    assert_eq!(processes.left.borrow().len(), 300);
    let shares = processes.since(Duration::ZERO);
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
}

#[test]
fn without_the_store_each_has_its_share_and_all_together_no_more_than_the_limit() {
    let mut processes = Processes::new(4);
    processes.run(Duration::from_secs(90));
    processes.is_broken.store(true, SeqCst);
    processes.run(HOLD + Duration::from_secs(2));
    let (from, parted) = (processes.clock.elapsed(), HOLD * 3);
    processes.run(parted);
    assert_eq!(processes.most(), 60);
    assert_eq!(processes.since(from), [45; 4], "three windows, fifteen in each");
    processes.is_broken.store(false, SeqCst);
    processes.run(HOLD * 2);
    let from = processes.clock.elapsed();
    processes.run(HOLD * 3);
    assert_eq!(processes.most(), 60, "what was taken meanwhile is counted");
    assert_eq!(processes.since(from).iter().sum::<usize>(), 180);
}

#[test]
fn whenever_the_store_comes_and_goes_no_window_holds_more_than_the_limit() {
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut processes = Processes::new(random.usize(1..6));
        for _ in 0..12 {
            processes.run(Duration::from_millis(random.u64(10..50_000)));
            processes.is_broken.store(random.bool(), SeqCst);
        }
        assert!(processes.most() <= 60, "seed {seed}: {}", processes.most());
    }
}

/// The clock is a test's; the network and Redis are real.
#[cfg(feature = "redis")]
#[tokio::test]
async fn redis_may_die_and_come_back_with_nothing() {
    use super::super::store::{RedisStore, tests::Server};

    let mut server = Some(Server::start());
    let port = server.as_ref().map(|server| server.port).unwrap();
    let clock = VirtualClock::new();
    let limiters: Vec<RateLimiter> = (0..4)
        .map(|number| {
            let mut store = RedisStore::new(&format!("redis://127.0.0.1:{port}")).unwrap();
            store.time = Some(clock.clone());
            RateLimiter::of_store(store, Clock::Virtual(clock.clone()), Some(number))
        })
        .collect();
    let mut left = Vec::new();
    let seconds = |from: u64, to: u64| Duration::from_secs(from)..Duration::from_secs(to);
    while clock.elapsed() < Duration::from_secs(420) {
        if server.is_some() && seconds(100, 280).contains(&clock.elapsed()) {
            server = None;
        }
        if server.is_none() && clock.elapsed() >= Duration::from_secs(280) {
            server = Some(Server::start_at(port));
        }
        for (number, limiter) in limiters.iter().enumerate() {
            if let Ok(permit) = limiter.acquire(Priority::Single, clock.now()).await {
                permit.sent().unwrap();
                left.push((number, clock.elapsed()));
                permit.complete(200, RateLimitReading::default());
            }
        }
        clock.advance(Duration::from_millis(100));
    }
    let within = |process: usize, from: u64, to: u64| {
        left.iter().filter(|(who, at)| *who == process && seconds(from, to).contains(at)).count()
    };
    let all = |from, to| (0..4).map(|process| within(process, from, to)).sum::<usize>();
    assert_eq!(most(&left), 60, "{left:?}");
    assert_eq!(all(0, 60), 60);
    for process in 0..4 {
        assert!((10..=15).contains(&within(process, 190, 250)), "its share, without Redis: {left:?}");
    }
    assert!(all(350, 410) >= 55, "{} a minute with Redis again", all(350, 410));
}

#[test]
fn a_store_that_was_never_there_holds_nobody_up() {
    let clock = VirtualClock::new();
    let is_broken = Arc::new(AtomicBool::new(true));
    let store = Breakable { store: InProcessStore::with_virtual_clock(clock.clone()), is_broken };
    let limiter = RateLimiter::of_store(store, Clock::Virtual(clock.clone()), Some(1));
    let permit = futures::executor::block_on(limiter.acquire(Priority::Single, clock.now()));
    assert!(permit.unwrap().waited().is_none());
}

/// One process whose store can be cut off, and that store.
fn alone() -> (RateLimiter, InProcessStore, Arc<AtomicBool>, VirtualClock) {
    let clock = VirtualClock::new();
    let store = InProcessStore::with_virtual_clock(clock.clone());
    let is_broken = Arc::new(AtomicBool::new(false));
    let breakable = Breakable { store: store.for_another(), is_broken: Arc::clone(&is_broken) };
    (RateLimiter::of_store(breakable, Clock::Virtual(clock.clone()), Some(1)), store, is_broken, clock)
}

fn acquire(limiter: &RateLimiter, clock: &VirtualClock) -> Result<Permit, Error> {
    futures::executor::block_on(limiter.acquire(Priority::Single, clock.now()))
}

fn send(limiter: &RateLimiter, clock: &VirtualClock) -> Permit {
    let permit = acquire(limiter, clock).unwrap();
    permit.sent().unwrap();
    clock.advance(Duration::from_millis(30));
    permit
}

/// What a store says to somebody who changes nothing.
fn standing(store: &InProcessStore) -> Standing {
    let lease = Lease { unit: 0, probe: None, spacing: Duration::ZERO, given: Duration::ZERO };
    futures::executor::block_on(store.tell(News::GivenUp(lease))).unwrap()
}

#[test]
fn a_permit_that_is_not_used_gives_its_unit_back_to_the_store() {
    let (limiter, store, _, clock) = alone();
    for give_up in [drop, Permit::unsent, |permit: Permit| permit.complete(200, RateLimitReading::default())] {
        let permit = acquire(&limiter, &clock).unwrap();
        assert_eq!(limiter.snapshot().own, 1, "counted from when it was given");
        give_up(permit);
        clock.advance(Duration::from_millis(30));
    }
    drop(send(&limiter, &clock));
    assert_eq!(standing(&store).own, 1);
}

#[test]
fn what_the_others_may_have_taken_is_owed_until_the_store_is_found_again() {
    let (limiter, _, is_broken, clock) = alone();
    drop(send(&limiter, &clock));
    is_broken.store(true, SeqCst);
    assert!(acquire(&limiter, &clock).is_err());
    assert_eq!((limiter.snapshot().own, limiter.snapshot().others), (1, 59));
    clock.advance(HOLD.saturating_sub(Duration::from_millis(31)));
    assert_eq!(limiter.snapshot().others, 59);
    is_broken.store(false, SeqCst);
    // The first look only tells the store of what was done meanwhile.
    let _ = acquire(&limiter, &clock);
    assert_eq!(limiter.snapshot().others, 0);

    let (limiter, _, is_broken, clock) = alone();
    drop(send(&limiter, &clock));
    is_broken.store(true, SeqCst);
    assert!(acquire(&limiter, &clock).is_err());
    clock.advance(HOLD);
    assert_eq!(limiter.snapshot().others, 0, "a window later they hold nothing that the share does not cover");
}

#[test]
fn the_limit_that_another_process_was_told_holds_for_all() {
    let (limiter, store, _, clock) = alone();
    let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
    drop(send(&limiter, &clock));
    let told = RateLimitReading { limit: Some(30), remaining: Some(28), ..RateLimitReading::default() };
    send(&another, &clock).complete(200, told);
    drop(send(&another, &clock));
    assert_eq!(limiter.snapshot().limit, 60);
    drop(send(&limiter, &clock));
    assert_eq!(limiter.snapshot().limit, 30);
}

#[test]
fn what_the_others_hold_is_what_the_store_says_beyond_ones_own() {
    let (limiter, store, _, clock) = alone();
    let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
    drop(send(&limiter, &clock));
    let told = RateLimitReading { limit: Some(60), remaining: Some(50), ..RateLimitReading::default() };
    send(&another, &clock).complete(200, told);
    // It tells the store of the answer.
    drop(send(&another, &clock));
    drop(send(&limiter, &clock));
    assert_eq!((limiter.snapshot().own, limiter.snapshot().others), (2, 2 + 8));
}

#[test]
fn whoever_becomes_first_looks_for_the_lost_store() {
    let (limiter, _, is_broken, clock) = alone();
    drop(send(&limiter, &clock));
    is_broken.store(true, SeqCst);
    let latest = after(clock.now(), WINDOW * 3);
    let mut pool = LocalPool::new();
    let mut wait = || {
        let limiter = limiter.clone();
        let waiting = async move { limiter.acquire(Priority::Single, latest).await.is_ok() };
        let handle = pool.spawner().spawn_local_with_handle(waiting).unwrap();
        pool.run_until_stalled();
        handle
    };
    let (first, second) = (wait(), wait());
    is_broken.store(false, SeqCst);
    drop(first);
    for _ in 0..4 {
        pool.run_until_stalled();
        // Time to tell the store of what was done meanwhile, and for the others to do so.
        clock.advance(SETTLE / 2);
    }
    assert!(futures::FutureExt::now_or_never(second).unwrap());
}

#[test]
fn what_was_told_of_others_after_the_store_was_found_is_kept() {
    let (limiter, _, is_broken, clock) = alone();
    is_broken.store(true, SeqCst);
    let permit = send(&limiter, &clock);
    is_broken.store(false, SeqCst);
    clock.advance(Duration::from_secs(1));
    assert!(acquire(&limiter, &clock).is_err(), "the others may have something to tell the store");
    clock.advance(SETTLE);
    let told = RateLimitReading { limit: Some(60), remaining: Some(40), ..RateLimitReading::default() };
    permit.complete(200, told);
    assert_eq!((limiter.snapshot().own, limiter.snapshot().others), (1, 19));
    drop(send(&limiter, &clock));
    assert_eq!((limiter.snapshot().own, limiter.snapshot().others), (2, 19));
}

#[test]
fn what_was_sent_while_the_store_did_not_hear_of_it_is_answered_like_the_rest() {
    let clock = VirtualClock::new();
    let store = InProcessStore::with_virtual_clock(clock.clone());
    let units = vec![(7, Duration::from_secs(1)), (8, Duration::from_secs(1))];
    let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: true, units };
    assert_eq!(futures::executor::block_on(store.join(joining)).unwrap().own, 2);
    let lease = |unit| Lease { unit, probe: None, spacing: Duration::ZERO, given: Duration::ZERO };
    let told = RateLimitReading { limit: Some(60), remaining: Some(20), ..RateLimitReading::default() };
    let news = |unit| News::Answered { lease: lease(unit), left_after: Duration::ZERO, status: 200, reading: told };
    let standing = [7, 8].map(|unit| futures::executor::block_on(store.tell(news(unit))).unwrap());
    assert_eq!(standing.map(|standing| (standing.own, standing.debt)), [(2, 38); 2]);
}

/// Lets what was spawned go on until it waits.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_finds_the_store_lost_between_two_calls_does_not_take_the_whole_limit() {
    // By the answer that it cannot tell, and by the heartbeat.
    for tells in [true, false] {
        let (limiter, store, is_broken, clock) = alone();
        let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
        let first = send(&limiter, &clock);
        for _ in 0..40 {
            drop(send(&another, &clock));
        }
        settle().await;
        is_broken.store(true, SeqCst);
        if tells {
            first.complete(200, RateLimitReading::default());
        } else {
            drop(first);
            clock.advance(HEARTBEAT);
        }
        settle().await;
        assert!(acquire(&limiter, &clock).is_err(), "the others may hold the rest");
        assert_eq!((limiter.snapshot().own, limiter.snapshot().others), (1, 59));
    }
}

#[tokio::test]
async fn whoever_waits_since_another_process_was_refused_is_told_so() {
    let (limiter, store, _, clock) = alone();
    let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
    let refused = RateLimitReading { retry_after: Some(Duration::from_secs(30)), ..RateLimitReading::default() };
    send(&another, &clock).complete(429, refused);
    settle().await;
    let error = acquire(&limiter, &clock).unwrap_err().to_string();
    assert!(error.starts_with("the service asked to be left alone"), "{error}");
}

#[tokio::test]
async fn the_moment_a_pause_is_over_a_unit_of_the_store_may_be_used() {
    let (limiter, _, _, clock) = alone();
    let wish = RateLimitReading { retry_after: Some(Duration::from_secs(1)), ..RateLimitReading::default() };
    let permit = acquire(&limiter, &clock).unwrap();
    permit.sent().unwrap();
    permit.complete(429, wish);
    settle().await;
    clock.advance(Duration::from_secs(1));
    assert!(acquire(&limiter, &clock).unwrap().sent().is_ok());
}

#[tokio::test]
async fn a_store_that_the_heartbeat_finds_knows_the_limit() {
    let clock = VirtualClock::new();
    let is_broken = Arc::new(AtomicBool::new(true));
    let first = InProcessStore::with_virtual_clock(clock.clone());
    let store = Breakable { store: first.for_another(), is_broken: Arc::clone(&is_broken) };
    let limiter = RateLimiter::of_store(store, Clock::Virtual(clock.clone()), Some(1));
    drop(send(&limiter, &clock));
    settle().await;
    is_broken.store(false, SeqCst);
    clock.advance(HEARTBEAT);
    settle().await;
    assert_eq!((standing(&first).limit, standing(&first).members), (60, 1));
    clock.advance(SETTLE);
    drop(send(&limiter, &clock));
    assert_eq!(limiter.snapshot().limit, 60);
}

#[tokio::test]
async fn each_loss_counts_though_nobody_called_since_the_last() {
    let (limiter, store, is_broken, clock) = alone();
    let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
    drop(send(&limiter, &clock));
    drop(send(&another, &clock));
    settle().await;
    is_broken.store(true, SeqCst);
    assert!(acquire(&limiter, &clock).is_err());
    is_broken.store(false, SeqCst);
    for _ in 0..13 {
        clock.advance(HEARTBEAT);
        settle().await;
    }
    is_broken.store(true, SeqCst);
    clock.advance(HEARTBEAT);
    settle().await;
    assert!(acquire(&limiter, &clock).is_err(), "the others may hold all of it");
    assert_eq!(limiter.snapshot().others, 60);
}
