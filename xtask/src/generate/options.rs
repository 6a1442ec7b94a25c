//! What a client does by default: constants for the code, and a table for people.

use std::fmt::Write;

use anyhow::{Context, bail};
use serde_json::Value;

use super::Output;
use super::rust::format;
use crate::model::{ClientOption, Model, OptionKind};

pub fn outputs(model: &Model) -> anyhow::Result<[Output; 2]> {
    Ok([constants(model)?, table(model)?])
}

fn constants(model: &Model) -> anyhow::Result<Output> {
    let mut text = String::from(
        "// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.\n\n\
         //! What a client does unless it is told otherwise.\n\n\
         use std::time::Duration;\n",
    );
    for (name, option) in &model.options.0 {
        let (kind, value) = rust(option).with_context(|| format!("spec/model.yaml: option {name}"))?;
        let ClientOption { doc, reason, .. } = option;
        write!(text, "\n/// {doc}\n///\n/// {reason}\npub const {}: {kind} = {value};\n", name.to_uppercase())?;
    }
    Ok(Output { path: "core/src/defaults.rs".to_owned(), text: format(&text)? })
}

fn rust(option: &ClientOption) -> anyhow::Result<(&'static str, String)> {
    Ok(match (option.kind, &option.default) {
        (OptionKind::Duration, Value::Number(seconds)) if seconds.is_u64() => {
            ("Duration", format!("Duration::from_secs({seconds})"))
        }
        (OptionKind::Integer, Value::Number(number)) if number.is_u64() => ("u32", number.to_string()),
        (OptionKind::Boolean, Value::Bool(value)) => ("bool", value.to_string()),
        (OptionKind::String, Value::String(text)) => ("&str", format!("{text:?}")),
        (kind, default) => bail!("the default {default} is no {kind:?}"),
    })
}

fn table(model: &Model) -> anyhow::Result<Output> {
    let mut text = String::from(
        "<!-- Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead. -->\n\n\
         # Options of a client\n\n\
         | option | default | environment | what it is | why this default |\n|---|---|---|---|---|\n",
    );
    for (name, option) in &model.options.0 {
        let unit = if option.kind == OptionKind::Duration { " s" } else { "" };
        let default = option.default.as_str().map_or_else(|| option.default.to_string(), str::to_owned);
        let env = option.env.as_ref().map(|env| format!("`{env}`")).unwrap_or_default();
        writeln!(text, "| `{name}` | {default}{unit} | {env} | {} | {} |", option.doc, option.reason)?;
    }
    text.push_str(
        "\nThe key is taken from `AXIOMO_API_KEY`. A variable that is set but empty is an error. Durations in the \
         environment are decimal seconds.\n",
    );
    Ok(Output { path: "docs/options.md".to_owned(), text })
}
