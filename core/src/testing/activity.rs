use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::VirtualClock;
use super::virtual_clock::Hold;

/// Something that a client does, for as long as it does it. It works from when it is made or woken until it waits
/// for something; whatever wakes it is known at once, before it goes on.
pub(crate) struct Activity(Arc<Shared>);

struct Shared {
    clock: VirtualClock,
    state: Mutex<State>,
}

struct State {
    is_at_work: bool,
    /// Woken since it was last asked to go on.
    is_woken: bool,
    is_over: bool,
    giving: Giving,
    /// Whether somebody has what it gave last, and has yet to ask for more.
    held: Option<Hold>,
    waker: Option<Waker>,
}

/// What it has given to somebody, which is told.
#[derive(PartialEq)]
enum Giving {
    /// What it makes is no result of anything.
    Never,
    NotYet,
    Something,
}

impl Activity {
    /// Something that is about to go on.
    pub(crate) fn new(clock: VirtualClock) -> Self {
        Self::about_to_go_on(clock, Giving::Never)
    }

    /// The same, of which somebody is given whatever it makes, and that is told.
    pub(crate) fn giving(clock: VirtualClock) -> Self {
        Self::about_to_go_on(clock, Giving::NotYet)
    }

    fn about_to_go_on(clock: VirtualClock, giving: Giving) -> Self {
        clock.work();
        let state = State { is_at_work: true, is_woken: false, is_over: false, giving, held: None, waker: None };
        Self(Arc::new(Shared { clock, state: Mutex::new(state) }))
    }

    /// Lets it go on until it waits for something, or has made something.
    pub(crate) fn poll<T>(&self, context: &Context<'_>, go_on: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let polled = self.poll_on(context, go_on);
        if polled.is_ready() {
            let mut state = self.0.state();
            self.0.give(&mut state);
            self.0.rest(&mut state);
        }
        polled
    }

    /// Lets it go on until it waits for something. Once it has made something it works on, until it is dropped.
    pub(crate) fn poll_on<T>(&self, context: &Context<'_>, go_on: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        {
            let mut state = self.0.state();
            state.waker = Some(context.waker().clone());
            state.is_woken = false;
            self.0.work(&mut state);
            self.0.release(&mut state);
        }
        let waker = Waker::from(Arc::clone(&self.0));
        let polled = go_on(&mut Context::from_waker(&waker));
        let mut state = self.0.state();
        if polled.is_pending() && !state.is_woken {
            self.0.rest(&mut state);
        }
        polled
    }

    /// Whoever was given something is about to ask for more, unless he begins something else before.
    pub(crate) fn hold(&self) {
        self.0.state().held = Some(self.0.clock.hold());
    }
}

impl Shared {
    fn work(&self, state: &mut State) {
        if !state.is_at_work && !state.is_over {
            state.is_at_work = true;
            self.clock.work();
        }
    }

    fn give(&self, state: &mut State) {
        if state.giving != Giving::Never {
            state.giving = Giving::Something;
            self.clock.give();
        }
    }

    fn release(&self, state: &mut State) {
        if let Some(held) = state.held.take() {
            self.clock.release(held);
        }
    }

    fn rest(&self, state: &mut State) {
        if state.is_at_work {
            state.is_at_work = false;
            self.clock.rest();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        let waker = {
            let mut state = self.state();
            state.is_woken = true;
            self.work(&mut state);
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_over = true;
        if state.giving == Giving::NotYet {
            // Whoever gave it up has that for a result.
            self.0.give(&mut state);
        }
        self.0.release(&mut state);
        self.0.rest(&mut state);
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Activity").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::mpsc;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::super::link::Link;
    use super::*;
    use crate::clock::Purpose;
    use crate::response::WaitReason;

    const SECOND: Duration = Duration::from_secs(1);

    fn told(frames: &mpsc::Receiver<String>) -> Vec<Value> {
        frames.try_iter().map(|frame| serde_json::from_str(&frame).unwrap()).collect()
    }

    #[test]
    fn nothing_is_told_while_something_works_or_is_about_to() {
        let (frames, receiver) = mpsc::channel();
        let clock = VirtualClock::new();
        clock.conduct(Link::new(frames));
        let activity = Activity::new(clock.clone());
        clock.obey(1, Duration::ZERO);
        assert_eq!(told(&receiver), [json!(null); 0], "it has not gone on yet");
        let mut sleep = pin!(clock.sleep_until(clock.now() + SECOND, Purpose::Wait(WaitReason::Backoff)));
        let context = Context::from_waker(Waker::noop());
        assert!(activity.poll(&context, |context| sleep.as_mut().poll(context)).is_pending());
        let second = 1_000_000_000_u64;
        let timers = json!([{"due_ns": second, "reason": "backoff"}]);
        let waits = json!([{"began_ns": 0, "length_ns": second, "reason": "backoff"}]);
        let at_rest = json!({"heard": 1, "begun": 0, "given": 0, "timers": timers, "on_the_wire": [], "waits": waits});
        assert_eq!(told(&receiver), [at_rest]);
        clock.obey(2, SECOND);
        assert_eq!(told(&receiver), [json!(null); 0], "it is woken, and has not gone on yet");
        assert!(activity.poll(&context, |context| sleep.as_mut().poll(context)).is_ready());
        let at_rest = json!({"heard": 2, "begun": 0, "given": 0, "timers": [], "on_the_wire": [], "waits": []});
        assert_eq!(told(&receiver), [at_rest]);
    }

    #[test]
    fn what_is_given_is_told_with_the_rest_after_it() {
        let (frames, receiver) = mpsc::channel();
        let clock = VirtualClock::new();
        clock.conduct(Link::new(frames));
        let (context, given) = (Context::from_waker(Waker::noop()), |frame: &Value| frame["given"].as_u64());
        let activity = Activity::giving(clock.clone());
        for number in 1..=2 {
            assert!(activity.poll(&context, |_| Poll::Ready(())).is_ready());
            assert_eq!(told(&receiver).iter().map(given).collect::<Vec<_>>(), [Some(number)]);
        }
        drop(activity);
        drop(Activity::giving(clock.clone()));
        drop(Activity::new(clock));
        assert_eq!(told(&receiver).iter().map(given).collect::<Vec<_>>(), [Some(3), Some(3)], "given up, it is over");
    }

    #[test]
    fn whoever_was_given_something_asks_for_more_or_begins_something_else_before_time_passes() {
        let (frames, receiver) = mpsc::channel();
        let clock = VirtualClock::new();
        clock.conduct(Link::new(frames));
        let context = Context::from_waker(Waker::noop());
        let activity = Activity::giving(clock.clone());
        let give = || {
            let given = activity.poll(&context, |_| {
                activity.hold();
                Poll::Ready(())
            });
            assert!(given.is_ready());
        };
        give();
        clock.obey(1, Duration::ZERO);
        assert_eq!(told(&receiver).len(), 0, "more is about to be asked for");
        assert!(activity.poll(&context, |_| Poll::<()>::Pending).is_pending());
        assert_eq!(told(&receiver).len(), 1);
        give();
        let other = Activity::giving(clock.clone());
        clock.begin();
        assert!(other.poll(&context, |_| Poll::<()>::Pending).is_pending());
        assert_eq!(told(&receiver).len(), 1, "something else was begun");
        give();
        drop(activity);
        assert!(!told(&receiver).is_empty(), "it was given up");
    }

    #[test]
    fn who_is_woken_while_he_goes_on_goes_on() {
        let (frames, receiver) = mpsc::channel();
        let clock = VirtualClock::new();
        clock.conduct(Link::new(frames));
        let activity = Activity::new(clock.clone());
        let context = Context::from_waker(Waker::noop());
        let wake = |context: &mut Context<'_>| {
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        };
        assert!(activity.poll(&context, wake).is_pending());
        assert_eq!(told(&receiver).len(), 0);
        assert!(activity.poll(&context, |_| Poll::<()>::Pending).is_pending());
        assert_eq!(told(&receiver).len(), 1);
        // Given up, it neither works nor wakes anybody any more.
        let waker = Waker::from(Arc::clone(&activity.0));
        drop(activity);
        waker.wake();
        clock.obey(1, SECOND);
        assert_eq!(told(&receiver).len(), 1);
    }
}
