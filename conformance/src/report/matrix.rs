use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

/// A table of requirements and drivers, from what [`write`](super::write) has written of each. A requirement holds
/// when all its scenarios pass.
#[must_use]
pub fn matrix(results: &[Value]) -> String {
    let mut drivers = BTreeSet::new();
    let mut cells: BTreeMap<Requirement<'_>, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for result in results {
        let driver = result["driver"]["language"].as_str().unwrap_or_default();
        drivers.insert(driver);
        for scenario in result["scenarios"].as_array().into_iter().flatten() {
            let verdict = scenario["verdict"].as_str().unwrap_or_default();
            for requirement in scenario["req"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                cells.entry(Requirement::of(requirement)).or_default().entry(driver).or_default().push(verdict);
            }
        }
    }
    let mut text = String::from("| requirement |");
    for driver in &drivers {
        let _ = write!(text, " {driver} |");
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(drivers.len()));
    for (requirement, row) in &cells {
        let _ = write!(text, "| {} |", requirement.name);
        for driver in &drivers {
            let _ = write!(text, " {} |", row.get(driver).map_or_else(String::new, |verdicts| cell(verdicts)));
        }
        text.push('\n');
    }
    text
}

/// In the order of their groups and numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Requirement<'r> {
    group: &'r str,
    number: u32,
    name: &'r str,
}

impl<'r> Requirement<'r> {
    fn of(name: &'r str) -> Self {
        let (group, number) = name.split_once('-').unwrap_or((name, ""));
        Self { group, number: number.parse().unwrap_or_default(), name }
    }
}

fn cell(verdicts: &[&str]) -> String {
    let worst = ["failed", "failed as expected", "not run"].into_iter().find(|worst| verdicts.contains(worst));
    format!("{} ({})", worst.unwrap_or("passed"), verdicts.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_requirement_is_as_good_as_its_worst_scenario() {
        let of = |language: &str, scenarios: &[(&str, &[&str])]| {
            let scenarios: Vec<Value> =
                scenarios.iter().map(|(verdict, req)| json!({"verdict": verdict, "req": req})).collect();
            json!({"driver": {"language": language}, "scenarios": scenarios})
        };
        let rust = of("rust", &[("passed", &["AUTH-10", "AUTH-2"]), ("failed", &["AUTH-10"])]);
        let python = of("python", &[("not run", &["AUTH-2"]), ("passed", &["AUTH-2"])]);
        let expected = "| requirement | python | rust |\n|---|---|---|\n| AUTH-2 | not run (2) | passed (1) |\n\
                        | AUTH-10 |  | failed (2) |\n";
        assert_eq!(matrix(&[rust, python]), expected);
    }
}
