//! The Swift package, whose calls to the native part are checked in: whoever uses it from its repository has no program
//! that writes them.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::python::target;
use crate::uniffi::Native;

/// What uniffi writes, and where it is in the package.
pub const GENERATED: [(&str, &str); 2] = [
    ("AxiomoNative.swift", "Sources/AxiomoNative/AxiomoNative.swift"),
    ("AxiomoFFI.h", "Sources/AxiomoFFI/AxiomoFFI.h"),
];

pub fn package() -> PathBuf {
    crate::workspace().join("bindings-uniffi/swift")
}

/// Writes what calls the native part anew; gives the package's folder.
pub fn site() -> anyhow::Result<PathBuf> {
    let folder = target().join("uniffi/swift");
    Native::build(false)?.write_glue("swift", &folder)?;
    for (name, path) in GENERATED {
        fs::copy(folder.join(name), package().join(path)).context(path)?;
    }
    Ok(package())
}
