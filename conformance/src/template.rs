//! Places in texts that stand for something: `${name}`.

use serde_json::Value;

/// The same value with its places filled; what is not known stays as it is. A text that is nothing but a place
/// becomes what it stands for, whatever its type.
pub fn substitute(value: &Value, known: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
    match value {
        Value::String(text) => fill(text, known),
        Value::Array(elements) => elements.iter().map(|element| substitute(element, known)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), substitute(member, known))).collect()
        }
        other => other.clone(),
    }
}

fn fill(text: &str, known: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
    let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains('}'));
    if let Some(value) = whole.and_then(&mut *known) {
        return value;
    }
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            filled.push_str("${");
            continue;
        };
        match known(name) {
            Some(Value::String(value)) => filled.push_str(&value),
            Some(value) => filled.push_str(&value.to_string()),
            None => filled.extend(["${", name, "}"]),
        }
        rest = after;
    }
    filled.push_str(rest);
    Value::String(filled)
}

/// The names of all places in a value.
pub(crate) fn places(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    substitute(value, &mut |name| {
        names.push(name.to_owned());
        None
    });
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_that_is_a_place_takes_its_type_and_others_its_words() {
        let mut known = |name: &str| match name {
            "a" => Some(json!(7)),
            "b" => Some(json!("x")),
            _ => None,
        };
        let rows = [
            ("${a}", json!(7)),
            ("${b}", json!("x")),
            ("${a}${b}", json!("7x")),
            ("-${a}-${c}-${", json!("-7-${c}-${")),
            ("$a {b}", json!("$a {b}")),
        ];
        for (text, expected) in rows {
            assert_eq!(substitute(&json!([{"k": text}]), &mut known), json!([{"k": expected}]), "{text}");
        }
        assert_eq!(places(&json!({"x": ["${b} ${a}", "${b}"]})), ["a", "b"]);
    }
}
