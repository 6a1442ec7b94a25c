use axiomo_model::{Focus, FocusFile};

use super::{counted, fullness};
use crate::change::{Change, FileChange, FileStatus, Lines};
use crate::path_class::FileKind;
use crate::weights::{
    CHURN, FIXES, FOCUS_ASIDE, FOCUS_CHURN, FOCUS_FIXES, FOCUS_LINES, FOCUS_STAKES, MOST_LISTED, SIZE,
};

pub(crate) fn focus(change: &Change) -> Focus {
    let mut scored: Vec<(f64, &FileChange)> = change.files.iter().map(|file| (score(file), file)).collect();
    scored
        .sort_by(|(one, file), (other, other_file)| other.total_cmp(one).then_with(|| file.path.cmp(&other_file.path)));
    let listed = scored.into_iter().filter(|(score, _)| *score > 0.0).take(MOST_LISTED);
    let mut focus = Focus::default();
    focus.files = listed
        .zip(1..)
        .map(|((score, file), rank)| {
            let mut entry = FocusFile::default();
            entry.path = Some(file.path.clone());
            entry.rank = Some(rank);
            entry.score = Some((score * 1e4).round() / 1e4);
            entry.reasons = reasons(file);
            entry
        })
        .collect();
    focus
}

fn score(file: &FileChange) -> f64 {
    let lines = match file.lines {
        Lines::Counted { added, deleted } => fullness((added + deleted) as f64, SIZE.scale),
        Lines::Binary => 0.5,
        // Nobody has looked at it yet.
        Lines::Unavailable(_) => 1.0,
    };
    let stakes = match (file.class.sensitivity, file.class.supply_chain) {
        _ if file.class.steers_review => 1.0,
        (Some(_), _) => 1.0,
        (None, Some(_)) => 0.6,
        (None, None) => 0.0,
    };
    let score = FOCUS_LINES * lines
        + FOCUS_STAKES * stakes
        + FOCUS_CHURN * fullness(file.past.changes as f64, CHURN.scale)
        + FOCUS_FIXES * fullness(file.past.fixes as f64, FIXES.scale);
    // What was only moved, byte for byte, holds nothing new to read.
    if lines == 0.0 && stakes == 0.0 && file.status == FileStatus::Renamed {
        return 0.0;
    }
    if file.class.kind == FileKind::Code || stakes > 0.0 { score } else { score * FOCUS_ASIDE }
}

fn reasons(file: &FileChange) -> Vec<String> {
    let mut reasons = vec![match &file.lines {
        Lines::Counted { added, deleted } => format!("+{added} −{deleted}"),
        Lines::Binary => "binary".to_owned(),
        Lines::Unavailable(reason) => reason.clone(),
    }];
    match file.status {
        FileStatus::Added => reasons.push("new".to_owned()),
        FileStatus::Deleted => reasons.push("deleted".to_owned()),
        FileStatus::Renamed => reasons.push("renamed".to_owned()),
        FileStatus::Modified => {}
    }
    if let Some(sensitivity) = file.class.sensitivity {
        reasons.push(sensitivity.name().to_owned());
    }
    if let Some(part) = file.class.supply_chain {
        reasons.push(part.name().to_owned());
    }
    if file.class.steers_review {
        reasons.push("steers reviews".to_owned());
    }
    if file.past.fixes > 0 {
        reasons.push(format!("repaired {} before", counted(file.past.fixes, "time", "times")));
    }
    if file.past.changes > 0 {
        let developers = counted(file.past.developers, "person", "people");
        reasons.push(format!("changed {} by {developers}", counted(file.past.changes, "time", "times")));
    }
    match file.class.kind {
        FileKind::Generated => reasons.push("generated".to_owned()),
        FileKind::Vendored => reasons.push("a copy of another project's".to_owned()),
        _ => {}
    }
    reasons
}
