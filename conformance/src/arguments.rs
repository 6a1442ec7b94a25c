use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use axiomo_conformance::driver::Command;
use axiomo_conformance::scenario::Scenario;
use axiomo_conformance::substitute;

/// Proves that every language's client of the Axiomo API behaves the same.
#[derive(clap::Parser)]
#[command(name = "axiomo-conformance", version)]
pub(crate) struct Arguments {
    /// The driver, as `conformance/drivers.yaml` names it; may be given more than once. All by default.
    #[arg(long, value_name = "NAME")]
    pub(crate) driver: Vec<String>,
    /// Only scenarios whose name matches; `*` stands for anything.
    #[arg(long, value_name = "PATTERN")]
    scenario: Option<String>,
    /// A defect that the driver builds in, which has to be noticed.
    #[arg(long, value_name = "NAME", requires = "driver")]
    mutant: Option<String>,
    /// Where reports are written.
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Tell what is there, and run nothing.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDriver {
    #[serde(default)]
    build: Vec<String>,
    run: Vec<String>,
}

impl Arguments {
    /// Those of the scenarios that are meant.
    pub(crate) fn choose(&self, mut scenarios: Vec<Scenario>) -> anyhow::Result<Vec<Scenario>> {
        if let Some(pattern) = &self.scenario {
            let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
            let regex = Regex::new(&format!("^{}$", parts.join(".*")))?;
            scenarios.retain(|scenario| regex.is_match(&scenario.id) || regex.is_match(&scenario.name()));
            if scenarios.is_empty() {
                bail!("no scenario matches {pattern}; `--list` tells what is there");
            }
        }
        Ok(scenarios)
    }

    /// The drivers that are meant, built.
    pub(crate) fn drivers(&self, folder: &Path) -> anyhow::Result<Vec<Command>> {
        let path = folder.join("drivers.yaml");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let known: BTreeMap<String, WrittenDriver> = serde_saphyr::from_str(&text).context("drivers.yaml")?;
        if let Some(unknown) = self.driver.iter().find(|name| !known.contains_key(*name)) {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            bail!("there is no driver {unknown}; expected one of {}", names.join(", "));
        }
        let own = std::env::current_exe().context("this program's own place")?;
        let target = own.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let root = folder.parent().unwrap_or(folder).to_owned();
        let mut commands = Vec::new();
        for (name, driver) in known {
            if !self.driver.is_empty() && !self.driver.contains(&name) {
                continue;
            }
            build(&name, &driver.build, &root)?;
            let mut program = filled(driver.run, &target);
            program.extend(self.mutant.iter().flat_map(|mutant| ["--mutant".to_owned(), mutant.clone()]));
            commands.push(Command { name, program, folder: root.clone() });
        }
        Ok(commands)
    }
}

fn build(name: &str, build: &[String], folder: &Path) -> anyhow::Result<()> {
    let Some((program, arguments)) = build.split_first() else { return Ok(()) };
    let status = std::process::Command::new(program).args(arguments).current_dir(folder).status();
    let status = status.with_context(|| format!("building the driver {name}: {program}"))?;
    if !status.success() {
        bail!("the driver {name} is not built: {status}");
    }
    Ok(())
}

fn filled(program: Vec<String>, target: &str) -> Vec<String> {
    let fill = |text: String| {
        let filled = substitute(&Value::from(text), &mut |name| (name == "target").then(|| target.into()));
        filled.as_str().unwrap_or_default().to_owned()
    };
    program.into_iter().map(fill).collect()
}
