//! Many pull requests, a line each.

mod input;
mod places;
mod results;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use axiomo::{Analysis, AnalyzeRequest, BatchItem, BatchOutcome, BatchProgress, Document};
use axiomo_model::{RiskLevel, Signal};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::value::RawValue;

use crate::arguments::Batch;
use crate::failure::{Failure, code_of};
use crate::{output, service};
use input::{Input, Line, without_secrets};
use places::Places;
use results::{Kept, Place, ResultLine, Results};

pub(crate) fn run(arguments: &Batch) -> Result<ExitCode, Failure> {
    let client = service::client(&arguments.service)?;
    let mut input = Input::open(&arguments.input)?;
    let (results, kept) = match &arguments.output {
        Some(path) => Results::file(path, arguments.resume)?,
        // The gate decides whether or not anybody reads the results.
        None => (Results::stdout(arguments.fail_on.is_some())?, Kept::new()),
    };
    let mut run = Run {
        results,
        threshold: arguments.fail_on.map(crate::arguments::Threshold::level),
        places: Places::default(),
        total: 0,
        written: 0,
        failed: 0,
        failed_gate: 0,
        exit_code: 0,
    };
    let done = run.resume(&mut input, kept)?;
    let left = run.total - done.len();
    let bar = bar(run.total, done.len());

    let lines = Lines { input, done, left };
    let mut batch = client.analyze_many(lines);
    if arguments.ordered {
        batch = batch.ordered();
    }
    if let Some(most) = arguments.concurrency {
        batch = batch.concurrency(usize::try_from(most).unwrap_or(usize::MAX));
    }
    if let Some(deadline) = arguments.deadline {
        batch = batch.deadline(deadline);
    }
    let progress = batch.progress();
    let outcome = service::runtime()?.block_on(async {
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            tokio::select! {
                biased;
                signal = &mut interrupted => return Err(match signal {
                    Ok(()) => Failure::Interrupted,
                    Err(source) => Failure::System { what: "signals cannot be waited for", source },
                }),
                item = batch.next() => match item {
                    Some(item) => bar.suspend(|| run.take(&item))?,
                    None => return Ok(()),
                },
            }
            show(&bar, &progress);
        }
    });
    bar.finish_and_clear();
    outcome.map_err(|failure| match failure {
        Failure::Interrupted => run.interrupted(&arguments.input),
        other => other,
    })?;
    run.end()
}

/// A batch under way.
struct Run {
    results: Results,
    threshold: Option<RiskLevel>,
    /// Where the results of this run stand, by their place in it.
    places: Places,
    total: usize,
    /// The lines that are there.
    written: usize,
    failed: usize,
    failed_gate: usize,
    /// The worst so far.
    exit_code: u8,
}

impl Run {
    /// Goes through the whole list, and finds out what an earlier run has done of it. What repeats something that
    /// is done gets its line now. Nothing is written before it is certain that the results are of this list.
    fn resume(&mut self, input: &mut Input, mut kept: Kept) -> Result<HashSet<usize>, Failure> {
        let mut done: HashMap<usize, Place> = HashMap::new();
        let mut known: HashMap<AnalyzeRequest, usize> = HashMap::new();
        while let Some(line) = input.next_line().map_err(unreadable)? {
            self.total += 1;
            let Some((shown, place)) = kept.remove(&line.index) else { continue };
            // Earlier versions showed more of an address than its path.
            if without_secrets(shown) != line.shown() {
                return Err(self.other_list(line.index));
            }
            self.written += 1;
            self.judge_again(place)?;
            done.insert(line.index, place);
            if let Ok(request) = line.request() {
                known.insert(request, line.index);
            }
        }
        if let Some(index) = kept.keys().min() {
            return Err(self.other_list(*index));
        }
        self.results.keep_only(done.values_mut())?;
        input.rewind().map_err(unreadable)?;
        if known.is_empty() {
            return Ok(done.into_keys().collect());
        }
        while let Some(line) = input.next_line().map_err(unreadable)? {
            let first = line.request().ok().and_then(|request| known.get(&request));
            let place = first.and_then(|first| done.get(first)).copied();
            if let Some(place) = place.filter(|_| !done.contains_key(&line.index)) {
                done.insert(line.index, self.repeat(&line, place)?);
            }
        }
        input.rewind().map_err(unreadable)?;
        Ok(done.into_keys().collect())
    }

    fn other_list(&self, index: usize) -> Failure {
        let name = self.results.name().unwrap_or(Path::new("-")).display();
        Failure::Configuration(format!(
            "{name} holds results of another list: the one of index {index} does not fit; give the list it was begun \
             with, or name another file with --output"
        ))
    }

    /// Judges a result by its line.
    fn judge_again(&mut self, place: Place) -> Result<(), Failure> {
        if self.threshold.is_none() {
            return Ok(());
        }
        let text = self.results.read(place)?;
        let line: ResultLine<'_> = serde_json::from_slice(&text).map_err(|error| Failure::Output(error.into()))?;
        if line.ok {
            let document = line.analysis.and_then(|analysis| Document::from_json(analysis.get()).ok());
            self.judge(&document.map(|document| document.into_parts().signal).unwrap_or_default());
        }
        Ok(())
    }

    fn judge(&mut self, signal: &Signal) {
        if let Some(threshold) = &self.threshold
            && output::gate(signal, threshold.clone()).is_err()
        {
            self.failed_gate += 1;
        }
    }

    /// Writes what came of an item.
    fn take(&mut self, item: &BatchItem<Line>) -> Result<(), Failure> {
        let BatchItem { index, input, outcome, .. } = item;
        let place = match outcome {
            BatchOutcome::Analyzed(analysis) => {
                self.judge(&analysis.signal);
                let analysis = on_one_line(analysis).map_err(|error| Failure::Output(error.into()))?;
                self.add(input, Ok(&analysis))?
            }
            BatchOutcome::Failed(error) => {
                self.failed += 1;
                self.exit_code = self.exit_code.max(code_of(error.kind()));
                let error = serde_json::value::to_raw_value(error).map_err(|error| Failure::Output(error.into()))?;
                self.add(input, Err(&error))?
            }
            BatchOutcome::Repeated { first } => match self.places.get(*first) {
                Some(place) => self.repeat(input, place)?,
                None => return Ok(()),
            },
        };
        self.places.set(*index, place);
        Ok(())
    }

    /// Writes the same result as on another line.
    fn repeat(&mut self, input: &Line, place: Place) -> Result<Place, Failure> {
        self.judge_again(place)?;
        let text = self.results.read(place)?;
        let line: ResultLine<'_> = serde_json::from_slice(&text).map_err(|error| Failure::Output(error.into()))?;
        self.failed += usize::from(!line.ok);
        self.written += 1;
        self.results.add(&ResultLine { index: input.index, input: input.shown(), ..line })
    }

    fn add(&mut self, input: &Line, outcome: Result<&RawValue, &RawValue>) -> Result<Place, Failure> {
        self.written += 1;
        self.results.add(&ResultLine {
            index: input.index,
            input: input.shown(),
            ok: outcome.is_ok(),
            analysis: outcome.ok(),
            error: outcome.err(),
        })
    }

    fn interrupted(&self, input: &Path) -> Failure {
        let message = match self.results.name() {
            Some(name) => format!(
                "interrupted; what is done is kept. Go on with: axiomo batch {} --output {} --resume",
                input.display(),
                name.display()
            ),
            None => "interrupted; with --output, what is done could be gone on with".to_owned(),
        };
        Failure::Batch { message, exit_code: 130 }
    }

    fn end(self) -> Result<ExitCode, Failure> {
        let Self { total, written, failed, failed_gate, exit_code, .. } = self;
        if written < total {
            return Err(unreadable(io::Error::other("it is shorter than it was before")));
        }
        let mut said = Vec::new();
        if let Some(threshold) = self.threshold.filter(|_| failed_gate > 0) {
            said.push(format!("{failed_gate} of {total} fail the gate: --fail-on asks for less than {threshold}"));
        }
        if failed > 0 {
            let again = if self.results.name().is_some() { "; with --resume, those are tried again" } else { "" };
            said.push(format!("{failed} of {total} could not be analysed, see their lines{again}"));
        }
        if said.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        Err(Failure::Batch { message: said.join("; "), exit_code: if failed_gate > 0 { 1 } else { exit_code } })
    }
}

/// The lines that are still to be done.
struct Lines {
    input: Input,
    done: HashSet<usize>,
    left: usize,
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        // It was read before; that there is less of it now shows at the end.
        while let Ok(Some(line)) = self.input.next_line() {
            if !self.done.remove(&line.index) {
                self.left = self.left.saturating_sub(1);
                return Some(line);
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

/// What the service sent, without line breaks: between the parts of JSON they mean nothing, and in its texts there
/// are none.
fn on_one_line(analysis: &Analysis) -> serde_json::Result<Box<RawValue>> {
    let envelope = output::envelope(analysis)?;
    RawValue::from_string(envelope.replace(['\n', '\r'], " "))
}

#[expect(clippy::needless_pass_by_value, reason = "made to be given to map_err")]
fn unreadable(error: io::Error) -> Failure {
    Failure::Configuration(format!("the list cannot be read: {error}"))
}

/// A bar on stderr, if that is a terminal.
fn bar(total: usize, done: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.set_position(done as u64);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn show(bar: &ProgressBar, progress: &BatchProgress) {
    let snapshot = progress.snapshot();
    bar.inc(1);
    let failed = if snapshot.failed > 0 { format!("{} failed  ", snapshot.failed) } else { String::new() };
    let left = snapshot.eta.map(|eta| format!("about {} left", HumanDuration(eta)));
    bar.set_message(failed + &left.unwrap_or_default());
}
