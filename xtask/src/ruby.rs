//! The Ruby package in a clone: its sources, with the native part and what calls it in a folder beside them.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::python::target;
use crate::uniffi::Native;

/// Puts what is built, in the dev profile, where `ruby -I` finds it; gives that folder.
pub fn site() -> anyhow::Result<PathBuf> {
    lay_out(&Native::build(false)?)
}

/// The same of what is built already.
pub fn lay_out(native: &Native) -> anyhow::Result<PathBuf> {
    let load_path = target().join("ruby/lib");
    let folder = load_path.join("axiomo/native");
    native.write_glue("ruby", &folder)?;
    let name = native.library.file_name().context("the library's name")?;
    // A library that is loaded somewhere must not change under it.
    let new = folder.join("new");
    fs::copy(&native.library, &new).with_context(|| new.display().to_string())?;
    fs::rename(&new, folder.join(name))?;
    Ok(load_path)
}
