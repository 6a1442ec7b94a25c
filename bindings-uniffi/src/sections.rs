//! A Signal in sections, for languages in which to read JSON takes long: each section is read when it is asked for.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a JSON object, in their order.
struct Members<'t>(Vec<(String, &'t RawValue)>);

/// The text of a Signal as a line and its sections' texts, one after the other. The line is a JSON object, in which each
/// section has its length in bytes. What is no JSON object has no section.
#[uniffi::export]
pub fn sections_of(signal: &str) -> String {
    let Members(members) = serde_json::from_str(signal).unwrap_or(Members(Vec::new()));
    let lengths: Vec<String> = members
        .iter()
        .map(|(name, text)| format!("{}:{}", serde_json::Value::from(name.as_str()), text.get().len()))
        .collect();
    let mut sections = format!("{{{}}}\n", lengths.join(","));
    sections.extend(members.iter().map(|(_, text)| text.get()));
    sections
}

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'t> Visitor<'t> for Reader {
            type Value = Members<'t>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}
