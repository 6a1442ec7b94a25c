//! The reference server, with a place of its own to keep what it is told.

use std::path::PathBuf;
use std::process::ExitCode;

use axiomo_mock_server::{Arguments, StoreLocation};

use crate::failure::Failure;

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let default_store = match arguments.store {
        Some(_) => StoreLocation::Memory,
        None => StoreLocation::Sqlite(state_file()?),
    };
    let ended = axiomo_mock_server::run(arguments, default_store)?;
    Ok(ExitCode::from(ended.exit_code()))
}

/// `axiomo/server.sqlite` in the folder where the platform keeps a program's state, made if need be.
fn state_file() -> Result<PathBuf, Failure> {
    let folder = state_folder().ok_or_else(|| {
        Failure::Configuration("there is no folder to keep keys and scans in; name a file with --store".to_owned())
    })?;
    let folder = folder.join("axiomo");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::Configuration(format!("{} cannot be made: {error}", folder.display())))?;
    Ok(folder.join("server.sqlite"))
}

fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return absolute("LOCALAPPDATA");
    }
    let home = || absolute("HOME");
    if cfg!(target_os = "macos") {
        return home().map(|home| home.join("Library/Application Support"));
    }
    absolute("XDG_STATE_HOME").or_else(|| home().map(|home| home.join(".local/state")))
}
