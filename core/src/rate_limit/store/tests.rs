//! What every store does: both are told the same, and answer the same.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use futures::executor::block_on;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

use super::super::ledger::HOLD;
use super::*;
use crate::testing::VirtualClock;

/// A Redis of a test's own, which ends with it.
pub(in super::super) struct Server {
    pub(in super::super) port: u16,
    process: Child,
}

impl Server {
    pub(in super::super) fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_at(port)
    }

    pub(in super::super) fn start_at(port: u16) -> Self {
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test needs Redis: on Debian, apt-get install redis-server");
        let output = BufReader::new(process.stdout.take().unwrap());
        assert!(output.lines().any(|line| line.unwrap().contains("Ready to accept connections")));
        Self { port, process }
    }

    pub(in super::super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// One thing that is asked or told, by one of two processes.
#[derive(Debug, Clone)]
enum Step {
    Pass(u64),
    Take { member: usize, pacing: Pacing, chance: f64 },
    Sent(usize),
    Unsent(usize),
    GivenUp(usize),
    Answered { which: usize, status: u16, reading: RateLimitReading },
    Join { member: usize, pause: u64, unknown_unit: Option<u64> },
}

fn reading() -> impl Strategy<Value = RateLimitReading> {
    let seconds =
        |most: u64| proptest::option::of((0..most * 4).prop_map(|quarter| Duration::from_millis(quarter * 250)));
    let limits = (proptest::option::of(prop_oneof![0..12_u64, Just(9)]), proptest::option::of(0..12_u64));
    (limits, seconds(90), seconds(40)).prop_map(|((limit, remaining), reset, retry_after)| RateLimitReading {
        limit,
        remaining,
        reset,
        retry_after,
        ..RateLimitReading::default()
    })
}

fn step() -> impl Strategy<Value = Step> {
    let pacing = prop_oneof![4 => Just(Pacing::Eager), 1 => Just(Pacing::Smooth), 1 => Just(Pacing::Off)];
    let status = prop_oneof![5 => Just(200), 2 => Just(429), 1 => Just(401), 1 => Just(503)];
    prop_oneof![
        4 => prop_oneof![1..60_u64, 1..9_000_u64].prop_map(Step::Pass),
        6 => (0..2_usize, pacing, 0..1000_u32)
            .prop_map(|(member, pacing, chance)| Step::Take { member, pacing, chance: f64::from(chance) / 1000.0 }),
        1 => (0..8_usize).prop_map(Step::Sent),
        1 => (0..8_usize).prop_map(Step::Unsent),
        1 => (0..8_usize).prop_map(Step::GivenUp),
        5 => (0..8_usize, status, reading()).prop_map(|(which, status, reading)| Step::Answered { which, status, reading }),
        1 => (0..2_usize, prop_oneof![3 => Just(0), 1 => 1..20_000_u64], proptest::option::weighted(0.2, 1000..2000_u64))
            .prop_map(|(member, pause, unknown_unit)| Step::Join { member, pause, unknown_unit }),
    ]
}

/// Whether two lengths are the same to what rounding makes of them.
fn alike(one: Duration, other: Duration) -> bool {
    one.abs_diff(other) <= Duration::from_micros(2)
}

fn is_same(one: Taken, other: Taken) -> bool {
    match (one, other) {
        (Taken::Lease(one), Taken::Lease(other)) => one.probe == other.probe && alike(one.spacing, other.spacing),
        (
            Taken::Wait { at, not_before, is_penalty },
            Taken::Wait { at: other_at, not_before: other_not_before, is_penalty: other_is_penalty },
        ) => alike(at, other_at) && alike(not_before, other_not_before) && is_penalty == other_is_penalty,
        (one, other) => one == other,
    }
}

/// One quota in both stores, for two processes.
struct Both<'t> {
    clock: VirtualClock,
    runtime: &'t Runtime,
    ours: [InProcessStore; 2],
    theirs: [RedisStore; 2],
}

/// One unit, as each store gave it.
#[derive(Clone, Copy)]
struct Unit {
    member: usize,
    mine: Lease,
    his: Lease,
    given: Duration,
    left_after: Duration,
}

impl<'t> Both<'t> {
    fn new(server: &Server, runtime: &'t Runtime, name: &str) -> Self {
        let clock = VirtualClock::new();
        let one = InProcessStore::with_virtual_clock(clock.clone());
        let theirs = [(); 2].map(|()| {
            let mut store = RedisStore::new(&server.url()).unwrap().named(name);
            store.time = Some(clock.clone());
            store
        });
        Self { clock, runtime, ours: [one.for_another(), one.for_another()], theirs }
    }

    fn take(&self, member: usize, take: Take) -> Option<Unit> {
        let (mine, one) = block_on(self.ours[member].take(take)).unwrap();
        let (his, other) = self.runtime.block_on(self.theirs[member].take(take)).unwrap();
        assert!(is_same(mine, his), "{take:?}: {mine:?} {his:?}");
        assert_eq!(one, other, "{take:?}");
        match (mine, his) {
            (Taken::Lease(mine), Taken::Lease(his)) => {
                Some(Unit { member, mine, his, given: self.clock.elapsed(), left_after: Duration::ZERO })
            }
            _ => None,
        }
    }

    fn tell(&self, unit: Unit, news: impl Fn(Lease) -> News) -> Standing {
        let one = block_on(self.ours[unit.member].tell(news(unit.mine))).unwrap();
        let other = self.runtime.block_on(self.theirs[unit.member].tell(news(unit.his))).unwrap();
        assert_eq!(one, other, "{:?}", news(unit.mine));
        one
    }

    fn answered(&self, unit: Unit, status: u16, reading: RateLimitReading) -> Standing {
        let left_after = unit.left_after;
        self.tell(unit, |lease| News::Answered { lease, left_after, status, reading })
    }

    fn join(&self, member: usize, joining: &Joining) -> Standing {
        let one = block_on(self.ours[member].join(joining.clone())).unwrap();
        let other = self.runtime.block_on(self.theirs[member].join(joining.clone())).unwrap();
        assert_eq!(one, other, "{joining:?}");
        one
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn redis_and_the_process_keep_a_quota_alike() {
    let (server, runtime) = (Server::start(), runtime());
    let cases = std::cell::Cell::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) };
    let steps = proptest::collection::vec(step(), 1..120);
    TestRunner::new(config)
        .run(&(1..8_u64, steps), |(limit, steps)| {
            let case = cases.replace(cases.get() + 1);
            let both = Both::new(&server, &runtime, &format!("case-{case}"));
            let mut units: Vec<Unit> = Vec::new();
            let mut count = 0;
            for step in steps {
                // What is older than any answer is forgotten sooner or later.
                units.retain(|unit| both.clock.elapsed().saturating_sub(unit.given) < Duration::from_secs(100));
                match step {
                    Step::Pass(milliseconds) => both.clock.advance(Duration::from_millis(milliseconds)),
                    Step::Take { member, pacing, chance } => {
                        count += 1;
                        let taken = both.take(member, Take { unit: count, limit, pacing, chance });
                        units.extend(taken);
                    }
                    Step::Join { member, pause, unknown_unit } => {
                        let units = unknown_unit.map(|unit| (unit, Duration::ZERO)).into_iter().collect();
                        let was_lost = pause % 5 == 1;
                        both.join(member, &Joining { limit, pause: Duration::from_millis(pause), was_lost, units });
                    }
                    Step::Sent(which) if which < units.len() => {
                        let unit = &mut units[which];
                        unit.left_after = both.clock.elapsed().saturating_sub(unit.given);
                        both.tell(*unit, |lease| News::Sent(lease, unit.left_after));
                    }
                    Step::Unsent(which) if which < units.len() => {
                        both.tell(units.remove(which), News::Unsent);
                    }
                    Step::GivenUp(which) if which < units.len() => {
                        both.tell(units.remove(which), News::GivenUp);
                    }
                    Step::Answered { which, status, reading } if which < units.len() => {
                        both.answered(units.remove(which), status, reading);
                    }
                    Step::Sent(_) | Step::Unsent(_) | Step::GivenUp(_) | Step::Answered { .. } => {}
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn neither_redis_nor_the_process_believes_what_left_before_a_cut() {
    let (server, runtime) = (Server::start(), runtime());
    let both = Both::new(&server, &runtime, "cut");
    both.join(0, &Joining { limit: 8, pause: Duration::ZERO, was_lost: false, units: Vec::new() });
    let take = |unit| both.take(0, Take { unit, limit: 8, pacing: Pacing::Off, chance: 0.0 }).unwrap();
    let limit = |unit, limit| {
        let told = RateLimitReading { limit: Some(limit), ..RateLimitReading::default() };
        both.answered(unit, 200, told).limit
    };
    let before = [take(1), take(2)];
    both.clock.advance(Duration::from_secs(1));
    let (cut, just_then) = (take(3), [take(4), take(5)]);
    assert_eq!(limit(cut, 4), 4);
    both.clock.advance(Duration::from_secs(1));
    for unit in before.into_iter().chain(just_then) {
        assert_eq!(limit(unit, 8), 4);
    }
    assert_eq!([limit(take(6), 8), limit(take(7), 8)], [4, 8], "those that left later are believed");
}

#[test]
fn what_others_hold_is_owed_for_a_window_from_when_the_request_left() {
    let (server, runtime) = (Server::start(), runtime());
    let both = Both::new(&server, &runtime, "late");
    let joining = Joining { limit: 8, pause: Duration::ZERO, was_lost: false, units: Vec::new() };
    both.join(0, &joining);
    let mut unit = both.take(0, Take { unit: 1, limit: 8, pacing: Pacing::Off, chance: 0.0 }).unwrap();
    unit.left_after = Duration::from_secs(10);
    both.clock.advance(unit.left_after);
    both.tell(unit, |lease| News::Sent(lease, unit.left_after));
    let told = RateLimitReading { limit: Some(8), remaining: Some(2), ..RateLimitReading::default() };
    assert_eq!(both.answered(unit, 200, told).debt, 5);
    both.clock.advance(HOLD.saturating_sub(Duration::from_micros(1)));
    assert_eq!(both.join(0, &joining).debt, 5);
    both.clock.advance(Duration::from_micros(1));
    assert_eq!(both.join(0, &joining).debt, 0);
}

#[test]
fn a_silent_process_is_counted_until_it_cannot_be_there_any_more() {
    let (server, runtime) = (Server::start(), runtime());
    let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units: Vec::new() };
    for (silent, members) in [(ALIVE.saturating_sub(Duration::from_micros(1)), 2), (ALIVE, 1)] {
        let both = Both::new(&server, &runtime, &format!("silent-{members}"));
        both.join(0, &joining);
        both.clock.advance(silent);
        assert_eq!(both.join(1, &joining).members, members, "{silent:?}");
    }
}

#[test]
fn after_a_process_came_back_the_others_are_waited_for() {
    let (server, runtime) = (Server::start(), runtime());
    let both = Both::new(&server, &runtime, "settling");
    both.join(0, &Joining { limit: 60, pause: Duration::ZERO, was_lost: true, units: Vec::new() });
    let take = Take { unit: 1, limit: 60, pacing: Pacing::Off, chance: 0.0 };
    both.clock.advance(SETTLE.saturating_sub(Duration::from_micros(1)));
    assert!(both.take(0, take).is_none());
    both.clock.advance(Duration::from_micros(1));
    assert!(both.take(0, take).is_some());
}

#[test]
fn in_redis_each_user_has_a_quota_and_a_name_comes_before_the_user() {
    let (server, runtime) = (Server::start(), runtime());
    let members = |store: &RedisStore| {
        let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units: Vec::new() };
        runtime.block_on(store.join(joining)).unwrap().members
    };
    let stores: Vec<RedisStore> = ["one", "other", "one"]
        .into_iter()
        .map(|user| {
            let store = RedisStore::new(&server.url()).unwrap();
            store.of_user(user);
            store
        })
        .collect();
    assert_eq!([&stores[0], &stores[1], &stores[2]].map(members), [1, 1, 2]);
    stores[1].of_user("one");
    assert_eq!(members(&stores[1]), 1, "the first counts");
    let named = RedisStore::new(&server.url()).unwrap().named("other");
    named.of_user("one");
    assert_eq!(members(&named), 2);
}

#[test]
fn where_nobody_hears_that_a_redis_unit_is_the_probe_another_becomes_it() {
    let (server, runtime) = (Server::start(), runtime());
    let both = Both::new(&server, &runtime, "probe");
    let pause = Duration::from_secs(1);
    both.join(0, &Joining { limit: 60, pause, was_lost: false, units: Vec::new() });
    both.clock.advance(pause);
    let take = |unit| both.take(0, Take { unit, limit: 60, pacing: Pacing::Off, chance: 0.0 });
    let probe = take(1).unwrap();
    assert!(probe.mine.probe.is_some());
    assert!(take(2).is_none(), "it goes alone");
    both.tell(probe, |lease| News::Unsent(Lease { probe: None, ..lease }));
    assert!(take(3).is_some_and(|next| next.mine.probe.is_some()));
}

#[test]
fn redis_that_lost_everything_does_not_learn_the_limit_of_others() {
    let (server, runtime) = (Server::start(), runtime());
    let store = RedisStore::new(&server.url()).unwrap().named("lost");
    let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units: Vec::new() };
    runtime.block_on(store.join(joining.clone())).unwrap();
    let take = Take { unit: 1, limit: 60, pacing: Pacing::Off, chance: 0.0 };
    let (Taken::Lease(lease), _) = runtime.block_on(store.take(take)).unwrap() else { panic!("no unit") };
    let flushed = Command::new("redis-cli").args(["-p", &server.port.to_string(), "flushall"]).output().unwrap();
    assert!(flushed.status.success());
    for limit in [0, 7] {
        let reading = RateLimitReading { limit: Some(limit), ..RateLimitReading::default() };
        let news = News::Answered { lease, left_after: Duration::ZERO, status: 401, reading };
        runtime.block_on(store.tell(news)).unwrap();
    }
    assert_eq!(runtime.block_on(store.join(joining)).unwrap().limit, 60);
}

#[test]
fn redis_bears_a_limit_beyond_all_measure() {
    let (server, runtime) = (Server::start(), runtime());
    let store = RedisStore::new(&server.url()).unwrap();
    let joining = Joining { limit: 60, pause: Duration::ZERO, was_lost: false, units: Vec::new() };
    runtime.block_on(store.join(joining)).unwrap();
    for unit in 1..4 {
        let take = Take { unit, limit: 60, pacing: Pacing::Off, chance: 0.0 };
        let (Taken::Lease(lease), _) = runtime.block_on(store.take(take)).unwrap() else { panic!("no unit") };
        let reading = RateLimitReading { limit: Some(u64::MAX), remaining: Some(0), ..RateLimitReading::default() };
        runtime
            .block_on(store.tell(News::Answered { lease, left_after: Duration::ZERO, status: 401, reading }))
            .unwrap();
        let reading = RateLimitReading { remaining: None, ..reading };
        runtime
            .block_on(store.tell(News::Answered { lease, left_after: Duration::ZERO, status: 200, reading }))
            .unwrap();
    }
}
