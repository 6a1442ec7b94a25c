//! A Signal for people: at a terminal, and in a comment.

mod clean;
mod facts;
mod markdown;
mod pretty;

pub(crate) use markdown::markdown;
pub(crate) use pretty::pretty;
