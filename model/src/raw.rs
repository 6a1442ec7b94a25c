//! A reader for JSON that is well formed but holds what no Rust type does: numbers beyond 64 bits,
//! exponents beyond `f64`, halves of surrogate pairs. `serde_json` ends its reading there; this one
//! gives such a scalar as bytes and goes on. It scans each level anew, so it is used only when the
//! quick way has failed.

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

/// One JSON value, as its text.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'de>(pub(crate) &'de str);

impl<'de> Deserializer<'de> for Raw<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(self.0)?;
                visitor.visit_map(MapDeserializer::new(entries.into_iter()))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(self.0)?;
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(|item| Raw(item.get()))))
            }
            Some(b'"') => match serde_json::from_str::<String>(self.0) {
                Ok(text) => visitor.visit_string(text),
                Err(_) => visitor.visit_bytes(self.0.as_bytes()),
            },
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            Some(b'n') => visitor.visit_unit(),
            _ => match (self.0.parse::<u64>(), self.0.parse::<f64>()) {
                (Ok(integer), _) => visitor.visit_u64(integer),
                (_, Ok(number)) if number.is_finite() => visitor.visit_f64(number),
                _ => visitor.visit_bytes(self.0.as_bytes()),
            },
        }
    }

    /// What is passed over was found well formed before; nothing of it is looked at again.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl<'de> IntoDeserializer<'de, Error> for Raw<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The members of an object. A name that is no Rust text becomes one that no field has.
struct Entries<'de>(Vec<(RawName<'de>, Raw<'de>)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    entries.push((RawName(name.get()), Raw(value.get())));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The name of a member, with its quotes and escapes.
#[derive(Clone, Copy)]
struct RawName<'de>(&'de str);

impl<'de> IntoDeserializer<'de, Error> for RawName<'de> {
    type Deserializer = NameDeserializer<'de>;

    fn into_deserializer(self) -> Self::Deserializer {
        NameDeserializer(self.0)
    }
}

struct NameDeserializer<'de>(&'de str);

impl<'de> Deserializer<'de> for NameDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match serde_json::from_str::<String>(self.0) {
            Ok(name) => visitor.visit_string(name),
            // Still in quotes, it cannot be the name of a field.
            Err(_) => BorrowedStrDeserializer::new(self.0).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
