//! The sections of a Signal, one file each.

mod contributors;
mod focus;
mod meta;
mod pull_request;
mod review;
mod risk;
mod triage;

pub(crate) use contributors::contributors;
pub(crate) use focus::focus;
pub(crate) use meta::meta;
pub(crate) use pull_request::{pull_request, signal_id};
pub(crate) use review::review;
pub(crate) use risk::risk;
pub(crate) use triage::triage;

/// How far a count is on the way to where it is full: 0 for none, 1 from there on, and quickly at
/// first.
fn fullness(count: f64, scale: f64) -> f64 {
    (count.ln_1p() / scale.ln_1p()).clamp(0.0, 1.0)
}

/// `1 file`, `2 files`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
