//! The locks of the limiter: those of the standard library. In unit tests, also those of the scheduler that tries orders
//! of threads, for what is made while it runs.

#[cfg(not(test))]
pub(super) use std::sync::{Mutex, MutexGuard};

#[cfg(test)]
pub(super) use self::scheduled::{Mutex, MutexGuard, in_many_orders};

#[cfg(test)]
mod scheduled {
    use std::cell::Cell;
    use std::ops::{Deref, DerefMut};
    use std::sync::{LockResult, PoisonError};

    thread_local! {
        /// The scheduler runs all its threads on the one that started it.
        static RUNS: Cell<bool> = const { Cell::new(false) };
    }

    /// Runs `what` in `orders` random orders of its threads, which are those of [`shuttle::thread`].
    pub(in crate::rate_limit) fn in_many_orders(orders: usize, what: fn()) {
        RUNS.set(true);
        shuttle::check_random(what, orders);
        RUNS.set(false);
    }

    #[derive(Debug)]
    pub(in crate::rate_limit) struct Mutex<T> {
        value: std::sync::Mutex<T>,
        /// Whoever holds it has `value` to himself, so that the order is the scheduler's alone.
        turn: Option<shuttle::sync::Mutex<()>>,
    }

    impl<T> Mutex<T> {
        pub(in crate::rate_limit) fn new(value: T) -> Self {
            let turn = RUNS.get().then(|| shuttle::sync::Mutex::new(()));
            Self { value: std::sync::Mutex::new(value), turn }
        }

        pub(in crate::rate_limit) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            let turn = self.turn.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
            match self.value.lock() {
                Ok(value) => Ok(MutexGuard { value, _turn: turn }),
                Err(poisoned) => Err(PoisonError::new(MutexGuard { value: poisoned.into_inner(), _turn: turn })),
            }
        }
    }

    /// Fields are dropped in their order: the value is free before its turn is.
    #[derive(Debug)]
    pub(in crate::rate_limit) struct MutexGuard<'a, T> {
        value: std::sync::MutexGuard<'a, T>,
        _turn: Option<shuttle::sync::MutexGuard<'a, ()>>,
    }

    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.value
        }
    }

    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.value
        }
    }
}
