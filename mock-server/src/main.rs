//! `axiomo-mock-server`, the reference server of the Axiomo API. `--help` says what it can do.

use std::io::{self, Write};
use std::process::ExitCode;

use axiomo_mock_server::{Arguments, StoreLocation};
use clap::Parser;

/// The reference server of the Axiomo API: keys, analyses of local git repositories, scans, limits.
///
/// The first line on stdout is a JSON object with its address and its management token; everything
/// else goes to stderr. AXIOMO_LOG sets how much: error, warn (the default), info, debug or trace.
#[derive(Parser)]
#[expect(clippy::doc_markdown, reason = "this is the text of --help")]
#[command(name = "axiomo-mock-server", version, max_term_width = 100)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

fn main() -> ExitCode {
    let command = Command::parse();
    let level = std::env::var("AXIOMO_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_max_level(level.unwrap_or(tracing_subscriber::filter::LevelFilter::WARN))
        .init();
    match axiomo_mock_server::run(command.arguments, StoreLocation::Memory) {
        Ok(ended) => ExitCode::from(ended.exit_code()),
        Err(error) => {
            // With nowhere left to complain, the exit code still tells.
            let _ = writeln!(io::stderr(), "axiomo-mock-server: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
