//! What is told of a run: on the terminal, as `JUnit`, as JSON, and as a table of requirements and drivers.

mod json;
mod junit;
mod matrix;
mod terminal;

use std::fs;
use std::io;
use std::path::Path;

use crate::suite::Results;

pub use matrix::matrix;
pub use terminal::terminal;

/// Writes `junit-DRIVER.xml`, `results-DRIVER.json` and, from all results that lie there, `matrix.md`.
///
/// # Errors
///
/// When they cannot be written, or what lies there is no result.
pub fn write(folder: &Path, results: &Results) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let driver = &results.driver.language;
    fs::write(folder.join(format!("junit-{driver}.xml")), junit::junit(results))?;
    fs::write(folder.join(format!("results-{driver}.json")), json::json(results)?)?;
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("results-") && path.extension().is_some_and(|extension| extension == "json") {
            all.push(serde_json::from_str(&fs::read_to_string(&path)?)?);
        }
    }
    fs::write(folder.join("matrix.md"), matrix(&all))
}
