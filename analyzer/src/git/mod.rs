//! A local git repository as the source of a [`Change`](crate::Change).
//!
//! Objects are read by gix: in Rust, with each repository opened isolated by itself, where libgit2
//! finds configuration by paths that are global to the process. Lines are counted by libgit2's copy of
//! git's own xdiff, on two buffers and without a repository: gix's own diff finds different (equally
//! valid) differences in one file of a hundred, and GitHub shows git's. Renames are found by
//! a part of this module that follows git's rules where both libraries have their own.

mod attributes;
mod diff;
mod error;
mod gaps;
mod history;
mod identity;
mod lines;
mod locate;
mod memory;
mod merge_base;
mod merge_message;
mod message;
mod objects;
mod rename;
mod repository;
mod tree_changes;
mod trees;

pub use error::Error;
pub use locate::{Selection, Tips};
pub use repository::Repository;
