//! The binary as a process: what it prints, how it ends, and what its death leaves behind.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../http/mod.rs"]
mod http;
#[path = "../../../analyzer/tests/repository/mod.rs"]
mod repository;

mod command;
mod death;
mod program;
