//! What a client can do, in every language: a table of where that is told, shown and proved. A hole in it is an error.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use regex::Regex;

use super::Output;
use super::node::camel;
use crate::model::{Method, Model};

/// A language, with where its guide is, and where its programs are that the tests run.
struct Language {
    name: &'static str,
    is_camel: bool,
    guides: &'static [&'static str],
    examples: &'static [&'static str],
}

/// Snippets of the guides that are named among the examples are run as well.
const LANGUAGES: [Language; 6] = [
    Language {
        name: "Rust",
        is_camel: false,
        guides: &["core/src/client.rs", "core/src/webhook.rs"],
        examples: &["README.md", "examples/rust", "docs/testing.md", "core/src/client.rs", "core/src/webhook.rs"],
    },
    Language {
        name: "Python",
        is_camel: false,
        guides: &["docs/python.md"],
        examples: &["examples/python", "docs/python.md"],
    },
    Language { name: "Node", is_camel: true, guides: &["docs/node.md"], examples: &["examples/node", "docs/node.md"] },
    Language {
        name: "Kotlin",
        is_camel: true,
        guides: &["docs/kotlin.md"],
        examples: &["examples/kotlin", "docs/kotlin.md"],
    },
    Language { name: "Ruby", is_camel: false, guides: &["docs/ruby.md"], examples: &["examples/ruby", "docs/ruby.md"] },
    // Nothing of it is run.
    Language { name: "Swift", is_camel: true, guides: &["docs/swift.md"], examples: &[] },
];

const PATH: &str = "docs/methods.md";

pub fn output(model: &Model) -> anyhow::Result<Output> {
    let workspace = crate::workspace();
    let behaviour = fs::read_to_string(workspace.join("spec/behaviour.md")).context("spec/behaviour.md")?;
    let scenarios = read(&workspace, "conformance/scenarios")?;
    let mut holes = Vec::new();
    let mut text = String::from(
        "<!-- Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead. -->\n\n\
         # What a client can do, in every language\n\n\
         Each name leads to where it is told of, and each example to a program or a snippet that the tests run.\n\n|  |",
    );
    for language in &LANGUAGES {
        write!(text, " {} |", language.name)?;
    }
    writeln!(text, " proved by |\n|{}", "---|".repeat(LANGUAGES.len() + 2))?;
    for (method, declared) in &model.methods.0 {
        write!(text, "| {} |", declared.doc)?;
        for language in &LANGUAGES {
            let name = spelled(method, declared, language);
            let guide = find(&workspace, language.guides, &name)?;
            let example = find(&workspace, language.examples, &name)?;
            let Some(guide) = guide else {
                holes.push(format!("{name} is not in {}", language.guides.join(" or ")));
                continue;
            };
            write!(text, " [`{name}`]({})", link(&guide))?;
            match example {
                Some(example) => write!(text, ", [example]({}) |", link(&example))?,
                None if language.examples.is_empty() => write!(text, ", never run |")?,
                None => holes.push(format!("{name} is not in {}", language.examples.join(" or "))),
            }
        }
        let calls = Regex::new(&format!(r"\bcall: {method}\b"))?;
        let count: usize = scenarios.values().map(|text| calls.find_iter(text).count()).sum();
        match &declared.requirement {
            None if count > 0 => writeln!(text, " [scenarios](../conformance/scenarios), {count} calls |")?,
            Some(requirement) if behaviour.contains(&format!("### {requirement} ")) => {
                writeln!(text, " [{requirement}](../spec/behaviour.md) |")?;
            }
            Some(requirement) => holes.push(format!("{method}: spec/behaviour.md has no {requirement}")),
            None => holes.push(format!("{method}: no scenario calls it, and no requirement is named for it")),
        }
    }
    if !holes.is_empty() {
        bail!("not every language has everything:\n  {}", holes.join("\n  "));
    }
    Ok(Output { path: PATH.to_owned(), text })
}

fn spelled(method: &str, declared: &Method, language: &Language) -> String {
    let named = declared.names.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(language.name));
    match named {
        Some((_, name)) => name.clone(),
        None if language.is_camel => camel(method),
        None => method.to_owned(),
    }
}

/// The first of these files, or the first in these folders, in which a name is.
fn find(workspace: &Path, places: &[&str], name: &str) -> anyhow::Result<Option<String>> {
    let word = Regex::new(&format!(r"(^|[^\w:]){}\b", regex::escape(name)))?;
    for place in places {
        let found = read(workspace, place)?.into_iter().find(|(_, text)| word.is_match(text));
        if let Some((path, _)) = found {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// A file, or all files in a folder that are in its history, by their paths.
fn read(workspace: &Path, place: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut places = vec![place.to_owned()];
    while let Some(place) = places.pop() {
        let path = workspace.join(&place);
        if !path.is_dir() {
            // Not every file is a text.
            if let Ok(text) = fs::read_to_string(&path) {
                found.insert(place, text);
            }
            continue;
        }
        for entry in fs::read_dir(&path).with_context(|| place.clone())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !["node_modules", "built", "target", "__pycache__"].contains(&name.as_str()) {
                places.push(format!("{place}/{name}"));
            }
        }
    }
    Ok(found)
}

/// As seen from the table's folder.
fn link(path: &str) -> String {
    path.strip_prefix("docs/").map_or_else(|| format!("../{path}"), str::to_owned)
}
