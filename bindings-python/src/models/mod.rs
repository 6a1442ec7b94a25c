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
use pyo3::types::PyType;

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

/// The class of a part of a Signal, which is made when it is first asked for: most programs name few of them, and making
/// them all would take a good part of an import.
pub(crate) fn class<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyType>> {
    Some(match name {
        "Signal" => py.get_type::<Signal>(),
        "PullRequest" => py.get_type::<PullRequest>(),
        "Contributor" => py.get_type::<Contributor>(),
        "Intent" => py.get_type::<Intent>(),
        "Risk" => py.get_type::<Risk>(),
        "RiskDriver" => py.get_type::<RiskDriver>(),
        "Evidence" => py.get_type::<Evidence>(),
        "Check" => py.get_type::<Check>(),
        "SupplyChain" => py.get_type::<SupplyChain>(),
        "Dependency" => py.get_type::<Dependency>(),
        "Triage" => py.get_type::<Triage>(),
        "Conventions" => py.get_type::<Conventions>(),
        "ConventionCheck" => py.get_type::<ConventionCheck>(),
        "Focus" => py.get_type::<Focus>(),
        "FocusFile" => py.get_type::<FocusFile>(),
        "Governance" => py.get_type::<Governance>(),
        "PolicyFinding" => py.get_type::<PolicyFinding>(),
        "Review" => py.get_type::<Review>(),
        "Meta" => py.get_type::<Meta>(),
        "Unavailable" => py.get_type::<Unavailable>(),
        _ => return None,
    })
}
