use std::collections::BTreeSet;

use axiomo_model::{Risk, RiskDriver, RiskLevel};

use super::{counted, fullness};
use crate::change::{Change, FileChange, FilePast};
use crate::path_class::FileKind;
use crate::weights::{
    BASELINE, CHURN, CRITICAL, DELETIONS, DEVELOPERS, ENTROPY, FIXES, HIGH, HISTORY_CUT, INEXPERIENCE, MEDIUM,
    MISSING_TESTS, MOST_LISTED, NEEDS_TESTS, SENSITIVE, SIZE, SPREAD, SPREAD_FOLDERS, SPREAD_SUBSYSTEMS, STEERS_REVIEW,
    SUPPLY_CHAIN, Term, UNREADABLE, UNREADABLE_LINES,
};

/// Scores and contributions are given in steps of a ten-thousandth.
const STEPS: f64 = 1e4;

/// A term as it was seen in a change.
struct Seen {
    term: &'static Term,
    /// How full it is, from 0 to 1.
    fullness: f64,
    detail: String,
    files: Vec<String>,
}

pub(crate) fn risk(change: &Change) -> Risk {
    let seen: Vec<Seen> = [
        Some(size(change)),
        Some(deletions(change)),
        Some(spread(change)),
        entropy(change),
        past(change, &CHURN, |past| past.changes, "earlier change", "earlier changes"),
        past(change, &FIXES, |past| past.fixes, "earlier fix", "earlier fixes"),
        past(change, &DEVELOPERS, |past| past.developers, "earlier author", "earlier authors"),
        Some(sensitive(change)),
        Some(supply_chain(change)),
        missing_tests(change),
        inexperience(change),
        steers_review(change),
        Some(unreadable(change)),
        history_cut(change),
    ]
    .into_iter()
    .flatten()
    .filter(|seen| seen.fullness > 0.0)
    .collect();

    let raised: f64 = seen.iter().map(|seen| seen.term.weight * seen.fullness).sum();
    let (baseline, score) = (logistic(BASELINE), logistic(BASELINE + raised));
    let score_steps = (score * STEPS).round();
    // What the score rises above the baseline is shared out in proportion to what raised it.
    let mut exact = vec![baseline * STEPS];
    exact.extend(seen.iter().map(|seen| (score - baseline) * STEPS * seen.term.weight * seen.fullness / raised));
    let steps = share_out(&exact, score_steps);

    let detail = "what any change carries".to_owned();
    let mut drivers = vec![driver("baseline", "Baseline", detail, Vec::new(), steps[0])];
    drivers.extend(
        seen.into_iter()
            .zip(&steps[1..])
            .map(|(seen, steps)| driver(seen.term.id, seen.term.title, seen.detail, seen.files, *steps)),
    );
    drivers
        .sort_by(|one, other| other.contribution.unwrap_or_default().total_cmp(&one.contribution.unwrap_or_default()));
    let mut risk = Risk::default();
    risk.score = Some(score_steps / STEPS);
    risk.level = Some(level(score_steps / STEPS));
    risk.drivers = drivers;
    risk
}

fn driver(id: &str, title: &str, detail: String, files: Vec<String>, steps: f64) -> RiskDriver {
    let mut driver = RiskDriver::default();
    driver.id = Some(id.to_owned());
    driver.title = Some(title.to_owned());
    driver.detail = Some(detail);
    driver.contribution = Some(steps / STEPS);
    driver.files = files;
    driver
}

fn level(score: f64) -> RiskLevel {
    match score {
        score if score >= CRITICAL => RiskLevel::Critical,
        score if score >= HIGH => RiskLevel::High,
        score if score >= MEDIUM => RiskLevel::Medium,
        _ => RiskLevel::Low,
    }
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Whole numbers near the exact ones that sum to `total`: the largest remainders are rounded up.
fn share_out(exact: &[f64], total: f64) -> Vec<f64> {
    let mut whole: Vec<f64> = exact.iter().map(|share| share.floor()).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|one, other| exact[*other].fract().total_cmp(&exact[*one].fract()));
    let mut left = total - whole.iter().sum::<f64>();
    for index in order.iter().cycle().take(exact.len() * 2) {
        if left < 0.5 {
            break;
        }
        whole[*index] += 1.0;
        left -= 1.0;
    }
    whole
}

fn size(change: &Change) -> Seen {
    let added: u64 = change.files.iter().map(FileChange::countable_added).sum();
    let opaque = (opaque(change) + u64::from(change.has_more_files)) * UNREADABLE_LINES;
    let aside = change.files.iter().filter(|file| !file.class.is_countable()).count() as u64;
    let added_in_words = counted(added, "line added", "lines added");
    let detail = match aside {
        _ if opaque > 0 => format!("{added_in_words}, and {opaque} for files that could not be read"),
        0 => added_in_words,
        _ => format!(
            "{added_in_words}, without {} of generated, copied, locked or other data",
            counted(aside, "file", "files")
        ),
    };
    Seen {
        term: &SIZE,
        fullness: fullness((added + opaque) as f64, SIZE.scale),
        detail,
        files: largest_first(change, FileChange::countable_added),
    }
}

fn deletions(change: &Change) -> Seen {
    let deleted: u64 = change.files.iter().map(FileChange::countable_deleted).sum();
    Seen {
        term: &DELETIONS,
        fullness: fullness(deleted as f64, DELETIONS.scale),
        detail: counted(deleted, "line deleted", "lines deleted"),
        files: largest_first(change, FileChange::countable_deleted),
    }
}

fn spread(change: &Change) -> Seen {
    let files: Vec<&FileChange> = change.files.iter().filter(|file| file.class.is_countable()).collect();
    let folders: BTreeSet<&str> =
        files.iter().map(|file| file.path.rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    let subsystems: BTreeSet<&str> =
        files.iter().map(|file| file.path.split_once('/').map_or("", |(top, _)| top)).collect();
    // One of each is no spread.
    let beyond_one = |count: usize, scale: f64| fullness(count.saturating_sub(1) as f64, scale - 1.0);
    let parts = [
        beyond_one(files.len(), SPREAD.scale),
        beyond_one(folders.len(), SPREAD_FOLDERS),
        beyond_one(subsystems.len(), SPREAD_SUBSYSTEMS),
    ];
    Seen {
        term: &SPREAD,
        fullness: parts.iter().sum::<f64>() / 3.0,
        detail: format!(
            "{} in {} of {}",
            counted(files.len() as u64, "file", "files"),
            counted(folders.len() as u64, "folder", "folders"),
            counted(subsystems.len() as u64, "subsystem", "subsystems"),
        ),
        files: Vec::new(),
    }
}

/// Shannon entropy of the changed lines over the files, as a share of the most there can be.
fn entropy(change: &Change) -> Option<Seen> {
    let lines = change.files.iter().map(|file| (file.countable_added() + file.countable_deleted()) as f64);
    let lines: Vec<f64> = lines.filter(|lines| *lines > 0.0).collect();
    let total: f64 = lines.iter().sum();
    if lines.len() < 2 {
        return None;
    }
    let entropy: f64 = lines.iter().map(|lines| -(lines / total) * (lines / total).log2()).sum();
    let share = (entropy / (lines.len() as f64).log2()).clamp(0.0, 1.0);
    Some(Seen {
        term: &ENTROPY,
        fullness: share,
        detail: format!("lines spread over {} files, {:.0} % as evenly as can be", lines.len(), share * 100.0),
        files: Vec::new(),
    })
}

/// A count of the past, of the file that has the most of it.
fn past(change: &Change, term: &'static Term, count: impl Fn(&FilePast) -> u64, one: &str, many: &str) -> Option<Seen> {
    let code = |file: &&FileChange| file.class.is_countable();
    let most = change.files.iter().filter(code).max_by(|one, other| {
        // The first path of several with the same count.
        count(&one.past).cmp(&count(&other.past)).then_with(|| other.path.cmp(&one.path))
    })?;
    let most_count = count(&most.past);
    Some(Seen {
        term,
        fullness: fullness(most_count as f64, term.scale),
        detail: format!("{} of {}", counted(most_count, one, many), most.path),
        files: largest_first(change, |file| if file.class.is_countable() { count(&file.past) } else { 0 }),
    })
}

fn sensitive(change: &Change) -> Seen {
    let kinds: BTreeSet<_> = change.files.iter().filter_map(|file| file.class.sensitivity).collect();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    Seen {
        term: &SENSITIVE,
        fullness: fullness(kinds.len() as f64, SENSITIVE.scale),
        detail: format!("touches {}", names.join(", ")),
        files: largest_first(change, |file| u64::from(file.class.sensitivity.is_some())),
    }
}

fn supply_chain(change: &Change) -> Seen {
    let parts: BTreeSet<_> = change.files.iter().filter_map(|file| file.class.supply_chain).collect();
    let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
    Seen {
        term: &SUPPLY_CHAIN,
        fullness: fullness(parts.len() as f64, SUPPLY_CHAIN.scale),
        detail: format!("changes {}", names.join(", ")),
        files: largest_first(change, |file| u64::from(file.class.supply_chain.is_some())),
    }
}

fn missing_tests(change: &Change) -> Option<Seen> {
    let of_kind = |kind: FileKind| change.files.iter().filter(move |file| file.class.kind == kind);
    let lines = |file: &FileChange| if file.is_opaque() { UNREADABLE_LINES } else { file.countable_added() };
    let code: u64 = of_kind(FileKind::Code).map(lines).sum();
    let has_tests = of_kind(FileKind::Test).any(|file| file.countable_added() > 0);
    (code >= NEEDS_TESTS && !has_tests).then(|| Seen {
        term: &MISSING_TESTS,
        fullness: fullness(code as f64, MISSING_TESTS.scale),
        detail: format!("{} and no line of a test", counted(code, "line of code added", "lines of code added")),
        files: Vec::new(),
    })
}

fn inexperience(change: &Change) -> Option<Seen> {
    let past = change.people.first()?.past.as_ref()?;
    Some(Seen {
        term: &INEXPERIENCE,
        fullness: 1.0 - fullness(past.commits as f64, INEXPERIENCE.scale),
        detail: format!("its author has {} here", counted(past.commits, "earlier commit", "earlier commits")),
        files: Vec::new(),
    })
}

fn steers_review(change: &Change) -> Option<Seen> {
    let files = largest_first(change, |file| u64::from(file.class.steers_review));
    (!files.is_empty()).then(|| Seen {
        term: &STEERS_REVIEW,
        fullness: 1.0,
        detail: "changes how changes are judged".to_owned(),
        files,
    })
}

fn unreadable(change: &Change) -> Seen {
    let count = opaque(change);
    let unread = counted(count, "file could not be read, or is binary", "files could not be read, or are binary");
    let more = "more files than are looked at";
    Seen {
        term: &UNREADABLE,
        // How many more there are nobody knows, so they are as many as it takes.
        fullness: if change.has_more_files { 1.0 } else { fullness(count as f64, UNREADABLE.scale) },
        detail: match count {
            0 if change.has_more_files => more.to_owned(),
            _ if change.has_more_files => format!("{more}; of those that are, {unread}"),
            _ => unread,
        },
        files: largest_first(change, |file| u64::from(file.is_opaque())),
    }
}

/// How many files nobody can tell the content of.
fn opaque(change: &Change) -> u64 {
    change.files.iter().filter(|file| file.is_opaque()).count() as u64
}

fn history_cut(change: &Change) -> Option<Seen> {
    let cut = change.history.cut?;
    let read = change.history.commits;
    Some(Seen {
        term: &HISTORY_CUT,
        // Even at the end of the scale a little is left: what was not read is not known.
        fullness: (1.0 - fullness(read as f64, HISTORY_CUT.scale)).max(0.01),
        detail: format!("{} read; {}", counted(read, "earlier commit", "earlier commits"), cut.reason()),
        files: Vec::new(),
    })
}

/// The paths of the files that a measure finds something in, the largest first.
fn largest_first(change: &Change, measure: impl Fn(&FileChange) -> u64) -> Vec<String> {
    let mut measured: Vec<(u64, &str)> =
        change.files.iter().map(|file| (measure(file), file.path.as_str())).filter(|(size, _)| *size > 0).collect();
    measured.sort_by_key(|(size, path)| (std::cmp::Reverse(*size), *path));
    measured.into_iter().take(MOST_LISTED).map(|(_, path)| path.to_owned()).collect()
}
