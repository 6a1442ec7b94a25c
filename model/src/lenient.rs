//! Reading JSON that may not be what it should be, in one pass.
//!
//! A value that is not of the type its field has reads as absent, and its path is noted. Nothing but
//! broken JSON ends the reading.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A type that one JSON value may be read as. Each method says what a JSON value of that type
/// becomes; without one it does not fit.
pub(crate) trait Lenient: Sized {
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    fn from_boolean(_: bool) -> Option<Self> {
        None
    }

    fn from_integer(_: u64) -> Option<Self> {
        None
    }

    fn from_number(_: f64) -> Option<Self> {
        None
    }

    /// Reads the whole object, whether it fits or not.
    fn from_object<'de, A: MapAccess<'de>>(mut map: A, _: &mut Reading) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// Reads the whole array, whether it fits or not.
    fn from_array<'de, A: SeqAccess<'de>>(mut array: A, _: &mut Reading) -> Result<Option<Self>, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// A struct that reads its fields by name.
pub(crate) trait Fields: Default {
    /// The names it knows.
    const SHAPE: &'static Shape;

    /// What a bare string becomes where an object of this type is expected.
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    /// Reads the value of the field `name` from `map`, or passes over it.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error>;
}

/// The fields of a struct by name, each with the fields of what it holds, if that is a struct or a
/// list of them.
pub(crate) struct Shape(pub(crate) &'static [(&'static str, Option<&'static Shape>)]);

impl Shape {
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    pub(crate) fn within(&self, name: &str) -> Option<&'static Shape> {
        self.0.iter().find(|(known, _)| *known == name)?.1
    }
}

impl<T: Fields> Lenient for T {
    fn from_text(text: &str) -> Option<Self> {
        <T as Fields>::from_text(text)
    }

    fn from_object<'de, A: MapAccess<'de>>(mut map: A, reading: &mut Reading) -> Result<Option<Self>, A::Error> {
        let mut object = Self::default();
        while let Some(Name(name)) = map.next_key_seed(NameSeed)? {
            object.read(&name, &mut map, reading)?;
        }
        Ok(Some(object))
    }
}

impl Lenient for String {
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Lenient for bool {
    fn from_boolean(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Lenient for u64 {
    fn from_integer(value: u64) -> Option<Self> {
        Some(value)
    }

    /// Takes `3.0` and `3e0`, which JSON does not tell from `3`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
    fn from_number(value: f64) -> Option<Self> {
        const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
        (value.fract() == 0.0 && (0.0..=LARGEST_EXACT).contains(&value)).then_some(value as u64)
    }
}

impl Lenient for f64 {
    fn from_integer(value: u64) -> Option<Self> {
        Some(value as f64)
    }

    fn from_number(value: f64) -> Option<Self> {
        value.is_finite().then_some(value)
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    fn from_array<'de, A: SeqAccess<'de>>(mut array: A, reading: &mut Reading) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        reading.path.push(Step::Index(0));
        while let Some(item) = array.next_element_seed(Value::<T> { reading, nullable: false, of: PhantomData })? {
            items.extend(item);
            if let Some(Step::Index(index)) = reading.path.last_mut() {
                *index += 1;
            }
        }
        reading.path.pop();
        Ok(Some(items))
    }
}

/// One reading: where it stands, and what it could not read so far.
#[derive(Default)]
pub(crate) struct Reading {
    path: Vec<Step>,
    pub(crate) unread: Vec<String>,
}

enum Step {
    Field(&'static str),
    Index(usize),
}

impl Reading {
    /// The value of a field that is absent when it is null, which is noted.
    pub(crate) fn field<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
    ) -> Result<Option<T>, A::Error> {
        self.value(map, name, false)
    }

    /// The value of a field that may be null.
    pub(crate) fn nullable<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
    ) -> Result<Option<T>, A::Error> {
        self.value(map, name, true)
    }

    /// The items of a list that can be read; none when it is no list.
    pub(crate) fn list<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
    ) -> Result<Vec<T>, A::Error> {
        Ok(self.value(map, name, false)?.unwrap_or_default())
    }

    /// A promised section.
    pub(crate) fn section<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
    ) -> Result<crate::section::Section<T>, A::Error> {
        Ok(self.value(map, name, false)?.into())
    }

    /// Passes over the value of a field that is not known.
    #[expect(clippy::unused_self, reason = "one receiver for every way to read a field")]
    pub(crate) fn skip<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(drop)
    }

    fn value<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        nullable: bool,
    ) -> Result<Option<T>, A::Error> {
        self.path.push(Step::Field(name));
        let value = map.next_value_seed(Value { reading: self, nullable, of: PhantomData })?;
        self.path.pop();
        Ok(value)
    }

    fn note(&mut self) {
        let mut path = String::new();
        for step in &self.path {
            // Writing to a String cannot fail.
            let _ = match step {
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
                Step::Index(index) => write!(path, "[{index}]"),
            };
        }
        self.unread.push(path);
    }
}

/// Reads one value as a `T`, or notes that it is none.
struct Value<'r, T> {
    reading: &'r mut Reading,
    nullable: bool,
    of: PhantomData<T>,
}

impl<T: Lenient> Value<'_, T> {
    fn noted(self, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.reading.note();
        }
        value
    }
}

impl<'de, T: Lenient> DeserializeSeed<'de> for Value<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Lenient> Visitor<'de> for Value<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.noted(T::from_text(text)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.noted(T::from_boolean(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.noted(T::from_integer(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.noted(T::from_number(value as f64)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.noted(T::from_number(value)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(if self.nullable { None } else { self.noted(None) })
    }

    /// What [`crate::raw`] makes of a scalar that no Rust type holds.
    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(self.noted(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = T::from_object(map, self.reading)?;
        Ok(self.noted(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Self::Value, A::Error> {
        let value = T::from_array(array, self.reading)?;
        Ok(self.noted(value))
    }
}

/// The name of a field, borrowed from the text unless it is written with escapes.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

/// Reads a [`Name`].
pub(crate) struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}
