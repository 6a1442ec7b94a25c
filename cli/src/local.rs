//! A change of a local repository, analysed here.

use axiomo_analyzer::git::{Repository, Selection};
use axiomo_model::Signal;

use crate::arguments::Local;
use crate::clock::{self, Stopwatch};
use crate::failure::Failure;

pub(crate) fn analyze(arguments: &Local) -> Result<Signal, Failure> {
    let stopwatch = Stopwatch::start();
    let now = clock::now();
    let selection = match (arguments.pull, &arguments.range) {
        (Some(number), _) => Selection::PullRequest(number),
        (_, Some(range)) => range.clone(),
        _ => Selection::Latest,
    };
    let change = Repository::discover(&arguments.repo)?.change(&selection)?;
    let mut signal = axiomo_analyzer::analyze(&change, arguments.as_of.unwrap_or(now));
    if let Some(meta) = signal.meta.as_mut() {
        meta.generated_at = Some(now);
        meta.duration_ms = stopwatch.milliseconds();
    }
    Ok(signal)
}
