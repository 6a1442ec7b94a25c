//! Holds `spec/behaviour.md` to its form, and to the tests and scenarios that it names.

mod document;
mod proof;
mod scenario;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::Tally;
use document::{HOST, Requirement};
use proof::Proof;
use scenario::Scenario;

const DOCUMENT: &str = "spec/behaviour.md";
const SCENARIOS: &str = "conformance/scenarios";

/// What is wrong at a line, counted from 1.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    line: usize,
    message: String,
}

impl Problem {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.line, self.message)
    }
}

/// The document counts as one test, and so does each file of scenarios.
pub(super) fn run(tally: &mut Tally) -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let text = fs::read_to_string(workspace.join(DOCUMENT)).context(DOCUMENT)?;
    let files = scenario::read(&workspace.join(SCENARIOS))?;
    let (requirements, mut problems) = document::parse(&text);
    let scenarios: HashSet<&str> = files.iter().flat_map(|file| &file.scenarios).map(|found| &*found.id).collect();
    problems.extend(unproved(&requirements, &scenarios, &workspace));
    report(DOCUMENT, &problems, tally);
    for file in &files {
        let problems = unknown(&file.scenarios, &requirements);
        report(&format!("{SCENARIOS}/{}", file.path), &problems, tally);
    }
    Ok(())
}

fn report(file: &str, problems: &[Problem], tally: &mut Tally) {
    for problem in problems {
        println!("failed: {file}:{problem}");
    }
    tally.count(problems.is_empty());
}

/// Proofs that lead nowhere.
fn unproved(requirements: &[Requirement], scenarios: &HashSet<&str>, workspace: &Path) -> Vec<Problem> {
    let mut sources: HashMap<&str, Option<String>> = HashMap::new();
    let mut problems = Vec::new();
    for requirement in requirements {
        for proof in &requirement.proofs {
            let problem = match proof {
                Proof::Simulation => None,
                Proof::Scenario(id) if scenarios.contains(&**id) => None,
                Proof::Scenario(id) => Some(format!("no file in {SCENARIOS} has the scenario `{id}`")),
                Proof::Test { file, function } => {
                    let source = sources.entry(file).or_insert_with(|| fs::read_to_string(workspace.join(file)).ok());
                    source.as_deref().map_or_else(
                        || Some(format!("there is no file {file}")),
                        |source| proof::missing(source, function).map(|what| format!("{file} {what} `{function}`")),
                    )
                }
            };
            problems.extend(problem.map(|message| Problem::new(requirement.verified_at, message)));
        }
    }
    problems
}

/// Requirements that a file's scenarios cite and that are not there.
fn unknown(scenarios: &[Scenario], requirements: &[Requirement]) -> Vec<Problem> {
    let cited = scenarios.iter().flat_map(|scenario| scenario.cited.iter().map(move |cited| (scenario, cited)));
    let problems = cited.filter_map(|(scenario, (line, id))| {
        let message = match requirements.iter().find(|requirement| requirement.id() == *id) {
            None => format!("`{}` cites {id}, which {DOCUMENT} does not hold", scenario.id),
            Some(found) if found.group == HOST => {
                format!("`{}` cites {id}; HOST is verified by tests of each language", scenario.id)
            }
            Some(_) => return None,
        };
        Some(Problem::new(*line, message))
    });
    problems.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(proofs: &str) -> Vec<Requirement> {
        let (requirements, _) =
            document::parse(&document::tests::with(&format!("### KEY-1 (must)\nIt is so.\nverified by: {proofs}")));
        requirements
    }

    fn messages(problems: Vec<Problem>) -> Vec<String> {
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_proof_that_leads_nowhere_is_named() {
        let found = |proofs: &str| {
            let scenarios = HashSet::from(["key/there"]);
            messages(unproved(&requirements(proofs), &scenarios, &crate::workspace()))
        };
        let own = "xtask/src/test/behaviour.rs";
        assert_eq!(found(&format!("`{own}::a_proof_that_leads_nowhere_is_named`, `key/there`, `simulation`")), [""; 0]);
        assert_eq!(found("`key/gone`"), ["no file in conformance/scenarios has the scenario `key/gone`"]);
        assert_eq!(found("`xtask/src/gone.rs::a`"), ["there is no file xtask/src/gone.rs"]);
        assert_eq!(found(&format!("`{own}::gone`")), [format!("{own} has no function `gone`")]);
        assert_eq!(found(&format!("`{own}::run`")), [format!("{own} has no test, but a function `run`")]);
    }

    #[test]
    fn a_requirement_that_a_scenario_invents_is_named() {
        let scenario = |id: &str| Scenario { id: "key/new".to_owned(), cited: vec![(7, id.to_owned())] };
        let found = |id: &str| unknown(&[scenario(id)], &requirements("`simulation`"));
        assert_eq!(found("KEY-1"), []);
        let message = "`key/new` cites KEY-2, which spec/behaviour.md does not hold";
        assert_eq!(found("KEY-2"), [Problem::new(7, message)]);
    }

    #[test]
    fn what_hosts_do_is_not_for_scenarios() {
        let text = document::tests::with("")
            .replace("## HOST\n\nAll.", "## HOST\n\nAll.\n\n### HOST-1 (may)\nA.\nverified by: `simulation`");
        let (requirements, problems) = document::parse(&text);
        assert_eq!(problems, []);
        let scenario = Scenario { id: "host/new".to_owned(), cited: vec![(1, "HOST-1".to_owned())] };
        let found = messages(unknown(&[scenario], &requirements));
        assert_eq!(found, ["`host/new` cites HOST-1; HOST is verified by tests of each language"]);
    }
}
