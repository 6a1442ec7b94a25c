//! Everything a contributor runs. `cargo xtask --help` lists it.

#![allow(clippy::disallowed_methods, reason = "whoever runs this is told how long it took")]

mod bench;
mod build;
mod conformance;
mod demo;
mod example;
mod fuzz;
mod generate;
mod kotlin;
mod model;
mod node;
mod npm;
mod package;
mod python;
mod ruby;
mod server;
mod simulate;
mod swift;
mod test;
mod uniffi;
mod unwinder;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Everything a contributor runs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure what the client costs beside what a user would write instead.
    Bench(bench::Arguments),
    /// Run the scenarios that every language's client has to pass.
    Conformance(conformance::Arguments),
    /// Show the main job: a real change in, an explained Signal out.
    Demo,
    /// Fuzz whatever reads foreign bytes.
    Fuzz(fuzz::Arguments),
    /// Write the models, the schema and the tables from spec/model.yaml.
    Generate {
        /// Write nothing; fail if a file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Build the Kotlin package with its driver and examples, and print the folder they are in.
    #[command(hide = true)]
    KotlinSite,
    /// Build the npm package where its tests find it, and print its folder.
    #[command(hide = true)]
    NodeSite,
    /// Build the packages of Python and npm as they are published, into target/packages.
    Package(package::Arguments),
    /// Make the environment in which the Python package is tested, and print its interpreter.
    #[command(hide = true)]
    PythonSite,
    /// Build what the Ruby package needs in a clone, and print the folder for `ruby -I`.
    #[command(hide = true)]
    RubySite,
    /// Run the rate limiter against the server's limits, in virtual time.
    Simulate(simulate::Arguments),
    /// Write what calls the native part of the Swift package, and print the package's folder.
    #[command(hide = true)]
    SwiftSite,
    /// Run the tests, all lanes or those named.
    Test(test::Arguments),
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Demo => demo::run(),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Generate { check } => generate::run(check),
        Command::KotlinSite => {
            println!("{}", kotlin::site()?.display());
            Ok(())
        }
        Command::NodeSite => {
            println!("{}", node::site()?.display());
            Ok(())
        }
        Command::Package(arguments) => package::run(&arguments),
        Command::PythonSite => {
            println!("{}", python::site()?.display());
            Ok(())
        }
        Command::RubySite => {
            println!("{}", ruby::site()?.display());
            Ok(())
        }
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::SwiftSite => {
            println!("{}", swift::site()?.display());
            Ok(())
        }
        Command::Test(arguments) => {
            test::run(&arguments);
            Ok(())
        }
    }
}

/// The folder that holds the workspace.
fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the checkout this binary was built from")
}
