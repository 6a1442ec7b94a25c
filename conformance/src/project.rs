//! The repository of the fixture: the same commits each time, so that its Signals are the same.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// A bare repository in a temporary folder, which lives as long as this.
#[derive(Debug)]
pub struct Project(tempfile::TempDir);

const HISTORY: &str = include_str!("../fixtures/project.fast-import");

impl Project {
    /// Writes it, by git.
    ///
    /// # Errors
    ///
    /// When there is no git, or no room.
    pub fn write() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("project").tempdir()?;
        let project = Self(folder);
        project.git(&["init", "--quiet", "--bare", "--initial-branch=main"], "")?;
        project.git(&["fast-import", "--quiet", "--done"], HISTORY)?;
        Ok(project)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str], input: &str) -> io::Result<()> {
        let mut command = Command::new("git");
        // Nothing of whoever runs it.
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.env("GIT_DIR", self.path()).args(arguments).current_dir(self.path());
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("git {}: {status}", arguments.join(" ")))) }
    }
}
