use axiomo_model::{Effort, Staleness, Timestamp, Triage};

use super::contributors::days_between;
use crate::change::Change;
use crate::path_class::FileKind;
use crate::weights::{
    AGING_AFTER, EFFORT_STEPS, LINES_A_MINUTE, MINUTES_A_FILE, MINUTES_A_REVIEW, MOST_MINUTES, STALE_AFTER,
};

pub(crate) fn triage(change: &Change, as_of: Timestamp) -> Triage {
    let countable = change.files.iter().filter(|file| file.class.is_countable());
    let files = countable.clone().count() as f64;
    let lines: f64 = countable
        .map(|file| {
            let lines = (file.countable_added() + file.countable_deleted()) as f64;
            if file.class.kind == FileKind::Test { lines / 2.0 } else { lines }
        })
        .sum();
    // What is too large to be looked at is too large for any review.
    let lines = if change.has_more_files { f64::INFINITY } else { lines };
    let mut triage = Triage::default();
    triage.effort = Some(effort(lines));
    let minutes = MINUTES_A_REVIEW + files * MINUTES_A_FILE + lines / LINES_A_MINUTE;
    triage.estimated_minutes = Some(whole(minutes.min(MOST_MINUTES)));
    if change.merged != Some(true) {
        let days = change.updated_at.map(|updated| days_between(updated, as_of));
        triage.stale_days = days;
        triage.staleness = days.map(staleness);
    }
    triage
}

fn effort(lines: f64) -> Effort {
    let step = EFFORT_STEPS.iter().take_while(|step| lines > **step).count();
    Effort::KNOWN[step].clone()
}

fn staleness(days: u64) -> Staleness {
    match days {
        STALE_AFTER.. => Staleness::Stale,
        AGING_AFTER.. => Staleness::Aging,
        _ => Staleness::Fresh,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the most minutes")]
fn whole(minutes: f64) -> u64 {
    minutes.round() as u64
}
