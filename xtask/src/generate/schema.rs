//! `spec/signal.schema.json`, for whoever checks a Signal without this package.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Output;
use crate::model::{Field, Kind, Model};

pub fn output(model: &Model) -> anyhow::Result<Output> {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://axiomo.app/schemas/signal.v1.json",
        "$comment": "Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.",
        "title": model.version,
        "$ref": "#/$defs/Signal",
        "$defs": definitions(model)?,
    });
    Ok(Output { path: "spec/signal.schema.json".to_owned(), text: format!("{schema:#}\n") })
}

/// Every type and enum as a schema, by its name.
pub fn definitions(model: &Model) -> anyhow::Result<Map<String, Value>> {
    let names = model.names();
    let mut definitions = Map::new();
    for (_, module) in &model.modules.0 {
        for (name, declared) in &module.types.0 {
            let mut properties = Map::new();
            let mut required = Vec::new();
            for (field_name, field) in &declared.fields.0 {
                properties.insert(field_name.clone(), property(field, &names)?);
                if field.required {
                    required.push(json!(field_name));
                }
            }
            definitions.insert(
                name.clone(),
                json!({"description": declared.doc, "type": "object", "properties": properties, "required": required}),
            );
        }
        for (name, declared) in &module.enums.0 {
            let known: Vec<_> = declared
                .values
                .0
                .iter()
                .map(|(text, value)| json!({"const": text, "description": value.doc}))
                .collect();
            // Any text is allowed: a reader keeps values it does not know.
            definitions.insert(
                name.clone(),
                json!({"description": declared.doc, "type": "string", "anyOf": [{"oneOf": known}, {}]}),
            );
        }
    }
    Ok(definitions)
}

fn property(field: &Field, names: &HashMap<String, bool>) -> anyhow::Result<Value> {
    let mut schema = schema_of(&Kind::parse(&field.kind, names)?);
    if field.nullable {
        schema = match schema {
            Value::Object(mut scalar) if scalar.get("type").is_some_and(Value::is_string) => {
                let name = scalar["type"].take();
                scalar.insert("type".to_owned(), json!([name, "null"]));
                Value::Object(scalar)
            }
            other => json!({"anyOf": [other, {"type": "null"}]}),
        };
    }
    schema["description"] = json!(field.doc);
    if let Some(unit) = &field.unit {
        schema["x-unit"] = json!(unit);
        if unit == "0 to 1" {
            schema["minimum"] = json!(0);
            schema["maximum"] = json!(1);
        }
    }
    if let Some(since) = &field.since {
        schema["x-since"] = json!(since);
    }
    Ok(schema)
}

fn schema_of(kind: &Kind) -> Value {
    match kind {
        Kind::String => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer", "minimum": 0}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Timestamp => json!({"type": "string", "format": "date-time"}),
        Kind::List(item) => json!({"type": "array", "items": schema_of(item)}),
        Kind::Type(name) | Kind::Enum(name) => json!({"$ref": format!("#/$defs/{name}")}),
    }
}
