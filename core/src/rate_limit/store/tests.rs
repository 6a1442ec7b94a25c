//! What every store does: both are told the same, and answer the same.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use futures::executor::block_on;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

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

#[test]
fn redis_and_the_process_keep_a_quota_alike() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cases = std::cell::Cell::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) };
    let steps = proptest::collection::vec(step(), 1..120);
    TestRunner::new(config)
        .run(&(1..8_u64, steps), |(limit, steps)| {
            let case = cases.replace(cases.get() + 1);
            let clock = VirtualClock::new();
            let one = InProcessStore::with_virtual_clock(clock.clone());
            let ours = [one.for_another(), one.for_another()];
            let theirs = [(); 2].map(|()| {
                let mut store = RedisStore::new(&server.url()).unwrap().named(&format!("case-{case}"));
                store.time = Some(clock.clone());
                store
            });
            let mut leases: Vec<(usize, Lease, Lease, Duration)> = Vec::new();
            let mut unit = 0;
            for step in steps {
                // What is older than any answer is forgotten sooner or later.
                leases.retain(|(.., since)| clock.elapsed().saturating_sub(*since) < Duration::from_secs(100));
                let lease = |which: usize| leases.get(which).copied();
                let (answers, shown) = match step.clone() {
                    Step::Pass(milliseconds) => {
                        clock.advance(Duration::from_millis(milliseconds));
                        continue;
                    }
                    Step::Take { member, pacing, chance } => {
                        unit += 1;
                        let take = Take { unit, limit, pacing, chance };
                        let (mine, one) = block_on(ours[member].take(take)).unwrap();
                        let (his, other) = runtime.block_on(theirs[member].take(take)).unwrap();
                        prop_assert!(is_same(mine, his), "{step:?}: {mine:?} {his:?}");
                        if let (Taken::Lease(mine), Taken::Lease(his)) = (mine, his) {
                            leases.push((member, mine, his, clock.elapsed()));
                        }
                        (one, other)
                    }
                    Step::Unsent(which) => {
                        let Some((member, mine, his, _)) = lease(which) else { continue };
                        leases.remove(which);
                        let other = runtime.block_on(theirs[member].tell(News::Unsent(his))).unwrap();
                        (block_on(ours[member].tell(News::Unsent(mine))).unwrap(), other)
                    }
                    Step::GivenUp(which) => {
                        let Some((member, mine, his, _)) = lease(which) else { continue };
                        leases.remove(which);
                        let other = runtime.block_on(theirs[member].tell(News::GivenUp(his))).unwrap();
                        (block_on(ours[member].tell(News::GivenUp(mine))).unwrap(), other)
                    }
                    Step::Answered { which, status, reading } => {
                        let Some((member, mine, his, _)) = lease(which) else { continue };
                        leases.remove(which);
                        let news = |lease| News::Answered { lease, left_after: Duration::ZERO, status, reading };
                        let other = runtime.block_on(theirs[member].tell(news(his))).unwrap();
                        (block_on(ours[member].tell(news(mine))).unwrap(), other)
                    }
                    Step::Join { member, pause, unknown_unit } => {
                        let units = unknown_unit.map(|unit| (unit, Duration::ZERO)).into_iter().collect();
                        let was_lost = pause % 5 == 1;
                        let joining = Joining { limit, pause: Duration::from_millis(pause), was_lost, units };
                        let other = runtime.block_on(theirs[member].join(joining.clone())).unwrap();
                        (block_on(ours[member].join(joining)).unwrap(), other)
                    }
                };
                prop_assert_eq!(answers, shown, "{:?}", step);
            }
            Ok(())
        })
        .unwrap();
}
