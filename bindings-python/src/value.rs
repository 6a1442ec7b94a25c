//! Values of a Signal as Python has them, and back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axiomo_model::Timestamp;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple, PyType};

/// An enum of Python's side, which is a text as well, and its known values.
pub(crate) struct OpenEnum {
    name: &'static str,
    known: &'static [&'static str],
    class: PyOnceLock<Loaded>,
}

struct Loaded {
    class: Py<PyType>,
    values: Vec<Py<PyAny>>,
}

impl OpenEnum {
    pub(crate) const fn new(name: &'static str, known: &'static [&'static str]) -> Self {
        Self { name, known, class: PyOnceLock::new() }
    }

    fn loaded(&self, py: Python<'_>) -> PyResult<&Loaded> {
        cached(py, &self.class, || {
            let class = py.import("axiomo.enums")?.getattr(self.name)?.cast_into::<PyType>()?;
            let values = self.known.iter().map(|text| class.call1((*text,)).map(Bound::unbind));
            Ok(Loaded { values: values.collect::<PyResult<_>>()?, class: class.unbind() })
        })
    }

    /// The value that this text stands for.
    pub(crate) fn value(&self, py: Python<'_>, text: &str) -> PyResult<Py<PyAny>> {
        let loaded = self.loaded(py)?;
        match self.known.iter().position(|known| *known == text) {
            Some(index) => Ok(loaded.values[index].clone_ref(py)),
            None => loaded.class.call1(py, (text,)),
        }
    }

    pub(crate) fn optional(&self, py: Python<'_>, text: Option<&str>) -> PyResult<Py<PyAny>> {
        text.map_or_else(|| Ok(py.None()), |text| self.value(py, text))
    }
}

/// What a cell holds, made when it is first asked for.
///
/// Not by the cell's own means: those let everybody wait for whoever makes it, and while Python's code runs the process
/// may fork, whose child waits for a thread that it does not have. Here two may make it, and the first to be done wins.
pub(crate) fn cached<'c, T>(
    py: Python<'_>,
    cell: &'c PyOnceLock<T>,
    make: impl FnOnce() -> PyResult<T>,
) -> PyResult<&'c T> {
    if cell.get(py).is_none() {
        let value = make()?;
        let _ = cell.set(py, value);
    }
    cell.get(py).ok_or_else(|| PyRuntimeError::new_err("what was just made is not there"))
}

pub(crate) fn text(py: Python<'_>, text: Option<&str>) -> Py<PyAny> {
    text.map_or_else(|| py.None(), |text| PyString::new(py, text).into_any().unbind())
}

pub(crate) fn integer(py: Python<'_>, number: Option<u64>) -> Py<PyAny> {
    match number {
        Some(number) => number.into_pyobject(py).map_or_else(|_| py.None(), |number| number.into_any().unbind()),
        None => py.None(),
    }
}

pub(crate) fn number(py: Python<'_>, number: Option<f64>) -> Py<PyAny> {
    number.map_or_else(|| py.None(), |number| PyFloat::new(py, number).into_any().unbind())
}

pub(crate) fn boolean(py: Python<'_>, value: Option<bool>) -> Py<PyAny> {
    value.map_or_else(|| py.None(), |value| PyBool::new(py, value).to_owned().into_any().unbind())
}

pub(crate) fn texts(py: Python<'_>, texts: &[String]) -> PyResult<Py<PyAny>> {
    PyTuple::new(py, texts).map(tuple)
}

/// A tuple of what refers to nothing but what was received.
pub(crate) fn tuple(items: Bound<'_, PyTuple>) -> Py<PyAny> {
    pass_over(items.as_any());
    items.into_any().unbind()
}

/// Lets the collector of cycles pass over what cannot be in one: it is immutable, and refers to texts, numbers and parts of
/// itself. Whoever keeps thousands of Signals would wait for it to look through them all, again and again.
#[expect(unsafe_code, reason = "pyo3 has no safe way to say so")]
pub(crate) fn pass_over(object: &Bound<'_, PyAny>) {
    // SAFETY: it is an object of a type with a collector's head, as all classes of pyo3's and tuples are, and this thread is
    // attached to the interpreter, as the reference shows. An object may be let go of whether or not it is tracked.
    unsafe { pyo3::ffi::PyObject_GC_UnTrack(object.as_ptr().cast()) }
}

/// The beginning of Unix time, and the class of lengths of time.
pub(crate) fn epoch(py: Python<'_>) -> PyResult<&'static (Py<PyAny>, Py<PyAny>)> {
    static EPOCH: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
    cached(py, &EPOCH, || {
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let epoch = datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
        PyResult::Ok((epoch.unbind(), datetime.getattr("timedelta")?.unbind()))
    })
}

/// An aware `datetime` in UTC. A year that Python has none for reads as absent.
pub(crate) fn timestamp(py: Python<'_>, timestamp: Option<Timestamp>) -> PyResult<Py<PyAny>> {
    let Some(timestamp) = timestamp else { return Ok(py.None()) };
    let (epoch, timedelta) = epoch(py)?;
    let (seconds, microseconds) = match SystemTime::from(timestamp).duration_since(UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), i64::from(after.subsec_micros())),
        Err(before) => {
            let before = before.duration();
            (-i64::try_from(before.as_secs()).unwrap_or(i64::MAX), -i64::from(before.subsec_micros()))
        }
    };
    let since = timedelta.call1(py, (0, seconds, microseconds))?;
    Ok(epoch.bind(py).add(since).map_or_else(|_| py.None(), Bound::unbind))
}

/// Seconds, of whole milliseconds as everywhere else.
pub(crate) fn seconds(length: Duration) -> f64 {
    length.as_millis() as f64 / 1e3
}

/// What a user gave for a field, which has to be of the field's type.
pub(crate) struct Given<'f> {
    /// The field, as in `Risk.level`.
    pub(crate) field: &'f str,
}

impl Given<'_> {
    fn wrong(&self, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
        let found = value.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("{} must be {expected}, not {found}", self.field))
    }

    fn checked<T: pyo3::PyTypeCheck>(&self, value: Option<Bound<'_, PyAny>>, expected: &str) -> PyResult<Py<PyAny>> {
        match value {
            Some(value) if value.cast::<T>().is_ok() => Ok(value.unbind()),
            Some(value) => Err(self.wrong(expected, &value)),
            None => Err(PyTypeError::new_err(format!("{} must be {expected}", self.field))),
        }
    }

    fn or_none<'py>(
        py: Python<'py>,
        value: Option<Bound<'py, PyAny>>,
        check: impl FnOnce(Option<Bound<'py, PyAny>>) -> PyResult<Py<PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        if value.is_none() { Ok(py.None()) } else { check(value) }
    }

    pub(crate) fn text(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        Self::or_none(py, value, |value| self.checked::<PyString>(value, "a str"))
    }

    pub(crate) fn integer(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        Self::or_none(py, value, |value| self.checked::<PyInt>(value, "an int"))
    }

    pub(crate) fn number(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        Self::or_none(py, value, |value| match value {
            Some(whole) if whole.cast::<PyInt>().is_ok() => Ok(PyFloat::new(py, whole.extract()?).into_any().unbind()),
            value => self.checked::<PyFloat>(value, "a float"),
        })
    }

    pub(crate) fn boolean(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        Self::or_none(py, value, |value| self.checked::<PyBool>(value, "a bool"))
    }

    pub(crate) fn timestamp(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        let Some(value) = value else { return Ok(py.None()) };
        let is_aware = value.getattr("tzinfo").is_ok_and(|zone| !zone.is_none());
        if is_aware { Ok(value.unbind()) } else { Err(self.wrong("an aware datetime", &value)) }
    }

    pub(crate) fn value_of(
        &self,
        py: Python<'_>,
        value: Option<Bound<'_, PyAny>>,
        of: &OpenEnum,
    ) -> PyResult<Py<PyAny>> {
        let Some(value) = value else { return Ok(py.None()) };
        let text = value.cast::<PyString>().map_err(|_| self.wrong(&format!("a {} or a str", of.name), &value))?;
        of.value(py, text.to_cow()?.as_ref())
    }

    fn items<T: pyo3::PyTypeCheck>(
        &self,
        py: Python<'_>,
        value: Option<Bound<'_, PyAny>>,
        expected: &str,
    ) -> PyResult<Py<PyAny>> {
        let Some(value) = value else { return Ok(PyTuple::empty(py).into_any().unbind()) };
        if value.cast::<PyString>().is_ok() {
            return Err(self.wrong(expected, &value));
        }
        let items = value.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        if let Some(wrong) = items.iter().find(|item| item.cast::<T>().is_err()) {
            return Err(self.wrong(expected, wrong));
        }
        Ok(PyTuple::new(py, items)?.into_any().unbind())
    }

    pub(crate) fn texts(&self, py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        self.items::<PyString>(py, value, "an iterable of str")
    }

    pub(crate) fn parts<T: pyo3::PyTypeCheck>(
        &self,
        py: Python<'_>,
        value: Option<Bound<'_, PyAny>>,
        expected: &str,
    ) -> PyResult<Py<PyAny>> {
        self.items::<T>(py, value, expected)
    }
}
