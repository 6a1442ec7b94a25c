//! `mock-server/src/openapi.json`, what the reference server serves as `/openapi.json`: the hand-written
//! `spec/openapi.yaml`, with the schemas of the Signal, so that they stand in one place only.
//!
//! JSON, and inside the crate: the server needs no YAML reader, and the crate is whole without its
//! workspace.

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};

use super::Output;

/// Where OpenAPI keeps schemas, and JSON Schema keeps them.
const SCHEMAS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";

pub fn output(written: &str, definitions: Map<String, Value>) -> anyhow::Result<Output> {
    let written: Value = serde_saphyr::from_str(written).context("spec/openapi.yaml")?;
    let mut schemas = Value::Object(definitions);
    each_reference(&mut schemas, &mut |reference| {
        if let Some(name) = reference.strip_prefix(DEFINITIONS) {
            *reference = format!("{SCHEMAS}{name}");
        }
    });
    let mut document = json!({"components": {"schemas": schemas}, "info": {"version": env!("CARGO_PKG_VERSION")}});
    lay_over(&mut document, written);

    let mut references = Vec::new();
    each_reference(&mut document, &mut |reference| references.push(reference.clone()));
    for reference in references {
        let is_there = reference.strip_prefix('#').is_some_and(|pointer| document.pointer(pointer).is_some());
        ensure!(is_there, "spec/openapi.yaml: {reference} leads nowhere");
    }
    Ok(Output { path: "mock-server/src/openapi.json".to_owned(), text: format!("{document:#}\n") })
}

/// Members of objects are laid over each other; everything else takes the place of what was there.
fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (name, value) in above {
                lay_over(below.entry(name).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

fn each_reference(value: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, visit)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(reference) if name == "$ref" => visit(reference),
                    other => each_reference(other, visit),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> anyhow::Result<Value> {
        let definitions = json!({
            "Signal": {"type": "object", "required": ["risk"], "properties": {"risk": {"$ref": "#/$defs/Risk"}}},
            "Risk": {"type": "object"},
        });
        let Value::Object(definitions) = definitions else { unreachable!() };
        Ok(serde_json::from_str(&output(text, definitions)?.text)?)
    }

    #[test]
    fn what_is_written_lies_over_what_is_generated() {
        let text = "components: {schemas: {Signal: {required: [id]}, Answer: {$ref: '#/components/schemas/Signal'}}}";
        let document = written(text).unwrap();
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Signal": {"type": "object", "required": ["id"], "properties": {"risk": {"$ref": "#/components/schemas/Risk"}}},
                "Risk": {"type": "object"},
                "Answer": {"$ref": "#/components/schemas/Signal"},
            })
        );
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_named() {
        let error = written("paths: {/a: {get: {$ref: '#/components/schemas/Riks'}}}").unwrap_err();
        assert_eq!(error.to_string(), "spec/openapi.yaml: #/components/schemas/Riks leads nowhere");
    }
}
