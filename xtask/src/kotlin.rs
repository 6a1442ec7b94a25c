//! The Kotlin package, its driver and its examples, as Maven builds them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::python::{run, target};
use crate::uniffi::Native;

/// Builds all of it, in the dev profile; gives the folder it is in.
pub fn site() -> anyhow::Result<PathBuf> {
    run(maven(&Native::build(false)?)?.args(["package", "-DskipTests"]))?;
    Ok(target().join("kotlin"))
}

/// Maven, which is still to be told what to do, with what calls the native part written for it.
pub fn maven(native: &Native) -> anyhow::Result<Command> {
    native.write_glue("kotlin", &target().join("uniffi/kotlin"))?;
    let library = native.library.parent().context("the library's folder")?;
    let mut command = Command::new(if cfg!(windows) { "mvn.cmd" } else { "mvn" });
    command.args(["--batch-mode", "--quiet", "--file"]);
    command.arg(crate::workspace().join("bindings-uniffi/kotlin/reactor.xml"));
    command.arg(format!("-Daxiomo.target={}", target().display()));
    command.arg(format!("-Daxiomo.library={}", library.display()));
    Ok(command)
}
