//! Where a Signal's fields are in its text.

use std::num::NonZeroU32;

use serde::de::MapAccess;

use crate::lenient::{Fields, Keeps, Reading, Shape};
use crate::signal::Signal;

const FIELDS: &[(&str, Option<&Shape>)] = Signal::SHAPE.0;

/// Where the names of a Signal's fields begin in its text, in the order of the fields.
#[derive(Clone, Default)]
pub(crate) struct Places([Option<NonZeroU32>; FIELDS.len()]);

impl Places {
    /// What follows the name of a field, from its value on.
    pub(crate) fn value_of<'t>(&self, field: &str, text: &'t str) -> Option<&'t str> {
        let index = FIELDS.iter().position(|(name, _)| *name == field)?;
        let place = self.0[index]?.get() as usize;
        let (_, value) = text.get(place + field.len()..)?.split_once(':')?;
        Some(value)
    }
}

/// A Signal, or what is kept of one.
#[derive(Default)]
pub(crate) struct Outline {
    pub(crate) signal: Signal,
    /// Where the names of its fields lie in memory, where its sections are not kept.
    names: [Option<usize>; FIELDS.len()],
}

impl Outline {
    /// None when one of the names was written with escapes, so that it does not stand in the text as it is.
    pub(crate) fn places_in(&self, text: &str) -> Option<Places> {
        let mut places = Places::default();
        for (place, name) in places.0.iter_mut().zip(self.names) {
            let Some(name) = name else { continue };
            let offset = name.checked_sub(text.as_ptr().addr()).filter(|offset| *offset < text.len())?;
            *place = Some(NonZeroU32::new(offset.try_into().ok()?)?);
        }
        Some(places)
    }
}

impl Fields for Outline {
    const SHAPE: &'static Shape = Signal::SHAPE;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        if reading.keeps != Keeps::All
            && let Some(index) = FIELDS.iter().position(|(known, _)| *known == name)
        {
            self.names[index] = Some(name.as_ptr().addr());
            reading.keeps = if FIELDS[index].1.is_some() { Keeps::Nothing } else { Keeps::Outline };
        }
        self.signal.read(name, map, reading)
    }
}
