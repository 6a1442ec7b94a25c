//! The rate limiter: the same calls by our client and by what a user would write instead, in virtual time,
//! and what the limiter itself takes.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::statistics::{estimate, median};
use super::{Row, callgrind};

const OURS: &str = "axiomo";
const ROUNDS: u32 = 15;
/// Permits a round, about a hundredth of a second.
const PERMITS: u32 = 50_000;
/// Instructions hardly vary.
const COUNTED_PERMITS: u32 = 10_000;
const MANY: u32 = 100_000;
const FEW: u32 = 10_000;

/// All runs of one client in one scenario.
#[derive(Deserialize)]
struct Series {
    scenario: String,
    client: String,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    finish_s: f64,
    refused: f64,
    failed: f64,
    attempts: f64,
    longest_wait_s: f64,
    stranger_percent: Option<f64>,
}

/// What came of 600 calls: for each figure the median over the seeds, the least and the most.
#[derive(Debug, Serialize)]
pub struct Calls {
    finish_s: [f64; 3],
    /// Answers with status 429.
    refused: [f64; 3],
    /// Calls that ended without an analysis.
    failed: [f64; 3],
    attempts: [f64; 3],
    /// From when a caller took a call up until its last attempt left.
    longest_wait_s: [f64; 3],
    /// How much of what it asked for a stranger got, where there is one.
    stranger_percent: Option<[f64; 3]>,
}

/// What the program under `benches/` says of permits.
#[derive(Deserialize)]
struct Taken {
    rounds_us: Vec<f64>,
}

/// What it says of waiters that give up.
#[derive(Deserialize)]
struct Cancelled {
    many_us: Vec<f64>,
    few_us: Vec<f64>,
}

pub fn run() -> anyhow::Result<Vec<Row>> {
    let program = super::program()?;
    let mut rows = compare()?;
    tables(&rows);
    rows.push(acquire(&program)?);
    rows.extend(cancel(&program)?);
    Ok(rows)
}

/// The same calls by several clients. No time that passes matters, so that a quick build does.
fn compare() -> anyhow::Result<Vec<Row>> {
    let output = crate::test::cargo(&["run", "--quiet", "--package", "axiomo-benches-gate"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo")?;
    ensure!(output.status.success(), "the comparison ended with {}", output.status);
    let all: Vec<Series> = serde_json::from_slice(&output.stdout)?;
    Ok(all.into_iter().map(row).collect())
}

fn row(Series { scenario, client, runs }: Series) -> Row {
    let over = |figure: fn(&Run) -> f64| spread(runs.iter().map(figure).collect());
    let stranger: Vec<f64> = runs.iter().filter_map(|run| run.stranger_percent).collect();
    let calls = Calls {
        finish_s: over(|run| run.finish_s),
        refused: over(|run| run.refused),
        failed: over(|run| run.failed),
        attempts: over(|run| run.attempts),
        longest_wait_s: over(|run| run.longest_wait_s),
        stranger_percent: (!stranger.is_empty()).then(|| spread(stranger)),
    };
    Row { bench: "gate", client: client.into(), mode: scenario.into(), calls: Some(calls), ..Row::default() }
}

/// The median, the least and the most.
fn spread(mut series: Vec<f64>) -> [f64; 3] {
    series.sort_by(f64::total_cmp);
    let ends = [series.first(), series.last()].map(|end| end.copied().unwrap_or(f64::NAN));
    [median(series), ends[0], ends[1]]
}

/// A table a scenario, as benches/README.md has them.
fn tables(rows: &[Row]) {
    let calls = rows.iter().filter_map(|row| row.calls.as_ref().map(|calls| (row, calls)));
    let mut last = None;
    for (row, calls) in calls {
        let has_stranger = calls.stranger_percent.is_some();
        if last != Some(&row.mode) {
            let [name, rule] = if has_stranger { [" the stranger got, % |", "---:|"] } else { [""; 2] };
            println!("\n| {} | finished after, s | 429s | failed calls | attempts | longest wait, s |{name}", row.mode);
            println!("|---|---:|---:|---:|---:|---:|{rule}");
            last = Some(&row.mode);
        }
        let Calls { finish_s, refused, failed, attempts, longest_wait_s, stranger_percent } = calls;
        let figures = [finish_s, refused, failed, attempts, longest_wait_s];
        let figures: Vec<String> = figures.into_iter().chain(stranger_percent).map(cell).collect();
        println!("| {} | {} |", row.client, figures.join(" | "));
    }
    println!();
}

fn cell([median, least, most]: &[f64; 3]) -> String {
    let [median, least, most] = [median, least, most].map(|figure| format!("{figure:.0}"));
    if least == most { median } else { format!("{median} ({least} to {most})") }
}

/// A permit, from asking for it to telling of the answer, where nobody waits.
fn acquire(program: &Path) -> anyhow::Result<Row> {
    println!("{ROUNDS} rounds of {PERMITS} permits");
    let Taken { rounds_us } = take(program, &["acquire", "--calls", &text(PERMITS), "--rounds", &text(ROUNDS)])?;
    let instructions = if callgrind::is_there() {
        let count = |permits| callgrind::count(program, ["acquire", "--calls", &text(permits)]);
        Some((count(COUNTED_PERMITS)? - count(0)?) / f64::from(COUNTED_PERMITS))
    } else {
        None
    };
    let mode = "permit".into();
    Ok(Row {
        bench: "gate",
        client: OURS.into(),
        mode,
        median_us: Some(median(rounds_us)),
        instructions,
        ..Row::default()
    })
}

/// Waiters that give up, all of them one after the other, in turns many and few.
fn cancel(program: &Path) -> anyhow::Result<[Row; 2]> {
    println!("{ROUNDS} rounds of {FEW} and {MANY} waiters that give up");
    let rounds = text(ROUNDS);
    let Cancelled { many_us, few_us } =
        take(program, &["cancel", "--many", &text(MANY), "--few", &text(FEW), "--rounds", &rounds])?;
    let ratios: Vec<f64> = many_us.iter().zip(&few_us).map(|(many, few)| many / few).collect();
    let row = |count: u32, series| Row {
        bench: "gate",
        client: OURS.into(),
        mode: format!("cancel {count}").into(),
        median_us: Some(median(series)),
        ..Row::default()
    };
    Ok([row(FEW, few_us), row(MANY, many_us).with_ratio(estimate(&ratios))])
}

fn take<T: for<'a> Deserialize<'a>>(program: &Path, arguments: &[&str]) -> anyhow::Result<T> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output().context("axiomo-benches")?;
    ensure!(output.status.success(), "axiomo-benches {} ended with {}", arguments.join(" "), output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn text(number: u32) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_names_what_it_lies_between() {
        assert_eq!(cell(&spread(vec![3.2, 1.0, 2.4])), "2 (1 to 3)");
        assert_eq!(cell(&spread(vec![0.0; 3])), "0");
    }
}
