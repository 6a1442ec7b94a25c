//! How results come to JavaScript's thread: many at a time, by one call, and without the client's thread ever waiting.

use std::sync::Arc;

use axiomo::background::bridge::{self, Arrival, Language};
use napi::bindgen_prelude::{Function, ToNapiValue, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, sys};
use napi_derive::napi;

/// Brings results to one thread of JavaScript's. Everything under way ends with it.
#[napi]
pub struct Bridge {
    pub(crate) shared: Arc<bridge::Bridge>,
    bell: Arc<Bell>,
}

type Bell = ThreadsafeFunction<(), Unknown<'static>, Vec<Arrived>, napi::Status, false, true>;

/// An arrival as `source/native.ts` reads it.
pub struct Arrived(Arrival);

impl ToNapiValue for Arrived {
    unsafe fn to_napi_value(env: sys::napi_env, Self(arrival): Self) -> napi::Result<sys::napi_value> {
        let Arrival { kind, number, numbers: [first, second], texts: [one, two, three, four, five] } = arrival;
        let values = (kind as u32, number, first, second, one, two, three, four, five);
        // SAFETY: whoever calls this has the environment.
        unsafe { ToNapiValue::to_napi_value(env, values) }
    }
}

#[napi]
impl Bridge {
    /// `settle` is called with what came, in the order in which it came. Until something is begun, it does not keep the
    /// program from ending.
    #[napi(constructor)]
    pub fn new(env: Env, settle: Function<'_, Vec<Arrived>, Unknown<'static>>) -> napi::Result<Self> {
        let shared = bridge::Bridge::new(Language::Node);
        // It lives no longer than what it refers to.
        let taking = Arc::downgrade(&shared);
        let bell = settle.build_threadsafe_function::<()>().callee_handled::<false>().weak::<true>();
        let bell = bell.build_callback(move |_| {
            let arrivals = taking.upgrade().map(|shared| shared.take()).unwrap_or_default();
            Ok(arrivals.into_iter().map(Arrived).collect())
        })?;
        let bell = Arc::new(bell);
        let rung = Arc::clone(&bell);
        shared.on_arrival(move || {
            // It fails when JavaScript's thread has ended, and then nobody waits.
            rung.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        // Some engines end a thread without freeing what it has.
        let ending = Arc::downgrade(&shared);
        env.add_env_cleanup_hook(ending, |ending| {
            if let Some(shared) = ending.upgrade() {
                shared.end();
            }
        })?;
        Ok(Self { shared, bell })
    }

    /// Drops a call.
    #[napi]
    pub fn abort(&self, number: u32) {
        self.shared.abort(number);
    }

    /// Whether the program goes on as long as this waits for something.
    #[napi]
    pub fn keep(&self, env: Env, alive: bool) {
        let bell = self.bell.handle.get_raw();
        // SAFETY: this is JavaScript's thread, and the bell is there as long as this is.
        unsafe {
            if alive {
                sys::napi_ref_threadsafe_function(env.raw(), bell);
            } else {
                sys::napi_unref_threadsafe_function(env.raw(), bell);
            }
        }
    }

    /// Answers a question for a key, by its number: with the key, or with what kept it.
    #[napi]
    pub fn give_key(&self, question: u32, key: Option<String>, problem: Option<String>) {
        self.shared.give_key(question, key.ok_or_else(|| problem.unwrap_or_default()));
    }

    /// From which level on events are wanted: `error`, `warn`, `info`, `debug`, `trace`; null for none.
    #[napi]
    pub fn want(&self, least: Option<String>) {
        self.shared.want(least.as_deref());
    }

    /// The events since they were last taken: a list in JSON.
    #[napi]
    pub fn events(&self) -> String {
        self.shared.events()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.shared.end();
    }
}
