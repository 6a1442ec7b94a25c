//! What every part of a Signal can do, whatever its fields are.

use std::sync::Arc;

use axiomo::background::Received;
use axiomo_model::Document;
use pyo3::PyClass;
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFrozenSet, PyString, PyTuple, PyTupleMethods, PyType};

use crate::value::pass_over;

/// Where the members are that this version does not know.
#[derive(Clone)]
pub(crate) enum Origin {
    /// Nowhere: a user made this.
    Made,
    /// A promised section that was not sent.
    Absent,
    /// In a text, at this path within the Signal. `[]` at its end stands for the index.
    Received { text: Arc<Received>, path: &'static str, index: usize },
    /// Here, as a JSON object.
    Kept(Arc<str>),
}

impl Origin {
    pub(crate) fn at(text: &Arc<Received>, path: &'static str, index: usize) -> Self {
        Self::Received { text: Arc::clone(text), path, index }
    }

    /// The unknown members as a JSON object, if there are any.
    fn extra(&self) -> Option<String> {
        match self {
            Self::Made | Self::Absent => None,
            Self::Kept(json) => Some(json.to_string()),
            Self::Received { text, path, index } => {
                let path = match path.strip_suffix("[]") {
                    Some(list) => format!("{list}[{index}]"),
                    None => (*path).to_owned(),
                };
                let members = Document::extra_of_signal(text.document.to_json(), &path);
                if members.is_empty() { None } else { serde_json::to_string(&members).ok() }
            }
        }
    }
}

/// A part of a Signal: immutable, equal to another with the same fields.
#[pyclass(module = "axiomo", subclass, frozen, weakref)]
pub(crate) struct Model {
    origin: Origin,
}

impl Model {
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin }
    }
}

/// Makes a part of what was received.
pub(crate) fn part<T: PyClass<BaseType = Model>>(py: Python<'_>, origin: Origin, fields: T) -> PyResult<Py<T>> {
    let part = Py::new(py, PyClassInitializer::from(Model::new(origin)).add_subclass(fields))?;
    pass_over(part.bind(py).as_any());
    Ok(part)
}

/// The names of the fields of an instance, in the order of the documentation.
fn names<'py>(model: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    Ok(model.get_type().getattr("__match_args__")?.cast_into::<PyTuple>()?)
}

/// The fields of an instance and their values.
fn fields<'py>(model: &Bound<'py, PyAny>) -> PyResult<Vec<(Bound<'py, PyString>, Bound<'py, PyAny>)>> {
    let with_value = |name: Bound<'py, PyAny>| {
        let name = name.cast_into::<PyString>()?;
        let value = model.getattr(&name)?;
        Ok((name, value))
    };
    names(model)?.iter().map(with_value).collect()
}

fn is_empty(value: &Bound<'_, PyAny>) -> bool {
    value.is_none() || value.cast::<PyTuple>().is_ok_and(PyTupleMethods::is_empty)
}

/// How many letters or items of a value a representation shows.
const SHOWN: usize = 60;

fn shown(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(items) = value.cast::<PyTuple>()
        && items.iter().any(|item| item.cast::<Model>().is_ok())
    {
        let name = items.get_item(0)?.get_type().name()?.to_string();
        return Ok(format!("<{} × {name}>", items.len()));
    }
    let shown = value.repr()?.to_string();
    if shown.chars().count() > SHOWN && value.cast::<Model>().is_err() {
        return Ok(format!("{}…", shown.chars().take(SHOWN).collect::<String>()));
    }
    Ok(shown)
}

#[pymethods]
impl Model {
    /// Whether the service did not send this section.
    #[getter]
    fn is_absent(&self) -> bool {
        matches!(self.origin, Origin::Absent)
    }

    /// The members that this version does not know, by name. Parsed when it is asked for.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match self.origin.extra() {
            Some(json) => from_json(py, &json),
            None => Ok(PyDict::new(py)),
        }
    }

    /// The known fields as plain values with the names that they have in JSON.
    fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let plain = PyDict::new(slf.py());
        let nullable = slf.get_type().getattr("_nullable")?.cast_into::<PyTuple>()?;
        for (name, value) in fields(slf.as_any())? {
            let is_absent = value.cast::<Model>().is_ok_and(|part| part.get().is_absent());
            if is_absent || (value.is_none() && !nullable.contains(&name)?) {
                continue;
            }
            // A field that is called like a word of Python's has a line after its name.
            plain.set_item(name.to_cow()?.trim_end_matches('_'), to_plain(&value)?)?;
        }
        Ok(plain)
    }

    fn __richcmp__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>, how: CompareOp) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let is_same_type = slf.get_type().is(other.get_type());
        let (CompareOp::Eq | CompareOp::Ne, true) = (how, is_same_type) else { return Ok(py.NotImplemented()) };
        let mut is_equal = true;
        for name in names(slf.as_any())? {
            let name = name.cast_into::<PyString>()?;
            is_equal = is_equal && slf.getattr(&name)?.eq(other.getattr(&name)?)?;
        }
        let answer = is_equal == matches!(how, CompareOp::Eq);
        Ok(answer.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        let hashable = |value: Bound<'_, PyAny>| match value.cast::<PyDict>() {
            Ok(members) => Ok(PyFrozenSet::new(slf.py(), members.items())?.into_any().unbind()),
            Err(_) => Ok(value.unbind()),
        };
        let values = fields(slf.as_any())?.into_iter().map(|(_, value)| hashable(value));
        let values = values.collect::<PyResult<Vec<_>>>()?;
        PyTuple::new(slf.py(), values)?.hash()
    }

    /// The fields that are there.
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let mut parts = Vec::new();
        for (name, value) in fields(slf.as_any())? {
            let is_absent = value.cast::<Model>().is_ok_and(|part| part.get().is_absent());
            if !is_empty(&value) && !is_absent {
                parts.push(format!("{name}={}", shown(&value)?));
            }
        }
        Ok(format!("{}({})", slf.get_type().name()?, parts.join(", ")))
    }

    fn __rich_repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, pyo3::types::PyIterator>> {
        let shown = fields(slf.as_any())?.into_iter().filter(|(_, value)| !is_empty(value)).collect::<Vec<_>>();
        PyTuple::new(slf.py(), shown)?.try_iter()
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// It is immutable, and so is all that it holds.
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let given = PyDict::new(py);
        for (name, value) in fields(slf.as_any())? {
            given.set_item(name, value)?;
        }
        let model = slf.get();
        let arguments = (slf.get_type(), given, model.is_absent(), model.origin.extra()).into_pyobject(py)?;
        Ok((py.import("axiomo._native")?.getattr("restore")?, arguments))
    }
}

/// Makes an instance from its fields, as pickling left them.
#[pyfunction]
pub(crate) fn restore<'py>(
    class: Bound<'py, PyType>,
    fields: Bound<'py, PyDict>,
    is_absent: bool,
    extra: Option<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if !class.is_subclass_of::<Model>()? {
        return Err(PyTypeError::new_err("expected a class of axiomo"));
    }
    let origin = match (is_absent, extra) {
        (true, _) => Origin::Absent,
        (_, Some(json)) => Origin::Kept(json.into()),
        _ => Origin::Made,
    };
    RESTORED.with(|restored| *restored.borrow_mut() = Some(origin));
    let made = class.call(PyTuple::empty(py), Some(&fields));
    RESTORED.with(|restored| restored.borrow_mut().take());
    made
}

thread_local! {
    /// What the next instance to be made by its class comes from.
    static RESTORED: std::cell::RefCell<Option<Origin>> = const { std::cell::RefCell::new(None) };
}

/// What an instance comes from that is made by its class.
pub(crate) fn made() -> Model {
    Model::new(RESTORED.with(|restored| restored.borrow_mut().take()).unwrap_or(Origin::Made))
}

/// A value without anything of ours in it.
pub(crate) fn to_plain<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    if value.cast::<Model>().is_ok() {
        return value.call_method0("to_dict");
    }
    if let Ok(items) = value.cast::<PyTuple>() {
        let items = items.iter().map(|item| to_plain(&item)).collect::<PyResult<Vec<_>>>()?;
        return Ok(pyo3::types::PyList::new(py, items)?.into_any());
    }
    if let Ok(text) = value.cast::<PyString>() {
        // Not the enum that it may be.
        return Ok(PyString::new(py, text.to_cow()?.as_ref()).into_any());
    }
    if value.hasattr("isoformat")? {
        let text = value.call_method0("isoformat")?.to_string();
        return Ok(PyString::new(py, &text.replace("+00:00", "Z")).into_any());
    }
    Ok(value.clone())
}

/// A JSON object as Python's own reader has it.
pub(crate) fn from_json<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyDict>> {
    Ok(py.import("json")?.call_method1("loads", (json,))?.cast_into::<PyDict>()?)
}
