//! The Kotlin package's Signal, kinds of errors and options.

use std::collections::HashMap;

use anyhow::Context;
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use super::node::{camel, is_always_there};
use super::python::{OF_CALL, constant};
use crate::model::{ClientOption, Enum, Field, Kind, Model, OptionKind, Type};

const SOURCES: &str = "bindings-uniffi/kotlin/src/main/kotlin/app/axiomo";

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    templates.add_template("Signal", include_str!("../../templates/kotlin_signal.jinja"))?;
    templates.add_template("ErrorKind", include_str!("../../templates/kotlin_error_kind.jinja"))?;
    templates.add_template("Options", include_str!("../../templates/kotlin_options.jinja"))?;

    let names = model.names();
    let modules = || model.modules.0.iter().map(|(_, module)| module);
    let types = modules().flat_map(|module| &module.types.0);
    let types: Vec<_> = types.map(|(name, of)| type_context(name, of, &names)).collect::<anyhow::Result<_>>()?;
    let enums: Vec<_> = modules().flat_map(|module| &module.enums.0).map(|(name, of)| enum_context(name, of)).collect();
    let kinds = model.error_kinds.0.iter().map(|(text, kind)| {
        json!({
            "text": text, "constant": constant(text), "class": kind.class, "doc": kind.doc, "statuses": kind.statuses,
        })
    });
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
        Ok(Output { path: format!("{SOURCES}/{name}.kt"), text: format!("{}\n", text.trim_end()) })
    };
    files.into_iter().map(output).collect()
}

fn type_context(name: &str, declared: &Type, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let fields = declared.fields.0.iter().map(|(name, field)| field_context(name, field, names));
    Ok(json!({"name": name, "doc": declared.doc, "fields": fields.collect::<anyhow::Result<Vec<_>>>()?}))
}

fn field_context(name: &str, field: &Field, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let kind = Kind::parse(&field.kind, names)?;
    let is_always_there = is_always_there(field, &kind);
    let empty = match &kind {
        Kind::Type(name) if is_always_there => format!("{name}()"),
        Kind::List(_) => "emptyList()".to_owned(),
        _ => "null".to_owned(),
    };
    Ok(json!({
        "name": name, "doc": field.doc, "unit": field.unit, "since": field.since,
        "annotation": annotation(&kind), "always": is_always_there, "empty": empty,
    }))
}

fn annotation(kind: &Kind) -> String {
    match kind {
        Kind::String => "String".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
        Kind::Integer => "Count".to_owned(),
        Kind::Number => "Double".to_owned(),
        Kind::Boolean => "Boolean".to_owned(),
        Kind::Type(name) | Kind::Enum(name) => name.clone(),
        Kind::List(item) => format!("List<{}>", annotation(item)),
    }
}

fn enum_context(name: &str, declared: &Enum) -> Value {
    let values = declared.values.0.iter();
    let values = values.map(|(text, value)| json!({"text": text, "constant": constant(text), "doc": value.doc}));
    json!({"name": name, "doc": declared.doc, "scale": declared.scale, "values": values.collect::<Vec<_>>()})
}

fn option_context((name, option): &(String, ClientOption)) -> Value {
    let is_duration = option.kind == OptionKind::Duration;
    let (annotation, value) = match option.kind {
        OptionKind::Duration => ("Duration".to_owned(), "it.milliseconds"),
        OptionKind::Integer => ("Int".to_owned(), "it"),
        OptionKind::Boolean => ("Boolean".to_owned(), "it"),
        OptionKind::String => ("String".to_owned(), "it"),
        OptionKind::Enum => (super::rust::pascal(name), "it.value"),
    };
    let default = match &option.default {
        Value::String(text) => format!("`{text}`"),
        other if is_duration => format!("{other} seconds"),
        other => other.to_string(),
    };
    let in_seconds = if is_duration { ", in seconds" } else { "" };
    let env = option.env.as_ref().map(|env| format!("`{env}`{in_seconds}"));
    let values =
        option.values.0.iter().map(|(text, doc)| json!({"text": text, "constant": constant(text), "doc": doc}));
    json!({
        "property": camel(name), "annotation": annotation, "doc": option.doc, "default": default, "env": env,
        "values": values.collect::<Vec<_>>(), "value": value,
        "native": format!("{}{}", camel(name), if is_duration { "Ms" } else { "" }),
    })
}
