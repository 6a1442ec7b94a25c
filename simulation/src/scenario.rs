//! What happens in one seed.

use std::ops::Range;
use std::time::Duration;

use axiomo::Pacing;
use axiomo_mock_server::limit::{
    FixedWindow, Gcra, Limiter, ResetFormat, ResetMeans, SlidingLog, SlidingWindowCounter, Stamp,
};
use fastrand::Rng;

/// Processes at most.
pub const MOST_PROCESSES: usize = 16;
/// The service's window.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Limiters × formats × meanings × stampings.
pub const COMBINATIONS: usize = LIMITERS.len() * FORMATS.len() * MEANINGS.len() * STAMPS.len();

/// What is promised of a seed, and so what is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The conditions of the claim hold: no refusal, and the quota is used.
    Claim,
    /// Units were spent before the first request; nobody else takes any later.
    ColdStart,
    /// Everything that can go wrong may.
    Rough,
}

/// How the server counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// A fixed window that the first request opens.
    Opened,
    /// Fixed windows that open at the same moments for everybody.
    Aligned,
    /// A sliding log.
    Log,
    /// A sliding-window counter.
    Counter,
    /// The generic cell rate algorithm.
    Gcra,
}

const LIMITERS: [Counting; 5] = [Counting::Opened, Counting::Aligned, Counting::Log, Counting::Counter, Counting::Gcra];
const FORMATS: [ResetFormat; 5] =
    [ResetFormat::Epoch, ResetFormat::EpochMs, ResetFormat::Delta, ResetFormat::Date, ResetFormat::Rfc3339];
const MEANINGS: [ResetMeans; 2] = [ResetMeans::Full, ResetMeans::Next];
const STAMPS: [Stamp; 2] = [Stamp::Answer, Stamp::Admission];

impl Counting {
    /// The server's own code for it.
    #[must_use]
    pub fn limiter(self) -> Box<dyn Limiter> {
        match self {
            Self::Opened => Box::<FixedWindow>::default(),
            Self::Aligned => Box::new(FixedWindow::aligned()),
            Self::Log => Box::<SlidingLog>::default(),
            Self::Counter => Box::<SlidingWindowCounter>::default(),
            Self::Gcra => Box::<Gcra>::default(),
        }
    }
}

/// What happens in one seed. Shares are of 1,000 calls.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// All of it follows from this.
    pub seed: u64,
    /// What is promised.
    pub kind: Kind,
    /// How the server counts.
    pub counting: Counting,
    /// How the server writes `X-RateLimit-Reset`.
    pub format: ResetFormat,
    /// What the server means by it.
    pub means: ResetMeans,
    /// When the server computes it.
    pub stamp: Stamp,
    /// How the gates space requests.
    pub pacing: Pacing,
    /// The limit at the beginning.
    pub limit: u32,
    /// What gates are told of the limit before the first answer.
    pub assumed_limit: u32,
    /// For how many windows it runs.
    pub windows: u32,
    /// How far the server's time is into one of its windows at the beginning.
    pub phase: Duration,
    /// How far the server's time of day is off, in seconds, at first and from the middle on.
    pub skew: [i64; 2],
    /// How many processes call.
    pub processes: usize,
    /// Whether they share one gate.
    pub is_shared: bool,
    /// How many keys of the one user are used.
    pub keys: usize,
    /// Calls at once, in all processes.
    pub callers: usize,
    /// How many of the callers are a batch's, in thousandths.
    pub batch: u32,
    /// How long a caller pauses between calls.
    pub pause: Range<Duration>,
    /// How long a caller waits for leave at most.
    pub patience: Range<Duration>,
    /// Calls that find no open connection.
    pub connecting: u32,
    /// How long these take from leave to departure: name, connection, handshake.
    pub connect: Range<Duration>,
    /// On the way, each way.
    pub leg: Range<Duration>,
    /// What the server works on an admitted request.
    pub work: Range<Duration>,
    /// Calls that their caller gives up on, after up to this long.
    pub cancelled: u32,
    /// How long such a caller waits at most.
    pub cancelled_within: Duration,
    /// Calls whose connection fails before the request leaves.
    pub unsent: u32,
    /// Answers that never arrive.
    pub lost: u32,
    /// Requests that a gateway refuses before they arrive, without our headers.
    pub gateway: u32,
    /// Requests that a cache answers.
    pub cached: u32,
    /// Requests that are answered with 401 and another's limit.
    pub unauthorized: u32,
    /// When every answer is a 503.
    pub storm: Option<Range<Duration>>,
    /// Units that others take a window.
    pub strangers: u32,
    /// Units that were spent before.
    pub spent: u32,
    /// Another limit, and from when until when.
    pub other_limit: Option<(u32, Range<Duration>)>,
    /// When a process dies, by its number. It begins anew at once.
    pub deaths: Vec<(usize, Duration)>,
}

fn milliseconds(from: u64, to: u64) -> Range<Duration> {
    Duration::from_millis(from)..Duration::from_millis(to)
}

impl Scenario {
    /// What happens in a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let combination = Self::combination_of(seed);
        let counting = LIMITERS[combination % 5];
        let (kind, pacing) = match seed / COMBINATIONS as u64 % 8 {
            0 | 2 if counting != Counting::Counter => (Kind::Claim, Pacing::Eager),
            0..=2 => (Kind::Claim, Pacing::Smooth),
            3 if counting != Counting::Counter => (Kind::ColdStart, Pacing::Eager),
            3 => (Kind::ColdStart, Pacing::Smooth),
            4 | 5 => (Kind::Rough, Pacing::Eager),
            6 => (Kind::Rough, Pacing::Smooth),
            _ => (Kind::Rough, Pacing::Off),
        };
        let limit = match random.u32(..256) {
            0 => random.u32(1000..=4000),
            1..=8 => random.u32(300..=900),
            _ => random.u32(60..=120),
        };
        let mut scenario = Self {
            seed,
            kind,
            counting,
            format: FORMATS[combination / 5 % 5],
            means: MEANINGS[combination / 25 % 2],
            stamp: STAMPS[combination / 50 % 2],
            pacing,
            limit,
            assumed_limit: if random.bool() { limit } else { 60 },
            windows: random.u32(6..=8),
            phase: Duration::from_millis(random.u64(..60_000)),
            skew: [random.i64(-3600..=3600), random.i64(-3600..=3600)],
            processes: random.usize(1..=4).pow(2),
            is_shared: true,
            keys: random.usize(1..=2),
            callers: limit as usize * 2,
            batch: random.u32(..=1000),
            pause: milliseconds(0, 1),
            patience: milliseconds(1_000_000, 1_000_001),
            connecting: [0, 50][random.usize(..2)],
            connect: milliseconds(1, 200),
            leg: milliseconds(5, 50),
            work: work(&mut random),
            cancelled: [0, 20, 200][random.usize(..3)],
            cancelled_within: Duration::from_millis(random.u64(10..90_000)),
            unsent: [0, 20][random.usize(..2)],
            lost: [0, 10][random.usize(..2)],
            gateway: 0,
            cached: 0,
            unauthorized: 0,
            storm: random.bool().then(|| storm(&mut random)),
            strangers: 0,
            spent: 0,
            other_limit: None,
            deaths: Vec::new(),
        };
        scenario.deaths = deaths(&mut random, scenario.processes);
        match kind {
            Kind::Claim => {}
            Kind::ColdStart => scenario.make_cold(&mut random),
            Kind::Rough => scenario.make_rough(&mut random),
        }
        scenario
    }

    /// The number of a seed's combination of limiter, format, meaning and stamping.
    #[must_use]
    pub fn combination_of(seed: u64) -> usize {
        usize::try_from(seed % COMBINATIONS as u64).unwrap_or_default()
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self) -> Duration {
        WINDOW * self.windows + Duration::from_secs(1)
    }

    /// When the server's clock is set.
    #[must_use]
    pub fn clock_steps_at(&self) -> Duration {
        self.end() / 2
    }

    fn make_cold(&mut self, random: &mut Rng) {
        self.assumed_limit = self.limit;
        self.spent = random.u32(1..=self.limit);
        self.connecting = 0;
        (self.cancelled, self.unsent, self.lost, self.storm) = (0, 0, 0, None);
        self.deaths.clear();
    }

    fn make_rough(&mut self, random: &mut Rng) {
        let mut maybe = |most: u32| if random.bool() { random.u32(1..=most) } else { 0 };
        (self.cancelled, self.unsent, self.lost) = (maybe(300), maybe(100), maybe(100));
        (self.gateway, self.cached, self.unauthorized) = (maybe(20), maybe(50), maybe(20));
        (self.strangers, self.spent) = (maybe(self.limit), maybe(self.limit));
        if random.bool() {
            let from = random.u64(60_000..150_000);
            let to = from + random.u64(60_000..150_000);
            self.other_limit = Some((random.u32(10..=self.limit * 2), milliseconds(from, to)));
        }
        self.is_shared = random.bool();
        // Without pacing, all who wait look at every refusal: more of them show nothing new, slowly.
        let most = if self.pacing == Pacing::Off { 240 } else { self.limit as usize * 2 };
        self.callers = random.usize(20..=most);
        if random.bool() {
            self.pause = milliseconds(0, random.u64(2..5_000));
        }
        if random.bool() {
            self.patience = milliseconds(0, random.u64(2..200_000));
        }
        if random.bool() {
            self.leg = milliseconds(5, random.u64(6..=5_000));
        }
        if random.bool() {
            self.connecting = random.u32(..=1000);
            self.connect = milliseconds(0, random.u64(1..=2_000));
        }
    }
}

fn work(random: &mut Rng) -> Range<Duration> {
    let most = [50, 1_000, 10_000, 40_000][random.usize(..4)];
    milliseconds(5, random.u64(6..=most))
}

fn storm(random: &mut Rng) -> Range<Duration> {
    let from = random.u64(..300_000);
    milliseconds(from, from + random.u64(1_000..90_000))
}

fn deaths(random: &mut Rng, processes: usize) -> Vec<(usize, Duration)> {
    let count = random.usize(..3);
    let mut deaths: Vec<_> =
        (0..count).map(|_| (random.usize(..processes), Duration::from_millis(random.u64(1_000..350_000)))).collect();
    deaths.sort_by_key(|(_, at)| *at);
    deaths
}
