use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

use super::Priority;

/// Who waits, in the order of their coming; single calls go before those of a batch, which get every
/// fifth unit nevertheless.
#[derive(Debug, Default)]
pub(super) struct Queue {
    single: BTreeMap<u64, Waiter>,
    batch: BTreeMap<u64, Waiter>,
    /// How many have come.
    tickets: u64,
    /// Single calls that left since the last one of a batch.
    in_a_row: u64,
}

/// One who waits.
#[derive(Debug)]
pub(super) struct Waiter {
    /// When he looks again by himself.
    pub(super) until: Instant,
    /// Whether there is something to look at.
    pub(super) is_called: bool,
    pub(super) waker: Option<Waker>,
}

/// A place in the queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) priority: Priority,
    number: u64,
}

/// After so many single calls it is a batch's turn.
const SINGLES_A_BATCH: u64 = 4;
/// Who is further back than this is not counted exactly; his turn is not near.
const COUNTED: usize = 64;
/// So many at the front of each kind always know their turn, so that one who sleeps through it holds up
/// nobody.
const CALLED: usize = 4;

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.single.len() + self.batch.len()
    }

    /// Joins the queue; gives how many are before.
    pub(super) fn join(&mut self, priority: Priority, until: Instant) -> Ticket {
        self.tickets += 1;
        let number = self.tickets;
        self.of(priority).insert(number, Waiter { until, is_called: false, waker: None });
        Ticket { priority, number }
    }

    pub(super) fn get(&mut self, ticket: Ticket) -> Option<&mut Waiter> {
        self.of(ticket.priority).get_mut(&ticket.number)
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.of(ticket.priority).remove(&ticket.number);
    }

    /// Somebody of this kind got a unit.
    pub(super) fn served(&mut self, priority: Priority) {
        self.in_a_row = if priority == Priority::Batch { 0 } else { (self.in_a_row + 1).min(SINGLES_A_BATCH) };
    }

    /// How many go before whoever comes now.
    pub(super) fn before_newcomer(&self, priority: Priority) -> u64 {
        match priority {
            Priority::Single => self.before(priority, self.single.len()),
            Priority::Batch => self.before(priority, self.batch.len()),
        }
    }

    /// How many go before the holder of a ticket: exactly for those at the front, at least for the others.
    pub(super) fn before_ticket(&self, ticket: Ticket) -> u64 {
        let kind = match ticket.priority {
            Priority::Single => &self.single,
            Priority::Batch => &self.batch,
        };
        let index = kind.keys().take(COUNTED).position(|number| *number == ticket.number);
        self.before(ticket.priority, index.unwrap_or(COUNTED.min(kind.len())))
    }

    /// How many go before somebody who has so many of his own kind before him.
    fn before(&self, priority: Priority, index: usize) -> u64 {
        let index = index as u64;
        let left_in_row = SINGLES_A_BATCH.saturating_sub(self.in_a_row);
        match priority {
            Priority::Single => {
                let batches = if index < left_in_row { 0 } else { (index - left_in_row) / SINGLES_A_BATCH + 1 };
                index + batches.min(self.batch.len() as u64)
            }
            Priority::Batch => index + (left_in_row + index * SINGLES_A_BATCH).min(self.single.len() as u64),
        }
    }

    /// Calls those at the front whose turn has come nearer than they know, by what `turn` says of so many
    /// before them.
    pub(super) fn call_front(&mut self, turn: impl Fn(u64) -> Instant, wakers: &mut Vec<Waker>) {
        for priority in [Priority::Single, Priority::Batch] {
            for index in 0..CALLED {
                let before = self.before(priority, index);
                let Some(waiter) = self.of(priority).values_mut().nth(index) else { break };
                if !waiter.is_called && turn(before) < waiter.until {
                    waiter.call(wakers);
                }
            }
        }
    }

    /// Calls everybody.
    pub(super) fn call_all(&mut self, wakers: &mut Vec<Waker>) {
        self.single.values_mut().chain(self.batch.values_mut()).for_each(|waiter| waiter.call(wakers));
    }

    fn of(&mut self, priority: Priority) -> &mut BTreeMap<u64, Waiter> {
        match priority {
            Priority::Single => &mut self.single,
            Priority::Batch => &mut self.batch,
        }
    }
}

impl Waiter {
    fn call(&mut self, wakers: &mut Vec<Waker>) {
        self.is_called = true;
        wakers.extend(self.waker.take());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::VirtualClock;

    /// Who is served when, by the rule itself: the number of each kind's, in the order of their going.
    fn served(mut singles: usize, mut batch: usize, mut in_a_row: usize) -> Vec<Priority> {
        let mut order = Vec::new();
        while singles + batch > 0 {
            if singles > 0 && (in_a_row < 4 || batch == 0) {
                (singles, in_a_row) = (singles - 1, in_a_row + 1);
                order.push(Priority::Single);
            } else {
                (batch, in_a_row) = (batch - 1, 0);
                order.push(Priority::Batch);
            }
        }
        order
    }

    fn places(order: &[Priority], priority: Priority) -> Vec<u64> {
        (0_u64..).zip(order).filter(|(_, served)| **served == priority).map(|(place, _)| place).collect()
    }

    proptest! {
        #[test]
        fn everybody_knows_how_many_go_before_him(singles in 0..70_usize, batch in 0..70_usize, in_a_row in 0..7_usize) {
            let now = VirtualClock::new().now();
            let mut queue = Queue::default();
            for _ in 0..in_a_row {
                queue.served(Priority::Single);
            }
            for (priority, count) in [(Priority::Single, singles), (Priority::Batch, batch)] {
                let (one_single, one_batch) = if priority == Priority::Single { (1, 0) } else { (0, 1) };
                // Others may be there already.
                let (singles, batch) = (queue.single.len() + one_single, queue.batch.len() + one_batch);
                let expected = places(&served(singles, batch, in_a_row.min(4)), priority);
                prop_assert_eq!(Some(&queue.before_newcomer(priority)), expected.last());
                let tickets: Vec<Ticket> = (0..count).map(|_| queue.join(priority, now)).collect();
                prop_assert!(tickets.is_sorted_by_key(|ticket| ticket.number));
            }
            prop_assert_eq!(queue.len(), singles + batch);
            let order = served(singles, batch, in_a_row.min(4));
            for priority in [Priority::Single, Priority::Batch] {
                let numbers: Vec<u64> = queue.of(priority).keys().copied().collect();
                for (index, (number, place)) in numbers.into_iter().zip(places(&order, priority)).enumerate() {
                    let told = queue.before_ticket(Ticket { priority, number });
                    prop_assert!(told == place || index >= COUNTED && told <= place, "{priority:?} {index}: {told} {place}");
                    prop_assert!(told >= (index.min(COUNTED)) as u64);
                }
            }
        }
    }

    #[test]
    fn only_those_at_the_front_are_called_and_only_when_their_turn_has_come_nearer() {
        let now = VirtualClock::new().now();
        let later = now + Duration::from_secs(1);
        let mut queue = Queue::default();
        let tickets: Vec<Ticket> =
            [Priority::Single; 6].into_iter().chain([Priority::Batch; 6]).map(|kind| queue.join(kind, later)).collect();
        for ticket in &tickets {
            queue.get(*ticket).unwrap().waker = Some(Waker::noop().clone());
        }
        let mut wakers = Vec::new();
        queue.call_front(|_| later, &mut wakers);
        assert_eq!(wakers.len(), 0);
        queue.call_front(|before| if before == 0 { now } else { later }, &mut wakers);
        assert_eq!(wakers.len(), 1);
        queue.call_front(|_| now, &mut wakers);
        assert_eq!(wakers.len(), 8, "four of each kind, nobody twice");
        queue.call_all(&mut wakers);
        assert_eq!(wakers.len(), 12);
        for ticket in tickets {
            queue.leave(ticket);
        }
        assert_eq!(queue.len(), 0);
    }
}
