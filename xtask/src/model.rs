//! `spec/model.yaml` as it is written, with its mistakes named.

use std::collections::HashMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// Entries in the order in which they are written.
#[derive(Debug)]
pub struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: DeserializeOwned> serde::de::Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a mapping")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub version: String,
    pub modules: Ordered<Module>,
    pub error_kinds: Ordered<ErrorKind>,
    pub options: Ordered<ClientOption>,
    pub methods: Ordered<Method>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    #[serde(default)]
    pub types: Ordered<Type>,
    #[serde(default)]
    pub enums: Ordered<Enum>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Type {
    pub doc: String,
    pub text: Option<String>,
    pub fields: Ordered<Field>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[serde(rename = "type")]
    pub kind: String,
    pub doc: String,
    pub unit: Option<String>,
    pub since: Option<String>,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub nullable: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enum {
    pub doc: String,
    #[serde(default)]
    pub scale: bool,
    pub values: Ordered<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    pub name: Option<String>,
    pub doc: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorKind {
    pub doc: String,
    /// The class of its errors, in languages that have one for each kind.
    pub class: String,
    /// The built-in class that Python's is one of as well.
    pub python_base: Option<String>,
    #[serde(default)]
    pub statuses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientOption {
    #[serde(rename = "type")]
    pub kind: OptionKind,
    pub default: serde_json::Value,
    /// What an enum can be.
    #[serde(default)]
    pub values: Ordered<String>,
    pub env: Option<String>,
    pub doc: String,
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    pub doc: String,
    /// Its name in languages that have another than the usual spelling.
    #[serde(default)]
    pub names: Ordered<String>,
    /// What proves it, where no scenario calls it.
    pub requirement: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionKind {
    Duration,
    Integer,
    Boolean,
    String,
    Enum,
}

/// What a field's `type` means.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Timestamp,
    List(Box<Kind>),
    Type(String),
    Enum(String),
}

impl Model {
    pub fn load(text: &str) -> anyhow::Result<Self> {
        let model: Self = serde_saphyr::from_str(text).context("spec/model.yaml is not what the generator reads")?;
        let names = model.names();
        for (_, module) in &model.modules.0 {
            for (type_name, declared) in &module.types.0 {
                for (field_name, field) in &declared.fields.0 {
                    Kind::parse(&field.kind, &names)
                        .with_context(|| format!("spec/model.yaml: {type_name}.{field_name}"))?;
                }
                if let Some(text) = &declared.text
                    && !declared.fields.0.iter().any(|(name, field)| name == text && field.kind == "string")
                {
                    bail!("spec/model.yaml: {type_name}: text names {text}, which is no string field of it");
                }
            }
        }
        Ok(model)
    }

    /// Every declared name, and whether it is an enum.
    pub fn names(&self) -> HashMap<String, bool> {
        self.modules
            .0
            .iter()
            .flat_map(|(_, module)| {
                let types = module.types.0.iter().map(|(name, _)| (name.clone(), false));
                types.chain(module.enums.0.iter().map(|(name, _)| (name.clone(), true)))
            })
            .collect()
    }
}

impl Kind {
    pub fn parse(text: &str, names: &HashMap<String, bool>) -> anyhow::Result<Self> {
        if let Some(item) = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
            return Ok(Self::List(Box::new(Self::parse(item, names)?)));
        }
        Ok(match text {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "timestamp" => Self::Timestamp,
            name => match names.get(name) {
                Some(true) => Self::Enum(name.to_owned()),
                Some(false) => Self::Type(name.to_owned()),
                None => bail!(
                    "unknown type {name}; known: string, integer, number, boolean, timestamp, list<…> and the names declared in the file"
                ),
            },
        })
    }
}
