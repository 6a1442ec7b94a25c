//! Runs the examples in JavaScript and TypeScript against the reference server, where the package is installed as users
//! have it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::example;
use crate::node::npx;
use crate::python::{run as succeed, target};
use crate::server::{Profile, Server};
use crate::test::Tally;
use crate::workspace;

/// The repository and the pull requests that the examples name.
const REPOSITORY: &str = "https://github.com/owner/repo";
const PULL_REQUESTS: [u64; 3] = [123, 124, 125];

/// Each way to run one counts as one test, and so does each file of tests among them.
pub fn run(package: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let folder = install(package)?;
    let repository = target().join("node/repository");
    example::repository(&repository)?;
    for number in PULL_REQUESTS {
        example::git(&repository, &["update-ref", &format!("refs/pull/{number}/head"), "renew"])?;
    }
    example::git(&repository, &["reset", "--quiet", "--hard", "HEAD~1"])?;
    let server = Server::start(Profile::Debug, REPOSITORY, &repository, &[])?;
    let urls = PULL_REQUESTS.map(|number| format!("{REPOSITORY}/pull/{number}\n"));
    let gate = ["gate.mjs", urls[0].trim(), "--fail-on"];
    succeed(npx(package).args(["tsc", "--project"]).arg(folder.join("service")))?;
    for (arguments, key, exit_code, printed) in [
        ([&gate[..], &["critical"]].concat(), &*server.key, 0, "Renew sessions"),
        ([&gate[..], &["low"]].concat(), &server.key, 1, "Renew sessions"),
        ([&gate[..], &["low"]].concat(), "ax_wrong", 2, "The risk cannot be known: "),
        ([&gate[..], &["nonsense"]].concat(), &server.key, 2, "usage: "),
        (vec!["batch.mjs"], &server.key, 0, "3 done, 0 waiting"),
        (vec!["--test", "webhook-bot.test.mjs"], &server.key, 0, "# pass 4"),
        (vec!["--test", "service/built/service.test.mjs"], &server.key, 0, "# pass 3"),
    ] {
        let mut command = Command::new("node");
        command.args(&arguments).current_dir(&folder);
        command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
        command.env("AXIOMO_BASE_URL", format!("{}/api", server.origin)).env("AXIOMO_API_KEY", key);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("node")?;
        // It goes away when the program reads nothing.
        let _ = child.stdin.take().context("the program's input")?.write_all(urls.concat().as_bytes());
        let output = child.wait_with_output()?;
        let shown = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let passes = output.status.code() == Some(exit_code) && shown.contains(printed);
        tally.count(passes);
        if !passes {
            println!("failed: node {} ended with {}:\n{shown}", arguments.join(" "), output.status);
        }
    }
    Ok(())
}

/// A copy of the examples beside which the package is installed.
fn install(package: &Path) -> anyhow::Result<PathBuf> {
    let folder = target().join("node/examples");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    example::copy(&workspace().join("examples/node"), &folder)?;
    for (name, installed) in [("axiomo", package.to_owned()), ("@types", package.join("node_modules/@types"))] {
        let link = folder.join("node_modules").join(name);
        fs::create_dir_all(folder.join("node_modules"))?;
        #[cfg(unix)]
        std::os::unix::fs::symlink(installed, &link)?;
        #[cfg(windows)]
        std::os::windows::fs::symlink_dir(installed, &link)?;
    }
    Ok(folder)
}
