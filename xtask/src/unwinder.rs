//! The unwinder that every Linux with glibc has, as something to link with.
//!
//! zig would put one of its own into a library instead. Before Python 3.14, a thread that wants to go on while the
//! interpreter ends is ended by `pthread_exit`, thus by glibc's unwinder, which hands each frame to the library that the
//! frame is of. One with an unwinder of its own takes what it is handed for something else, and crashes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::python::{run, target};

const NAME: &str = "libgcc_s.so.1";

/// All that it has: of what is left out here, zig would take its own.
const FUNCTIONS: [&str; 18] = [
    "_Unwind_Backtrace",
    "_Unwind_DeleteException",
    "_Unwind_FindEnclosingFunction",
    "_Unwind_Find_FDE",
    "_Unwind_ForcedUnwind",
    "_Unwind_GetCFA",
    "_Unwind_GetDataRelBase",
    "_Unwind_GetGR",
    "_Unwind_GetIP",
    "_Unwind_GetIPInfo",
    "_Unwind_GetLanguageSpecificData",
    "_Unwind_GetRegionStart",
    "_Unwind_GetTextRelBase",
    "_Unwind_RaiseException",
    "_Unwind_Resume",
    "_Unwind_Resume_or_Rethrow",
    "_Unwind_SetGR",
    "_Unwind_SetIP",
];

/// Makes a library of its name that has its functions, which do nothing; gives the path. It is there for the linker alone,
/// and so can be made for any processor.
pub fn to_link_with(python: &Path, triple: &str, glibc: &str) -> anyhow::Result<PathBuf> {
    let folder = target().join("unwinder").join(triple);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let (source, library) = (folder.join("unwinder.c"), folder.join(NAME));
    let text: String = FUNCTIONS.map(|function| format!("void {function}(void) {{}}\n")).concat();
    fs::write(&source, text).with_context(|| source.display().to_string())?;
    let mut compile = Command::new(python);
    compile.args(["-m", "ziglang", "cc", "-target", &format!("{}{glibc}", triple.replace("-unknown-", "-"))]);
    compile.args(["-shared", "-nostdlib", &format!("-Wl,-soname,{NAME}"), "-o"]).arg(&library).arg(&source);
    run(&mut compile)?;
    Ok(library)
}
