use std::collections::VecDeque;
use std::time::Instant;

/// Units that others hold, by what answers told: fewer and fewer, for longer and longer. What one answer tells
/// never makes it less.
#[derive(Debug, Default)]
pub(super) struct Debts(VecDeque<Debt>);

/// So many units are held until then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Debt {
    pub(super) until: Instant,
    pub(super) units: u64,
}

impl Debts {
    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        while self.0.front().is_some_and(|debt| debt.until <= now) {
            self.0.pop_front();
        }
    }

    /// How many units are held now.
    pub(super) fn units(&self) -> u64 {
        self.0.front().map_or(0, |debt| debt.units)
    }

    /// Those that matter, the first to end first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Debt> {
        self.0.iter().copied()
    }

    pub(super) fn owe(&mut self, debt: Debt) {
        if debt.units == 0 {
            return;
        }
        // An older debt that is smaller and ends earlier says nothing any more; one that ends later stays.
        let mut place = self.0.len();
        while place > 0 && self.0[place - 1].until > debt.until {
            if self.0[place - 1].units >= debt.units {
                return;
            }
            place -= 1;
        }
        self.0.insert(place, debt);
        while place > 0 && self.0[place - 1].units <= debt.units {
            self.0.remove(place - 1);
            place -= 1;
        }
    }
}
