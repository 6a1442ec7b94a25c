//! `axiomo`, the command line. `axiomo --help` says what it can do.

mod arguments;
mod batch;
mod clock;
mod failure;
mod local;
mod log;
mod output;
mod render;
mod serve;
mod service;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Analyze, Arguments, Command, Format, Scan};
use failure::Failure;
use output::Answer;

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let format = command.format();
    match log::install(command.default_log()).and_then(|()| run(command)) {
        Ok(code) => code,
        // Whoever reads our output has seen enough, as `head` does.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let text = match format {
                Format::Json => failure.json(),
                Format::Pretty | Format::Markdown => format!("axiomo: {failure}"),
            };
            // With nowhere left to complain, the exit code still tells.
            let _ = writeln!(anstream::stderr(), "{text}");
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let (answer, output) = match command {
        Command::Analyze(Analyze { url: Some(url), service, access_token_file, output, .. }) => {
            (Answer::from(service::analyze(&url, &service, access_token_file.as_deref())?), output)
        }
        Command::Analyze(Analyze { local, output, .. }) => (Answer::from(local::analyze(&local)?), output),
        Command::Scan(Scan { id, service, output }) => (Answer::from(service::scan(&id, &service)?), output),
        Command::Batch(arguments) => return batch::run(&arguments),
        Command::Serve(arguments) => return serve::run(arguments),
        Command::Completions { shell } => return completions(shell),
    };
    output::write(&answer, &output)?;
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "axiomo", &mut script);
    io::stdout().write_all(&script).map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}
