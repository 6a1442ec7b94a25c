//! How results come to another language: taken many at a time, by whoever waits for them.

use std::fmt::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axiomo::background::bridge::{self, Language};

use crate::sections::sections_of;

/// Brings results to one part of a program. Everything under way ends with it.
#[derive(uniffi::Object)]
pub struct Bridge {
    pub(crate) shared: Arc<bridge::Bridge>,
    bell: Arc<Bell>,
}

/// Where whoever takes results waits for them.
#[derive(Default)]
struct Bell {
    state: Mutex<State>,
    rung: Condvar,
}

#[derive(Default)]
struct State {
    is_rung: bool,
    is_closed: bool,
    /// The end of a pipe that is written to as well.
    pipe: Option<Pipe>,
}

/// What came, as `axiomo::background::bridge::Kind` tells.
#[derive(uniffi::Record)]
pub struct Arrival {
    /// What it is.
    pub kind: u8,
    /// The number of the call, or of whoever is asked.
    pub number: u32,
    /// See there.
    pub first: u32,
    /// See there.
    pub second: u32,
    /// See there.
    pub one: Option<String>,
    /// See there.
    pub two: Option<String>,
    /// See there.
    pub three: Option<String>,
    /// See there.
    pub four: Option<String>,
    /// See there.
    pub five: Option<String>,
}

impl From<bridge::Arrival> for Arrival {
    fn from(arrival: bridge::Arrival) -> Self {
        let bridge::Arrival { kind, number, numbers: [first, second], texts: [one, two, three, four, five] } = arrival;
        Self { kind: kind as u8, number, first, second, one, two, three, four, five }
    }
}

impl Bell {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        let mut state = self.state();
        state.is_rung = true;
        if let Some(pipe) = &state.pipe {
            pipe.ring();
        }
        drop(state);
        self.rung.notify_all();
    }
}

#[uniffi::export]
impl Bridge {
    /// To a program in `kotlin`, `ruby` or `swift`.
    #[uniffi::constructor]
    pub fn new(language: String) -> Arc<Self> {
        let shared = bridge::Bridge::new(match language.as_str() {
            "ruby" => Language::Ruby,
            "swift" => Language::Swift,
            _ => Language::Kotlin,
        });
        let bell = Arc::new(Bell::default());
        let rung = Arc::clone(&bell);
        shared.on_arrival(move || rung.ring());
        Arc::new(Self { shared, bell })
    }

    /// What came since it was last taken; waits until something comes, at most so many milliseconds, or until
    /// [`close`](Self::close).
    pub fn wait(&self, longest_ms: u32) -> Vec<Arrival> {
        let longest = Duration::from_millis(longest_ms.into());
        let state = self.bell.state();
        let waiting = |state: &mut State| !state.is_rung && !state.is_closed;
        let waited = self.bell.rung.wait_timeout_while(state, longest, waiting);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_rung = false;
        drop(state);
        self.take()
    }

    /// What came since it was last taken.
    pub fn take(&self) -> Vec<Arrival> {
        self.shared.take().into_iter().map(Arrival::from).collect()
    }

    /// The same in one piece, for languages in which to read field by field takes long. For each: nine numbers of eight
    /// hexadecimal digits, which are what it is, the number of the call, the two numbers, and the lengths of the five texts
    /// (`ffffffff` for none); then the texts. Signals are in [sections](sections_of).
    pub fn take_packed(&self) -> String {
        let mut arrivals = self.shared.take();
        for analysis in arrivals.iter_mut().filter(|arrival| arrival.kind == bridge::Kind::Analysis) {
            analysis.texts[0] = analysis.texts[0].as_deref().map(sections_of);
        }
        let texts = arrivals.iter().flat_map(|arrival| arrival.texts.iter().flatten());
        let mut packed = String::with_capacity(72 * arrivals.len() + texts.map(String::len).sum::<usize>());
        for arrival in arrivals {
            let [first, second] = arrival.numbers;
            // Writing to a text does not fail.
            let _ = write!(packed, "{:08x}{:08x}{first:08x}{second:08x}", arrival.kind as u8, arrival.number);
            for text in &arrival.texts {
                let length = text.as_ref().map_or(u32::MAX, |text| u32::try_from(text.len()).unwrap_or(u32::MAX));
                let _ = write!(packed, "{length:08x}");
            }
            packed.extend(arrival.texts.iter().flatten().map(String::as_str));
        }
        packed
    }

    /// From now on, one byte is written to this descriptor, which is that of a pipe, whenever there is something to take
    /// again. It is duplicated.
    pub fn write_to(&self, descriptor: i32) {
        self.bell.state().pipe = Pipe::duplicate(descriptor);
    }

    /// Drops a call.
    pub fn abort(&self, number: u32) {
        self.shared.abort(number);
    }

    /// Answers a question for a key, by its number: with the key, or with what kept it.
    pub fn give_key(&self, question: u32, key: Option<String>, problem: Option<String>) {
        self.shared.give_key(question, key.ok_or_else(|| problem.unwrap_or_default()));
    }

    /// From which level on events are wanted: `error`, `warn`, `info`, `debug`, `trace`; null for none.
    pub fn want(&self, least: Option<String>) {
        self.shared.want(least.as_deref());
    }

    /// The events since they were last taken: a list in JSON.
    pub fn events(&self) -> String {
        self.shared.events()
    }

    /// Ends everything under way, and whoever waits.
    pub fn close(&self) {
        self.shared.end();
        self.bell.state().is_closed = true;
        self.bell.rung.notify_all();
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.shared.end();
    }
}

#[cfg(unix)]
struct Pipe(std::os::fd::OwnedFd);

#[cfg(unix)]
impl Pipe {
    fn duplicate(descriptor: i32) -> Option<Self> {
        // SAFETY: whoever gives a descriptor keeps it open until this returns.
        let given = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
        given.try_clone_to_owned().ok().map(Self)
    }

    fn ring(&self) {
        // A pipe that is full has been written to, and of one that nobody reads nobody waits.
        let _ = rustix::io::write(&self.0, &[1]);
    }
}

#[cfg(not(unix))]
struct Pipe;

#[cfg(not(unix))]
impl Pipe {
    fn duplicate(_descriptor: i32) -> Option<Self> {
        None
    }

    fn ring(&self) {}
}
