//! Sixteen processes that share a rate limit through Redis: they keep to it, and use it. All of it is real: the
//! programs that are shipped, the store, the server and its windows of a minute.

mod answers;
mod redis;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};

use super::Tally;
use crate::example;
use crate::server::{Profile, Server};
use answers::{Answers, WINDOW};
use redis::Redis;

/// Processes that share a limit.
const PROCESSES: usize = 16;
/// The first is only watched; in the others the limit has to be used.
const WINDOWS: u32 = 5;
/// How the server counts, and how many requests a window it lets in.
const CONFIGURATIONS: [(&str, u32); 6] =
    [("fixed", 60), ("log", 60), ("gcra", 60), ("fixed", 600), ("log", 600), ("gcra", 600)];
/// The share of the limit that is to be used in each window.
const LEAST_SHARE: f64 = 0.99;
/// One configuration begins so long after the other, so that they are not all busy at once.
const STAGGER: Duration = Duration::from_secs(10);
/// From the start of the processes to their first request, at most.
const START: Duration = Duration::from_secs(10);
const REPOSITORY: &str = "https://github.com/acme/shop";

/// Processes that share a limit, and the server that they ask.
struct Fleet {
    limiter: &'static str,
    limit: u32,
    /// It writes its log until then.
    until: Instant,
    _server: Server,
    processes: Vec<Process>,
    /// What the server says, and what the processes say.
    logs: [PathBuf; 2],
}

/// One `axiomo batch`. It ends with this value.
struct Process {
    child: Child,
    /// Counts its results.
    results: Option<JoinHandle<usize>>,
}

/// Each configuration counts as one test.
pub(super) fn run(tally: &mut Tally, may_install: bool) -> anyhow::Result<()> {
    ensure!(super::packages::provide_redis(may_install)?, "the processes share the limit through Redis");
    let build = ["build", "--quiet", "--release", "--package", "axiomo-cli", "--package", "axiomo-mock-server"];
    ensure!(super::cargo(&build).status().context("cargo")?.success(), "the programs do not build");
    let folder = crate::workspace().join("target/fleet");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder)?;
    let most = CONFIGURATIONS.iter().map(|(_, limit)| *limit).max().unwrap_or_default();
    // Each process can use the whole limit, to the end.
    let pull_requests = most * (WINDOWS + 1);
    let repository = folder.join("shop");
    make_repository(&repository, pull_requests)?;
    let list = folder.join("pulls.txt");
    let urls: Vec<String> = (1..=pull_requests).map(|number| format!("{REPOSITORY}/pull/{number}\n")).collect();
    fs::write(&list, urls.concat())?;

    let redis = Redis::start()?;
    let mut fleets = Vec::new();
    for (limiter, limit) in CONFIGURATIONS {
        if !fleets.is_empty() {
            thread::sleep(STAGGER);
        }
        fleets.push(Fleet::start(limiter, limit, &folder, &repository, &list, &redis.url())?);
    }
    let titles = ["limiter", "limit", "admitted a window", "least", "429s", "a process"];
    let row = |[limiter, limit, admitted, least, refused, results]: [&str; 6]| {
        println!("{limiter:<8} {limit:>5}  {admitted:<24} {least:>8} {refused:>5}  {results:>10}");
    };
    row(titles);
    for fleet in fleets {
        let (limiter, limit) = (fleet.limiter, fleet.limit);
        let Outcome { answers, results, losses } = fleet.end()?;
        let least_share = answers.least_share(limit);
        let admitted: Vec<String> = answers.admitted.iter().map(usize::to_string).collect();
        let (fewest, most) = (results.iter().min().unwrap_or(&0), results.iter().max().unwrap_or(&0));
        row([
            limiter,
            &limit.to_string(),
            &admitted.join(" "),
            &format!("{:.2} %", least_share * 100.0),
            &answers.refused.to_string(),
            &format!("{fewest} to {most}"),
        ]);
        let broken = [
            (answers.refused > 0, "requests were refused"),
            (least_share < LEAST_SHARE, "less than 99 % of the limit was used in a window"),
            (answers.failed > 0, "requests failed"),
            (*fewest == 0, "a process got nothing, so that there were fewer than sixteen"),
            (losses > 0, "the store was lost, so that the processes shared nothing for a while"),
        ];
        for (_, what) in broken.iter().filter(|(is_so, _)| *is_so) {
            println!("failed: {limiter}, {limit}: {what}; see target/fleet");
        }
        tally.count(!broken.iter().any(|(is_so, _)| *is_so));
    }
    Ok(())
}

/// So many pull requests, all of the same change.
fn make_repository(folder: &Path, pull_requests: u32) -> anyhow::Result<()> {
    example::repository(folder)?;
    let head = example::git(folder, &["rev-parse", "renew"])?;
    example::git(folder, &["reset", "--quiet", "--hard", "HEAD~1"])?;
    let mut command = Command::new("git");
    let mut git = command.arg("-C").arg(folder).args(["update-ref", "--stdin"]).stdin(Stdio::piped()).spawn()?;
    let created = |number| format!("create refs/pull/{number}/head {head}\n");
    let updates: Vec<String> = (1..=pull_requests).map(created).collect();
    git.stdin.take().context("git's input")?.write_all(updates.concat().as_bytes())?;
    ensure!(git.wait()?.success(), "git update-ref failed");
    example::git(folder, &["pack-refs", "--all"]).map(drop)
}

/// What came of a configuration.
struct Outcome {
    answers: Answers,
    /// How many pull requests each process got analysed.
    results: Vec<usize>,
    /// How many times a process lost the store.
    losses: usize,
}

impl Fleet {
    fn start(
        limiter: &'static str,
        limit: u32,
        folder: &Path,
        repository: &Path,
        list: &Path,
        store: &str,
    ) -> anyhow::Result<Self> {
        let logs = ["server", "processes"].map(|whose| folder.join(format!("{limiter}-{limit}-{whose}.log")));
        let arguments = ["--limiter", limiter, "--limit-key", &limit.to_string()];
        let server = Server::start_with_log(Profile::Release, REPOSITORY, repository, &arguments, &logs[0])?;
        let log = File::create(&logs[1])?;
        let processes = (0..PROCESSES).map(|_| Process::start(&server, list, store, &log)).collect::<Result<_, _>>()?;
        let until = Instant::now() + START + WINDOW * WINDOWS;
        Ok(Self { limiter, limit, until, _server: server, processes, logs })
    }

    /// Waits until it has run long enough.
    fn end(self) -> anyhow::Result<Outcome> {
        thread::sleep(self.until.saturating_duration_since(Instant::now()));
        let results = self.processes.into_iter().map(Process::end).collect::<Result<_, _>>()?;
        let [server, processes] = self.logs.map(fs::read_to_string);
        let answers = Answers::of(&server?, usize::try_from(WINDOWS)?)?;
        Ok(Outcome { answers, results, losses: processes?.matches("rate_limit_store_lost").count() })
    }
}

impl Process {
    fn start(server: &Server, list: &Path, store: &str, log: &File) -> anyhow::Result<Self> {
        let mut command = Command::new(crate::workspace().join(Profile::Release.folder()).join("axiomo"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AXIOMO_")) {
            command.env_remove(name);
        }
        command.env("AXIOMO_API_KEY", &server.key).env("AXIOMO_LOG", "warn").arg("batch").arg(list);
        command.args(["--base-url", &format!("{}/api", server.origin), "--rate-limit-store", store]);
        let mut child = command.stdout(Stdio::piped()).stderr(log.try_clone()?).spawn().context("axiomo")?;
        let output = child.stdout.take().context("what axiomo prints")?;
        let results = thread::spawn(move || BufReader::new(output).split(b'\n').map_while(Result::ok).count());
        Ok(Self { child, results: Some(results) })
    }

    /// Gives how many results it printed.
    fn end(mut self) -> anyhow::Result<usize> {
        let status = self.child.try_wait()?;
        ensure!(status.is_none(), "axiomo ended too early");
        self.child.kill()?;
        let results = self.results.take().context("its results")?;
        results.join().map_err(|_| anyhow!("the results could not be counted"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
