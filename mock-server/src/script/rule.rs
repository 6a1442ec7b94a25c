use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::step::{ConnectionStep, Step};

/// What becomes of some requests, or of connections.
///
/// In JSON: `{"on": {"method": "POST", "path": "/api/analyze"}, "do": [step, …]}`, or `{"on": "connection", "do":
/// [step, …]}`.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Each request that matches takes one step.
    Requests {
        /// Which requests.
        on: Matcher,
        /// What becomes of them, one after the other.
        steps: Vec<Step>,
    },
    /// Each connection takes one step when it is accepted.
    Connections {
        /// What becomes of them, one after the other.
        steps: Vec<ConnectionStep>,
    },
}

/// Which requests a rule is for: those that have all of what is said here. The default is all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Matcher {
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path without the query; one that ends in `*` is what paths begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The name of the listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener: Option<String>,
}

impl Rule {
    /// One for requests with a method and a path; a path that ends in `*` is what paths begin with.
    #[must_use]
    pub fn on(method: impl Into<String>, path: impl Into<String>, steps: Vec<Step>) -> Self {
        let on = Matcher { method: Some(method.into()), path: Some(path.into()), listener: None };
        Self::Requests { on, steps }
    }

    /// Whether all its steps are taken.
    pub(super) fn is_used_up(&self) -> bool {
        match self {
            Self::Requests { steps, .. } => steps.is_empty(),
            Self::Connections { steps } => steps.is_empty(),
        }
    }
}

impl Matcher {
    pub(super) fn matches(&self, method: &str, path: &str, listener: &str) -> bool {
        let is_path = |pattern: &str| match pattern.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == pattern,
        };
        self.method.as_ref().is_none_or(|expected| expected == method)
            && self.path.as_deref().is_none_or(is_path)
            && self.listener.as_ref().is_none_or(|expected| expected == listener)
    }
}

/// What stands at `on`.
enum On {
    Connection,
    Requests(Matcher),
}

impl<'de> Deserialize<'de> for On {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnVisitor;
        impl<'de> Visitor<'de> for OnVisitor {
            type Value = On;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`\"connection\"`, or an object with `method`, `path` or `listener`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<On, E> {
                if text == "connection" {
                    return Ok(On::Connection);
                }
                Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<On, A::Error> {
                Matcher::deserialize(MapAccessDeserializer::new(map)).map(On::Requests)
            }
        }
        deserializer.deserialize_any(OnVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    on: On,
    #[serde(rename = "do")]
    steps: Vec<Value>,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { on, steps } = Written::deserialize(deserializer)?;
        match on {
            On::Connection => Ok(Self::Connections { steps: read(steps)? }),
            On::Requests(on) => Ok(Self::Requests { on, steps: read(steps)? }),
        }
    }
}

fn read<S: for<'de> Deserialize<'de>, E: Error>(steps: Vec<Value>) -> Result<Vec<S>, E> {
    let steps = steps.into_iter().enumerate().map(|(index, step)| {
        S::deserialize(step).map_err(|error| E::custom(format_args!("step {}: {error}", index + 1)))
    });
    steps.collect()
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rule = serializer.serialize_struct("Rule", 2)?;
        match self {
            Self::Requests { on, steps } => {
                rule.serialize_field("on", on)?;
                rule.serialize_field("do", steps)?;
            }
            Self::Connections { steps } => {
                rule.serialize_field("on", "connection")?;
                rule.serialize_field("do", steps)?;
            }
        }
        rule.end()
    }
}
