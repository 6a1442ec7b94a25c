//! Runs the documentation's examples of plain HTTP against the reference server, with nothing but the
//! host and the key replaced.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use super::Tally;
use crate::example;
use crate::server::{Profile, Server};

/// The repository and the pull request that the examples name.
const REPOSITORY: &str = "https://github.com/owner/repo";
const PULL_REQUEST: &str = "refs/pull/123/head";

/// An example, the program that runs it, and what it prints.
const SNIPPETS: [(&str, &str, &str); 3] = [
    ("analyze.sh", "sh", "\"signal_id\":\"ax-owner-repo-123-"),
    ("analyze.py", "python", "Risk: "),
    ("analyze.mjs", "node", "Risk: "),
];

/// Each example counts as one test.
pub fn run(folder: &Path, python: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let repository = folder.join("owner");
    example::repository(&repository)?;
    example::git(&repository, &["update-ref", PULL_REQUEST, "renew"])?;
    example::git(&repository, &["reset", "--quiet", "--hard", "HEAD~1"])?;
    let server = Server::start(Profile::Debug, REPOSITORY, &repository, &[])?;
    for (name, program, expected) in SNIPPETS {
        let text = fs::read_to_string(crate::workspace().join("examples/http").join(name)).context(name)?;
        let text = text.replace("https://axiomo.app", &server.origin).replace("ax_your_key_here", &server.key);
        let file = folder.join(name);
        fs::write(&file, text)?;
        let program = if program == "python" { python } else { Path::new(program) };
        let output = Command::new(program).arg(&file).output().with_context(|| program.display().to_string())?;
        let shown = String::from_utf8_lossy(&output.stdout);
        let passes = output.status.success() && shown.contains(expected);
        tally.count(passes);
        if !passes {
            println!("failed: {name} printed\n{shown}{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    Ok(())
}
