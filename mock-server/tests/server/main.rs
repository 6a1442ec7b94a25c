//! The reference server over real HTTP, in the same process.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../http/mod.rs"]
mod http;
#[path = "../../../analyzer/tests/repository/mod.rs"]
mod repository;
mod support;

mod analyses;
mod catalogue;
mod controls;
mod faults;
mod hostile;
mod http2;
mod idempotency;
mod journal;
mod keys;
mod limiters;
mod limits;
mod pages;
mod private;
mod raw;
mod requests;
mod routes;
mod script;
mod tls;
