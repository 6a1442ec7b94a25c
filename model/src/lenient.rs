//! Reading JSON that may not be what it should be, in one pass.
//!
//! A value that is not of the type its field has reads as absent, and its path is noted. Nothing but
//! broken JSON ends the reading. Values are read into the place where they stay, since moving large
//! ones, step by step, out of the depths takes longer than much of the reading.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::section::Section;

/// A type that one JSON value may be read as. Each method says what a JSON value of that type
/// becomes; without one it does not fit.
pub(crate) trait Lenient: Sized {
    fn from_text(_: &str, _: &Reading) -> Option<Self> {
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

    /// Reads the whole object, and puts into the slot what becomes of it, if it fits.
    fn from_object<'de, A: MapAccess<'de>>(
        mut map: A,
        _slot: &mut Option<Self>,
        _: &mut Reading,
    ) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    /// Reads the whole array, and puts into the slot what becomes of it, if it fits.
    fn from_array<'de, A: SeqAccess<'de>>(
        mut array: A,
        _slot: &mut Option<Self>,
        _: &mut Reading,
    ) -> Result<(), A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
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
    fn from_text(text: &str, _: &Reading) -> Option<Self> {
        <T as Fields>::from_text(text)
    }

    fn from_object<'de, A: MapAccess<'de>>(
        mut map: A,
        slot: &mut Option<Self>,
        reading: &mut Reading,
    ) -> Result<(), A::Error> {
        let object = slot.insert(Self::default());
        let mut escaped = String::new();
        while let Some(name) = map.next_key_seed(NameSeed(&mut escaped))? {
            object.read(name.unwrap_or(&escaped), &mut map, reading)?;
        }
        Ok(())
    }
}

impl Lenient for String {
    fn from_text(text: &str, reading: &Reading) -> Option<Self> {
        Some(if reading.keeps == Keeps::Nothing { Self::new() } else { text.to_owned() })
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
    fn from_array<'de, A: SeqAccess<'de>>(
        mut array: A,
        slot: &mut Option<Self>,
        reading: &mut Reading,
    ) -> Result<(), A::Error> {
        let mut items = Self::new();
        let mut noted = reading.unread.len();
        for index in 0_usize.. {
            let mut item: Option<T> = None;
            let value = Value { reading, slot: &mut item, nullable: false };
            if array.next_element_seed(value)?.is_none() {
                break;
            }
            if let Some(item) = item
                && reading.keeps != Keeps::Nothing
            {
                items.push(item);
            }
            if reading.unread.len() > noted {
                reading.place(noted, format_args!("[{index}]"));
                noted = reading.unread.len();
            }
        }
        *slot = Some(items);
        Ok(())
    }
}

/// What could not be read so far, by its path from the value that is being read.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) unread: Vec<String>,
    pub(crate) keeps: Keeps,
}

/// How much is kept of what is read. What could not be read is known in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Keeps {
    #[default]
    All,
    /// Of a Signal all but its sections, of which nothing is kept.
    Outline,
    /// Texts are left empty, and lists too.
    Nothing,
}

impl Reading {
    /// Reads the value of a field that is absent when it is null, which is noted.
    pub(crate) fn field<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        self.value(map, name, slot, false)
    }

    /// Reads the value of a field that may be null.
    pub(crate) fn nullable<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        self.value(map, name, slot, true)
    }

    /// Reads the items of a list that can be read; none when it is no list.
    pub(crate) fn list<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        list: &mut Vec<T>,
    ) -> Result<(), A::Error> {
        let mut slot = None;
        self.value(map, name, &mut slot, false)?;
        *list = slot.unwrap_or_default();
        Ok(())
    }

    /// Reads a promised section.
    pub(crate) fn section<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        section: &mut Section<T>,
    ) -> Result<(), A::Error> {
        self.value(map, name, section.slot(), false)
    }

    /// Passes over the value of a field that is not known.
    #[expect(clippy::unused_self, reason = "one receiver for every way to read a field")]
    pub(crate) fn skip<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(drop)
    }

    /// Reads a value that stands alone.
    pub(crate) fn item<'de, T: Lenient, D: Deserializer<'de>>(
        &mut self,
        value: D,
        slot: &mut Option<T>,
    ) -> Result<(), D::Error> {
        Value { reading: self, slot, nullable: false }.deserialize(value)
    }

    fn value<'de, T: Lenient, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: &'static str,
        slot: &mut Option<T>,
        nullable: bool,
    ) -> Result<(), A::Error> {
        let noted = self.unread.len();
        map.next_value_seed(Value { reading: self, slot, nullable })?;
        if self.unread.len() > noted {
            self.place(noted, format_args!("{name}"));
        }
        Ok(())
    }

    /// Puts the step that leads to a value before the paths that were noted within it.
    fn place(&mut self, noted: usize, step: fmt::Arguments<'_>) {
        for path in &mut self.unread[noted..] {
            let separator = if path.is_empty() || path.starts_with('[') { "" } else { "." };
            *path = format!("{step}{separator}{path}");
        }
    }
}

/// Reads one value as a `T` into the slot, or empties it and notes that the value is none.
struct Value<'r, T> {
    reading: &'r mut Reading,
    slot: &'r mut Option<T>,
    nullable: bool,
}

impl<T: Lenient> Value<'_, T> {
    fn take(self, value: Option<T>) {
        *self.slot = value;
        self.note();
    }

    fn note(self) {
        if self.slot.is_none() {
            self.reading.unread.push(String::new());
        }
    }
}

impl<'de, T: Lenient> DeserializeSeed<'de> for Value<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Lenient> Visitor<'de> for Value<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let value = T::from_text(text, self.reading);
        self.take(value);
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(T::from_boolean(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.take(T::from_integer(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(T::from_number(value as f64));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.take(T::from_number(value));
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        *self.slot = None;
        if !self.nullable {
            self.note();
        }
        Ok(())
    }

    /// What [`crate::raw`] makes of a scalar that no Rust type holds.
    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<(), E> {
        self.take(None);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        *self.slot = None;
        T::from_object(map, self.slot, self.reading)?;
        self.note();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<(), A::Error> {
        *self.slot = None;
        T::from_array(array, self.slot, self.reading)?;
        self.note();
        Ok(())
    }
}

/// Reads the name of a field, borrowed from the text. One that is written with escapes goes into the
/// room that is given instead, and there is none to borrow.
pub(crate) struct NameSeed<'r>(pub(crate) &'r mut String);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Option<&'de str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Some(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        name.clone_into(self.0);
        Ok(None)
    }
}
