//! Where the results of a batch go, a line each.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;

/// One line of the results.
#[derive(Serialize, Deserialize)]
pub(super) struct ResultLine<'l> {
    pub(super) index: usize,
    pub(super) input: Value,
    pub(super) ok: bool,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) analysis: Option<&'l RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'l RawValue>,
}

/// How every line begins.
const BEGINNING: &[u8] = br#"{"index":"#;

/// Where a line begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(pub(super) u64);

/// The results: a file, or standard output with a file that has no name beside it, so that what was written can
/// be read again in both cases.
pub(super) struct Results {
    file: File,
    end: u64,
    name: Option<PathBuf>,
    /// Whether lines that are not kept stand before some that are.
    has_gap: bool,
    /// Whether lines go to standard output as well.
    is_shown: bool,
    /// Whether it goes on when nobody reads them there any more.
    goes_on_unread: bool,
}

/// What an earlier run left: the inputs of the items that are done, and their lines.
pub(super) type Kept = HashMap<usize, (Value, Place)>;

impl Results {
    /// Results for standard output, which may go on when nobody reads it any more.
    pub(super) fn stdout(goes_on_unread: bool) -> Result<Self, Failure> {
        let file = tempfile::tempfile().map_err(Failure::Output)?;
        Ok(Self { is_shown: true, goes_on_unread, ..Self::new(file, None) })
    }

    /// Results for a file that nobody else writes, and what it holds already. Only with `resume` may it be there; it
    /// stays as it is until [`keep_only`](Self::keep_only).
    pub(super) fn file(path: &Path, resume: bool) -> Result<(Self, Kept), Failure> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        if resume {
            options.create(true);
        } else {
            options.create_new(true);
        }
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let shown = path.display();
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::Configuration(format!(
                "{shown} is there already; --resume goes on with it, or name another file"
            )),
            _ => Failure::Configuration(format!("--output {shown}: {error}")),
        })?;
        lock(&file, path)?;
        let mut results = Self::new(file, Some(path.to_owned()));
        let kept = results.find_kept(path)?;
        Ok((results, kept))
    }

    fn new(file: File, name: Option<PathBuf>) -> Self {
        Self { file, end: 0, name, has_gap: false, is_shown: false, goes_on_unread: false }
    }

    pub(super) fn name(&self) -> Option<&Path> {
        self.name.as_deref()
    }

    /// Finds the lines of the items that are done. Those that failed are tried again, and one that is not whole
    /// was being written when the earlier run ended.
    fn find_kept(&mut self, path: &Path) -> Result<Kept, Failure> {
        let mut kept = Kept::new();
        let mut offset = 0;
        let mut lines = BufReader::new(&self.file);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = lines.read_until(b'\n', &mut line).map_err(Failure::Output)?;
            let is_whole = line.last() == Some(&b'\n');
            if length == 0 || (!is_whole && (line.starts_with(BEGINNING) || BEGINNING.starts_with(&line))) {
                break;
            }
            let parsed: ResultLine<'_> = serde_json::from_slice(&line).map_err(|error| {
                Failure::Configuration(format!(
                    "line {number} of {} is no result of a batch ({error}); name another file with --output",
                    path.display()
                ))
            })?;
            let place = Place(offset);
            offset += length as u64;
            if parsed.ok && !kept.contains_key(&parsed.index) {
                self.has_gap |= place.0 > self.end;
                self.end = offset;
                kept.insert(parsed.index, (parsed.input, place));
            }
        }
        Ok(kept)
    }

    /// Drops all lines but those that were found to be kept. These are their places, which may be others afterwards.
    pub(super) fn keep_only<'p>(&mut self, places: impl Iterator<Item = &'p mut Place>) -> Result<(), Failure> {
        if let Some(path) = self.name.clone().filter(|_| self.has_gap) {
            self.write_anew(&path, places.collect())?;
        }
        self.file.set_len(self.end).map_err(Failure::Output)
    }

    /// Puts a file with only these lines in the place of this one. It is locked before it can be seen there, and
    /// whole, so that nothing is lost at whatever moment this is killed.
    fn write_anew(&mut self, path: &Path, mut places: Vec<&mut Place>) -> Result<(), Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".axiomo-").tempfile_in(folder).map_err(Failure::Output)?;
        file.as_file().try_lock().map_err(|error| Failure::Output(error.into()))?;
        places.sort_by_key(|place| place.0);
        let mut end = 0;
        for place in places {
            let line = self.read(*place)?;
            file.write_all(&line).map_err(Failure::Output)?;
            place.0 = end;
            end += line.len() as u64;
        }
        file.as_file().sync_all().map_err(Failure::Output)?;
        self.file = file.persist(path).map_err(|error| Failure::Output(error.error))?;
        self.end = end;
        Ok(())
    }

    /// Adds a line, whole or not at all.
    pub(super) fn add(&mut self, line: &ResultLine<'_>) -> Result<Place, Failure> {
        let mut text = serde_json::to_vec(line).map_err(|error| Failure::Output(error.into()))?;
        text.push(b'\n');
        let place = Place(self.end);
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&text));
        if let Err(error) = written {
            let _ = self.file.set_len(self.end);
            return Err(Failure::Output(error));
        }
        self.end += text.len() as u64;
        if self.is_shown {
            self.show(&text)?;
        }
        Ok(place)
    }

    fn show(&mut self, line: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(line).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && self.goes_on_unread => self.is_shown = false,
            written => written.map_err(Failure::Output)?,
        }
        Ok(())
    }

    /// Reads a line that was written before.
    pub(super) fn read(&mut self, place: Place) -> Result<Vec<u8>, Failure> {
        let mut line = Vec::new();
        let mut lines = BufReader::new(&self.file);
        let read = lines.seek(SeekFrom::Start(place.0)).and_then(|_| lines.read_until(b'\n', &mut line));
        read.map(|_| line).map_err(Failure::Output)
    }
}

fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    match file.try_lock() {
        Ok(()) if is_at(file, path) => Ok(()),
        // Another run has put a new one in its place since it was opened.
        Ok(()) | Err(TryLockError::WouldBlock) => Err(Failure::Configuration(format!(
            "another batch is writing {shown}; wait for its end, or name another file with --output"
        ))),
        Err(TryLockError::Error(error)) => {
            Err(Failure::Configuration(format!("--output {shown} cannot be locked: {error}")))
        }
    }
}

/// Whether the file still is the one of that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    // An open file cannot be replaced there.
    true
}
