//! The Ruby package's Signal, kinds of errors and options, and their types.

use std::collections::HashMap;

use anyhow::{Context, ensure};
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use super::node::{camel, is_always_there};
use super::python::{OF_CALL, constant};
use crate::model::{ClientOption, Enum, Field, Kind, Model, OptionKind, Type};

const PACKAGE: &str = "bindings-uniffi/ruby";

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    let files = [
        ("lib/axiomo/signal.rb", include_str!("../../templates/ruby_signal.jinja")),
        ("lib/axiomo/errors.rb", include_str!("../../templates/ruby_errors.jinja")),
        ("lib/axiomo/options.rb", include_str!("../../templates/ruby_options.jinja")),
        ("sig/generated.rbs", include_str!("../../templates/ruby_signal_rbs.jinja")),
    ];
    let names = model.names();
    let types = inner_first(model, &names)?;
    let types = types.into_iter().map(|(name, of)| type_context(name, of, &names));
    let enums = model.modules.0.iter().flat_map(|(_, module)| &module.enums.0).map(|(name, of)| enum_context(name, of));
    let kinds = model.error_kinds.0.iter();
    let kinds = kinds
        .map(|(text, kind)| json!({"text": text, "class": kind.class, "doc": kind.doc, "statuses": kind.statuses}));
    let (of_call, of_client): (Vec<_>, Vec<_>) =
        model.options.0.iter().partition(|(name, _)| OF_CALL.contains(&name.as_str()));
    let options = |options: &[&(String, ClientOption)]| options.iter().copied().map(option_context).collect::<Vec<_>>();
    let context = json!({
        "types": types.collect::<anyhow::Result<Vec<_>>>()?, "enums": enums.collect::<Vec<_>>(),
        "kinds": kinds.collect::<Vec<_>>(), "call_options": options(&of_call), "client_options": options(&of_client),
    });
    for (name, template) in files {
        templates.add_template(name, template)?;
    }
    let output = |(name, _): (&str, &str)| {
        let text = templates.get_template(name)?.render(minijinja::value::Serde(&context)).context(name.to_owned())?;
        let lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
        Ok(Output { path: format!("{PACKAGE}/{name}"), text: format!("{}\n", lines.join("\n")) })
    };
    files.into_iter().map(output).collect()
}

/// The types, each after those that are in it: a class is there once Ruby has read it.
fn inner_first<'a>(model: &'a Model, names: &HashMap<String, bool>) -> anyhow::Result<Vec<(&'a String, &'a Type)>> {
    let mut left: Vec<_> =
        model.modules.0.iter().flat_map(|(_, module)| module.types.0.iter().map(|(name, of)| (name, of))).collect();
    let mut sorted: Vec<(&String, &Type)> = Vec::new();
    while !left.is_empty() {
        let mut later = Vec::new();
        for (name, of) in &left {
            let mut waits = false;
            for (_, field) in &of.fields.0 {
                let inner = match Kind::parse(&field.kind, names)? {
                    Kind::List(item) => *item,
                    kind => kind,
                };
                waits |= matches!(inner, Kind::Type(inner) if !sorted.iter().any(|(name, _)| **name == inner));
            }
            if waits { later.push((*name, *of)) } else { sorted.push((name, of)) }
        }
        ensure!(later.len() < left.len(), "types hold one another in a circle, which no Signal can");
        left = later;
    }
    Ok(sorted)
}

fn type_context(name: &str, declared: &Type, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let fields = declared.fields.0.iter().map(|(name, field)| field_context(name, field, names));
    Ok(json!({"name": name, "doc": declared.doc, "fields": fields.collect::<anyhow::Result<Vec<_>>>()?}))
}

fn field_context(name: &str, field: &Field, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let kind = Kind::parse(&field.kind, names)?;
    let is_always_there = is_always_there(field, &kind);
    let declaration = match &kind {
        Kind::Type(of) if is_always_there => format!("part :{name}, {of}"),
        Kind::Type(of) => format!("optional :{name}, {of}"),
        Kind::Enum(of) => format!("enum :{name}, {of}"),
        Kind::Timestamp => format!("time :{name}"),
        Kind::List(item) => match &**item {
            Kind::Type(of) => format!("list :{name}, {of}"),
            _ => format!("member :{name}, empty: [].freeze"),
        },
        Kind::String | Kind::Integer | Kind::Number | Kind::Boolean => format!("member :{name}"),
    };
    let annotation = annotation(&kind);
    let optional = if is_always_there || matches!(kind, Kind::List(_)) { "" } else { "?" };
    Ok(json!({
        "name": name, "doc": field.doc, "unit": field.unit, "since": field.since,
        "declaration": declaration, "type": format!("{annotation}{optional}"),
    }))
}

fn annotation(kind: &Kind) -> String {
    match kind {
        Kind::String => "String".to_owned(),
        Kind::Timestamp => "Time".to_owned(),
        Kind::Integer => "Integer".to_owned(),
        Kind::Number => "Numeric".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Type(name) | Kind::Enum(name) => name.clone(),
        Kind::List(item) => format!("Array[{}]", annotation(item)),
    }
}

fn enum_context(name: &str, declared: &Enum) -> Value {
    let values = declared.values.0.iter();
    let values = values.map(|(text, value)| json!({"text": text, "constant": constant(text), "doc": value.doc}));
    json!({"name": name, "doc": declared.doc, "scale": declared.scale, "values": values.collect::<Vec<_>>()})
}

fn option_context((name, option): &(String, ClientOption)) -> Value {
    let (kind, annotation) = match option.kind {
        OptionKind::Duration => ("duration", "Numeric"),
        OptionKind::Integer => ("integer", "Integer"),
        OptionKind::Boolean => ("boolean", "bool"),
        OptionKind::String => ("string", "String"),
        OptionKind::Enum => ("enum", "Symbol | String"),
    };
    let is_duration = option.kind == OptionKind::Duration;
    let default = match &option.default {
        Value::String(text) if option.kind == OptionKind::Enum => format!("`:{text}`"),
        Value::String(text) => format!("`{text}`"),
        other if is_duration => format!("{other} seconds"),
        other => other.to_string(),
    };
    let in_seconds = if is_duration { ", in seconds" } else { "" };
    let values = option.values.0.iter().map(|(text, doc)| json!({"text": text, "doc": doc}));
    json!({
        "name": name, "kind": kind, "type": annotation, "doc": option.doc, "default": default,
        "env": option.env.as_ref().map(|env| format!("`{env}`{in_seconds}")), "values": values.collect::<Vec<_>>(),
        "native": format!("{}{}", camel(name), if is_duration { "Ms" } else { "" }),
    })
}
