//! What happens inside, on stderr, as far as `AXIOMO_LOG` asks for it.

use std::ffi::OsStr;
use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::Failure;

const VARIABLE: &str = "AXIOMO_LOG";

/// Without the variable, it tells what the default lets through; nothing where there is none.
pub(crate) fn install(default: Option<LevelFilter>) -> Result<(), Failure> {
    let filter = match (std::env::var_os(VARIABLE), default) {
        (Some(filter), _) => read(&filter)?,
        (None, Some(level)) => Targets::new().with_default(level),
        (None, None) => return Ok(()),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
    Ok(())
}

fn read(filter: &OsStr) -> Result<Targets, Failure> {
    let filter: Option<Targets> = filter.to_str().and_then(|filter| filter.parse().ok());
    filter.ok_or_else(|| {
        Failure::Configuration(format!("{VARIABLE} cannot be read; expected a level such as debug, or axiomo=debug"))
    })
}
