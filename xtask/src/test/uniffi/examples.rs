//! What the examples of these languages are run against.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::example;
use crate::server::{Profile, Server};
use crate::test::Tally;

/// The repository and the pull requests that the examples name.
const REPOSITORY: &str = "https://github.com/owner/repo";
const PULL_REQUESTS: [u64; 2] = [123, 124];

/// A server that has two pull requests.
pub struct Served {
    server: Server,
    pub first: String,
    pub second: String,
    /// One that it does not have.
    pub missing: String,
}

/// What running an example has to come to.
pub struct Expected<'a> {
    pub key: &'a str,
    pub exit_code: i32,
    pub printed: &'a str,
}

impl Served {
    /// Starts it, with a clone in a folder that may be there already.
    pub fn start(repository: &Path) -> anyhow::Result<Self> {
        example::repository(repository)?;
        for number in PULL_REQUESTS {
            example::git(repository, &["update-ref", &format!("refs/pull/{number}/head"), "renew"])?;
        }
        example::git(repository, &["reset", "--quiet", "--hard", "HEAD~1"])?;
        let server = Server::start(Profile::Debug, REPOSITORY, repository, &[])?;
        let [first, second] = PULL_REQUESTS.map(|number| format!("{REPOSITORY}/pull/{number}"));
        Ok(Self { server, first, second, missing: format!("{REPOSITORY}/pull/999") })
    }

    pub fn key(&self) -> &str {
        &self.server.key
    }

    /// Runs an example, which is given both addresses on its standard input; counts as one test.
    pub fn run(&self, mut command: Command, expected: &Expected, tally: &mut Tally) -> anyhow::Result<()> {
        command.env("AXIOMO_BASE_URL", format!("{}/api", self.server.origin)).env("AXIOMO_API_KEY", expected.key);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
        let mut input = child.stdin.take().context("the program's input")?;
        // It goes away when the program reads nothing.
        let _ = input.write_all(format!("{}\n{}\n", self.first, self.second).as_bytes());
        drop(input);
        let output = child.wait_with_output()?;
        let shown = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let passes = output.status.code() == Some(expected.exit_code) && shown.contains(expected.printed);
        tally.count(passes);
        if !passes {
            println!("failed: {command:?} ended with {}:\n{shown}", output.status);
        }
        Ok(())
    }
}
