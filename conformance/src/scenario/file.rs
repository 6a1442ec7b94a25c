use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::check::check;
use super::client::ClientSettings;
use super::server::ServerSettings;
use super::step::Step;
use super::{Lane, Scenario, matrix};

/// A file of scenarios cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}{message}", file.display(), shown(scenario))]
pub struct ReadError {
    /// The file.
    pub file: PathBuf,
    /// The scenario, if it is a single one's fault.
    pub scenario: String,
    /// The place in it, and what is wrong there.
    pub message: String,
}

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[expect(dead_code, reason = "it is looked at before")]
    schema: String,
    group: String,
    scenarios: Vec<Value>,
}

/// One combination of a scenario.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScenario {
    id: String,
    #[serde(default)]
    req: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    lane: Lane,
    #[serde(default)]
    server: Value,
    client: Option<Value>,
    #[serde(default)]
    clients: BTreeMap<String, Value>,
    steps: Vec<Value>,
    wire: Value,
    waits: Option<Value>,
    #[serde(default)]
    connections: Value,
    #[serde(default)]
    never: Vec<String>,
}

/// The version of the schema: its major number, and the greatest minor number that is understood.
const SCHEMA: (u32, u32) = (1, 1);

fn shown(scenario: &str) -> String {
    if scenario.is_empty() { String::new() } else { format!("`{scenario}`: ") }
}

/// Reads every file in a folder and those below it, in the order of their names.
///
/// # Errors
///
/// The first that is wrong.
pub fn read_folder(folder: &Path) -> Result<Vec<Scenario>, ReadError> {
    let mut scenarios = Vec::new();
    let wrong = |error: std::io::Error| ReadError::of(folder, "", error.to_string());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(wrong)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            scenarios.extend(read_folder(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            scenarios.extend(read(&path)?);
        }
    }
    let mut names = std::collections::HashSet::new();
    match scenarios.iter().find(|scenario| !names.insert(scenario.name())) {
        Some(twice) => Err(ReadError::of(&twice.file, &twice.id, "there is another of this name")),
        None => Ok(scenarios),
    }
}

/// Reads a file: each scenario with each combination of its matrix.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub fn read(path: &Path) -> Result<Vec<Scenario>, ReadError> {
    let wrong = |message: String| ReadError::of(path, "", message);
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    // What other versions of YAML take for truth values are words.
    let options = serde_saphyr::options! { strict_booleans: true };
    let file: Value = serde_saphyr::from_str_with_options(&text, options).map_err(|error| wrong(error.to_string()))?;
    // The version is looked at first: what a newer one has besides is not known here.
    version(&file["schema"]).map_err(wrong)?;
    let Written { group, scenarios, .. } = serde_json::from_value(file).map_err(|error| wrong(error.to_string()))?;
    let mut read = Vec::new();
    for (index, written) in scenarios.into_iter().enumerate() {
        let id = match written["id"].as_str() {
            Some(id) if id.strip_prefix(&group).is_some_and(|rest| rest.starts_with('/')) => id.to_owned(),
            Some(id) => return Err(ReadError::of(path, id, format!("id: expected one that begins with `{group}/`"))),
            None => return Err(wrong(format!("scenarios[{index}]: id: expected a text such as `{group}/name`"))),
        };
        let cases = matrix::cases(written).map_err(|message| ReadError::of(path, &id, message))?;
        for (case, written) in cases {
            let scenario = scenario(path, case, written).map_err(|message| ReadError::of(path, &id, message))?;
            read.push(scenario);
        }
    }
    Ok(read)
}

fn version(schema: &Value) -> Result<(), String> {
    let (major, newest) = SCHEMA;
    let expected = format!("expected a text such as \"{major}.{newest}\"");
    let text = schema.as_str().ok_or_else(|| format!("schema: {expected}"))?;
    let number = |text: &str| text.parse::<u32>().ok();
    match text.split_once('.').and_then(|(major, minor)| Some((number(major)?, number(minor)?))) {
        Some((given, minor)) if given == major && minor <= newest => Ok(()),
        Some((_, _)) => Err(format!("schema: {text} is not understood, only up to {major}.{newest}")),
        None => Err(format!("schema: {expected}")),
    }
}

fn scenario(path: &Path, case: String, written: Value) -> Result<Scenario, String> {
    let written: WrittenScenario = serde_json::from_value(written).map_err(|error| error.to_string())?;
    let server = if written.server.is_null() { json!({}) } else { written.server };
    let server = ServerSettings::deserialize(&server).map_err(|error| format!("server: {error}"))?;
    let clients = match (written.client, written.clients) {
        (Some(client), others) if others.is_empty() => BTreeMap::from([("client".to_owned(), client)]),
        (Some(_), _) => return Err("clients: expected either `client` or `clients`".to_owned()),
        (None, others) if others.is_empty() => BTreeMap::from([("client".to_owned(), json!({}))]),
        (None, others) => others,
    };
    let read = clients.into_iter().map(|(name, client)| {
        ClientSettings::read(&client).map_err(|error| format!("client {name}: {error}")).map(|client| (name, client))
    });
    let clients = read.collect::<Result<_, _>>()?;
    let steps = written.steps.iter().enumerate();
    let steps = steps.map(|(index, step)| Step::read(step).map_err(|error| format!("steps[{index}]: {error}")));
    let scenario = Scenario {
        id: written.id,
        case,
        file: path.to_owned(),
        req: written.req,
        needs: written.needs,
        lane: written.lane,
        server,
        clients,
        steps: steps.collect::<Result<_, _>>()?,
        wire: written.wire,
        waits: match (written.waits, written.lane) {
            (None, Lane::Real) => Value::Null,
            (Some(_), Lane::Real) => return Err("waits: in real time they are not seen; leave them out".to_owned()),
            (waits, Lane::Conducted) => waits.unwrap_or_else(|| json!([])),
        },
        connections: written.connections,
        never: written.never,
    };
    check(&scenario)?;
    Ok(scenario)
}

impl ReadError {
    fn of(file: &Path, scenario: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), scenario: scenario.to_owned(), message: message.into() }
    }
}
