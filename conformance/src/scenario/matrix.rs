use serde_json::{Map, Value};

use crate::template::substitute;

/// Every combination of a scenario's matrix, each with its name, and the scenario with its values put in.
///
/// A matrix is an object of lists, of which every combination is run, or a list of objects, which are run as they
/// are.
pub(super) fn cases(mut scenario: Value) -> Result<Vec<(String, Value)>, String> {
    let matrix = scenario.as_object_mut().and_then(|members| members.remove("matrix")).unwrap_or(Value::Null);
    let rows = match matrix {
        Value::Null => return Ok(vec![(String::new(), scenario)]),
        Value::Object(axes) => combinations(axes)?,
        Value::Array(rows) => rows
            .into_iter()
            .map(|row| match row {
                Value::Object(row) => Ok(row),
                _ => Err("matrix: expected an object of lists, or a list of objects".to_owned()),
            })
            .collect::<Result<_, _>>()?,
        _ => return Err("matrix: expected an object of lists, or a list of objects".to_owned()),
    };
    if rows.is_empty() {
        return Err("matrix: there is no combination, so that nothing would be run".to_owned());
    }
    let text = scenario.to_string();
    let unused = rows.iter().flat_map(Map::keys).find(|name| !text.contains(&format!("${{{name}}}")));
    if let Some(name) = unused {
        return Err(format!("matrix: `${{{name}}}` stands nowhere"));
    }
    Ok(rows.iter().map(|row| (name(row), substitute(&scenario, &mut |name| row.get(name).cloned()))).collect())
}

fn combinations(axes: Map<String, Value>) -> Result<Vec<Map<String, Value>>, String> {
    let mut rows = vec![Map::new()];
    for (name, values) in axes {
        let Value::Array(values) = values else { return Err(format!("matrix: {name}: expected a list")) };
        let extended = rows.iter().flat_map(|row: &Map<String, Value>| {
            values.iter().map(|value| {
                let mut row = row.clone();
                row.insert(name.clone(), value.clone());
                row
            })
        });
        rows = extended.collect();
    }
    Ok(rows)
}

fn name(row: &Map<String, Value>) -> String {
    let members = row.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    members.collect::<Vec<_>>().join(", ")
}
