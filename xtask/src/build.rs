//! The workspace's programs and libraries, as every lane needs some of them.

use anyhow::{Context, ensure};

use crate::test::cargo;

/// Builds all of them, in the dev profile.
///
/// A package built alone asks its dependencies for fewer features than all packages together, so that Cargo would compile
/// most of them once more for each package that a lane needs. The examples are here for the same reason: what is built
/// for tests is built with the features that the tests' dependencies ask for.
pub fn workspace() -> anyhow::Result<()> {
    let status =
        cargo(&["build", "--quiet", "--workspace", "--lib", "--bins", "--examples"]).status().context("cargo")?;
    ensure!(status.success(), "the workspace does not build; the lines above say why");
    Ok(())
}
