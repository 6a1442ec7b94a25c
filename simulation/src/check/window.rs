use std::collections::BTreeMap;
use std::time::Duration;

use axiomo_mock_server::limit::ResetMeans;

use super::{Broken, Promise};
use crate::event::{Event, What};
use crate::scenario::{Counting, Kind, Scenario, WINDOW};

/// How often each gate is refused in a window of the server: at most once, and as often as it has requests under way
/// when it learns of that.
pub(super) struct Windows {
    scenario: Scenario,
    /// The window that is open.
    open: Option<Window>,
    /// In which window the refusals fall that are on their way.
    refusals: BTreeMap<u64, u64>,
    gates: BTreeMap<usize, Refused>,
}

#[derive(Clone, Copy)]
struct Window {
    number: u64,
    opened: Duration,
}

/// What one gate knows of a window.
#[derive(Default)]
struct Refused {
    in_flight: u64,
    window: u64,
    seen: u64,
    most: u64,
}

impl Windows {
    /// None where the promise is not made. A server without windows begins a new one with the first refusal after the
    /// last; others, and what they take, let it refuse any number of requests that go alone.
    pub(super) fn of(scenario: &Scenario) -> Option<Self> {
        let is_promised = match scenario.counting {
            Counting::Opened | Counting::Aligned => true,
            Counting::Log | Counting::Counter => scenario.kind == Kind::ColdStart,
            // Where all that others hold seems to be back with the next unit, too many leave.
            Counting::Gcra => scenario.kind == Kind::ColdStart && scenario.means == ResetMeans::Full,
        };
        is_promised.then(|| Self {
            scenario: scenario.clone(),
            open: None,
            refusals: BTreeMap::new(),
            gates: BTreeMap::new(),
        })
    }

    /// What this event breaks.
    pub(super) fn see(&mut self, event: &Event) -> Option<Broken> {
        let Event { at, gate, call, what } = *event;
        match what {
            What::Arrived { is_admitted } => {
                let number = self.window(at, is_admitted);
                if !is_admitted {
                    self.refusals.insert(call, number);
                }
                None
            }
            What::StrangerTook { is_admitted } => {
                self.window(at, is_admitted);
                None
            }
            What::SpentBefore => {
                self.window(at, true);
                None
            }
            What::Departed => {
                self.gates.entry(gate).or_default().in_flight += 1;
                None
            }
            What::CancelledInFlight | What::Lost => {
                self.gates.entry(gate).or_default().in_flight -= 1;
                None
            }
            What::Answered { .. } => {
                let refused = self.gates.entry(gate).or_default();
                let in_flight = refused.in_flight;
                refused.in_flight -= 1;
                let number = self.refusals.remove(&call)?;
                if refused.window != number {
                    (refused.window, refused.seen, refused.most) = (number, 0, in_flight);
                }
                refused.seen += 1;
                let Refused { seen, most, .. } = *refused;
                (seen > most).then(|| {
                    (Promise::Window, format!("{seen} refusals in a window, where {most} were under way at the first"))
                })
            }
            _ => None,
        }
    }

    /// The number of the window, from 1, in which the server counts a request.
    fn window(&mut self, at: Duration, is_admitted: bool) -> u64 {
        let window = match self.scenario.counting {
            Counting::Aligned => {
                let number = (self.scenario.phase + at).as_secs() / WINDOW.as_secs() + 1;
                Window { number, opened: at }
            }
            _ => match self.open {
                Some(open) if at < open.opened + WINDOW => open,
                _ if is_admitted && self.scenario.counting != Counting::Opened => return 0,
                open => Window { number: open.map_or(1, |open| open.number + 1), opened: at },
            },
        };
        self.open = Some(window);
        window.number
    }
}
