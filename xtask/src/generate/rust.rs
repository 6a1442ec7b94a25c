//! The Rust models, readable and checked in.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use crate::model::{Enum, Kind, Model, Module, Type};

/// The folder whose every file is generated.
pub const FOLDER: &str = "model/src/signal";

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    templates.add_template("module", include_str!("../../templates/rust_module.jinja"))?;
    templates.add_template("index", include_str!("../../templates/rust_index.jinja"))?;
    templates.add_template("error_kind", include_str!("../../templates/rust_error_kind.jinja"))?;

    let render = |name: &str, context: &Value| -> anyhow::Result<String> {
        format(&templates.get_template(name)?.render(minijinja::value::Serde(context))?)
    };

    let names = model.names();
    let sections = sections(model);
    let mut outputs = Vec::new();
    let mut index = Vec::new();
    for (name, module) in &model.modules.0 {
        let text = render("module", &module_context(name, module, &names, &sections)?)?;
        outputs.push(Output { path: format!("{FOLDER}/{name}.rs"), text });
        let exports = module.types.0.iter().map(|(name, _)| name).chain(module.enums.0.iter().map(|(name, _)| name));
        index.push(json!({"name": name, "exports": exports.collect::<BTreeSet<_>>()}));
    }
    let text = render("index", &json!({"modules": index}))?;
    outputs.push(Output { path: format!("{FOLDER}/mod.rs"), text });
    let text = render("error_kind", &error_kinds(model)?)?;
    outputs.push(Output { path: "model/src/error_kind.rs".to_owned(), text });
    Ok(outputs)
}

fn module_context(
    name: &str,
    module: &Module,
    names: &HashMap<String, bool>,
    sections: &BTreeSet<String>,
) -> anyhow::Result<Value> {
    let mut used = BTreeSet::new();
    let mut types = Vec::new();
    for (type_name, declared) in &module.types.0 {
        types.push(type_context(name, type_name, declared, names, sections, &mut used)?);
    }
    let enums: Vec<_> = module.enums.0.iter().map(|(name, declared)| enum_context(name, declared)).collect();
    let mut imports: BTreeSet<String> = used
        .into_iter()
        .filter(|used: &String| {
            !module.types.0.iter().any(|(name, _)| name == used) && !module.enums.0.iter().any(|(name, _)| name == used)
        })
        .map(|used| match used.as_str() {
            "Timestamp" => "crate::timestamp::Timestamp".to_owned(),
            "Section" => "crate::section::Section".to_owned(),
            other => format!("super::{other}"),
        })
        .collect();
    if !types.is_empty() {
        imports.extend([
            "serde::Serialize".to_owned(),
            "serde::de::MapAccess".to_owned(),
            "crate::text::VisitText".to_owned(),
        ]);
        imports.insert("crate::lenient::{Fields, Reading, Shape}".to_owned());
    }
    if !enums.is_empty() {
        imports.insert("crate::open_enum::open_enum".to_owned());
    }
    if types.iter().any(|declared| declared["is_signal"] == true) {
        imports.extend(["std::borrow::Cow".to_owned(), "crate::lazy_document::LazySignal".to_owned()]);
    }
    if types.iter().any(|declared| declared["section"] == true) {
        imports.insert("crate::section::Empty".to_owned());
    }
    Ok(json!({"types": types, "enums": enums, "imports": imports}))
}

fn type_context(
    module: &str,
    name: &str,
    declared: &Type,
    names: &HashMap<String, bool>,
    sections: &BTreeSet<String>,
    used: &mut BTreeSet<String>,
) -> anyhow::Result<Value> {
    let mut fields = Vec::new();
    for (field_name, field) in &declared.fields.0 {
        let kind = Kind::parse(&field.kind, names)?;
        let rust = rust_type(&kind, used);
        // The promised sections of a Signal read as empty ones when they are missing.
        let section = module == "signal" && field.required && matches!(kind, Kind::Type(_));
        let list = matches!(kind, Kind::List(_));
        if section {
            used.insert("Section".to_owned());
        }
        let (rust_type, empty) = match (section, list) {
            (true, _) => (format!("Section<{rust}>"), "Section::absent()"),
            (_, true) => (rust, "Vec::new()"),
            _ => (format!("Option<{rust}>"), "None"),
        };
        let skip = match (section, list || field.nullable) {
            (true, _) => "Section::is_absent",
            (_, true) => "",
            _ => "Option::is_none",
        };
        let method = match (section, list, field.nullable) {
            (true, ..) => "section",
            (_, true, _) => "list",
            (.., true) => "nullable",
            _ => "field",
        };
        fields.push(json!({
            "name": field_name, "doc": field.doc, "unit": field.unit, "since": field.since,
            "rust_type": rust_type, "empty": empty, "skip": skip, "method": method,
            "holds_text": holds_text(&kind), "within": within(&kind),
        }));
    }
    let (section, is_signal) = (sections.contains(name), name == "Signal");
    Ok(json!({
        "name": name, "doc": declared.doc, "text": declared.text, "fields": fields, "section": section,
        "is_signal": is_signal,
    }))
}

/// The types of the Signal's promised sections.
fn sections(model: &Model) -> BTreeSet<String> {
    let modules = model.modules.0.iter().filter(|(name, _)| name == "signal");
    let fields = modules.flat_map(|(_, module)| &module.types.0).flat_map(|(_, declared)| &declared.fields.0);
    fields.filter(|(_, field)| field.required).map(|(_, field)| field.kind.clone()).collect()
}

fn enum_context(name: &str, declared: &Enum) -> Value {
    let values: Vec<_> = declared
        .values
        .0
        .iter()
        .map(|(text, value)| json!({"text": text, "doc": value.doc, "name": value.name.clone().unwrap_or_else(|| pascal(text))}))
        .collect();
    json!({"name": name, "doc": declared.doc, "scale": declared.scale, "values": values})
}

fn error_kinds(model: &Model) -> anyhow::Result<Value> {
    let mut kinds = Vec::new();
    let mut exact = Vec::new();
    let mut ranges = Vec::new();
    for (text, kind) in &model.error_kinds.0 {
        let name = pascal(text);
        kinds.push(json!({"text": text, "name": name, "doc": kind.doc}));
        let mut of_kind: (Vec<String>, Vec<String>) = Default::default();
        for status in &kind.statuses {
            match status.strip_suffix("xx") {
                Some(class) => of_kind.1.push(format!("{class}00..={class}99")),
                None if status.parse::<u16>().is_ok() => of_kind.0.push(status.clone()),
                None => bail!(
                    "spec/model.yaml: error kind {text}: {status} is no status such as 404 and no class such as 4xx"
                ),
            }
        }
        // One arm for the single statuses that share a kind with a class would be unreachable.
        let covered = |status: &String| of_kind.1.iter().any(|range| range.starts_with(&status[..1]));
        let single: Vec<_> = of_kind.0.iter().filter(|status| !covered(status)).cloned().collect();
        if !single.is_empty() {
            exact.push(json!({"pattern": single.join(" | "), "name": name}));
        }
        if !of_kind.1.is_empty() {
            ranges.push(json!({"pattern": of_kind.1.join(" | "), "name": name}));
        }
    }
    exact.extend(ranges);
    Ok(json!({"kinds": kinds, "status_arms": exact}))
}

fn rust_type(kind: &Kind, used: &mut BTreeSet<String>) -> String {
    match kind {
        Kind::String => "String".to_owned(),
        Kind::Integer => "u64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Timestamp => {
            used.insert("Timestamp".to_owned());
            "Timestamp".to_owned()
        }
        Kind::List(item) => format!("Vec<{}>", rust_type(item, used)),
        Kind::Type(name) | Kind::Enum(name) => {
            used.insert(name.clone());
            name.clone()
        }
    }
}

fn holds_text(kind: &Kind) -> bool {
    match kind {
        Kind::Integer | Kind::Number | Kind::Boolean | Kind::Timestamp => false,
        Kind::List(item) => holds_text(item),
        Kind::String | Kind::Type(_) | Kind::Enum(_) => true,
    }
}

/// The struct that a field holds, once or in a list.
fn within(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::List(item) => within(item),
        Kind::Type(name) => Some(name),
        _ => None,
    }
}

pub fn pascal(text: &str) -> String {
    text.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

pub fn format(text: &str) -> anyhow::Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(crate::workspace().join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt, which comes with rustup's default profile")?;
    child.stdin.take().context("rustfmt's input")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt does not read this generated text:\n{text}");
    }
    Ok(String::from_utf8(output.stdout)?)
}
