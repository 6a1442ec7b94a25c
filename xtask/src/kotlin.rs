//! The Kotlin package, its driver and its examples, as Maven builds them.

use std::fs;
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

/// Builds the jar as it is published, with the native part of this platform in it; gives its path.
pub fn package() -> anyhow::Result<PathBuf> {
    run(maven(&Native::build(true)?)?.args(["package", "-DskipTests", "--projects", ":axiomo"]))?;
    Ok(target().join(format!("kotlin/axiomo/axiomo-{}.jar", env!("CARGO_PKG_VERSION"))))
}

/// Maven, which is still to be told what to do, with what calls the native part written for it, and the native part where
/// it goes into the jar.
pub fn maven(native: &Native) -> anyhow::Result<Command> {
    native.write_glue("kotlin", &target().join("uniffi/kotlin"))?;
    let natives = target().join("uniffi/natives").join(resources());
    fs::create_dir_all(&natives)?;
    let name = native.library.file_name().context("the library's name")?;
    fs::copy(&native.library, natives.join(name)).with_context(|| native.library.display().to_string())?;
    let library = native.library.parent().context("the library's folder")?;
    let mut command = Command::new(if cfg!(windows) { "mvn.cmd" } else { "mvn" });
    command.args(["--batch-mode", "--quiet", "--file"]);
    command.arg(crate::workspace().join("bindings-uniffi/kotlin/reactor.xml"));
    command.arg(format!("-Daxiomo.target={}", target().display()));
    command.arg(format!("-Daxiomo.library={}", library.display()));
    Ok(command)
}

/// Where JNA looks in a jar for what is native.
fn resources() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// Builds the programs that measure it.
pub fn benches(native: &Native) -> anyhow::Result<()> {
    let modules = ":axiomo,:axiomo-benches";
    run(maven(native)?.args(["package", "-DskipTests", "--activate-profiles", "benches", "--projects", modules]))
}
