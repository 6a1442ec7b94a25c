//! What happens inside, on stderr, for whoever asks for it with `AXIOMO_LOG`.

use std::io;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::Failure;

const VARIABLE: &str = "AXIOMO_LOG";

pub(crate) fn install() -> Result<(), Failure> {
    let Some(filter) = std::env::var_os(VARIABLE) else { return Ok(()) };
    let filter: Option<Targets> = filter.to_str().and_then(|filter| filter.parse().ok());
    let filter = filter.ok_or_else(|| {
        Failure::Configuration(format!("{VARIABLE} cannot be read; expected a level such as debug, or axiomo=debug"))
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
    Ok(())
}
