use std::fmt;

use regex::Regex;
use serde_json::Value;

use super::{Matcher, MatcherError, shown};

/// One of the matchers.
#[derive(Debug, Clone)]
pub(super) enum Check {
    /// `$type: integer`: of a type; an integer is a number too.
    Type(Type),
    /// `$exists: true`: there, even if null.
    Exists,
    /// `$absent: true`: not there.
    Absent,
    /// `$between: [7000, 7999]`: a number of a range, its ends included.
    Between(f64, f64),
    /// `$gte: 7`: a number from 7 on.
    AtLeast(f64),
    /// `$lte: 7`: a number up to 7.
    AtMost(f64),
    /// `$regex: "^ax-"`: a text that holds a match.
    Regex(Regex),
    /// `$len: 2`: a text, a list or an object of a length, which may be a matcher.
    Length(Box<Matcher>),
    /// `$same_as: 0`: what stands at the same place in an element of the whole list.
    SameAs(usize),
    /// `$bearer: k1`: `Bearer` with the key of a name.
    Bearer(String),
    /// `$unordered: […]`: a list with these elements, in any order.
    Unordered(Vec<Matcher>),
    /// `$any_of: […]`: one of them.
    AnyOf(Vec<Matcher>),
    /// `$contains: "text"`, `$contains: […]`: a text that holds another, a list that holds all of these and maybe
    /// more.
    Contains(Contained),
    /// `$not: …`: anything else that is there.
    Not(Box<Matcher>),
}

#[derive(Debug, Clone)]
pub(super) enum Contained {
    Text(String),
    Elements(Vec<Matcher>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

const TYPES: [(&str, Type); 7] = [
    ("null", Type::Null),
    ("boolean", Type::Boolean),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("string", Type::String),
    ("array", Type::Array),
    ("object", Type::Object),
];

/// All that begins with `$`.
const NAMES: &str = "$type, $exists, $absent, $between, $gte, $lte, $regex, $len, $same_as, $bearer, $unordered, \
                     $any_of, $contains, $not";

impl Check {
    pub(super) fn parse(name: &str, operand: &Value) -> Result<Self, MatcherError> {
        let wrong = |expected: &str| MatcherError::new(format!("{} is given; expected {expected}", shown(operand)));
        let number = || operand.as_f64().ok_or_else(|| wrong("a number"));
        let text = || operand.as_str().ok_or_else(|| wrong("a text"));
        let list = || Matcher::elements(operand.as_array().ok_or_else(|| wrong("a list"))?);
        let truth = || if operand == true { Ok(()) } else { Err(wrong("true")) };
        Ok(match name {
            "$type" => {
                let found = TYPES.iter().find(|(known, _)| operand == *known);
                Self::Type(found.ok_or_else(|| wrong(&TYPES.map(|(known, _)| known).join(", ")))?.1)
            }
            "$exists" => truth().map(|()| Self::Exists)?,
            "$absent" => truth().map(|()| Self::Absent)?,
            "$between" => {
                let ends = operand.as_array().map(|ends| ends.iter().filter_map(Value::as_f64).collect::<Vec<_>>());
                match ends.as_deref() {
                    Some([least, most]) if least <= most => Self::Between(*least, *most),
                    _ => return Err(wrong("the least and the greatest number, as in [7000, 7999]")),
                }
            }
            "$gte" => Self::AtLeast(number()?),
            "$lte" => Self::AtMost(number()?),
            "$regex" => Self::Regex(Regex::new(text()?).map_err(|error| MatcherError::new(error.to_string()))?),
            "$len" => Self::Length(Box::new(Matcher::parse(operand)?)),
            "$same_as" => {
                let index = operand.as_u64().and_then(|index| usize::try_from(index).ok());
                Self::SameAs(index.ok_or_else(|| wrong("the index of an element, from 0"))?)
            }
            "$bearer" => Self::Bearer(text()?.to_owned()),
            "$unordered" => Self::Unordered(list()?),
            "$any_of" => Self::AnyOf(list()?),
            "$contains" => Self::Contains(match operand {
                Value::String(text) => Contained::Text(text.clone()),
                Value::Array(_) => Contained::Elements(list()?),
                _ => return Err(wrong("a text or a list")),
            }),
            "$not" => Self::Not(Box::new(Matcher::parse(operand)?)),
            _ => return Err(MatcherError::new(format!("there is no such matcher; expected one of {NAMES}"))),
        })
    }
}

impl Type {
    pub(super) fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::String => value.is_string(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |matchers: &[Matcher]| matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Type(expected) => {
                let name = TYPES.iter().find(|(_, known)| known == expected).map_or("", |(name, _)| name);
                write!(formatter, "a value of type {name}")
            }
            Self::Exists => formatter.write_str("anything"),
            Self::Absent => formatter.write_str("nothing"),
            Self::Between(least, most) => write!(formatter, "a number from {least} to {most}"),
            Self::AtLeast(least) => write!(formatter, "a number from {least} on"),
            Self::AtMost(most) => write!(formatter, "a number up to {most}"),
            Self::Regex(regex) => write!(formatter, "a match of /{regex}/"),
            Self::Length(length) => write!(formatter, "a length of {length}"),
            Self::SameAs(index) => write!(formatter, "the same as in [{index}]"),
            Self::Bearer(key) => write!(formatter, "`Bearer` and the key {key}"),
            Self::Unordered(elements) => write!(formatter, "in any order [{}]", joined(elements)),
            Self::AnyOf(choices) => write!(formatter, "one of [{}]", joined(choices)),
            Self::Contains(Contained::Text(text)) => write!(formatter, "a text that holds {text:?}"),
            Self::Contains(Contained::Elements(elements)) => {
                write!(formatter, "a list that holds [{}]", joined(elements))
            }
            Self::Not(other) => write!(formatter, "not {other}"),
        }
    }
}
