//! What is expected of a value, as scenarios write it: the value itself, or matchers, which are a closed set.
//!
//! Objects may hold more than what is expected of them; lists may not.

mod check;
mod compare;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use check::Check;

/// What is expected of a value.
#[derive(Debug, Clone)]
pub struct Matcher(Expected);

#[derive(Debug, Clone)]
enum Expected {
    Value(Value),
    Object(BTreeMap<String, Matcher>),
    List(Vec<Matcher>),
    /// All of them.
    Checks(Vec<Check>),
}

/// A matcher that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct MatcherError {
    /// Where it stands, such as `headers.authorization`.
    place: String,
    message: String,
}

/// What was expected and what was seen, at a place of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, such as `[0].headers.authorization`; empty for the whole.
    pub place: String,
    /// What was expected there.
    pub expected: String,
    /// What was seen there.
    pub seen: String,
}

/// What matchers refer to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// The keys by their names in the scenario.
    pub keys: &'k BTreeMap<String, String>,
}

/// The most of a value that a mismatch shows.
const MOST_SHOWN: usize = 600;

impl Matcher {
    /// Reads what is expected.
    ///
    /// # Errors
    ///
    /// When a name that begins with `$` is no matcher, or is given what it cannot take.
    pub fn parse(written: &Value) -> Result<Self, MatcherError> {
        Ok(Self(match written {
            Value::Object(members) if members.keys().any(|name| name.starts_with('$')) => {
                let checks = members.iter().map(|(name, operand)| {
                    Check::parse(name, operand).map_err(|error| error.below(&format!(".{name}")))
                });
                Expected::Checks(checks.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Expected::Object(Self::members(members)?),
            Value::Array(elements) => Expected::List(Self::elements(elements)?),
            other => Expected::Value(other.clone()),
        }))
    }

    fn members(members: &Map<String, Value>) -> Result<BTreeMap<String, Self>, MatcherError> {
        let parsed = members.iter().map(|(name, member)| {
            Ok((name.clone(), Self::parse(member).map_err(|error: MatcherError| error.below(&format!(".{name}")))?))
        });
        parsed.collect()
    }

    fn elements(elements: &[Value]) -> Result<Vec<Self>, MatcherError> {
        let parsed = elements.iter().enumerate();
        parsed
            .map(|(index, element)| Self::parse(element).map_err(|error| error.below(&format!("[{index}]"))))
            .collect()
    }

    /// Whether a value is as expected; otherwise where it first is not.
    ///
    /// # Errors
    ///
    /// The first mismatch.
    pub fn matches(&self, seen: &Value, known: Known<'_>) -> Result<(), Mismatch> {
        compare::Comparison { root: seen, known }.compare(self, Some(seen), &mut Vec::new())
    }
}

impl MatcherError {
    fn new(message: impl Into<String>) -> Self {
        Self { place: String::new(), message: message.into() }
    }

    /// The same, below a place.
    #[must_use]
    pub fn below(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, expected, seen } = self;
        write!(formatter, "{place}: expected {expected}, seen {seen}")
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |formatter: &mut fmt::Formatter<'_>, matchers: &[Self]| {
            matchers
                .iter()
                .enumerate()
                .try_for_each(|(index, matcher)| write!(formatter, "{}{matcher}", if index == 0 { "" } else { ", " }))
        };
        match &self.0 {
            Expected::Value(value) => formatter.write_str(&shown(value)),
            Expected::Object(members) => {
                formatter.write_str("{")?;
                for (index, (name, member)) in members.iter().enumerate() {
                    write!(formatter, "{}{name}: {member}", if index == 0 { "" } else { ", " })?;
                }
                formatter.write_str("}")
            }
            Expected::List(elements) => {
                formatter.write_str("[")?;
                list(formatter, elements)?;
                formatter.write_str("]")
            }
            Expected::Checks(checks) => {
                let texts: Vec<String> = checks.iter().map(ToString::to_string).collect();
                formatter.write_str(&texts.join(" and "))
            }
        }
    }
}

/// A value for people, cut where it is long.
fn shown(value: &Value) -> String {
    let mut text = value.to_string();
    if text.len() > MOST_SHOWN {
        let end = (0..=MOST_SHOWN).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}
