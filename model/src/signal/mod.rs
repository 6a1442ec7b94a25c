// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

//! The Signal: one module a section, in the order of the JSON.

mod contributor;
mod conventions;
mod evidence;
mod focus;
mod governance;
mod intent;
mod meta;
mod pull_request;
mod review;
mod risk;
#[allow(clippy::module_inception, reason = "the module of the type Signal")]
mod signal;
mod supply_chain;
mod triage;

pub use contributor::{Contributor, ContributorRole, TrustLevel};
pub use conventions::{ConventionCheck, Conventions};
pub use evidence::{Check, Evidence};
pub use focus::{Focus, FocusFile};
pub use governance::{Governance, PolicyFinding};
pub use intent::Intent;
pub use meta::{Meta, Unavailable};
pub use pull_request::{Provider, PullRequest, PullRequestState};
pub use review::{Review, ReviewAction, ReviewConclusion};
pub use risk::{Risk, RiskDriver, RiskLevel};
pub use signal::Signal;
pub use supply_chain::{Dependency, SupplyChain};
pub use triage::{Effort, Staleness, Triage};
