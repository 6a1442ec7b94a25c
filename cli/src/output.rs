//! What becomes of a Signal: it is printed, and it passes a gate or not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use axiomo::Analysis;
use axiomo_model::{Gate, RiskLevel, Signal};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::arguments::{Format, Output};
use crate::failure::Failure;
use crate::render;

/// A Signal, with the text it came in if it came from the service.
pub(crate) struct Answer {
    signal: Signal,
    analysis: Option<Analysis>,
}

impl From<Signal> for Answer {
    fn from(signal: Signal) -> Self {
        Self { signal, analysis: None }
    }
}

impl From<Analysis> for Answer {
    fn from(analysis: Analysis) -> Self {
        Self { signal: analysis.signal.clone(), analysis: Some(analysis) }
    }
}

pub(crate) fn write(answer: &Answer, output: &Output) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    let written = match output.format {
        Format::Pretty => render::pretty(&answer.signal, &mut stdout),
        Format::Json => json(answer, &mut stdout),
        Format::Markdown => render::markdown(&answer.signal, &mut stdout),
    }
    .and_then(|()| stdout.flush());
    // The gate decides whether or not anybody read the result.
    if let Some(threshold) = output.fail_on {
        gate(&answer.signal, threshold.level())?;
    }
    written.map_err(Failure::Output)
}

/// The API's envelope. A local analysis has no page, and so no `signal_url`.
#[derive(Serialize)]
struct Envelope<'s, S> {
    signal_id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_url: Option<&'s str>,
    signal: S,
}

fn json(answer: &Answer, output: &mut impl Write) -> std::io::Result<()> {
    let Some(analysis) = &answer.analysis else {
        let signal = &answer.signal;
        let (signal_id, signal_url) = (signal.signal_id.as_deref(), signal.signal_url.as_deref());
        serde_json::to_writer_pretty(&mut *output, &Envelope { signal_id, signal_url, signal })?;
        return writeln!(output);
    };
    writeln!(output, "{}", envelope(analysis)?)
}

/// What the service sent, as it is; only a bare Signal gets its envelope.
pub(crate) fn envelope(analysis: &Analysis) -> serde_json::Result<Cow<'_, str>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(&analysis.raw)?;
    if members.contains_key("signal") {
        return Ok(analysis.raw.trim().into());
    }
    let (signal_id, signal_url) = (analysis.signal_id.as_deref(), analysis.signal_url.as_deref());
    let signal: &RawValue = serde_json::from_str(&analysis.raw)?;
    serde_json::to_string(&Envelope { signal_id, signal_url, signal }).map(Cow::from)
}

pub(crate) fn gate(signal: &Signal, threshold: RiskLevel) -> Result<(), Failure> {
    match signal.risk.gate(&threshold) {
        Gate::Passed => Ok(()),
        Gate::Failed => Err(Failure::Gate {
            level: signal.risk.level.clone().unwrap_or(RiskLevel::Unknown(String::new())),
            score: signal.risk.score,
            threshold,
        }),
        Gate::Undecided(reason) => Err(Failure::GateUndecided { reason, threshold }),
    }
}
