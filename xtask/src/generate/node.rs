//! The npm package's Signal, errors and options.

use std::collections::HashMap;

use anyhow::Context;
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use super::python::{OF_CALL, constant};
use crate::model::{ClientOption, Enum, Field, Kind, Model, OptionKind, Type};

const SOURCE: &str = "bindings-node/source";

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    templates.add_template("signal", include_str!("../../templates/node_signal.jinja"))?;
    templates.add_template("sections", include_str!("../../templates/node_sections.jinja"))?;
    templates.add_template("errors", include_str!("../../templates/node_errors.jinja"))?;
    templates.add_template("options", include_str!("../../templates/node_options.jinja"))?;

    let names = model.names();
    let modules = || model.modules.0.iter().map(|(_, module)| module);
    let types: HashMap<&str, &Type> =
        modules().flat_map(|module| &module.types.0).map(|(name, declared)| (name.as_str(), declared)).collect();
    let declared = modules().flat_map(|module| &module.types.0);
    let declared: Vec<_> = declared.map(|(name, of)| type_context(name, of, &names)).collect::<anyhow::Result<_>>()?;
    let enums: Vec<_> = modules().flat_map(|module| &module.enums.0).map(|(name, of)| enum_context(name, of)).collect();
    let signal = json!({"types": declared, "enums": enums});
    let sections = json!({"sections": sections(&types, &names)?});
    let kinds: Vec<_> = model
        .error_kinds
        .0
        .iter()
        .map(|(text, kind)| json!({"text": text, "class": kind.class, "doc": kind.doc, "statuses": kind.statuses}))
        .collect();
    let (of_call, of_client): (Vec<_>, Vec<_>) =
        model.options.0.iter().partition(|(name, _)| OF_CALL.contains(&name.as_str()));
    let context = |options: Vec<&(String, ClientOption)>| options.into_iter().map(option_context).collect::<Vec<_>>();
    let options = json!({"call_options": context(of_call), "client_options": context(of_client)});

    let files = [("signal", signal), ("sections", sections), ("errors", json!({"kinds": kinds})), ("options", options)];
    let output = |(name, context): (&str, Value)| {
        let text = templates.get_template(name)?.render(minijinja::value::Serde(&context)).context(name.to_owned())?;
        Ok(Output { path: format!("{SOURCE}/{name}.ts"), text: format!("{}\n", text.trim_end()) })
    };
    files.into_iter().map(output).collect()
}

fn type_context(name: &str, declared: &Type, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let fields = declared.fields.0.iter().map(|(name, field)| field_context(name, field, names));
    Ok(json!({"name": name, "doc": declared.doc, "fields": fields.collect::<anyhow::Result<Vec<_>>>()?}))
}

fn field_context(name: &str, field: &Field, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let kind = Kind::parse(&field.kind, names)?;
    let nullable = if field.nullable { " | null" } else { "" };
    Ok(json!({
        "name": name, "doc": field.doc, "unit": field.unit, "since": field.since,
        "annotation": format!("{}{nullable}", annotation(&kind)),
        "always": is_always_there(field, &kind),
    }))
}

/// Lists are, and so are the sections that the service promises.
pub(super) fn is_always_there(field: &Field, kind: &Kind) -> bool {
    matches!(kind, Kind::List(_)) || (field.required && matches!(kind, Kind::Type(_)))
}

fn annotation(kind: &Kind) -> String {
    match kind {
        Kind::String | Kind::Timestamp => "string".to_owned(),
        Kind::Integer | Kind::Number => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Type(name) | Kind::Enum(name) => name.clone(),
        Kind::List(item) => format!("readonly {}[]", annotation(item)),
    }
}

fn enum_context(name: &str, declared: &Enum) -> Value {
    let values = declared.values.0.iter().map(|(text, value)| json!({"text": text, "doc": value.doc}));
    json!({
        "name": name, "constant": plural(constant(name)), "doc": declared.doc, "scale": declared.scale,
        "values": values.collect::<Vec<_>>(),
    })
}

/// The name of all values of an enum.
fn plural(constant: String) -> String {
    let ending = if constant.ends_with('S') { "ES" } else { "S" };
    constant + ending
}

/// The sections that are always there, with their lists.
fn sections(types: &HashMap<&str, &Type>, names: &HashMap<String, bool>) -> anyhow::Result<Vec<Value>> {
    let mut sections = Vec::new();
    for (name, field) in &types.get("Signal").context("the type Signal")?.fields.0 {
        let Kind::Type(of) = Kind::parse(&field.kind, names)? else { continue };
        if !field.required {
            continue;
        }
        let declared = types.get(of.as_str()).with_context(|| format!("the type {of}"))?;
        let mut lists = Vec::new();
        for (name, field) in &declared.fields.0 {
            if matches!(Kind::parse(&field.kind, names)?, Kind::List(_)) {
                lists.push(format!("{name}: []"));
            }
        }
        let lists = if lists.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", lists.join(", ")) };
        sections.push(json!({"name": name, "lists": lists}));
    }
    Ok(sections)
}

fn option_context((name, option): &(String, ClientOption)) -> Value {
    let (annotation, kind, factor) = match option.kind {
        OptionKind::Duration => ("number".to_owned(), "number", 1000),
        OptionKind::Integer => ("number".to_owned(), "number", 1),
        OptionKind::Boolean => ("boolean".to_owned(), "boolean", 1),
        OptionKind::String => ("string".to_owned(), "string", 1),
        OptionKind::Enum => {
            let values: Vec<_> = option.values.0.iter().map(|(value, _)| format!("'{value}'")).collect();
            (values.join(" | "), "string", 1)
        }
    };
    let default = match &option.default {
        Value::Number(number) => (number.as_u64().unwrap_or_default() * factor).to_string(),
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    };
    let (ending, unit, of_env) =
        if option.kind == OptionKind::Duration { ("Ms", " ms", ", in seconds") } else { ("", "", "") };
    let env = option.env.as_ref().map(|env| format!("`{env}`{of_env}"));
    json!({
        "name": format!("{}{ending}", camel(name)), "annotation": annotation, "type": kind, "doc": option.doc,
        "default": format!("{default}{unit}"), "env": env,
    })
}

/// `max_wait` as `maxWait`.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| camel + &super::rust::pascal(word))
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn names_have_humps() {
        assert_eq!(camel("max_wait"), "maxWait");
        assert_eq!(camel("pacing"), "pacing");
    }
}
