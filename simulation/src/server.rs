//! The service as the network sees it, around the reference server's own limiters.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use axiomo_mock_server::limit::{self, Admission, Limiter, Partition, Quota, Recovery, Shown, Stamp};
use http::header::{AGE, DATE};
use http::{HeaderMap, HeaderValue};

use crate::scenario::{Scenario, WINDOW};

/// The service. It knows nothing of the gates.
pub(crate) struct Server {
    limiter: Box<dyn Limiter>,
    user: Partition,
    limit: Cell<u32>,
    scenario: Scenario,
}

/// A request that was counted.
pub(crate) struct Arrival {
    pub(crate) admission: Admission,
    quota: Quota,
    recovery: Recovery,
    at: Duration,
}

/// 2026-01-01T00:00:00Z
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);

impl Server {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            limiter: scenario.counting.limiter(),
            user: Partition::User("user".into()),
            limit: Cell::new(scenario.limit),
            scenario: scenario.clone(),
        }
    }

    pub(crate) fn set_limit(&self, limit: u32) {
        self.limit.set(limit);
    }

    pub(crate) fn arrive(&self, at: Duration) -> Arrival {
        let (quota, now) = (Quota::new(self.limit.get(), WINDOW), self.scenario.phase + at);
        let admission = self.limiter.admit(&self.user, quota, now);
        Arrival { admission, quota, recovery: self.limiter.recovery(&self.user, quota, now), at }
    }

    /// The headers of the answer that leaves now.
    pub(crate) fn answer(&self, arrival: &Arrival, status: u16, now: Duration) -> HeaderMap {
        let Arrival { admission, quota, .. } = *arrival;
        let (recovery, at) = match self.scenario.stamp {
            Stamp::Admission => (arrival.recovery, arrival.at),
            _ => (self.limiter.recovery(&self.user, quota, self.scenario.phase + now), now),
        };
        let shown = Shown { quota, admission, recovery, at: self.time_of_day(at), is_refused: status == 429 };
        let mut headers = limit::headers(&shown, self.scenario.format, self.scenario.means);
        self.date(&mut headers, now);
        headers
    }

    /// The headers of an answer that a cache has kept for so long.
    pub(crate) fn cached(&self, age: u32, now: Duration) -> HeaderMap {
        let quota = Quota::new(self.limit.get(), WINDOW);
        let admission = Admission { is_admitted: true, remaining: quota.limit() - 1 };
        let at = self.time_of_day(now);
        let shown = Shown { quota, admission, recovery: Recovery::default(), at, is_refused: false };
        let mut headers = limit::headers(&shown, self.scenario.format, self.scenario.means);
        headers.insert(AGE, age.into());
        self.date(&mut headers, now);
        headers
    }

    /// The headers of an answer to a key that is not known: those of its address.
    pub(crate) fn unauthorized(&self, now: Duration) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit", 10.into());
        headers.insert("x-ratelimit-remaining", 0.into());
        self.date(&mut headers, now);
        headers
    }

    fn date(&self, headers: &mut HeaderMap, now: Duration) {
        if let Ok(value) = HeaderValue::from_str(&httpdate::fmt_http_date(self.time_of_day(now))) {
            headers.insert(DATE, value);
        }
    }

    fn time_of_day(&self, at: Duration) -> SystemTime {
        let skew = self.scenario.skew[usize::from(at >= self.scenario.clock_steps_at())];
        let true_time = SystemTime::UNIX_EPOCH + BEGINNING + at;
        let off = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { true_time - off } else { true_time + off }
    }
}

/// How many requests somebody gets in who knows everything and takes each unit as soon as it is there, from
/// one moment on, between two moments.
pub(crate) fn most_admitted(scenario: &Scenario, first: Duration, from: Duration, to: Duration) -> u32 {
    let server = Server::new(scenario);
    let (mut now, mut admitted) = (first, 0);
    while now < to {
        let arrival = server.arrive(now);
        if arrival.admission.is_admitted {
            admitted += u32::from(now >= from);
        } else {
            now += arrival.recovery.next.max(Duration::from_nanos(1));
        }
    }
    admitted
}
