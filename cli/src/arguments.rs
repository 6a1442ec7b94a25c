use std::path::PathBuf;

use axiomo_analyzer::git::Selection;
use axiomo_model::{RiskLevel, Timestamp};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The risk of a pull request, explained: who wrote it, how risky it is and why, where to look first.
#[derive(Parser)]
#[command(name = "axiomo", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Analyse a change of a local git repository, offline.
    ///
    /// Without --pull or --range it takes the branch that is checked out, if that has commits of its
    /// own, else the change that was merged last, else the last commit.
    #[command(after_help = EXAMPLES)]
    Analyze(Analyze),
    /// Print a script that completes axiomo's arguments in a shell.
    ///
    /// For bash: axiomo completions bash > ~/.local/share/bash-completion/completions/axiomo
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

const EXIT_CODES: &str = "\
Exit codes: 0 fine, 1 the gate of --fail-on failed, 2 wrong usage or path, 5 no such pull request,
6 the repository cannot be read.";

const EXAMPLES: &str = "\
Examples:
  axiomo analyze                                      the current branch, or the last merged change
  axiomo analyze --pull 42                            a pull request that was fetched or merged
  axiomo analyze --range main..my-branch              what my-branch would bring into main
  axiomo analyze --pull 42 --format markdown          a comment for the pull request
  axiomo analyze --range origin/main..HEAD --fail-on high    a gate in a pipeline

To fetch pull requests that are not merged yet:
  git fetch origin 'refs/pull/*/head:refs/pull/*/head'                      GitHub
  git fetch origin 'refs/merge-requests/*/head:refs/merge-requests/*/head'  GitLab

Exit codes: 0 fine, 1 the gate of --fail-on failed, 2 wrong usage or path, 5 no such pull request,
6 the repository cannot be read.";

#[derive(Args)]
pub(crate) struct Analyze {
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
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub(crate) format: Format,
    /// Exit with 1 if the risk is at this level or above, or cannot be told.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<Threshold>,
}

#[derive(Clone, Copy, ValueEnum)]
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

fn range(text: &str) -> Result<Selection, axiomo_analyzer::git::Error> {
    text.parse()
}

fn moment(text: &str) -> Result<Timestamp, axiomo_model::ParseTimestampError> {
    format!("{text}T00:00:00Z").parse().or_else(|_| text.parse())
}
