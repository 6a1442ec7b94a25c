use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;

use super::rule::Rule;
use super::step::{ConnectionStep, Fault, Step};

/// The rules of a server, as far as they are not used up.
#[derive(Debug, Default)]
pub(crate) struct Script {
    state: Mutex<State>,
    /// Whether there is anything to look for.
    is_set: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    /// Addresses that lead to themselves, with the status that says so.
    loops: HashMap<String, StatusCode>,
    redirections: u64,
}

impl Script {
    /// Puts other rules in the place of all that are left.
    pub(crate) fn replace(&self, rules: Vec<Rule>) {
        let mut state = self.state();
        self.is_set.store(!rules.is_empty(), Ordering::Release);
        *state = State { rules, redirections: state.redirections, ..State::default() };
    }

    /// What is not used up yet.
    pub(crate) fn left(&self) -> Vec<Rule> {
        self.state().rules.clone()
    }

    /// Takes the step of a request; none where it is left to the server.
    pub(crate) fn step_of_request(&self, method: &str, path: &str, listener: &str) -> Option<Box<Fault>> {
        let step = self.take(|rule| match rule {
            Rule::Requests { on, steps } if on.matches(method, path, listener) => first(steps),
            _ => None,
        });
        match step? {
            Step::Real => None,
            Step::Fault(fault) => Some(fault),
        }
    }

    /// Takes the step of a connection.
    pub(crate) fn step_of_connection(&self) -> ConnectionStep {
        let step = self.take(|rule| match rule {
            Rule::Connections { steps } => first(steps),
            Rule::Requests { .. } => None,
        });
        step.unwrap_or(ConnectionStep::Real)
    }

    /// A number for an address that nobody was redirected to yet.
    pub(crate) fn number_redirection(&self) -> u64 {
        let mut state = self.state();
        state.redirections += 1;
        state.redirections
    }

    /// From now on, an address leads to itself.
    pub(crate) fn begin_loop(&self, target: String, status: StatusCode) {
        self.state().loops.insert(target, status);
    }

    /// The status for an address that leads to itself.
    pub(crate) fn loops_at(&self, target: &str) -> Option<StatusCode> {
        if !self.is_set.load(Ordering::Acquire) {
            return None;
        }
        self.state().loops.get(target).copied()
    }

    fn take<S>(&self, mut step: impl FnMut(&mut Rule) -> Option<S>) -> Option<S> {
        if !self.is_set.load(Ordering::Acquire) {
            return None;
        }
        let rules = &mut self.state().rules;
        let taken = rules.iter_mut().find_map(&mut step);
        rules.retain(|rule| !rule.is_used_up());
        taken
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn first<S>(steps: &mut Vec<S>) -> Option<S> {
    (!steps.is_empty()).then(|| steps.remove(0))
}
