// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

//! The parts of a Signal, one class each.

mod contributor;
mod conventions;
pub(crate) mod enums;
mod evidence;
mod focus;
mod governance;
mod intent;
mod meta;
mod pull_request;
mod review;
mod risk;
mod signal;
mod supply_chain;
mod triage;

use pyo3::prelude::*;

pub(crate) use contributor::Contributor;
pub(crate) use conventions::{ConventionCheck, Conventions};
pub(crate) use evidence::{Check, Evidence};
pub(crate) use focus::{Focus, FocusFile};
pub(crate) use governance::{Governance, PolicyFinding};
pub(crate) use intent::Intent;
pub(crate) use meta::{Meta, Unavailable};
pub(crate) use pull_request::PullRequest;
pub(crate) use review::Review;
pub(crate) use risk::{Risk, RiskDriver};
pub(crate) use signal::Signal;
pub(crate) use supply_chain::{Dependency, SupplyChain};
pub(crate) use triage::Triage;

/// Adds the classes to the native module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Signal>()?;
    module.add_class::<PullRequest>()?;
    module.add_class::<Contributor>()?;
    module.add_class::<Intent>()?;
    module.add_class::<Risk>()?;
    module.add_class::<RiskDriver>()?;
    module.add_class::<Evidence>()?;
    module.add_class::<Check>()?;
    module.add_class::<SupplyChain>()?;
    module.add_class::<Dependency>()?;
    module.add_class::<Triage>()?;
    module.add_class::<Conventions>()?;
    module.add_class::<ConventionCheck>()?;
    module.add_class::<Focus>()?;
    module.add_class::<FocusFile>()?;
    module.add_class::<Governance>()?;
    module.add_class::<PolicyFinding>()?;
    module.add_class::<Review>()?;
    module.add_class::<Meta>()?;
    module.add_class::<Unavailable>()?;
    Ok(())
}
