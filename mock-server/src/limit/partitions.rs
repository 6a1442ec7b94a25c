use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Partition;

/// What a limiter keeps of every partition. Idle ones are forgotten, so memory follows the partitions
/// of the last window or two and not those of all time.
///
/// A partition's requests are counted one after the other, and its time never goes back: a request that
/// read the clock before another one and came after it counts as of the other's time.
#[derive(Debug, Default)]
pub(super) struct Partitions<S> {
    shards: [Mutex<Shard<S>>; SHARDS],
    hasher: RandomState,
}

/// What a limiter keeps of one partition. The default is what there is before the first request.
pub(super) trait State: Default {
    /// Whether nothing in it counts any more, whatever the limit: the default would do as well.
    fn is_idle(&self, window: Duration, now: Duration) -> bool;
}

#[derive(Debug, Default)]
struct Shard<S> {
    kept: HashMap<Partition, Kept<S>>,
    /// How many partitions there may be before the idle ones are looked for.
    sweep_at: usize,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept<S> {
    state: S,
    latest: Duration,
}

/// Locks, so that threads seldom meet at one.
const SHARDS: usize = 16;
/// Fewer partitions than these are not worth a look.
const FEW: usize = 64;

impl<S: State> Partitions<S> {
    /// Changes what is kept of a partition; nobody else sees or changes it meanwhile.
    pub(super) fn update<R>(
        &self,
        partition: &Partition,
        window: Duration,
        now: Duration,
        change: impl FnOnce(&mut S, Duration) -> R,
    ) -> R {
        let mut shard = self.shard(partition);
        if !shard.kept.contains_key(partition) {
            shard.sweep(window, now);
        }
        let kept = shard.kept.entry(partition.clone()).or_default();
        kept.latest = kept.latest.max(now);
        change(&mut kept.state, kept.latest)
    }

    /// Looks at what is kept of a partition.
    pub(super) fn read<R>(&self, partition: &Partition, now: Duration, look: impl FnOnce(&S, Duration) -> R) -> R {
        match self.shard(partition).kept.get(partition) {
            Some(kept) => look(&kept.state, kept.latest.max(now)),
            None => look(&S::default(), now),
        }
    }

    /// Keeps nothing of a partition any more.
    pub(super) fn forget(&self, partition: &Partition) {
        self.shard(partition).kept.remove(partition);
    }

    /// What is kept of every partition, in their order.
    pub(super) fn save(&self) -> Result<Value, serde_json::Error>
    where
        S: Serialize,
    {
        let mut saved = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (partition, kept) in &shard.kept {
                saved.push((partition.clone(), serde_json::to_value(kept)?));
            }
        }
        saved.sort_by(|(one, _), (other, _)| one.cmp(other));
        serde_json::to_value(saved)
    }

    /// Keeps what was saved in the place of everything.
    pub(super) fn restore(&self, saved: Value) -> Result<(), serde_json::Error>
    where
        S: DeserializeOwned,
    {
        let saved: Vec<(Partition, Kept<S>)> = serde_json::from_value(saved)?;
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).kept.clear();
        }
        for (partition, kept) in saved {
            self.shard(&partition).kept.insert(partition, kept);
        }
        Ok(())
    }

    fn shard(&self, partition: &Partition) -> MutexGuard<'_, Shard<S>> {
        let index = usize::try_from(self.hasher.hash_one(partition) % SHARDS as u64).unwrap_or_default();
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().kept.len()).sum()
    }
}

impl<S: State> Shard<S> {
    /// Forgets the idle partitions, each time their number has doubled since the last look: the look
    /// costs each request little.
    fn sweep(&mut self, window: Duration, now: Duration) {
        if self.kept.len() >= self.sweep_at.max(FEW) {
            self.kept.retain(|_, kept| !kept.state.is_idle(window, kept.latest.max(now)));
            self.kept.shrink_to(self.kept.len() * 2);
            self.sweep_at = self.kept.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::laws::address;
    use super::*;

    thread_local! {
        static LOOKS: Cell<u32> = const { Cell::new(0) };
    }

    #[derive(Default)]
    struct NeverIdle;

    impl State for NeverIdle {
        fn is_idle(&self, _: Duration, _: Duration) -> bool {
            LOOKS.set(LOOKS.get() + 1);
            false
        }
    }

    #[test]
    fn looking_for_idle_partitions_costs_a_look_or_two_each() {
        let partitions = Partitions::<NeverIdle>::default();
        for number in 0..10_000 {
            partitions.update(&address(number), Duration::ZERO, Duration::ZERO, |_, _| {});
        }
        assert_eq!(partitions.len(), 10_000);
        assert!((1_000..20_000).contains(&LOOKS.get()), "{}", LOOKS.get());
    }
}
