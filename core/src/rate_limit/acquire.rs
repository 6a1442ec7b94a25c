//! How a call gets its turn.

use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use axiomo_model::ErrorKind;

use super::Priority;
use super::fleet::Asked;
use super::grant::{Grant, Unit};
use super::ledger::{Hold, Turn};
use super::limiter::{RateLimiter, State};
use super::permit::Permit;
use super::queue::Ticket;
use crate::clock::Purpose;
use crate::error::Error;
use crate::response::{RateLimit, WaitReason, milliseconds};

impl RateLimiter {
    /// Waits for leave to send one request.
    ///
    /// # Errors
    ///
    /// `rate_limited`, with `local`, as soon as it is clear that the leave would come later than `latest`.
    /// `retry_after` then says how long it would take, `queue_depth` how many wait. `configuration` where it has to wait
    /// outside a Tokio runtime.
    pub async fn acquire(&self, priority: Priority, latest: Instant) -> Result<Permit, Error> {
        let mut waiting: Option<Waiting<'_>> = None;
        loop {
            let (turn, now) = match self.ask(priority, waiting.as_ref(), latest) {
                Answer::Granted(grant, now) => return Ok(self.permit(grant, waiting.as_mut(), now)),
                Answer::ToAsk => {
                    let Some(permit) = self.ask_store(priority, waiting.as_mut()).await else { continue };
                    return Ok(permit);
                }
                Answer::TooLong(error) => return Err(error),
                Answer::Joined(ticket, turn, now, reason) => {
                    waiting = Some(Waiting { limiter: self, ticket, since: now, reason, has_left: false });
                    (turn, now)
                }
                Answer::Again(turn, now) => (turn, now),
            };
            let Some(waiting) = &waiting else { continue };
            if turn.at <= now {
                continue;
            }
            if !self.shared.clock.can_sleep() {
                return Err(Error::configuration(
                    "there is a wait for the rate limit outside a Tokio runtime; acquire permits within one",
                ));
            }
            let until = turn.at.min(latest);
            let reason = waiting.reason;
            tracing::debug!(target: "axiomo", wait_ms = milliseconds(until - now), reason = reason.as_str(), "wait");
            tokio::select! {
                biased;
                () = self.shared.clock.sleep_until(until, Purpose::Wait(reason)) => {}
                () = waiting.called() => {}
            }
        }
    }

    /// Whether there is leave, and else when.
    fn ask(&self, priority: Priority, waiting: Option<&Waiting<'_>>, latest: Instant) -> Answer {
        let mut wakers = Vec::new();
        let mut state = self.state();
        // Read under the lock, so that time never goes back from one look to the next.
        let now = self.shared.clock.now();
        state.ledger.advance(now);
        if state.queue.len() > 0 {
            state.ledger.note_front(now);
        }
        let before = match waiting {
            Some(waiting) => state.queue.before_ticket(waiting.ticket),
            None => state.queue.before_newcomer(priority),
        };
        let turn = state.ledger.turn(now, before);
        let fleet = self.shared.fleet.as_ref();
        let ask_again_at = state.ledger.look_again_at();
        let has_to_ask = fleet.is_some() && ask_again_at.is_none_or(|at| at <= now);
        // A lost store is looked for even while there is nothing to ask it for: it has to hear of this process.
        let may_ask = turn.at <= now || ask_again_at.is_some() && before == 0;
        let is_to_ask = has_to_ask && may_ask;
        let answer = if is_to_ask && waiting.is_some() {
            // Until there is an answer, nobody else asks.
            let again = now + LONGEST_ASKING;
            state.ledger.set_hold(Some(Hold { again, not_before: now, is_penalty: false }));
            Answer::ToAsk
        } else if turn.at <= now && !has_to_ask {
            state.leave_queue(priority, waiting);
            let mut grant = state.ledger.grant(now);
            if let Some(fleet) = fleet {
                grant.unit = Unit::Alone(fleet.take_alone(now));
            }
            Answer::Granted(grant, now)
        } else if !is_to_ask && (turn.not_before > latest || now >= latest) {
            let others = state.queue.len() - usize::from(waiting.is_some());
            Answer::TooLong(too_long(turn, now, others, state.told))
        } else {
            let look_again = ask_again_at.filter(|_| before == 0).map_or(turn.at, |at| turn.at.min(at));
            let until = look_again.min(latest);
            let turn = Turn { at: turn.at.min(until), ..turn };
            let ticket = match waiting {
                Some(waiting) => waiting.ticket,
                None => state.queue.join(priority, until),
            };
            if let Some(waiter) = state.queue.get(ticket) {
                (waiter.until, waiter.is_called) = (until, false);
            }
            if waiting.is_some() {
                return Answer::Again(turn, now);
            }
            let reason = match (turn.is_penalty, before) {
                (true, _) => WaitReason::Penalty,
                (false, 0) => WaitReason::Pacing,
                (false, _) => WaitReason::Queue,
            };
            return Answer::Joined(ticket, turn, now, reason);
        };
        state.call_front(now, &mut wakers);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        answer
    }

    fn permit(&self, grant: Grant, waiting: Option<&mut Waiting<'_>>, now: Instant) -> Permit {
        let waited = waiting.and_then(|waiting| {
            waiting.has_left = true;
            (now > waiting.since).then(|| (now - waiting.since, waiting.reason))
        });
        Permit::new(self.clone(), grant, waited)
    }

    /// Asks the store for a unit, for whoever is first. None where he has to look again.
    async fn ask_store(&self, priority: Priority, waiting: Option<&mut Waiting<'_>>) -> Option<Permit> {
        let fleet = self.shared.fleet.as_ref()?;
        let mut asking = Asking { limiter: self, is_answered: false };
        let (known, chance) = self.change(|state, now| (state.ledger.known(now), state.ledger.chance()));
        let asked = fleet.take(known, chance).await;
        let limit = fleet.standing().limit;
        let (grant, now) = self.change(|state, now| {
            let hold = match asked {
                Asked::Wait { again, not_before, is_penalty } => Some(Hold { again, not_before, is_penalty }),
                _ => None,
            };
            state.ledger.part(fleet.share(), now);
            state.ledger.set_hold(hold);
            if limit > 0 {
                state.ledger.assume(limit);
            }
            let Asked::Lease(lease) = asked else { return (None, now) };
            state.leave_queue(priority, waiting.as_deref());
            (Some(state.ledger.grant_leased(lease, now)), now)
        });
        asking.is_answered = true;
        grant.map(|grant| self.permit(grant, waiting, now))
    }
}

impl State {
    /// Somebody leaves, from his place in the queue if he has one.
    fn leave_queue(&mut self, priority: Priority, waiting: Option<&Waiting<'_>>) {
        if let Some(waiting) = waiting {
            self.queue.leave(waiting.ticket);
        }
        self.queue.served(priority);
    }
}

enum Answer {
    Granted(Grant, Instant),
    Joined(Ticket, Turn, Instant, WaitReason),
    Again(Turn, Instant),
    TooLong(Error),
    /// The store has to be asked.
    ToAsk,
}

/// A store that takes longer to answer is not waited for by the others.
const LONGEST_ASKING: Duration = Duration::from_secs(5);

/// The store is asked; nobody else asks until there is an answer, or nobody waits for it any longer.
struct Asking<'l> {
    limiter: &'l RateLimiter,
    is_answered: bool,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.limiter.change(|state, _| state.ledger.set_hold(None));
        }
    }
}

/// A place in the queue, which is left when this is dropped.
struct Waiting<'l> {
    limiter: &'l RateLimiter,
    ticket: Ticket,
    since: Instant,
    reason: WaitReason,
    has_left: bool,
}

impl Waiting<'_> {
    /// Returns once there is something new to look at.
    async fn called(&self) {
        poll_fn(|context| {
            let mut state = self.limiter.state();
            match state.queue.get(self.ticket) {
                Some(waiter) if !waiter.is_called => {
                    waiter.waker = Some(context.waker().clone());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            }
        })
        .await;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.has_left {
            self.limiter.change(|state, now| {
                state.queue.leave(self.ticket);
                state.ledger.front_changed(now);
            });
        }
    }
}

fn too_long(turn: Turn, now: Instant, others: usize, told: Option<RateLimit>) -> Error {
    let wait = turn.not_before.saturating_duration_since(now);
    let seconds = wait.as_secs_f64().ceil();
    let why = if turn.is_penalty { "the service asked to be left alone" } else { "the rate limit is used up" };
    let mut error = Error::local(
        ErrorKind::RateLimited,
        format!(
            "{why}: this call can be sent in {seconds} s at the earliest, with {others} others waiting, which is longer \
             than it may wait; try again then, or raise max_wait or timeout"
        ),
    )
    .naming(&["max_wait", "timeout"]);
    let contents = error.contents_mut();
    contents.retry_after = Some(wait);
    contents.queue_depth = Some(others);
    contents.rate_limit = told;
    error
}
