//! What a batch is to analyse: a line a pull request.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use axiomo::{AnalyzeRequest, Error};
use serde_json::Value;

use crate::failure::Failure;

/// The lines, which are read more than once, and never all kept.
pub(super) struct Input {
    lines: BufReader<Box<dyn Source>>,
    buffer: Vec<u8>,
    next: usize,
}

trait Source: Read + Seek + Send {}

impl Source for File {}
impl Source for Cursor<Vec<u8>> {}

/// One line that names a pull request.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its place among those lines, from 0.
    pub(super) index: usize,
    text: String,
}

impl Input {
    /// A file, or standard input for `-`.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let refused = |error: io::Error| Failure::Configuration(format!("{} cannot be read: {error}", path.display()));
        let source: Box<dyn Source> = if path == Path::new("-") {
            // What comes through a pipe comes once.
            let mut all = Vec::new();
            io::stdin().lock().read_to_end(&mut all).map_err(refused)?;
            Box::new(Cursor::new(all))
        } else {
            let file = File::open(path).map_err(refused)?;
            if !file.metadata().map_err(refused)?.is_file() {
                let shown = path.display();
                return Err(Failure::Configuration(format!(
                    "{shown} is no file; name one, or `-` for what comes through a pipe"
                )));
            }
            Box::new(file)
        };
        Ok(Self { lines: BufReader::new(source), buffer: Vec::new(), next: 0 })
    }

    /// Begins again with the first line.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.next = 0;
        self.lines.seek(SeekFrom::Start(0)).map(drop)
    }

    /// The next line that is neither blank nor a comment.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            self.buffer.clear();
            if self.lines.read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            let text = String::from_utf8_lossy(&self.buffer);
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() && !text.starts_with('#') {
                let index = self.next;
                self.next += 1;
                return Ok(Some(Line { index, text: text.to_owned() }));
            }
        }
    }
}

/// The members of a request that may be shown.
const SHOWN: [&str; 5] = ["url", "provider", "owner", "repo", "pr_number"];

impl Line {
    pub(super) fn request(&self) -> Result<AnalyzeRequest, Error> {
        if self.text.starts_with('{') {
            AnalyzeRequest::from_json(&self.text)
        } else {
            AnalyzeRequest::from_url(&self.text)
        }
    }

    /// The line as it is repeated beside its result.
    pub(super) fn shown(&self) -> Value {
        let input = if self.text.starts_with('{') {
            serde_json::from_str(&self.text).unwrap_or_default()
        } else {
            Value::String(self.text.clone())
        };
        without_secrets(input)
    }
}

/// An input as it may be shown: without tokens and passwords, null where it is not clear what is one. What may be
/// shown already stays as it is.
pub(super) fn without_secrets(input: Value) -> Value {
    match input {
        Value::String(text) => address(&text),
        Value::Object(mut members) => {
            members.retain(|name, _| SHOWN.contains(&name.as_str()));
            for value in members.values_mut() {
                *value = match value.take() {
                    Value::String(text) => address(&text),
                    Value::Number(number) => Value::Number(number),
                    _ => Value::Null,
                };
            }
            Value::Object(members)
        }
        _ => Value::Null,
    }
}

/// An address up to the end of its path: behind it, tokens may stand.
fn address(text: &str) -> Value {
    if text.contains('@') && AnalyzeRequest::from_url(text).is_err() {
        return Value::Null;
    }
    text.split(['?', '#']).next().unwrap_or_default().into()
}

impl TryFrom<Line> for AnalyzeRequest {
    type Error = Error;

    fn try_from(line: Line) -> Result<Self, Error> {
        line.request()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_line_is_shown() {
        let shown = |text: &str| Line { index: 0, text: text.to_owned() }.shown().to_string();
        for (text, expected) in [
            ("github.com/o/r/pull/7", r#""github.com/o/r/pull/7""#),
            ("nonsense", r#""nonsense""#),
            ("https://bob:secret@github.com/o/r/pull/7", "null"),
            ("https://bob:80#secret@github.com/o/r/pull/7", "null"),
            (
                "https://gitlab.com/o/r/-/merge_requests/7?private_token=secret#secret",
                r#""https://gitlab.com/o/r/-/merge_requests/7""#,
            ),
            (r#"{"url": "https://bob:secret@github.com/o/r/pull/7"}"#, r#"{"url":null}"#),
            (r#"{"url": "github.com/o/r/pull/7?token=secret"}"#, r#"{"url":"github.com/o/r/pull/7"}"#),
            (r#"{"owner": "bob:secret@github.com", "pr_number": 7}"#, r#"{"owner":null,"pr_number":7}"#),
            (r#"{"owner": {"token": "secret"}, "repo": ["secret"]}"#, r#"{"owner":null,"repo":null}"#),
            (r#"{"access_token": "secret", "url": "u"}"#, r#"{"url":"u"}"#),
            (r#"{"acces_token": "secret", "url": "u"}"#, r#"{"url":"u"}"#),
            (r#"{"access_token": "secret", "url": "#, "null"),
        ] {
            assert_eq!(shown(text), expected);
            assert_eq!(without_secrets(expected.parse().unwrap()).to_string(), expected);
        }
    }
}
