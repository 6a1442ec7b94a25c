//! The Python package's models, enums, errors and clients, and the types of its native part.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context;
use minijinja::Environment;
use serde_json::{Value, json};

use super::Output;
use super::rust::format;
use crate::model::{ClientOption, Field, Kind, Model, OptionKind, Type};

/// The folder whose every file is generated.
pub const MODELS: &str = "bindings-python/src/models";
const PACKAGE: &str = "bindings-python/python/axiomo";

pub fn outputs(model: &Model) -> anyhow::Result<Vec<Output>> {
    let mut templates = Environment::new();
    templates.add_template("module", include_str!("../../templates/python_module.jinja"))?;
    templates.add_template("index", include_str!("../../templates/python_index.jinja"))?;
    templates.add_template("package", include_str!("../../templates/python_package.jinja"))?;
    templates.add_template("open_enums", include_str!("../../templates/python_open_enums.jinja"))?;
    templates.add_template("enums", include_str!("../../templates/python_enums.jinja"))?;
    templates.add_template("errors", include_str!("../../templates/python_errors.jinja"))?;
    templates.add_template("client", include_str!("../../templates/python_client.jinja"))?;
    templates.add_template("native", include_str!("../../templates/python_native.jinja"))?;
    let render = |name: &str, context: &Value| -> anyhow::Result<String> {
        let text = templates.get_template(name)?.render(minijinja::value::Serde(context))?;
        Ok(format!("{}\n", text.trim_end()))
    };

    let names = model.names();
    let paths = Paths::of(model)?;
    let (mut outputs, mut index, mut every_type, mut every_enum) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (module_name, module) in &model.modules.0 {
        let types = module.types.0.iter().map(|(name, declared)| type_context(name, declared, &names, &paths));
        let types = types.collect::<anyhow::Result<Vec<_>>>()?;
        let enums: Vec<_> = module.enums.0.iter().map(|(name, declared)| enum_context(name, declared)).collect();
        let used = types.iter().filter_map(|declared| declared["uses"].as_array()).flatten().filter_map(Value::as_str);
        // A static's name is in capitals, a class's is not.
        let (classes_used, enums_used): (BTreeSet<&str>, BTreeSet<&str>) =
            used.partition(|name| name.contains(char::is_lowercase));
        let own: Vec<_> = types.iter().filter_map(|declared| declared["import"].as_str()).collect();
        let imports: Vec<_> = classes_used.iter().filter(|name| !own.contains(name)).collect();
        let is_signal = module_name == "signal";
        let context = json!({"types": types, "enums": enums_used, "imports": imports, "signal": is_signal});
        let text = format(&render("module", &context)?)?;
        outputs.push(Output { path: format!("{MODELS}/{module_name}.rs"), text });
        let classes: Vec<_> = module.types.0.iter().map(|(name, _)| name).collect();
        index.push(json!({"name": module_name, "classes": classes}));
        every_type.extend(types);
        every_enum.extend(enums);
    }
    let text = format(&render("index", &json!({"modules": index}))?)?;
    outputs.push(Output { path: format!("{MODELS}/mod.rs"), text });
    let text = format(&render("open_enums", &json!({"enums": every_enum}))?)?;
    outputs.push(Output { path: format!("{MODELS}/enums.rs"), text });

    let mut enum_names: Vec<_> = every_enum.iter().map(|declared| declared["name"].clone()).collect();
    enum_names.sort_by_key(|name| name.as_str().map(str::to_owned));
    let kinds = model.error_kinds.0.iter();
    let kinds: Vec<_> = kinds
        .map(|(text, kind)| {
            let base = kind.python_base.as_deref();
            json!({"text": text, "class": kind.class, "base": base, "doc": kind.doc, "statuses": kind.statuses})
        })
        .collect();
    let options = options(model);
    let context = json!({
        "types": every_type, "enums": every_enum, "names": enum_names, "kinds": kinds,
        "client_options": options, "call_options": options.iter().filter(|option| option["of_call"] == true).collect::<Vec<_>>(),
    });
    let package = package(&every_type, &context);
    let with = |is_async: bool| {
        let mut context = context.clone();
        context["is_async"] = is_async.into();
        context
    };
    for (path, template, context) in [
        ("__init__.py", "package", &package),
        ("enums.py", "enums", &context),
        ("errors.py", "errors", &context),
        ("_client.py", "client", &with(false)),
        ("_async_client.py", "client", &with(true)),
        ("_native.pyi", "native", &context),
    ] {
        let text = render(template, context).with_context(|| path.to_owned())?;
        outputs.push(Output { path: format!("{PACKAGE}/{path}"), text });
    }
    Ok(outputs)
}

/// Native classes beside those of a Signal that users meet.
const NATIVES: [&str; 12] = [
    "Analysis",
    "AnalyzeRequest",
    "Attempt",
    "Batch",
    "BatchItem",
    "BatchProgress",
    "CancelHandle",
    "Model",
    "RateLimit",
    "RateLimiter",
    "RateLimiterSnapshot",
    "ResponseMeta",
];

/// What the package offers.
fn package(types: &[Value], context: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let types = types.iter().map(|declared| text(&declared["name"]));
    let parts: BTreeSet<String> = types.collect();
    let natives = BTreeSet::from(NATIVES.map(str::to_owned));
    let own = [
        "AsyncBatch",
        "AsyncClient",
        "AxiomoError",
        "Client",
        "__version__",
        "analyze",
        "enums",
        "errors",
        "verify_webhook",
    ];
    let names = context["names"].as_array().into_iter().flatten().map(text);
    let classes = context["kinds"].as_array().into_iter().flatten().map(|kind| text(&kind["class"]));
    let public: BTreeSet<String> =
        natives.iter().chain(&parts).cloned().chain(own.map(str::to_owned)).chain(names).chain(classes).collect();
    json!({"natives": natives, "parts": parts, "names": context["names"], "kinds": context["kinds"], "public": public})
}

/// Where each type stands in a Signal, and whether in a list. Each stands in one place.
struct Paths(HashMap<String, (String, bool)>);

impl Paths {
    fn of(model: &Model) -> anyhow::Result<Self> {
        let mut paths = Self(HashMap::new());
        let names = model.names();
        let types: HashMap<&String, &Type> = model
            .modules
            .0
            .iter()
            .flat_map(|(_, module)| &module.types.0)
            .map(|(name, declared)| (name, declared))
            .collect();
        paths.walk("Signal", "", &types, &names)?;
        Ok(paths)
    }

    fn walk(
        &mut self,
        name: &str,
        path: &str,
        types: &HashMap<&String, &Type>,
        names: &HashMap<String, bool>,
    ) -> anyhow::Result<()> {
        let declared = types.get(&name.to_owned()).with_context(|| format!("the type {name}"))?;
        for (field, declared) in &declared.fields.0 {
            let path = if path.is_empty() { field.clone() } else { format!("{path}.{field}") };
            let (within, path, is_item) = match Kind::parse(&declared.kind, names)? {
                Kind::Type(within) => (within, path, false),
                Kind::List(item) => match *item {
                    Kind::Type(within) => (within, format!("{path}[]"), true),
                    _ => continue,
                },
                _ => continue,
            };
            if self.0.insert(within.clone(), (path.clone(), is_item)).is_some() {
                anyhow::bail!("spec/model.yaml: {within} stands in two places; Python's models need one");
            }
            self.walk(&within, &path, types, names)?;
        }
        Ok(())
    }
}

/// A field's name where Python has another use for it: with a line after it, which `Model.to_dict` leaves out again.
fn python_name(name: &str) -> String {
    const KEYWORDS: [&str; 8] = ["as", "class", "from", "global", "import", "in", "is", "pass"];
    if KEYWORDS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

fn type_context(name: &str, declared: &Type, names: &HashMap<String, bool>, paths: &Paths) -> anyhow::Result<Value> {
    let is_signal = name == "Signal";
    let (mut fields, mut uses, mut nullable) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (json_name, field) in &declared.fields.0 {
        let kind = Kind::parse(&field.kind, names)?;
        let field_name = &python_name(json_name);
        if field.nullable {
            nullable.push(field_name.clone());
        }
        // A Signal's field is read by itself.
        let (source, borrowed) = if is_signal {
            ("part".to_owned(), "part".to_owned())
        } else {
            (format!("part.{json_name}"), format!("&part.{json_name}"))
        };
        let item = |kind: &Kind| match kind {
            Kind::Type(name) | Kind::Enum(name) => Some(name.clone()),
            _ => None,
        };
        let (read, given, annotation, argument) = match &kind {
            Kind::String => (
                format!("value::text(py, {source}.as_deref())"),
                format!("text(py, {field_name})"),
                "str | None".to_owned(),
                "str | None".to_owned(),
            ),
            Kind::Integer => simple("integer", "int", &source, field_name),
            Kind::Number => simple("number", "float", &source, field_name),
            Kind::Boolean => simple("boolean", "bool", &source, field_name),
            Kind::Timestamp => {
                let (_, given, ..) = simple("timestamp", "", &source, field_name);
                (format!("value::timestamp(py, {source})?"), given, "datetime | None".into(), "datetime | None".into())
            }
            Kind::Enum(of) => {
                let constant = constant(of);
                uses.insert(constant.clone());
                (
                    format!("{constant}.optional(py, {source}.as_ref().map(axiomo_model::{of}::as_str))?"),
                    format!("value_of(py, {field_name}, &{constant})"),
                    format!("{of} | None"),
                    format!("{of} | str | None"),
                )
            }
            Kind::Type(of) => {
                uses.insert(of.clone());
                let read = if field.required {
                    format!("PyResult::Ok(Py::into_any({of}::of(py, text, {source}.is_absent(), {borrowed})?))")
                } else {
                    format!(
                        "{source}.as_ref().map_or_else(|| Ok(py.None()), |part| {of}::of(py, text, false, part).map(Py::into_any))"
                    )
                };
                let annotation = if field.required { of.clone() } else { format!("{of} | None") };
                (read, String::new(), annotation.clone(), annotation)
            }
            Kind::List(kind) => match item(kind) {
                None => (
                    format!("value::texts(py, {borrowed})?"),
                    format!("texts(py, {field_name})"),
                    "tuple[str, ...]".to_owned(),
                    "Iterable[str] | None".to_owned(),
                ),
                Some(of) => {
                    uses.insert(of.clone());
                    let read = format!("{of}::all(py, text, {borrowed})");
                    (
                        if is_signal { read } else { format!("{read}?") },
                        format!("parts::<{of}>(py, {field_name}, \"an iterable of {of}\")"),
                        format!("tuple[{of}, ...]"),
                        format!("Iterable[{of}] | None"),
                    )
                }
            },
        };
        let lazy = is_signal && matches!(kind, Kind::Type(_) | Kind::List(_));
        fields.push(json!({
            "name": field_name, "json": json_name, "doc": documentation(field), "read": read, "given": given, "lazy": lazy,
            "annotation": annotation, "argument": argument,
        }));
    }
    let (path, is_item) = paths.0.get(name).cloned().unwrap_or_default();
    Ok(json!({
        "name": name, "import": name, "doc": declared.doc, "fields": fields, "uses": uses, "nullable": nullable,
        "path": path, "is_item": is_item, "is_signal": is_signal,
    }))
}

fn simple(function: &str, python: &str, source: &str, field: &str) -> (String, String, String, String) {
    let annotation = format!("{python} | None");
    (format!("value::{function}(py, {source})"), format!("{function}(py, {field})"), annotation.clone(), annotation)
}

/// The lines of a field's documentation.
fn documentation(field: &Field) -> Vec<String> {
    let mut lines = vec![field.doc.clone()];
    if let Some(unit) = &field.unit {
        lines.extend([String::new(), format!("Unit: {unit}.")]);
    }
    if let Some(since) = &field.since {
        lines.extend([String::new(), format!("Since {since}.")]);
    }
    lines
}

fn enum_context(name: &str, declared: &crate::model::Enum) -> Value {
    let values: Vec<_> = declared
        .values
        .0
        .iter()
        .map(|(text, value)| json!({"text": text, "constant": text.to_uppercase(), "doc": value.doc}))
        .collect();
    let constant = constant(name);
    json!({
        "name": name, "import": constant, "constant": constant, "doc": declared.doc, "scale": declared.scale,
        "values": values,
    })
}

/// `RiskLevel` as `RISK_LEVEL`.
pub fn constant(name: &str) -> String {
    let mut constant = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !constant.is_empty() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}

/// The options that a single call has as well.
pub const OF_CALL: [&str; 5] = ["timeout", "attempt_timeout", "max_wait", "max_retries", "retry_ambiguous"];

fn options(model: &Model) -> Vec<Value> {
    let context = |(name, option): &(String, ClientOption)| {
        let annotation = match option.kind {
            OptionKind::Duration => "float | timedelta | None".to_owned(),
            OptionKind::Integer => "int | None".to_owned(),
            OptionKind::Boolean => "bool | None".to_owned(),
            OptionKind::String => "str | None".to_owned(),
            OptionKind::Enum => {
                let values: Vec<_> = option.values.0.iter().map(|(value, _)| format!("\"{value}\"")).collect();
                format!("Literal[{}] | None", values.join(", "))
            }
        };
        let unit = if option.kind == OptionKind::Duration { " s" } else { "" };
        let default = option.default.as_str().map_or_else(|| option.default.to_string(), str::to_owned);
        json!({
            "name": name, "annotation": annotation, "doc": option.doc, "default": format!("{default}{unit}"),
            "env": option.env, "of_call": OF_CALL.contains(&name.as_str()),
        })
    };
    model.options.0.iter().map(context).collect()
}
