//! `cargo xtask fuzz TARGET --seconds N`: libFuzzer on a target of `fuzz/`, with the stable compiler.

use std::process::Command;

use anyhow::{Context, ensure};
use clap::ValueEnum;

#[derive(clap::Args)]
pub struct Arguments {
    /// What to fuzz.
    target: Target,
    /// How long.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Keep only the inputs of the corpus that reach something of their own.
    #[arg(long)]
    minimize: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// Requests to the reference server.
    AnalyzeRequest,
    /// Bodies of errors.
    ErrorBody,
    /// Addresses of pull requests.
    PullRequestRef,
    /// Headers of answers.
    RateLimitHeaders,
    /// Answers of the service.
    Signal,
}

/// Coverage counters for libFuzzer. Memory is safe by the language, so no sanitizer is needed, and
/// with it no nightly compiler.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks --cfg fuzzing";

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let name = arguments.target.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let program = format!("fuzz-{name}");
    // A target makes cargo keep the flags away from build scripts.
    let host = host()?;
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "axiomo-fuzz", "--features", "libfuzzer", "--bin", &program])
        .args(["--profile", "fuzz", "--target", &host, "--target-dir", "target/fuzz"])
        .env("RUSTFLAGS", INSTRUMENTATION)
        .current_dir(&workspace)
        .status()
        .context("cargo")?;
    ensure!(status.success(), "{program} does not build");

    let folder = name.replace('-', "_");
    let kept = workspace.join("fuzz/corpus").join(&folder);
    let found = workspace.join("target/fuzz/found").join(&folder);
    std::fs::create_dir_all(&found)?;
    let mut command = Command::new(workspace.join("target/fuzz").join(&host).join("fuzz").join(&program));
    if arguments.minimize {
        command.arg("-merge=1").args([&kept, &found]);
    } else {
        // New inputs go to the first folder; the kept ones are only read.
        command.arg(format!("-max_total_time={}", arguments.seconds)).args([&found, &kept]);
    }
    command.arg("-max_len=16384").arg(format!("-artifact_prefix={}/", found.parent().unwrap_or(&found).display()));
    let dictionary = workspace.join("fuzz/dictionaries").join(format!("{folder}.txt"));
    if dictionary.exists() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    let status = command.status().context(program)?;
    ensure!(status.success(), "the fuzzer ended with {status}; the input is named above");
    Ok(())
}

fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}
