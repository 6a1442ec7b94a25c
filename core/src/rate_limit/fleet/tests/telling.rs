//! What a process tells the store, and when.

use super::*;

/// What a store was told.
#[derive(Debug, Default)]
struct Notes {
    users: Vec<String>,
    news: Vec<News>,
    joinings: Vec<Joining>,
}

/// A store that notes what it is told, and can be cut off.
#[derive(Debug)]
struct Noting(Breakable, Arc<Mutex<Notes>>);

impl Store for Noting {
    fn of_user(&self, fingerprint: &str) {
        self.1.lock().unwrap().users.push(fingerprint.to_owned());
    }

    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)> {
        self.0.take(take)
    }

    fn tell(&self, news: News) -> Reply<'_, Standing> {
        self.1.lock().unwrap().news.push(news);
        self.0.tell(news)
    }

    fn join(&self, joining: Joining) -> Reply<'_, Standing> {
        self.1.lock().unwrap().joinings.push(joining.clone());
        self.0.join(joining)
    }
}

struct Setup {
    limiter: RateLimiter,
    clock: VirtualClock,
    is_broken: Arc<AtomicBool>,
    notes: Arc<Mutex<Notes>>,
}

impl Setup {
    fn new(is_broken: bool) -> Self {
        let (clock, notes) = (VirtualClock::new(), Arc::<Mutex<Notes>>::default());
        let is_broken = Arc::new(AtomicBool::new(is_broken));
        let store = InProcessStore::with_virtual_clock(clock.clone());
        let store = Noting(Breakable { store, is_broken: Arc::clone(&is_broken) }, Arc::clone(&notes));
        let limiter = RateLimiter::of_store(store, Clock::Virtual(clock.clone()), Some(1));
        Self { limiter, clock, is_broken, notes }
    }

    /// A permit, which is sent so much later.
    fn send_after(&self, length: Duration) -> Permit {
        let permit = acquire(&self.limiter, &self.clock).unwrap();
        self.clock.advance(length);
        permit.sent().unwrap();
        self.clock.advance(Duration::from_millis(30));
        permit
    }

    /// When each request left, as it is told once the store is found again.
    fn told_to_have_left(&self) -> Vec<Duration> {
        self.is_broken.store(false, SeqCst);
        self.clock.advance(ASK_AGAIN);
        let _ = acquire(&self.limiter, &self.clock);
        let notes = self.notes.lock().unwrap();
        let units = notes.joinings.last().unwrap().units.iter();
        units.map(|(_, ago)| self.clock.elapsed().saturating_sub(*ago)).collect()
    }
}

#[test]
fn a_store_serves_the_user_of_the_first_client() {
    let Setup { limiter, notes, .. } = Setup::new(false);
    limiter.serve("somebody", 10);
    limiter.serve("somebody else", 20);
    assert_eq!((notes.lock().unwrap().users.as_slice(), limiter.snapshot().limit), (&["somebody".to_owned()][..], 10));
}

#[test]
fn only_what_leaves_late_is_told_to_have_left() {
    for (late, is_told) in [(Duration::ZERO, false), (AT_ONCE, false), (AT_ONCE + Duration::from_nanos(1), true)] {
        let setup = Setup::new(false);
        drop(setup.send_after(late));
        drop(setup.send_after(Duration::ZERO));
        let notes = setup.notes.lock().unwrap();
        let told: Vec<Duration> = notes
            .news
            .iter()
            .map(|news| if let News::Sent(_, left_after) = news { *left_after } else { panic!("{news:?}") })
            .collect();
        assert_eq!(told, Vec::from_iter(is_told.then_some(late)));
    }
}

#[test]
fn of_those_that_are_given_up_only_a_probe_is_told() {
    let setup = Setup::new(false);
    drop(setup.send_after(Duration::ZERO));
    let wish = RateLimitReading { retry_after: Some(Duration::from_secs(1)), ..RateLimitReading::default() };
    setup.send_after(Duration::ZERO).complete(429, wish);
    setup.clock.advance(Duration::from_secs(1));
    assert!(acquire(&setup.limiter, &setup.clock).is_err(), "the store hears of the refusal");
    setup.clock.advance(Duration::from_secs(1));
    drop(setup.send_after(Duration::ZERO));
    let _ = acquire(&setup.limiter, &setup.clock);
    let notes = setup.notes.lock().unwrap();
    assert!(matches!(notes.news[..], [News::Answered { .. }, News::GivenUp(_)]), "{:?}", notes.news);
}

#[test]
fn a_store_that_is_found_again_hears_when_each_request_left() {
    let seconds = Duration::from_secs;
    // Units of the store.
    let setup = Setup::new(false);
    let first = setup.send_after(seconds(2));
    let second = setup.send_after(seconds(3));
    let unsent = acquire(&setup.limiter, &setup.clock).unwrap();
    setup.is_broken.store(true, SeqCst);
    setup.clock.advance(seconds(1));
    assert!(acquire(&setup.limiter, &setup.clock).is_err(), "the others may hold the rest");
    unsent.unsent();
    assert_eq!(setup.told_to_have_left(), [seconds(2), Duration::from_millis(5030)]);
    drop((first, second));

    // Those that were taken without it.
    let setup = Setup::new(true);
    let first = setup.send_after(seconds(2));
    let unsent = acquire(&setup.limiter, &setup.clock).unwrap();
    setup.clock.advance(Duration::from_millis(30));
    let third = setup.send_after(seconds(3));
    unsent.unsent();
    assert_eq!(setup.told_to_have_left(), [seconds(2), Duration::from_millis(5060)]);
    drop((first, third));
}

#[test]
fn what_left_a_window_ago_is_not_told() {
    for (ago, is_told) in [(HOLD.saturating_sub(Duration::from_nanos(1)), true), (HOLD, false)] {
        let setup = Setup::new(true);
        drop(setup.send_after(Duration::ZERO));
        setup.clock.advance(ago.saturating_sub(ASK_AGAIN + setup.clock.elapsed()));
        assert_eq!(setup.told_to_have_left().len(), usize::from(is_told), "{ago:?}");
    }
}

#[test]
fn a_store_that_was_just_found_is_not_believed_that_there_are_fewer_processes() {
    for (since_found, members) in [(SETTLE.saturating_sub(Duration::from_nanos(1)), 2), (SETTLE, 1)] {
        let (limiter, store, is_broken, clock) = alone();
        let another = RateLimiter::of_store(store.for_another(), Clock::Virtual(clock.clone()), Some(2));
        drop(send(&another, &clock));
        drop(send(&limiter, &clock));
        is_broken.store(true, SeqCst);
        assert!(acquire(&limiter, &clock).is_err());
        // The other one is counted no longer.
        clock.advance(HEARTBEAT * 4);
        is_broken.store(false, SeqCst);
        let _ = acquire(&limiter, &clock);
        clock.advance(since_found);
        let _ = acquire(&limiter, &clock);
        is_broken.store(true, SeqCst);
        clock.advance(LONGEST_SLEEP);
        let _ = acquire(&limiter, &clock);
        let fleet = limiter.shared.fleet.as_ref().unwrap();
        assert_eq!(fleet.share().unwrap().members, members, "{since_found:?}");
    }
}

#[test]
fn a_process_tells_once_in_a_while_that_it_is_there_in_whatever_runtime() {
    let setup = Setup::new(false);
    let joinings = || setup.notes.lock().unwrap().joinings.len();
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for _ in 0..3 {
                drop(setup.send_after(Duration::ZERO));
            }
            settle().await;
            let before = joinings();
            for told in 1..3 {
                setup.clock.advance(HEARTBEAT);
                settle().await;
                assert_eq!(joinings(), before + told);
            }
        });
    }
}

#[tokio::test]
async fn nothing_is_told_of_a_process_that_is_gone() {
    let Setup { limiter, clock, .. } = Setup::new(false);
    drop(acquire(&limiter, &clock).unwrap());
    settle().await;
    assert_eq!(clock.next_due(), Some(HEARTBEAT));
    drop(limiter);
    settle().await;
    assert_eq!(clock.next_due(), None);
}
