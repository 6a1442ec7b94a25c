//! The runner's command line.

mod arguments;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use arguments::Arguments;
use axiomo_conformance::{ExpectedFailures, report, scenario, suite, today};

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "axiomo-conformance: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is as expected.
fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = scenario::read_folder(&folder.join("scenarios"))?;
    let ids: BTreeSet<String> = all.iter().map(|scenario| scenario.id.clone()).collect();
    let scenarios = arguments.choose(all)?;
    let mut stdout = anstream::stdout().lock();
    if arguments.list {
        for scenario in scenarios {
            writeln!(stdout, "{} {}", scenario.name(), scenario.req.join(" "))?;
        }
        return Ok(true);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
    let mut is_success = true;
    for command in arguments.drivers(folder)? {
        let path = folder.join("expected-failures").join(format!("{}.yaml", command.name));
        let ids = ids.iter().map(String::as_str).collect();
        let failures = ExpectedFailures::read(&path, &ids, today()).map_err(anyhow::Error::msg)?;
        let results = runtime.block_on(suite::run_all(scenarios.clone(), &command, &failures))?;
        write!(stdout, "{}", report::terminal(&results))?;
        if let Some(folder) = &arguments.report {
            report::write(folder, &results).with_context(|| folder.display().to_string())?;
        }
        is_success &= results.is_success();
    }
    Ok(is_success)
}
