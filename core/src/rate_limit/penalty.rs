use std::time::{Duration, Instant};

use super::headers::{RateLimitReading, WINDOW};

/// No service that wants to be asked again asks for more.
pub(super) const LONGEST_PENALTY: Duration = Duration::from_secs(24 * 3600);
/// The wait after a refusal that does not say how long; doubled with each in a row, up to a window.
pub(super) const VAGUE_PENALTY: Duration = Duration::from_secs(1);

/// What the service's refusals ask for. After the wait, one request, the probe, goes ahead of the others.
#[derive(Debug, Default)]
pub(super) struct Penalties {
    current: Option<Penalty>,
    /// How many probes were sent.
    probes: u64,
    /// Refusals in a row that did not say how long to wait.
    vague_refusals: u32,
}

#[derive(Debug, Clone, Copy)]
struct Penalty {
    until: Instant,
    probe: Probe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    /// The next request is it.
    Wanted,
    /// This one is under way, and waited for until then.
    Out(u64, Instant),
}

impl Penalty {
    /// Whether this is the probe that is waited for.
    fn is_probed_by(&self, probe: Option<u64>) -> bool {
        matches!(self.probe, Probe::Out(number, _) if probe == Some(number))
    }
}

impl Penalties {
    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        if let Some(Penalty { probe: Probe::Out(number, answer_until), .. }) = self.current
            && answer_until <= now
        {
            self.probed(Some(number), now);
        }
    }

    /// Whether there is one, even if its time is over and its probe is not back yet.
    pub(super) fn is_any(&self) -> bool {
        self.current.is_some()
    }

    /// Nobody leaves before.
    pub(super) fn until(&self) -> Option<Instant> {
        self.current.map(|penalty| penalty.until)
    }

    /// Until when a probe's answer is waited for, which may come at any moment; none while no probe is under way.
    pub(super) fn answer_until(&self) -> Option<Instant> {
        match self.current?.probe {
            Probe::Out(_, answer_until) => Some(answer_until),
            Probe::Wanted => None,
        }
    }

    /// Whether a request with a permit from before may still leave.
    pub(super) fn lets_go(&self, probe: Option<u64>, now: Instant) -> bool {
        self.current.is_none_or(|penalty| penalty.until <= now && penalty.is_probed_by(probe))
    }

    /// The next request leaves. Gives its number where it is to be the probe.
    pub(super) fn next_probe(&mut self, now: Instant) -> Option<u64> {
        let penalty = self.current.as_mut().filter(|penalty| penalty.probe == Probe::Wanted)?;
        self.probes += 1;
        // Longer than this, the others would wait for an answer that may never come.
        penalty.probe = Probe::Out(self.probes, now + WINDOW);
        Some(self.probes)
    }

    /// Somebody else sees to probes: what is over is forgotten.
    pub(super) fn forget_past(&mut self, now: Instant) {
        self.current = self.current.filter(|penalty| penalty.until > now);
    }

    /// Nobody leaves before, and then one alone.
    pub(super) fn pause(&mut self, until: Instant) {
        let penalty = self.current.get_or_insert(Penalty { until, probe: Probe::Wanted });
        penalty.until = penalty.until.max(until);
    }

    /// A request never left. If it was the probe, another one has to be.
    pub(super) fn unsent(&mut self, probe: Option<u64>) {
        if let Some(penalty) = self.current.as_mut().filter(|penalty| penalty.is_probed_by(probe)) {
            penalty.probe = Probe::Wanted;
        }
    }

    /// A request is no longer waited for. If it was the probe, the queue may follow, unless another refusal came in
    /// the meantime.
    pub(super) fn probed(&mut self, probe: Option<u64>, now: Instant) {
        if self.current.is_some_and(|penalty| penalty.is_probed_by(probe)) {
            self.unsent(probe);
            self.forget_past(now);
        }
    }

    /// The service let a request in.
    pub(super) fn let_in(&mut self, probe: Option<u64>, now: Instant) {
        self.vague_refusals = 0;
        self.probed(probe, now);
    }

    /// For how long the refusal of a request wants everybody to wait.
    pub(super) fn wait_of(&mut self, probe: Option<u64>, refusal: RateLimitReading) -> Duration {
        let wait = refusal.wait().unwrap_or_else(|| {
            // What was under way when the first was refused is refused with it, and not once more.
            let is_next = self.current.is_none_or(|penalty| penalty.is_probed_by(probe));
            self.vague_refusals = (self.vague_refusals + u32::from(is_next)).max(1);
            VAGUE_PENALTY.saturating_mul(2_u32.saturating_pow(self.vague_refusals - 1)).min(WINDOW)
        });
        wait.min(LONGEST_PENALTY)
    }

    /// The service refused a request. Gives until when everybody waits now.
    pub(super) fn refused(&mut self, probe: Option<u64>, until: Instant) -> Instant {
        let next = match self.current {
            // Somebody else's refusal, from before the probe left.
            Some(penalty) if !penalty.is_probed_by(probe) => penalty.probe,
            _ => Probe::Wanted,
        };
        let until = self.until().map_or(until, |before| before.max(until));
        self.current = Some(Penalty { until, probe: next });
        until
    }
}
