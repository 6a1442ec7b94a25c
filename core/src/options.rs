use std::time::Duration;

use crate::cancel::CancelHandle;
use crate::error::Error;

/// What one call, or one client, does differently. What is not set stays as it is.
///
/// ```
/// use std::time::Duration;
/// use axiomo::{CallOptions, Client};
///
/// let client = Client::builder().build()?;
/// let patient = client.with_options(CallOptions::new().timeout(Duration::from_secs(600)))?;
/// # Ok::<(), axiomo::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) max_wait: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) retry_ambiguous: Option<bool>,
    pub(crate) cancel: Vec<CancelHandle>,
}

impl CallOptions {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The whole time of one call, waits and retries included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time of one attempt.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The longest single wait. A wait that would be longer is an error at once.
    #[must_use]
    pub fn max_wait(mut self, longest: Duration) -> Self {
        self.max_wait = Some(longest);
        self
    }

    /// How many attempts may follow the first.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Whether an analysis whose answer was lost is asked for once more.
    #[must_use]
    pub fn retry_ambiguous(mut self, retry: bool) -> Self {
        self.retry_ambiguous = Some(retry);
        self
    }

    /// Lets the handle cancel the call, beside any that were given before: each of them can, those of the
    /// client as well as those of the call.
    #[must_use]
    pub fn cancel(mut self, handle: &CancelHandle) -> Self {
        self.cancel.push(handle.clone());
        self
    }
}

/// Options with every value known and checked.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_wait: Duration,
    pub(crate) max_retries: u32,
    pub(crate) retry_ambiguous: bool,
    /// Each of them cancels.
    pub(crate) cancel: Vec<CancelHandle>,
}

/// Longer times than this are mistakes, such as milliseconds given as seconds.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// More retries than this are a mistake.
const MOST_RETRIES: u32 = 100;

impl Limits {
    /// The same with what the options say in place of what was said before, and their handles beside
    /// those from before.
    pub(crate) fn with(&self, options: &CallOptions) -> Result<Self, Error> {
        let changed = Self {
            timeout: options.timeout.unwrap_or(self.timeout),
            attempt_timeout: options.attempt_timeout.unwrap_or(self.attempt_timeout),
            max_wait: options.max_wait.unwrap_or(self.max_wait),
            max_retries: options.max_retries.unwrap_or(self.max_retries),
            retry_ambiguous: options.retry_ambiguous.unwrap_or(self.retry_ambiguous),
            cancel: [&self.cancel[..], &options.cancel[..]].concat(),
        };
        check_time(&["timeout"], changed.timeout)?;
        check_time(&["attempt_timeout"], changed.attempt_timeout)?;
        // No wait at all is a sensible wish.
        check_time(&["max_wait"], changed.max_wait.max(Duration::from_nanos(1)))?;
        if changed.max_retries > MOST_RETRIES {
            let given = changed.max_retries;
            let message = format!("max_retries is {given}; expected at most {MOST_RETRIES}");
            return Err(Error::configuration(message).naming(&["max_retries"]));
        }
        Ok(changed)
    }
}

pub(crate) fn check_time(option: &'static [&'static str; 1], time: Duration) -> Result<(), Error> {
    if time.is_zero() || time > LONGEST {
        let given = time.as_secs_f64();
        let longest = LONGEST.as_secs();
        let message = format!("{} is {given} s; expected more than 0 and at most {longest} s", option[0]);
        return Err(Error::configuration(message).naming(option));
    }
    Ok(())
}
