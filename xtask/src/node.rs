//! The npm package as its tests find it: its JavaScript and its native part, built in the dev profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::python::{place, run, target};
use crate::workspace;

/// Builds the package where it stands; gives its folder.
pub fn site() -> anyhow::Result<PathBuf> {
    let package = workspace().join("bindings-node");
    install(&package)?;
    run(Command::new("node").arg("bundle.mjs").current_dir(&package))?;
    crate::build::workspace()?;
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let built = target().join("debug").join(format!("{prefix}axiomo_node{suffix}"));
    place(&built, &package.join(format!("axiomo.{}.node", platform())))?;
    Ok(package)
}

/// A program that the package is developed with.
pub fn npx(package: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    command.arg("--no-install").current_dir(package);
    command
}

/// npm, as this system calls it.
pub fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Installs what a folder's lock file names, when that is not there yet.
pub fn install(package: &Path) -> anyhow::Result<()> {
    let locked =
        fs::read_to_string(package.join("package-lock.json")).with_context(|| package.display().to_string())?;
    let stamp = package.join("node_modules/.axiomo-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == locked) {
        return Ok(());
    }
    // What has to be built or fetched by a script is not used.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(npm().args(arguments).current_dir(package))?;
    fs::write(&stamp, locked).with_context(|| package.display().to_string())
}

/// This machine, as the platform packages are named.
pub fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let library = match system {
        "linux" if cfg!(target_env = "musl") => "-musl",
        "linux" => "-gnu",
        "win32" => "-msvc",
        _ => "",
    };
    format!("{system}-{processor}{library}")
}
