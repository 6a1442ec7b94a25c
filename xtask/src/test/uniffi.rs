//! The lane of the packages for Kotlin, Ruby and Swift.

mod examples;
mod kotlin;
mod ruby;
mod swift;

use super::{Tally, packages};
use crate::uniffi::Native;

pub fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    // Without it, the tests that need it are skipped.
    packages::provide_redis(may_install)?;
    let native = Native::build(false)?;
    swift::run(&native, tally)?;
    ruby::run(&native, tally, may_install)?;
    kotlin::run(&native, tally, may_install)
}
