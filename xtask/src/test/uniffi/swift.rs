//! The Swift package: that what calls the native part is as uniffi writes it, and its tests where there is a Swift
//! toolchain.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::python::target;
use crate::swift::{GENERATED, package};
use crate::test::Tally;
use crate::uniffi::Native;

/// Each generated file counts as one test, and so do the package's tests together.
pub fn run(native: &Native, tally: &mut Tally) -> anyhow::Result<()> {
    let folder = target().join("uniffi/swift");
    native.write_glue("swift", &folder)?;
    for (name, path) in GENERATED {
        let written = fs::read_to_string(folder.join(name)).context(name)?;
        let is_same = fs::read_to_string(package().join(path)).is_ok_and(|present| present == written);
        tally.count(is_same);
        if !is_same {
            println!("failed: {path} is not as uniffi writes it; run `cargo xtask swift-site`");
        }
    }
    let is_there =
        || Command::new("swift").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !is_there() {
        println!("NOT RUN: the tests of the Swift package, which need a Swift toolchain");
        return Ok(());
    }
    let library = native.library.parent().context("the library's folder")?;
    let mut command = Command::new("swift");
    command.arg("test").arg("-Xlinker").arg(format!("-L{}", library.display())).current_dir(package());
    command.env("LD_LIBRARY_PATH", library).env("DYLD_LIBRARY_PATH", library);
    command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
    tally.count(command.status().context("swift")?.success());
    Ok(())
}
