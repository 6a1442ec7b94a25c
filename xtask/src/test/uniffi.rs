//! The lane of the packages for Kotlin, Ruby and Swift.

mod examples;
mod kotlin;
mod ruby;
mod swift;

use super::{Tally, cargo};
use crate::python::run as succeed;
use crate::uniffi::Native;

pub fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    succeed(&mut cargo(&["build", "--quiet", "--package", "axiomo-mock-server"]))?;
    let native = Native::build(false)?;
    swift::run(&native, tally)?;
    ruby::run(&native, tally, may_install)?;
    kotlin::run(&native, tally, may_install)
}
