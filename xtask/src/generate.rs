//! `cargo xtask generate`: everything that follows from `spec/model.yaml` and `spec/openapi.yaml`.

mod kotlin;
mod node;
mod openapi;
mod options;
mod parity;
mod python;
mod ruby;
mod rust;
mod schema;
mod swift;

use std::fs;

use anyhow::{Context, bail};

use crate::model::Model;

/// A generated file, by its path in the workspace.
struct Output {
    path: String,
    text: String,
}

pub fn run(check: bool) -> anyhow::Result<()> {
    let workspace = crate::workspace();
    let text = fs::read_to_string(workspace.join("spec/model.yaml")).context("spec/model.yaml")?;
    let model = Model::load(&text)?;
    let mut outputs = rust::outputs(&model)?;
    outputs.push(schema::output(&model)?);
    let text = fs::read_to_string(workspace.join("spec/openapi.yaml")).context("spec/openapi.yaml")?;
    outputs.push(openapi::output(&text, schema::definitions(&model)?)?);
    outputs.extend(options::outputs(&model)?);
    outputs.extend(python::outputs(&model)?);
    outputs.extend(node::outputs(&model)?);
    outputs.extend(kotlin::outputs(&model)?);
    outputs.extend(ruby::outputs(&model)?);
    outputs.extend(swift::outputs(&model)?);
    outputs.push(parity::output(&model)?);

    let mut different = Vec::new();
    for output in &outputs {
        let path = workspace.join(&output.path);
        if fs::read_to_string(&path).is_ok_and(|present| present == output.text) {
            continue;
        }
        different.push(output.path.as_str());
        if !check {
            fs::create_dir_all(path.parent().context("a file in the workspace")?)?;
            fs::write(&path, &output.text).with_context(|| output.path.clone())?;
        }
    }
    let forgotten = forgotten(&workspace, &outputs)?;
    for path in &forgotten {
        if !check {
            fs::remove_file(workspace.join(path))?;
        }
    }
    different.extend(forgotten.iter().map(String::as_str));

    if check && !different.is_empty() {
        bail!(
            "these files differ from what spec/*.yaml say; run `cargo xtask generate`:\n  {}",
            different.join("\n  ")
        );
    }
    for path in different {
        println!("written {path}");
    }
    Ok(())
}

/// Files in the generated folders that nothing generates any more.
fn forgotten(workspace: &std::path::Path, outputs: &[Output]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in [rust::FOLDER, python::MODELS] {
        let Ok(entries) = fs::read_dir(workspace.join(folder)) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !outputs.iter().any(|output| output.path == path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}
