#![allow(clippy::doc_markdown, reason = "these texts are shown at a terminal")]

use std::path::PathBuf;
use std::time::Duration;

use axiomo_analyzer::git::Selection;
use axiomo_model::{RiskLevel, Timestamp};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::filter::LevelFilter;

/// The risk of a pull request, explained: who wrote it, how risky it is and why, where to look first.
#[derive(Parser)]
#[command(name = "axiomo", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Analyse a pull request by the service, or a change of a local git repository offline.
    ///
    /// With a URL, the service analyses that pull request. Without one, nothing leaves the machine: it
    /// takes what --pull or --range name, else the branch that is checked out, if that has commits of
    /// its own, else the change that was merged last, else the last commit.
    #[command(after_help = ANALYZE_HELP)]
    Analyze(Analyze),
    /// Retrieve a Signal that the service made before.
    #[command(after_help = ENVIRONMENT_AND_EXIT_CODES)]
    Scan(Scan),
    /// Analyse many pull requests by the service, as fast as its rate limit lets them.
    ///
    /// Each line of FILE is the address of a pull request, or a request as JSON: {"url", "access_token"} or
    /// {"provider", "owner", "repo", "pr_number", "access_token"}. Blank lines and those that begin with # are
    /// passed over. Each result is one line of JSON, in the order in which they are done: {"index", "input",
    /// "ok": true, "analysis"} or {"index", "input", "ok": false, "error"}. Duplicates are sent once.
    #[command(after_help = BATCH_HELP)]
    Batch(Batch),
    /// Serve the whole API over local repositories, to test against or to host it yourself.
    ///
    /// The first line on stdout is a JSON object with the base URL and the token that manages keys. The log goes to
    /// stderr; AXIOMO_LOG sets how much of it: error, warn (the default), info, debug or trace.
    Serve(axiomo_mock_server::Arguments),
    /// Print a script that completes axiomo's arguments in a shell.
    ///
    /// For bash: axiomo completions bash > ~/.local/share/bash-completion/completions/axiomo
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

macro_rules! exit_codes {
    () => {
        "\
Exit codes: 0 fine, 1 the gate of --fail-on failed, 2 wrong usage, configuration, request or path,
3 the key is refused, 4 the rate limit is used up, 5 no such pull request or Signal, 6 the network,
the service or the repository failed, 130 Ctrl-C. With --format json an error is one JSON object on stderr,
but for arguments that cannot be read: those are told as text."
    };
}

macro_rules! environment {
    () => {
        "\
Environment: AXIOMO_API_KEY (without it: anonymous, public repositories, 10 requests a minute),
AXIOMO_BASE_URL, AXIOMO_TIMEOUT, AXIOMO_ATTEMPT_TIMEOUT, AXIOMO_MAX_WAIT (seconds), AXIOMO_MAX_RETRIES,
AXIOMO_RATE_LIMIT_STORE, AXIOMO_LOG (such as debug, or axiomo=debug)."
    };
}

const EXIT_CODES: &str = exit_codes!();
const ENVIRONMENT_AND_EXIT_CODES: &str = concat!(environment!(), "\n\n", exit_codes!());
const BATCH_HELP: &str = concat!(
    "\
Examples:
  axiomo batch pulls.txt --output results.jsonl             analyse every pull request of a list
  axiomo batch pulls.txt --output results.jsonl --resume    go on after Ctrl-C, a crash or failures
  gh pr list --json url --jq '.[].url' | axiomo batch --fail-on high    a gate over all that are open

The exit code is 1 if the gate failed for any pull request, else the highest code of those that failed.

",
    environment!(),
    "\n\n",
    exit_codes!()
);
const ANALYZE_HELP: &str = concat!(
    "\
Examples:
  axiomo analyze https://github.com/owner/repo/pull/123      by the service
  axiomo analyze                                      the current branch, or the last merged change
  axiomo analyze --pull 42                            a pull request that was fetched or merged
  axiomo analyze --range main..my-branch              what my-branch would bring into main
  axiomo analyze --pull 42 --format markdown          a comment for the pull request
  axiomo analyze --range origin/main..HEAD --fail-on high    a gate in a pipeline

To fetch pull requests that are not merged yet:
  git fetch origin 'refs/pull/*/head:refs/pull/*/head'                      GitHub
  git fetch origin 'refs/merge-requests/*/head:refs/merge-requests/*/head'  GitLab

",
    environment!(),
    "\n\n",
    exit_codes!()
);

#[derive(Args)]
pub(crate) struct Analyze {
    /// The address of the pull request's page, to be analysed by the service.
    #[arg(value_name = "URL", conflicts_with_all = ["repo", "pull", "range", "as_of"])]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) service: Service,
    /// A file with the provider's token for a private repository; for the service.
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) access_token_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) local: Local,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
pub(crate) struct Scan {
    /// The id that an analysis gave, such as ax-owner-repo-123-a1b2c3d4.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args)]
pub(crate) struct Batch {
    /// The list of pull requests; - for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) input: PathBuf,
    /// Where the results go, instead of standard output; readable for its owner alone.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Go on with the results of an earlier run with the same list: what is done is not sent again, what
    /// failed is tried again.
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,
    /// Exit with 1 if any risk is at this level or above, or cannot be told.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<Threshold>,
    /// Write the results in the order of the list.
    #[arg(long)]
    pub(crate) ordered: bool,
    /// How many are under way at once, instead of as many as use the whole rate limit.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) concurrency: Option<u32>,
    /// The whole time of the batch in seconds; what is not done by then fails.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) deadline: Option<Duration>,
    #[command(flatten)]
    pub(crate) service: Service,
}

/// A change of a local repository.
#[derive(Args)]
pub(crate) struct Local {
    /// The repository: a folder of its working copy, its .git folder, or a bare one.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// The number of a pull request, or merge request, that was fetched or merged.
    #[arg(long, value_name = "N", conflicts_with = "range", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) pull: Option<u64>,
    /// Two branches, tags or commits: what HEAD has and BASE has not.
    #[arg(long, value_name = "BASE..HEAD", value_parser = range)]
    pub(crate) range: Option<Selection>,
    /// The moment that ages are counted to, such as 2026-01-31 or 2026-01-31T12:00:00Z; now by default.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) as_of: Option<Timestamp>,
}

/// How to reach the service.
#[derive(Args)]
pub(crate) struct Service {
    /// A file with the API key, instead of AXIOMO_API_KEY. A key is never taken from an argument,
    /// where other users of the machine could read it.
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Where the service is, /api included, instead of AXIOMO_BASE_URL or https://axiomo.app/api.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The whole time of the call in seconds, waits and retries included, instead of AXIOMO_TIMEOUT or
    /// 300. What a call of a batch waits for the rate limit does not count.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// A Redis or Valkey that keeps the rate limit for all who use the same key, as
    /// redis://[user:password@]host[:port][/database]. An address with a password belongs into
    /// AXIOMO_RATE_LIMIT_STORE, where other users of the machine do not see it.
    #[arg(long, value_name = "URL", env = "AXIOMO_RATE_LIMIT_STORE", hide_env_values = true)]
    pub(crate) rate_limit_store: Option<String>,
}

/// What to do with the Signal.
#[derive(Args)]
pub(crate) struct Output {
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub(crate) format: Format,
    /// Exit with 1 if the risk is at this level or above, or cannot be told.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<Threshold>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal.
    Pretty,
    /// What the API answers: an envelope around the Signal.
    Json,
    /// For a comment on the pull request.
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Threshold {
    Medium,
    High,
    Critical,
}

impl Threshold {
    pub(crate) fn level(self) -> RiskLevel {
        match self {
            Self::Medium => RiskLevel::Medium,
            Self::High => RiskLevel::High,
            Self::Critical => RiskLevel::Critical,
        }
    }
}

impl Command {
    /// How errors are to be printed.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::Analyze(Analyze { output, .. }) | Self::Scan(Scan { output, .. }) => output.format,
            Self::Batch(_) | Self::Serve(_) | Self::Completions { .. } => Format::Pretty,
        }
    }

    /// What is logged unless the environment says how much. A server's answers refer to its log.
    pub(crate) fn default_log(&self) -> Option<LevelFilter> {
        matches!(self, Self::Serve(_)).then_some(LevelFilter::WARN)
    }
}

fn range(text: &str) -> Result<Selection, axiomo_analyzer::git::Error> {
    text.parse()
}

fn moment(text: &str) -> Result<Timestamp, axiomo_model::ParseTimestampError> {
    format!("{text}T00:00:00Z").parse().or_else(|_| text.parse())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "expected seconds, such as 30 or 2.5".to_owned())
}
