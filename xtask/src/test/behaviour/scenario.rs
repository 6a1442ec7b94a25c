//! The scenarios of the conformance suite, as far as requirements are concerned.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// A file of them, by its path below the scenarios' folder.
pub(super) struct File {
    pub(super) path: String,
    pub(super) scenarios: Vec<Scenario>,
}

/// A scenario, and the requirements that it cites, each with its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scenario {
    pub(super) id: String,
    pub(super) cited: Vec<(usize, String)>,
}

/// A file holds one scenario, or a list of them; the rest of it is the runner's.
#[derive(Deserialize)]
struct Written {
    id: Option<String>,
    #[serde(default)]
    req: Vec<String>,
    #[serde(default)]
    scenarios: Vec<WrittenScenario>,
}

#[derive(Deserialize)]
struct WrittenScenario {
    id: String,
    #[serde(default)]
    req: Vec<String>,
}

/// Every file in a folder and those below it; none while there is no such folder.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    if folder.exists() {
        collect(folder, "", &mut files)?;
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(folder: &Path, below: &str, files: &mut Vec<File>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if entry.path().extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(entry.path()).with_context(|| path.clone())?;
            files.push(File { scenarios: parse(&text).with_context(|| path.clone())?, path });
        }
    }
    Ok(())
}

fn parse(text: &str) -> anyhow::Result<Vec<Scenario>> {
    let Written { id, req, scenarios } = serde_saphyr::from_str(text)?;
    let single = id.map(|id| WrittenScenario { id, req });
    let scenarios = single.into_iter().chain(scenarios).map(|WrittenScenario { id, req }| {
        let cited = req.into_iter().map(|cited| (line_of(&cited, text), cited)).collect();
        Scenario { id, cited }
    });
    Ok(scenarios.collect())
}

/// The first line that holds such a word, since a parsed value tells no line.
fn line_of(word: &str, text: &str) -> usize {
    let holds =
        |line: &str| line.split(|letter: char| !letter.is_alphanumeric() && letter != '-').any(|part| part == word);
    text.lines().position(holds).map_or(1, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_one_scenario_or_several() {
        let scenario = |id: &str, cited: &[(usize, &str)]| Scenario {
            id: id.to_owned(),
            cited: cited.iter().map(|(line, id)| (*line, (*id).to_owned())).collect(),
        };
        let one = "schema: 1.0\nid: key/one\nreq: [KEY-10, KEY-1]\nsteps: [{call: analyze}]\n";
        assert_eq!(parse(one).unwrap(), [scenario("key/one", &[(3, "KEY-10"), (3, "KEY-1")])]);
        let several = "group: key\nscenarios:\n  - id: key/one\n    req: [KEY-10]\n    level: must\n\
            \x20 - id: key/two\n    req:\n      - KEY-1\n  - id: key/three\n";
        let expected =
            [scenario("key/one", &[(4, "KEY-10")]), scenario("key/two", &[(8, "KEY-1")]), scenario("key/three", &[])];
        assert_eq!(parse(several).unwrap(), expected);
    }

    #[test]
    fn what_is_no_scenario_is_an_error() {
        for text in ["scenarios: [{req: [KEY-1]}]", "id: [", "req: KEY-1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_are_found_at_every_depth() {
        let folder = std::env::temp_dir().join(format!("axiomo-scenarios-{}", std::process::id()));
        assert!(read(&folder).unwrap().is_empty());
        fs::create_dir_all(folder.join("key/deep")).unwrap();
        for (path, text) in [("one.yaml", "id: one"), ("key/deep/two.yaml", "id: two"), ("key/notes.md", "[")] {
            fs::write(folder.join(path), text).unwrap();
        }
        let found = read(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let paths: Vec<&str> = found.iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["key/deep/two.yaml", "one.yaml"]);
    }
}
