use serde_json::Value;

use super::check::{Check, Contained};
use super::{Expected, Known, Matcher, Mismatch, shown};

/// A value, and what its matchers refer to.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'v> {
    pub(super) root: &'v Value,
    pub(super) known: Known<'v>,
}

/// A step from a value to a part of it.
#[derive(Clone)]
pub(super) enum Step {
    Member(String),
    Element(usize),
}

impl Comparison<'_> {
    /// Compares what stands at a place, which may be nothing.
    pub(super) fn compare(
        &self,
        matcher: &Matcher,
        seen: Option<&Value>,
        place: &mut Vec<Step>,
    ) -> Result<(), Mismatch> {
        match (&matcher.0, seen) {
            (Expected::Checks(checks), _) => checks.iter().try_for_each(|check| self.check(check, seen, place)),
            (Expected::Value(expected), Some(seen)) if is_same(expected, seen) => Ok(()),
            (Expected::Object(members), Some(Value::Object(seen))) => members.iter().try_for_each(|(name, member)| {
                within(place, Step::Member(name.clone()), |place| self.compare(member, seen.get(name), place))
            }),
            (Expected::List(elements), Some(Value::Array(seen))) => {
                let both = elements.iter().zip(seen).enumerate();
                both.map(|(index, (element, seen))| {
                    within(place, Step::Element(index), |place| self.compare(element, Some(seen), place))
                })
                .collect::<Result<Vec<()>, _>>()?;
                if elements.len() == seen.len() {
                    return Ok(());
                }
                let rest = seen
                    .get(elements.len()..)
                    .map_or_else(String::new, |rest| format!(", beyond them {}", shown(&rest.into())));
                Err(mismatch(place, format!("{} elements", elements.len()), format!("{}{rest}", seen.len())))
            }
            _ => Err(mismatch(place, matcher.to_string(), seen.map_or_else(nothing, shown))),
        }
    }

    fn check(&self, check: &Check, seen: Option<&Value>, place: &mut Vec<Step>) -> Result<(), Mismatch> {
        let Some(value) = seen else {
            return match check {
                Check::Absent => Ok(()),
                _ => Err(mismatch(place, check.to_string(), nothing())),
            };
        };
        let number = value.as_f64();
        let holds = match check {
            Check::Absent => false,
            Check::Exists => true,
            Check::Type(expected) => expected.is_of(value),
            Check::Between(least, most) => number.is_some_and(|number| *least <= number && number <= *most),
            Check::AtLeast(least) => number.is_some_and(|number| *least <= number),
            Check::AtMost(most) => number.is_some_and(|number| number <= *most),
            Check::Regex(regex) => value.as_str().is_some_and(|text| regex.is_match(text)),
            Check::Bearer(key) => {
                let key = self.known.keys.get(key);
                key.is_some_and(|key| value.as_str() == Some(&format!("Bearer {key}")))
            }
            Check::SameAs(index) => self.same_place_in(*index, place).is_some_and(|other| is_same(other, value)),
            Check::Length(expected) => {
                let length = length(value).map(Value::from);
                length.is_some_and(|length| self.compare(expected, Some(&length), place).is_ok())
            }
            Check::AnyOf(choices) => choices.iter().any(|choice| self.compare(choice, seen, place).is_ok()),
            Check::Not(other) => self.compare(other, seen, place).is_err(),
            Check::Contains(Contained::Text(text)) => value.as_str().is_some_and(|whole| whole.contains(text)),
            Check::Contains(Contained::Elements(elements)) => {
                value.as_array().is_some_and(|list| self.assign(elements, list, place))
            }
            Check::Unordered(elements) => {
                let list = value.as_array().filter(|list| list.len() == elements.len());
                list.is_some_and(|list| self.assign(elements, list, place))
            }
        };
        if holds { Ok(()) } else { Err(mismatch(place, check.to_string(), shown(value))) }
    }

    /// Whether each matcher can have an element of its own.
    fn assign(&self, matchers: &[Matcher], elements: &[Value], place: &mut Vec<Step>) -> bool {
        let fits: Vec<Vec<usize>> = matchers
            .iter()
            .map(|matcher| {
                let fitting = elements.iter().enumerate().filter(|(index, element)| {
                    within(place, Step::Element(*index), |place| self.compare(matcher, Some(element), place)).is_ok()
                });
                fitting.map(|(index, _)| index).collect()
            })
            .collect();
        let mut holders: Vec<Option<usize>> = vec![None; elements.len()];
        (0..matchers.len()).all(|matcher| find(matcher, &fits, &mut holders, &mut vec![false; elements.len()]))
    }

    /// What stands at a place, but in another element of the whole list.
    fn same_place_in(&self, index: usize, place: &[Step]) -> Option<&Value> {
        let element = self.root.get(index)?;
        place.iter().skip(1).try_fold(element, |value, step| match step {
            Step::Member(name) => value.get(name),
            Step::Element(index) => value.get(index),
        })
    }
}

/// Finds an element for a matcher; whoever has it looks for another.
fn find(matcher: usize, fits: &[Vec<usize>], holders: &mut [Option<usize>], asked: &mut [bool]) -> bool {
    let Some(fitting) = fits.get(matcher) else { return false };
    fitting.iter().any(|element| {
        if std::mem::replace(&mut asked[*element], true) {
            return false;
        }
        let is_free = match holders[*element] {
            None => true,
            Some(holder) => find(holder, fits, holders, asked),
        };
        if is_free {
            holders[*element] = Some(matcher);
        }
        is_free
    })
}

fn within<T>(place: &mut Vec<Step>, step: Step, compare: impl FnOnce(&mut Vec<Step>) -> T) -> T {
    place.push(step);
    let result = compare(place);
    place.pop();
    result
}

/// Numbers are the same when they are equal, however they are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() != other.is_f64() => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(list) => Some(list.len()),
        Value::Object(members) => Some(members.len()),
        _ => None,
    }
}

fn nothing() -> String {
    "nothing".to_owned()
}

fn mismatch(place: &[Step], expected: String, seen: String) -> Mismatch {
    let mut text = String::new();
    for step in place {
        match step {
            Step::Member(name) if text.is_empty() => text.push_str(name),
            Step::Member(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Element(index) => text.extend(["[", &index.to_string(), "]"]),
        }
    }
    Mismatch { place: text, expected, seen }
}
