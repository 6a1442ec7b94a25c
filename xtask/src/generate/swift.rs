//! The Swift package's Signal, kinds of errors and options.

use std::collections::HashMap;

use anyhow::Context;
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use super::node::{camel, is_always_there};
use super::python::OF_CALL;
use crate::model::{ClientOption, Enum, Field, Kind, Model, OptionKind, Type};

const SOURCES: &str = "bindings-uniffi/swift/Sources/Axiomo";

/// Words of the language, which stand in backticks where they are names.
const KEYWORDS: [&str; 9] = ["as", "case", "default", "extension", "in", "internal", "operator", "public", "repeat"];

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    templates.add_template("Signal", include_str!("../../templates/swift_signal.jinja"))?;
    templates.add_template("ErrorKind", include_str!("../../templates/swift_error_kind.jinja"))?;
    templates.add_template("Options", include_str!("../../templates/swift_options.jinja"))?;

    let names = model.names();
    let modules = || model.modules.0.iter().map(|(_, module)| module);
    let types = modules().flat_map(|module| &module.types.0);
    let types: Vec<_> = types.map(|(name, of)| type_context(name, of, &names)).collect::<anyhow::Result<_>>()?;
    let enums: Vec<_> = modules().flat_map(|module| &module.enums.0).map(|(name, of)| enum_context(name, of)).collect();
    let kinds = model.error_kinds.0.iter().map(
        |(text, kind)| json!({"text": text, "property": property(&camel(text)), "doc": kind.doc, "statuses": kind.statuses}),
    );
    let kinds = json!({"kinds": kinds.collect::<Vec<_>>()});
    let (of_call, of_client): (Vec<_>, Vec<_>) =
        model.options.0.iter().partition(|(name, _)| OF_CALL.contains(&name.as_str()));
    let context = |options: &[&(String, ClientOption)]| options.iter().copied().map(option_context).collect::<Vec<_>>();
    let of_enums = model.options.0.iter().filter(|(_, option)| option.kind == OptionKind::Enum);
    let options = json!({
        "call_options": context(&of_call), "client_options": context(&of_client),
        "enums": of_enums.map(option_context).collect::<Vec<_>>(),
    });

    let signal = json!({"types": types, "enums": enums});
    let files = [("Signal", signal), ("ErrorKind", kinds), ("Options", options)];
    let output = |(name, context): (&str, Value)| {
        let text = templates.get_template(name)?.render(minijinja::value::Serde(&context)).context(name.to_owned())?;
        Ok(Output { path: format!("{SOURCES}/{name}.swift"), text: format!("{}\n", text.trim_end()) })
    };
    files.into_iter().map(output).collect()
}

fn type_context(name: &str, declared: &Type, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let fields = declared.fields.0.iter().map(|(name, field)| field_context(name, field, names));
    Ok(json!({"name": name, "doc": declared.doc, "fields": fields.collect::<anyhow::Result<Vec<_>>>()?}))
}

fn field_context(name: &str, field: &Field, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let kind = Kind::parse(&field.kind, names)?;
    let empty = match &kind {
        Kind::Type(name) => format!("{name}()"),
        _ => "[]".to_owned(),
    };
    Ok(json!({
        "property": property(name), "doc": field.doc, "unit": field.unit, "since": field.since,
        "annotation": annotation(&kind), "always": is_always_there(field, &kind), "empty": empty,
        "timestamp": kind == Kind::Timestamp,
    }))
}

fn annotation(kind: &Kind) -> String {
    match kind {
        Kind::String => "String".to_owned(),
        Kind::Timestamp => "Date".to_owned(),
        Kind::Integer => "Int".to_owned(),
        Kind::Number => "Double".to_owned(),
        Kind::Boolean => "Bool".to_owned(),
        Kind::Type(name) | Kind::Enum(name) => name.clone(),
        Kind::List(item) => format!("[{}]", annotation(item)),
    }
}

fn enum_context(name: &str, declared: &Enum) -> Value {
    let values = declared.values.0.iter();
    let values =
        values.map(|(text, value)| json!({"text": text, "property": property(&camel(text)), "doc": value.doc}));
    json!({"name": name, "doc": declared.doc, "scale": declared.scale, "values": values.collect::<Vec<_>>()})
}

fn option_context((name, option): &(String, ClientOption)) -> Value {
    let is_duration = option.kind == OptionKind::Duration;
    let (annotation, native_annotation) = match option.kind {
        OptionKind::Duration => ("Duration".to_owned(), "Double"),
        OptionKind::Integer => ("Int".to_owned(), "Int"),
        OptionKind::Boolean => ("Bool".to_owned(), "Bool"),
        OptionKind::String => ("String".to_owned(), "String"),
        OptionKind::Enum => (super::rust::pascal(name), "String"),
    };
    let default = match &option.default {
        Value::String(text) => format!("`{text}`"),
        other if is_duration => format!("{other} seconds"),
        other => other.to_string(),
    };
    let in_seconds = if is_duration { ", in seconds" } else { "" };
    let env = option.env.as_ref().map(|env| format!("`{env}`{in_seconds}"));
    let values = option.values.0.iter().map(|(text, doc)| json!({"text": text, "doc": doc}));
    json!({
        "property": camel(name).replace("Url", "URL"), "annotation": annotation, "doc": option.doc, "default": default,
        "env": env, "values": values.collect::<Vec<_>>(), "is_duration": is_duration,
        "native": format!("{}{}", camel(name), if is_duration { "Ms" } else { "" }),
        "native_annotation": native_annotation,
    })
}

/// A name as the language takes it.
fn property(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("`{name}`") } else { name.to_owned() }
}
