//! The native part of the packages for Kotlin, Ruby and Swift, and the code by which they call it, as uniffi writes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::python::{run, target};
use crate::test::cargo;

/// Where the native part was built, and the program that writes what calls it.
pub struct Native {
    pub library: PathBuf,
    /// The same, which still says what is in it.
    described: PathBuf,
    bindgen: PathBuf,
}

impl Native {
    /// Builds it, in the dev profile unless it is measured.
    pub fn build(is_release: bool) -> anyhow::Result<Self> {
        crate::build::workspace()?;
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = |profile: &str| target().join(profile).join(format!("{prefix}axiomo_uniffi{suffix}"));
        let bindgen = target().join("debug").join(format!("axiomo-uniffi-bindgen{}", std::env::consts::EXE_SUFFIX));
        let described = library("debug");
        if is_release {
            run(&mut cargo(&["build", "--quiet", "--package", "axiomo-uniffi", "--release"]))?;
        }
        Ok(Self { library: if is_release { library("release") } else { described.clone() }, described, bindgen })
    }

    /// Writes what calls it in a language, as the language's file or files, to this folder.
    pub fn write_glue(&self, language: &str, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let mut command = Command::new(&self.bindgen);
        command.args(["generate", "--no-format", "--language", language, "--out-dir"]).arg(folder);
        let settings = crate::workspace().join("bindings-uniffi/uniffi.toml");
        run(command.arg("--config").arg(settings).arg(&self.described))
    }
}
