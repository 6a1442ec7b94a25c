//! The service as a client sees it: the network, and the reference server's own limiter behind it.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::time::{Duration, SystemTime};

use axiomo::testing::VirtualClock;
use axiomo_mock_server::limit::{
    self, Admission, FixedWindow, Limiter, Partition, Quota, ResetFormat, ResetMeans, Shown,
};
use fastrand::Rng;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};

use crate::scenario::{LEG, LIMIT, REFUSAL, WINDOW, WORK};

/// The service, with a fixed window that the first request opens, as the reference server has it by default.
pub(crate) struct Service {
    pub(crate) clock: VirtualClock,
    random: RefCell<Rng>,
    limiter: FixedWindow,
    user: Partition,
    limit: Cell<u32>,
    attempts: Cell<u64>,
    refused: Cell<u64>,
}

/// A call that somebody wants answered, by as many attempts as the client likes.
pub(crate) struct Call<'s> {
    service: &'s Service,
    taken_up: Duration,
    /// When its last attempt left.
    departed: Cell<Duration>,
}

/// What one attempt gives.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
}

/// 2026-01-01T00:00:00Z, a little before the first call.
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);
/// When the clients' clock began, on the service's.
const OPENED: Duration = Duration::from_secs(600);

impl Service {
    pub(crate) fn new(clock: VirtualClock, seed: u64) -> Self {
        Self {
            clock,
            random: RefCell::new(Rng::with_seed(seed)),
            limiter: FixedWindow::default(),
            user: Partition::User("user".into()),
            limit: Cell::new(LIMIT),
            attempts: Cell::default(),
            refused: Cell::default(),
        }
    }

    pub(crate) fn cut_to(&self, limit: u32) {
        self.limit.set(limit);
    }

    /// Somebody else asks for a unit, so long before now; gives whether there was one.
    pub(crate) fn spend(&self, before: Duration) -> bool {
        self.limiter.admit(&self.user, self.quota(), self.time().saturating_sub(before)).is_admitted
    }

    pub(crate) fn take_up(&self) -> Call<'_> {
        let now = self.clock.elapsed();
        Call { service: self, taken_up: now, departed: Cell::new(now) }
    }

    /// Requests of the clients that arrived.
    pub(crate) fn attempts(&self) -> u64 {
        self.attempts.get()
    }

    /// Those of them that got a 429.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.get()
    }

    pub(crate) fn draw(&self, range: &Range<Duration>) -> Duration {
        range.start + range.end.saturating_sub(range.start).mul_f64(self.chance())
    }

    /// Anything from 0 up to 1.
    pub(crate) fn chance(&self) -> f64 {
        self.random.borrow_mut().f64()
    }

    async fn answer(&self) -> Answer {
        self.clock.sleep(self.draw(&LEG)).await;
        self.attempts.set(self.attempts.get() + 1);
        let quota = self.quota();
        let admission = self.limiter.admit(&self.user, quota, self.time());
        let status = if admission.is_admitted { 200 } else { 429 };
        self.refused.set(self.refused.get() + u64::from(status == 429));
        self.clock.sleep(self.draw(if admission.is_admitted { &WORK } else { &REFUSAL })).await;
        let headers = self.headers(quota, admission);
        self.clock.sleep(self.draw(&LEG)).await;
        Answer { status, headers }
    }

    /// The headers of the answer that leaves now.
    fn headers(&self, quota: Quota, admission: Admission) -> HeaderMap {
        let recovery = self.limiter.recovery(&self.user, quota, self.time());
        let at = SystemTime::UNIX_EPOCH + BEGINNING + self.time();
        let shown = Shown { quota, admission, recovery, at, is_refused: !admission.is_admitted };
        let mut headers = limit::headers(&shown, ResetFormat::default(), ResetMeans::default());
        if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(at)) {
            headers.insert(DATE, date);
        }
        headers
    }

    fn quota(&self) -> Quota {
        Quota::new(self.limit.get(), WINDOW)
    }

    fn time(&self) -> Duration {
        OPENED + self.clock.elapsed()
    }
}

impl Call<'_> {
    pub(crate) fn clock(&self) -> &VirtualClock {
        &self.service.clock
    }

    /// Anything from 0 up to 1.
    pub(crate) fn chance(&self) -> f64 {
        self.service.chance()
    }

    /// Sends the request now, and waits for the answer.
    pub(crate) async fn attempt(&self) -> Answer {
        self.departed.set(self.clock().elapsed());
        self.service.answer().await
    }

    /// How long it took until the last attempt left.
    pub(crate) fn waited(&self) -> Duration {
        self.departed.get().saturating_sub(self.taken_up)
    }
}

impl Answer {
    pub(crate) fn is_refused(&self) -> bool {
        self.status == 429
    }

    /// `Retry-After`, which the reference server writes as whole seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        text.parse().ok().map(Duration::from_secs)
    }
}
