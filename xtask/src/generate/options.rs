//! What a client does by default: constants for the code, and a table for people.

use std::fmt::Write;

use anyhow::{Context, bail};
use serde_json::Value;

use super::Output;
use super::rust::{format, pascal};
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
        let (kind, value) = rust(name, option).with_context(|| format!("spec/model.yaml: option {name}"))?;
        let ClientOption { doc, reason, .. } = option;
        write!(text, "\n/// {doc}\n///\n/// {reason}\npub const {}: {kind} = {value};\n", name.to_uppercase())?;
    }
    Ok(Output { path: "core/src/defaults.rs".to_owned(), text: format(&text)? })
}

fn rust(name: &str, option: &ClientOption) -> anyhow::Result<(String, String)> {
    let (kind, value) = match (option.kind, &option.default) {
        (OptionKind::Duration, Value::Number(seconds)) if seconds.is_u64() => {
            ("Duration", format!("Duration::from_secs({seconds})"))
        }
        (OptionKind::Integer, Value::Number(number)) if number.is_u64() => ("u32", number.to_string()),
        (OptionKind::Boolean, Value::Bool(value)) => ("bool", value.to_string()),
        (OptionKind::String, Value::String(text)) => ("&str", format!("{text:?}")),
        (OptionKind::Enum, Value::String(text)) if option.values.0.iter().any(|(value, _)| value == text) => {
            let kind = format!("crate::{}", pascal(name));
            let value = format!("{kind}::{}", pascal(text));
            return Ok((kind, value));
        }
        (kind, default) => bail!("the default {default} is no {kind:?}"),
    };
    Ok((kind.to_owned(), value))
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
        write!(text, "| `{name}` | {default}{unit} | {env} | {}", option.doc)?;
        for (value, doc) in &option.values.0 {
            write!(text, " `{value}`: {doc}")?;
        }
        writeln!(text, " | {} |", option.reason)?;
    }
    text.push_str(
        "\nThe key is taken from `AXIOMO_API_KEY`. A variable that is set but empty is an error. Durations in the \
         environment are decimal seconds. In Rust, `Client::from_env` and `ClientBuilder::from_env` read the environment, and \
         `Client::builder` does not.\n\n\
         Times are above 0 (`max_wait` may be 0) and at most 86,400 s; retries are at most 100. In a batch, \
         waiting for the rate limit counts neither in `timeout` nor in `max_wait`; its `deadline` alone ends it.\n\n\
         Times are in milliseconds in JavaScript (`timeoutMs`), seconds in Python and Ruby, and durations in Rust, Kotlin and \
         Swift. Proxies, certificates, headers, keys: [network.md](network.md).\n",
    );
    Ok(Output { path: "docs/options.md".to_owned(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_of_an_enum_is_one_of_its_values() {
        let option = |default: &str| -> ClientOption {
            let text = format!("{{type: enum, default: {default}, values: {{one_way: A, b: B}}, doc: C, reason: D}}");
            serde_saphyr::from_str(&text).unwrap()
        };
        let expected = ("crate::Pacing".to_owned(), "crate::Pacing::OneWay".to_owned());
        assert_eq!(rust("pacing", &option("one_way")).unwrap(), expected);
        assert!(rust("pacing", &option("c")).unwrap_err().to_string().contains("\"c\" is no Enum"));
    }
}
