//! The client of the Axiomo API, which turns a pull request into a typed [`Signal`]: who wrote it, what
//! it wants, how risky it is and why, where to look first.
//!
//! ```no_run
//! # async fn run() -> Result<(), axiomo::Error> {
//! // The key comes from AXIOMO_API_KEY; without one, public repositories only.
//! let client = axiomo::Client::from_env()?;
//! let analysis = client.analyze("https://github.com/owner/repo/pull/123").await?;
//!
//! println!("Risk: {:?}", analysis.signal.risk.level);
//! for driver in &analysis.signal.risk.drivers {
//!     println!("{:?}: {:?}", driver.title, driver.contribution);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - A [`Client`] is cheap to clone, and is built without a runtime; its calls need Tokio's, with `enable_all`.
//!   Programs without one use `axiomo::blocking` (feature `blocking`).
//! - Every call ends within its [`timeout`](ClientBuilder::timeout), waits and retries included. Failed
//!   attempts that are safe to repeat are repeated; what the service asks for in `Retry-After` and its
//!   rate-limit headers is obeyed. [`ResponseMeta::attempts`] and [`Error::attempts`] tell what happened.
//! - Whatever goes wrong is an [`Error`] with an [`ErrorKind`], the same in every language.
//! - What happens is told to `tracing`, with the target `axiomo`: `request`, `wait`, `retry` and `rate_limit` at the level of
//!   debugging, `rate_limit_store_lost` and `_found` as warnings.
//! - The key and provider tokens are shown nowhere, are sent only to the configured address, and never
//!   follow a redirect.
//! - [`Client::analyze_many`] takes any number of pull requests, and gives a stream of their results.
//! - What the service sends is kept as it came ([`Analysis::raw`]); the typed view survives fields and
//!   values that this version does not know.
//!
//! # Features
//!
//! `rustls` (default: TLS with ring), `aws-lc-rs` (TLS with aws-lc-rs), `native-tls` (the system's TLS),
//! `blocking`, `redis` ([`RateLimiter::redis`](RateLimiter): a quota that several processes share), `testing` (a clock that
//! moves by hand, or by the reference server), and `background` and `bridge`, which are for bindings to other languages. Only
//! `background` installs something for the process: a subscriber of `tracing`, where there is none.
//!
//! Cargo unites the features of a dependency over the whole program, and `rustls` and `aws-lc-rs` turn on
//! reqwest's `rustls-no-provider`. A program that uses reqwest itself and none of its TLS features then has
//! to turn one on (`rustls` or `native-tls`), or to build its own clients with a provider of cryptography:
//! `reqwest::Client::new()` panics without one.

/// The README's examples are compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// So are those of the documentation.
#[cfg(all(doctest, feature = "redis"))]
#[doc = include_str!("../../docs/rate-limit.md")]
struct Documentation;

mod attempts;
mod auth;
#[cfg(feature = "background")]
pub mod background;
mod base_url;
mod batch;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod cancel;
mod client;
mod clock;
pub mod defaults;
mod environment;
mod error;
#[allow(unreachable_pub, reason = "public with the feature `testing`")]
mod error_body;
mod options;
mod outcome;
#[allow(unreachable_pub, reason = "public in part with the feature `testing`")]
mod rate_limit;
mod request;
mod response;
mod retry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tls;
mod transport;
pub mod webhook;

pub use axiomo_model::*;

pub use auth::{ApiKey, ApiKeyError, KeyProvider, ProviderToken};
pub use batch::{Batch, BatchItem, BatchOutcome, BatchProgress, BatchProgressSnapshot};
pub use builder::ClientBuilder;
pub use call::{Call, CallFuture};
pub use cancel::CancelHandle;
pub use client::Client;
pub use error::Error;
pub use options::CallOptions;
pub use rate_limit::headers::RateLimitReading;
pub use rate_limit::limiter::{RateLimiter, RateLimiterSnapshot};
pub use rate_limit::permit::{Permit, Withdrawn};
pub use rate_limit::{Pacing, Priority, store};
pub use request::AnalyzeRequest;
pub use response::{Analysis, Attempt, RateLimit, ResponseMeta, Sent, WaitReason};
