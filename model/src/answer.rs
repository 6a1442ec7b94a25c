//! What the text of an answer holds: a Signal in its envelope, or a bare one.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::document::DecodeError;
use crate::lenient::{Fields, Keeps, NameSeed, Reading};
use crate::outline::Outline;
use crate::raw::Raw;
use crate::signal::Signal;

/// What a text holds.
pub(crate) struct Answer {
    pub(crate) signal: Outline,
    /// From the envelope or else from the Signal, as the address.
    pub(crate) signal_id: Option<String>,
    pub(crate) signal_url: Option<String>,
    /// The paths of known fields that could not be read.
    pub(crate) warnings: Vec<String>,
}

/// The members of an envelope besides the Signal, which are members of a bare Signal too.
const ENVELOPE_FIELDS: [&str; 2] = ["signal_id", "signal_url"];

impl Answer {
    pub(crate) fn read(text: &str, keeps: Keeps) -> Result<Self, DecodeError> {
        let mut found = Found::default();
        found.read(text, keeps)?;
        let (bare, bare_unread) = found.bare;
        let (signal, [signal_id, signal_url], warnings) = match found.enveloped {
            Some((Some(signal), mut unread)) => {
                unread.extend(bare_unread.into_iter().filter(|path| ENVELOPE_FIELDS.contains(&path.as_str())));
                (signal, [bare.signal.signal_id, bare.signal.signal_url], unread)
            }
            _ if found.is_bare => (bare, [None, None], bare_unread),
            _ => return Err(DecodeError::NoSignal),
        };
        let signal_id = signal_id.or_else(|| signal.signal.signal_id.clone());
        let signal_url = signal_url.or_else(|| signal.signal.signal_url.clone());
        Ok(Self { signal, signal_id, signal_url, warnings })
    }
}

/// What the top level of a text holds, read as an envelope and as a bare Signal at once, since which
/// of them it is shows only at its end.
#[derive(Default)]
struct Found {
    /// The member `signal`, if there is one, and what could not be read of it.
    enveloped: Option<(Option<Outline>, Vec<String>)>,
    bare: (Outline, Vec<String>),
    /// Whether a section of a Signal, or its version, stands at the top level. `meta` alone is no
    /// sign: many answers that are no Signal have one.
    is_bare: bool,
}

impl Found {
    fn read(&mut self, text: &str, keeps: Keeps) -> Result<(), DecodeError> {
        let mut quick = serde_json::Deserializer::from_str(text);
        let read = quick.deserialize_any(TopLevel { found: self, keeps }).and_then(|read| quick.end().map(|()| read));
        let read = read.or_else(|_| {
            *self = Self::default();
            let whole: &RawValue = serde_json::from_str(text)?;
            Raw(whole.get()).deserialize_any(TopLevel { found: self, keeps })
        });
        read.map_err(|error| DecodeError::not_json(&error))?.map_err(|found| DecodeError::NotAnObject { found })
    }
}

/// Reads what is [`Found`], or says what there is instead of an object.
struct TopLevel<'a> {
    found: &'a mut Found,
    keeps: Keeps,
}

impl<'de> Visitor<'de> for TopLevel<'_> {
    type Value = Result<(), &'static str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self { found, keeps } = self;
        let mut bare = Reading { keeps, ..Reading::default() };
        let mut escaped = String::new();
        while let Some(name) = map.next_key_seed(NameSeed(&mut escaped))? {
            let name = name.unwrap_or(&escaped);
            if name == "signal" {
                let mut reading = Reading { keeps, ..Reading::default() };
                let (signal, unread) = found.enveloped.insert(Default::default());
                reading.field(&mut map, "signal", signal)?;
                *unread = reading.unread;
            } else {
                found.bare.0.read(name, &mut map, &mut bare)?;
                found.is_bare |= name != "meta" && Signal::SHAPE.within(name).is_some();
            }
        }
        found.is_bare |=
            found.bare.0.signal.version.as_ref().is_some_and(|version| version.starts_with("axiomo.signal."));
        found.bare.1 = bare.unread;
        Ok(Ok(()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("an array"))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Err("a string"))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(Err("a string or a number"))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Err("a boolean"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err("null"))
    }
}
