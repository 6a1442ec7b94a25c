//! The Ruby package in a clone: its sources, with the native part and what calls it in a folder beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::example::copy;
use crate::python::{run, target};
use crate::uniffi::Native;
use crate::workspace;

/// Puts what is built, in the dev profile, where `ruby -I` finds it; gives that folder.
pub fn site() -> anyhow::Result<PathBuf> {
    lay_out(&Native::build(false)?)
}

/// The same of what is built already.
pub fn lay_out(native: &Native) -> anyhow::Result<PathBuf> {
    lay_out_in(native, "lib")
}

/// The same, in a folder of this name, for what is built otherwise.
pub fn lay_out_in(native: &Native, name: &str) -> anyhow::Result<PathBuf> {
    let load_path = target().join("ruby").join(name);
    let folder = load_path.join("axiomo/native");
    native.write_glue("ruby", &folder)?;
    let name = native.library.file_name().context("the library's name")?;
    // A library that is loaded somewhere must not change under it.
    let new = folder.join("new");
    fs::copy(&native.library, &new).with_context(|| new.display().to_string())?;
    fs::rename(&new, folder.join(name))?;
    Ok(load_path)
}

/// Builds the gem as it is published; gives its path.
pub fn package() -> anyhow::Result<PathBuf> {
    build_gem(&lay_out_in(&Native::build(true)?, "release")?)
}

/// Builds the gem for this platform; gives its path.
pub fn build_gem(load_path: &Path) -> anyhow::Result<PathBuf> {
    let folder = target().join("ruby/gem");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let package = workspace().join("bindings-uniffi/ruby");
    for sources in [package.join("lib"), load_path.to_owned()] {
        copy(&sources, &folder.join("lib"))?;
    }
    copy(&package.join("sig"), &folder.join("sig"))?;
    let licenses = ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| workspace().join(name));
    for path in licenses.into_iter().chain(["README.md", "axiomo.gemspec"].map(|name| package.join(name))) {
        fs::copy(&path, folder.join(path.file_name().context("a file")?))
            .with_context(|| path.display().to_string())?;
    }
    let gem = folder.join(format!("axiomo-{}.gem", env!("CARGO_PKG_VERSION")));
    let mut build = Command::new("gem");
    build.args(["build", "--quiet", "axiomo.gemspec", "--output"]).arg(&gem).current_dir(&folder);
    run(build.stdout(Stdio::null()))?;
    Ok(gem)
}
