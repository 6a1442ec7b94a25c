//! The store in Redis 6.2 or later, or Valkey: one call of a script for each thing that is asked or told.

use std::fmt;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Script};
use tokio::sync::Mutex;

use super::super::Pacing;
use super::super::headers::WINDOW;
use super::super::ledger::{EAGER_SPACING, HOLD, SMOOTH};
use super::super::penalty::{LONGEST_PENALTY, VAGUE_PENALTY};
use super::{ALIVE, Joining, Lease, News, Reply, SETTLE, Standing, Store, StoreError, Take, Taken};
use crate::error::Error;

/// A store that takes longer than this is as good as none. Tests may be held up for longer than users.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 60 } else { 1 });

/// No service allows more, and a script counts no further without rounding.
const MOST: u64 = 1 << 40;

static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    let constants = [
        ("WINDOW", WINDOW),
        ("HOLD", HOLD),
        ("EAGER", EAGER_SPACING),
        ("SMOOTH", SMOOTH),
        ("LONGEST", LONGEST_PENALTY),
        ("VAGUE", VAGUE_PENALTY),
        ("ALIVE", ALIVE),
        ("SETTLE", SETTLE),
    ];
    let constants = constants.map(|(name, length)| format!("local {name} = {}\n", length.as_micros()));
    Script::new(&(constants.concat() + include_str!("redis.lua")))
});

/// One user's quota in Redis 6.2 or later, or Valkey. Its keys begin with `axiomo:` and hold no secrets.
pub struct RedisStore {
    client: Client,
    /// This process, among the others.
    member: String,
    /// Whose quota it is.
    name: OnceLock<String>,
    connection: Mutex<Option<MultiplexedConnection>>,
    /// What a test says that the time is, in microseconds.
    #[cfg(test)]
    pub(in super::super) time: Option<crate::testing::VirtualClock>,
}

impl RedisStore {
    /// The one at an address, `redis://[user:password@]host[:port][/database]`. It connects when it is first asked.
    ///
    /// # Errors
    ///
    /// `configuration` when the address cannot be used.
    pub fn new(url: &str) -> Result<Self, Error> {
        let client = Client::open(url).map_err(|_| {
            // The reason may show the address, which may hold a password.
            Error::configuration(
                "the address of the rate limit's store cannot be used; expected redis://[user:password@]host[:port][/database]",
            )
        })?;
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Error::configuration(format!("the system gives no random numbers: {error}")))?;
        let member = format!("{:032x}", u128::from_be_bytes(random));
        Ok(Self {
            client,
            member,
            name: OnceLock::new(),
            connection: Mutex::new(None),
            #[cfg(test)]
            time: None,
        })
    }

    /// Keeps the quota under a name, rather than under the fingerprint of the first client's service and key: for
    /// processes with different keys of one user.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let _ = self.name.set(name.to_owned());
        self
    }

    async fn connected(&self) -> Result<MultiplexedConnection, StoreError> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok(connection.clone());
        }
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
        let new = self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(refused)?;
        Ok(connection.insert(new).clone())
    }

    async fn run(&self, operation: &str, arguments: &[String]) -> Result<(Vec<i64>, Standing), StoreError> {
        let mut connection = self.connected().await?;
        let name = self.name.get().map_or("default", String::as_str);
        let mut call = SCRIPT.prepare_invoke();
        for part in ["units", "debts", "members", "state"] {
            // In braces, so that a cluster keeps them together.
            call.key(format!("axiomo:{{{name}}}:{part}"));
        }
        call.arg(self.now()).arg(operation).arg(&self.member).arg(arguments);
        let result: redis::RedisResult<Vec<String>> = call.invoke_async(&mut connection).await;
        let texts = match result {
            Ok(texts) => texts,
            Err(error) => {
                *self.connection.lock().await = None;
                return Err(refused(error));
            }
        };
        let numbers: Result<Vec<i64>, _> = texts.iter().map(|text| text.parse()).collect();
        let mut numbers = numbers.map_err(|error| StoreError(format!("{texts:?}: {error}")))?;
        let Some(at) = numbers.len().checked_sub(4) else { return Err(StoreError(format!("{texts:?}"))) };
        let standing = numbers.split_off(at);
        let count = |index: usize| u64::try_from(standing[index]).unwrap_or_default();
        Ok((numbers, Standing { limit: count(0), own: count(1), debt: count(2), members: count(3) }))
    }

    /// What a test says that the time is; else nothing, and Redis has its own.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "tests have a time of their own"))]
    fn now(&self) -> String {
        #[cfg(test)]
        if let Some(time) = &self.time {
            return (1_767_225_600_000_000 + time.elapsed().as_micros()).to_string();
        }
        String::new()
    }
}

/// What Redis says of it never holds the address.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(error: redis::RedisError) -> StoreError {
    StoreError(error.to_string())
}

impl Store for RedisStore {
    fn of_user(&self, fingerprint: &str) {
        let _ = self.name.set(fingerprint.to_owned());
    }

    fn take(&self, take: Take) -> Reply<'_, (Taken, Standing)> {
        Box::pin(async move {
            let pacing = match take.pacing {
                Pacing::Eager => "eager",
                Pacing::Smooth => "smooth",
                Pacing::Off => "off",
            };
            let arguments =
                [self.unit(take.unit), take.limit.to_string(), pacing.into(), format!("{:.0}", take.chance * 1e6)];
            let (answer, standing) = self.run("take", &arguments).await?;
            let taken = match answer[..] {
                [1, given, probe, spacing] => Taken::Lease(Lease {
                    unit: take.unit,
                    probe: u64::try_from(probe).ok().filter(|probe| *probe > 0),
                    spacing: length(spacing),
                    given: length(given),
                }),
                [0, at, not_before, is_penalty] => {
                    Taken::Wait { at: length(at), not_before: length(not_before), is_penalty: is_penalty == 1 }
                }
                [2] => Taken::Unknown,
                _ => return Err(StoreError(format!("{answer:?}"))),
            };
            Ok((taken, standing))
        })
    }

    fn tell(&self, news: News) -> Reply<'_, Standing> {
        Box::pin(async move {
            let probe = |lease: Lease| lease.probe.unwrap_or_default().to_string();
            let (operation, arguments) = match news {
                News::Sent(lease, left_after) => {
                    ("sent", vec![self.unit(lease.unit), micros(lease.given + left_after)])
                }
                News::Unsent(lease) => ("unsent", vec![self.unit(lease.unit), probe(lease), micros(lease.spacing)]),
                News::GivenUp(lease) => ("given_up", vec![probe(lease)]),
                News::Answered { lease, left_after, status, reading } => {
                    let number =
                        |number: Option<u64>| number.map_or_else(String::new, |number| number.min(MOST).to_string());
                    let span = |length: Option<Duration>| length.map_or_else(String::new, micros);
                    let arguments = vec![
                        probe(lease),
                        micros(lease.given + left_after),
                        status.to_string(),
                        number(reading.limit),
                        number(reading.remaining),
                        span(reading.reset),
                        span(reading.wait()),
                    ];
                    ("answered", arguments)
                }
            };
            Ok(self.run(operation, &arguments).await?.1)
        })
    }

    fn join(&self, joining: Joining) -> Reply<'_, Standing> {
        Box::pin(async move {
            let was_lost = u8::from(joining.was_lost).to_string();
            let mut arguments = vec![joining.limit.to_string(), micros(joining.pause), was_lost];
            for (unit, ago) in joining.units {
                arguments.extend([self.unit(unit), micros(ago)]);
            }
            Ok(self.run("join", &arguments).await?.1)
        })
    }
}

impl RedisStore {
    fn unit(&self, number: u64) -> String {
        format!("{}:{number}", self.member)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its address may hold a password.
        formatter.debug_struct("RedisStore").field("name", &self.name.get()).finish_non_exhaustive()
    }
}

fn micros(length: Duration) -> String {
    length.as_micros().to_string()
}

fn length(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}
