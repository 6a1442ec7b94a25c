//! Runs the examples of the Python package against the reference server, as they are, and those of its documentation.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::example;
use crate::python::target;
use crate::server::{Profile, Server};
use crate::test::Tally;
use crate::workspace;

/// The repository and the pull requests that the examples name.
const REPOSITORY: &str = "https://github.com/owner/repo";
const PULL_REQUESTS: [u64; 3] = [123, 124, 125];

/// One way to run a program, and what is to come of it.
struct Run {
    arguments: Vec<String>,
    /// Whether it has the right key.
    with_key: bool,
    exit_code: i32,
    /// What it prints, on either output.
    printed: &'static str,
}

/// Each way to run one counts as one test. The tests of the bot are run by pytest, with the others.
pub fn run(python: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let folder = target().join("python/examples");
    let repository = folder.join("repository");
    example::repository(&repository)?;
    for number in PULL_REQUESTS {
        example::git(&repository, &["update-ref", &format!("refs/pull/{number}/head"), "renew"])?;
    }
    example::git(&repository, &["reset", "--quiet", "--hard", "HEAD~1"])?;
    let server = Server::start(Profile::Debug, REPOSITORY, &repository, &[])?;
    let urls = PULL_REQUESTS.map(|number| format!("{REPOSITORY}/pull/{number}\n"));
    let table = folder.join("open.csv");

    for run in runs(&urls[0], &table) {
        let key = if run.with_key { &server.key } else { "ax_wrong" };
        let mut command = Command::new(python);
        command.args(&run.arguments).current_dir(workspace().join("examples/python"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("AXIOMO_MOCK_SERVER", target().join("debug/axiomo-mock-server"));
        command.env("AXIOMO_BASE_URL", format!("{}/api", server.origin)).env("AXIOMO_API_KEY", key);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("python")?;
        // It goes away when the program reads nothing.
        let _ = child.stdin.take().context("the program's input")?.write_all(urls.concat().as_bytes());
        let output = child.wait_with_output()?;
        let shown = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let passes = output.status.code() == Some(run.exit_code) && shown.contains(run.printed);
        tally.count(passes);
        if !passes {
            println!("failed: {} ended with {}:\n{shown}", run.arguments.join(" "), output.status);
        }
    }
    let rows = fs::read_to_string(&table).with_context(|| table.display().to_string())?;
    let is_whole = urls.iter().all(|url| rows.contains(url.trim())) && rows.starts_with("url,level,score,");
    tally.count(is_whole);
    if !is_whole {
        println!("failed: the table of pull_requests_to_csv.py is\n{rows}");
    }
    Ok(())
}

fn runs(url: &str, table: &Path) -> [Run; 8] {
    let run = |arguments: &[&str], printed| Run {
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        with_key: true,
        exit_code: 0,
        printed,
    };
    let gate = |limit| run(&["gate.py", url.trim(), "--fail-on", limit], "Renew sessions");
    let docs = |page| {
        let path = workspace().join("docs").join(page).display().to_string();
        run(&["-m", "doctest", "-o", "ELLIPSIS", "-o", "IGNORE_EXCEPTION_DETAIL", &path], "")
    };
    let (table, notebook) = (table.display().to_string(), workspace().join("xtask/src/test/python/notebook.py"));
    [
        gate("critical"),
        Run { exit_code: 1, ..gate("low") },
        Run { with_key: false, exit_code: 2, printed: "The risk cannot be known: ", ..gate("low") },
        run(&["pull_requests_to_csv.py", &table], "3 of 3 pull requests are in "),
        run(&["review_bot.py"], "/pull/125: "),
        run(&[&notebook.display().to_string(), "risk.ipynb"], "<table>"),
        docs("python.md"),
        docs("testing.md"),
    ]
}
