use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Map, Value};

use super::content::Content;
use super::draft::Draft;
use crate::script::Edit;

impl Draft {
    /// Changes the body, which has to be JSON.
    pub(super) fn edit(&mut self, edit: &Edit) -> Result<(), String> {
        let body = self.take_body();
        let mut json: Value = serde_json::from_slice(&body)
            .map_err(|error| format!("a body can be edited where it is JSON, and this one is not: {error}"))?;
        for pointer in &edit.remove {
            remove(&mut json, pointer);
        }
        for (pointer, value) in &edit.set {
            *place(&mut json, pointer)? = value.clone();
        }
        self.content = Content::whole(json.to_string().into());
        Ok(())
    }

    /// Tells the client its credential, where no client should look for it.
    pub(super) fn echo(&mut self, authorization: Option<&HeaderValue>) {
        let Some(authorization) = authorization else { return };
        self.head.headers.insert("x-echo", authorization.clone());
        let text = String::from_utf8_lossy(authorization.as_bytes()).into_owned();
        let body = self.take_body();
        let echoed = match serde_json::from_slice(&body) {
            Ok(Value::Object(mut object)) => {
                if let Some(Value::String(message)) = object.get_mut("error").and_then(|error| error.get_mut("message"))
                {
                    *message = format!("{message} ({text})");
                }
                object.insert("echo".to_owned(), text.into());
                Value::Object(object).to_string().into()
            }
            _ => Bytes::from([&body[..], text.as_bytes()].concat()),
        };
        self.content = Content::whole(echoed);
    }

    fn take_body(&mut self) -> Bytes {
        std::mem::replace(&mut self.content, Content::whole(Bytes::new())).collect()
    }
}

/// The steps of a JSON pointer (RFC 6901).
fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

/// The place that a pointer leads to, made where there is none.
fn place<'j>(json: &'j mut Value, pointer: &str) -> Result<&'j mut Value, String> {
    let mut place = json;
    for step in steps(pointer) {
        if !place.is_object() && !place.is_array() {
            *place = Value::Object(Map::new());
        }
        place = match place {
            Value::Array(items) => {
                let length = items.len();
                let index = if step == "-" { Ok(length) } else { step.parse::<usize>() };
                let index = index.ok().filter(|index| *index <= length);
                let index = index.ok_or_else(|| format!("`{pointer}` leads to no place in a list of {length}"))?;
                if index == length {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            object => &mut object[step],
        };
    }
    Ok(place)
}

fn remove(json: &mut Value, pointer: &str) {
    let Some((parent, _)) = pointer.rsplit_once('/') else { return };
    let (Some(parent), Some(last)) = (json.pointer_mut(parent), steps(pointer).last()) else { return };
    match parent {
        Value::Object(members) => {
            members.remove(&last);
        }
        Value::Array(items) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_found_or_made() {
        let mut value = json!({"a": {"b/c": [1, 2]}, "d": 5});
        *place(&mut value, "/a/b~1c/1").unwrap() = json!(3);
        *place(&mut value, "/a/b~1c/-").unwrap() = json!(4);
        *place(&mut value, "/d/e/f").unwrap() = json!(null);
        assert_eq!(value, json!({"a": {"b/c": [1, 3, 4]}, "d": {"e": {"f": null}}}));
        assert!(place(&mut value, "/a/b~1c/7").unwrap_err().contains("a list of 3"));
        *place(&mut value, "").unwrap() = json!([]);
        assert_eq!(value, json!([]));
    }

    #[test]
    fn what_is_not_there_need_not_be_removed() {
        let mut value = json!({"a": [1, 2], "b": {"c": 1}});
        for pointer in ["/a/0", "/a/9", "/b/c", "/b/d/e", "/x/y", ""] {
            remove(&mut value, pointer);
        }
        assert_eq!(value, json!({"a": [2], "b": {}}));
    }
}
