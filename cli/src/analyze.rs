use std::io::Write;
use std::time::{Instant, SystemTime};

use axiomo_analyzer::git::{Repository, Selection};
use axiomo_model::{Gate, RiskLevel, Signal, Timestamp};
use serde::Serialize;

use crate::arguments::{Analyze, Format};
use crate::failure::Failure;
use crate::render;

pub(crate) fn run(arguments: &Analyze) -> Result<(), Failure> {
    let signal = signal(arguments)?;
    let mut output = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Pretty => render::pretty(&signal, &mut output),
        Format::Json => json(&signal, &mut output),
        Format::Markdown => render::markdown(&signal, &mut output),
    }
    .and_then(|()| output.flush());
    // The gate decides whether or not anybody read the result.
    if let Some(threshold) = arguments.fail_on {
        gate(&signal, threshold.level())?;
    }
    written.map_err(Failure::Output)
}

fn signal(arguments: &Analyze) -> Result<Signal, Failure> {
    let started = Instant::now();
    let now = Timestamp::from(SystemTime::now());
    let selection = match (arguments.pull, &arguments.range) {
        (Some(number), _) => Selection::PullRequest(number),
        (_, Some(range)) => range.clone(),
        _ => Selection::Latest,
    };
    let change = Repository::discover(&arguments.repo)?.change(&selection)?;
    let mut signal = axiomo_analyzer::analyze(&change, arguments.as_of.unwrap_or(now));
    if let Some(meta) = signal.meta.as_mut() {
        meta.generated_at = Some(now);
        meta.duration_ms = u64::try_from(started.elapsed().as_millis()).ok();
    }
    Ok(signal)
}

/// The API's envelope. A local analysis has no page, and so no `signal_url`.
#[derive(Serialize)]
struct Envelope<'s> {
    signal_id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_url: Option<&'s str>,
    signal: &'s Signal,
}

fn json(signal: &Signal, output: &mut impl Write) -> std::io::Result<()> {
    let envelope =
        Envelope { signal_id: signal.signal_id.as_deref(), signal_url: signal.signal_url.as_deref(), signal };
    serde_json::to_writer_pretty(&mut *output, &envelope)?;
    writeln!(output)
}

fn gate(signal: &Signal, threshold: RiskLevel) -> Result<(), Failure> {
    match signal.risk.gate(&threshold) {
        Gate::Passed => Ok(()),
        Gate::Failed => Err(Failure::Gate {
            level: signal.risk.level.clone().unwrap_or(RiskLevel::Unknown(String::new())),
            score: signal.risk.score.unwrap_or_default(),
            threshold,
        }),
        Gate::Undecided(reason) => Err(Failure::GateUndecided { reason, threshold }),
    }
}
