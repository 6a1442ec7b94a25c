use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::headers::WINDOW;
use super::limiter::RateLimiter;
use crate::auth::{ApiKey, Secret};
use crate::clock::Clock;

/// Whose limiter it is. A key is known by its digest alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Owner {
    Key([u8; 32]),
    Anonymous(String),
    Name(String),
}

struct Entry {
    limiter: RateLimiter,
    used_at: Instant,
}

/// The limiters that clients of a process share.
struct Registry {
    process: u32,
    limiters: HashMap<Owner, Entry>,
}

static REGISTRY: Mutex<Option<Registry>> = Mutex::new(None);

impl RateLimiter {
    /// The limiter of this name, the same one for the whole process: for clients with several keys of one
    /// user, who share one limit. It begins with 60 requests a minute. One that nobody has and that was not
    /// asked for in two windows is forgotten.
    #[must_use]
    pub fn shared(name: &str) -> Self {
        get(Owner::Name(name.to_owned()), super::KEY_LIMIT)
    }

    /// The limiter of whoever has this key, or none, at this service.
    pub(crate) fn of_user(origin: &str, key: Option<&ApiKey>) -> Self {
        match key {
            Some(key) => get(Owner::Key(digest(origin, key)), super::KEY_LIMIT),
            None => get(Owner::Anonymous(origin.to_owned()), super::ADDRESS_LIMIT),
        }
    }
}

/// What a user is known by where others may read it.
pub(crate) fn fingerprint(origin: &str, key: Option<&ApiKey>) -> String {
    let digest: [u8; 32] = match key {
        Some(key) => digest(origin, key),
        None => Sha256::digest(origin).into(),
    };
    let half = digest.first_chunk().map_or(0, |half| u128::from_be_bytes(*half));
    format!("{half:032x}")
}

fn digest(origin: &str, key: &ApiKey) -> [u8; 32] {
    Sha256::new().chain_update(origin).chain_update([0]).chain_update(key.expose()).finalize().into()
}

fn get(owner: Owner, limit: u32) -> RateLimiter {
    let now = Clock::System.now();
    let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    let registry = of_process(&mut registry, std::process::id());
    get_from(&mut registry.limiters, owner, limit, now)
}

/// Those of the parent wait for calls that a forked child does not have.
fn of_process(registry: &mut Option<Registry>, process: u32) -> &mut Registry {
    if registry.as_ref().is_some_and(|registry| registry.process != process) {
        // Its limiters may be in the middle of something.
        mem::forget(registry.take());
    }
    registry.get_or_insert_with(|| Registry { process, limiters: HashMap::new() })
}

fn get_from(limiters: &mut HashMap<Owner, Entry>, owner: Owner, limit: u32, now: Instant) -> RateLimiter {
    limiters.retain(|known, entry| *known == owner || !entry.is_over(now));
    let entry = limiters.entry(owner).or_insert_with(|| Entry { limiter: RateLimiter::new(limit), used_at: now });
    entry.used_at = now;
    entry.limiter.clone()
}

impl Entry {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.used_at) >= 2 * WINDOW && self.limiter.is_idle()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_forked_child_begins_with_limiters_of_its_own() {
        let mut registry = None;
        let limiter = RateLimiter::new(1);
        let entry = Entry { limiter, used_at: Clock::System.now() };
        of_process(&mut registry, 1).limiters.insert(Owner::Name("a".to_owned()), entry);
        assert_eq!(of_process(&mut registry, 1).limiters.len(), 1);
        assert_eq!(of_process(&mut registry, 2).limiters.len(), 0);
    }

    #[test]
    fn each_key_and_each_service_has_a_limiter_and_a_fingerprint_of_its_own() {
        let (key, other_key) = ("ax_one".parse().unwrap(), "ax_two".parse().unwrap());
        let users = [
            ("https://one.example", Some(&key)),
            ("https://one.example", Some(&other_key)),
            ("https://other.example", Some(&key)),
            ("https://one.example", None),
            ("https://other.example", None),
        ];
        let known = users.map(|(origin, key)| (RateLimiter::of_user(origin, key), fingerprint(origin, key)));
        for (number, (origin, key)) in users.into_iter().enumerate() {
            let (limiter, print) = (RateLimiter::of_user(origin, key), fingerprint(origin, key));
            assert!(print.len() == 32 && print.bytes().all(|digit| digit.is_ascii_hexdigit()), "{print}");
            for (other, (known_limiter, known_print)) in known.iter().enumerate() {
                assert_eq!(std::sync::Arc::ptr_eq(&limiter.shared, &known_limiter.shared), number == other);
                assert_eq!(print == *known_print, number == other);
            }
        }
    }

    #[test]
    fn a_limiter_is_forgotten_two_windows_after_it_was_asked_for_unless_somebody_has_it() {
        let began = Clock::System.now();
        let mut limiters = HashMap::new();
        let name = |name: &str| Owner::Name(name.to_owned());
        drop(get_from(&mut limiters, name("dropped"), 60, began));
        let kept = get_from(&mut limiters, name("kept"), 60, began);
        let known = |limiters: &mut HashMap<Owner, Entry>, length: u64| {
            drop(get_from(limiters, name("another"), 60, began + Duration::from_millis(length)));
            (limiters.contains_key(&name("dropped")), limiters.contains_key(&name("kept")))
        };
        assert_eq!(known(&mut limiters, 119_999), (true, true));
        assert_eq!(known(&mut limiters, 120_000), (false, true));
        drop(kept);
        // Whoever asks gets the one that is there.
        let asked = get_from(&mut limiters, name("kept"), 10, began + Duration::from_secs(500));
        assert_eq!(asked.snapshot().limit, 60);
        assert_eq!(known(&mut limiters, 619_999), (false, true));
    }
}
