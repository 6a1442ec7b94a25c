//! Runs the simulation seed by seed, on all cores; `cargo xtask simulate` calls it.

#![allow(clippy::disallowed_methods, reason = "whoever runs this is told how long it took")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that tells what it found")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use axiomo_simulation::{Event, Promise, Tally, Verdict, Violation, judge_library};
use clap::Parser;

/// Runs the rate limiter against the server's limits, in virtual time.
#[derive(Parser)]
#[command(name = "cargo xtask simulate", bin_name = "cargo xtask simulate")]
struct Arguments {
    /// The seeds to run: the first, and the one after the last.
    #[arg(long, value_name = "A..B", default_value = "0..10000", value_parser = seeds)]
    seeds: Range<u64>,
    /// Run this seed alone, and print all that happens in it.
    #[arg(long, value_name = "SEED", conflicts_with = "seeds")]
    replay: Option<u64>,
}

/// What came of the seeds so far.
#[derive(Default)]
struct Findings {
    done: u64,
    failed: Vec<u64>,
    /// How many seeds broke a promise, and one of them.
    broken: BTreeMap<Promise, (u64, u64)>,
    tally: Tally,
    /// The seed that used least of its quota.
    worst: Option<(f64, u64)>,
}

/// Fewer of anything prove nothing, in a run long enough to expect them.
const LEAST: u64 = 100;
/// The run in which everything happens so often.
const LONG: u64 = 10_000;
/// So many failing seeds are shown in full.
const SHOWN: usize = 3;
/// So many events before a broken promise are shown.
const EVENTS: usize = 30;

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("expected two numbers, as in 0..10000")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text:?}: {error}"));
    let range = number(from)?..number(to)?;
    if range.is_empty() { Err("no seed lies between them".into()) } else { Ok(range) }
}

fn main() -> ExitCode {
    let Arguments { seeds, replay: replayed } = Arguments::parse();
    let result = match replayed {
        Some(seed) => replay(seed),
        None => all(&seeds),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulation: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn replay(seed: u64) -> anyhow::Result<()> {
    let verdict = judge_library(seed);
    println!("{:#?}", verdict.scenario);
    for event in &verdict.events {
        println!("{event}");
    }
    if let Some(share) = verdict.share {
        println!("share of the quota: {share:.4}");
    }
    for Violation { event, promise, what } in &verdict.violations {
        let event = verdict.events.get(*event).map_or_else(|| "at the end".into(), Event::to_string);
        println!("{event}: {promise:?}: {what}");
    }
    if !verdict.violations.is_empty() {
        bail!("seed {seed} breaks {} promises", verdict.violations.len());
    }
    Ok(())
}

/// Runs seeds; fails when one breaks a promise, or when a long run leaves something out.
fn all(seeds: &Range<u64>) -> anyhow::Result<()> {
    let started = Instant::now();
    let (next, is_ended) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let findings = Mutex::new(Findings::default());
    let total = seeds.end - seeds.start;
    let work = || {
        while !is_ended.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                break;
            }
            let verdict = judge_library(seed);
            let mut findings = findings.lock().unwrap_or_else(PoisonError::into_inner);
            findings.add(seed, &verdict);
            if findings.done % 1000 == 0 {
                println!("{} of {total} seeds, {} failed", findings.done, findings.failed.len());
            }
        }
    };
    let cores = thread::available_parallelism().context("the number of cores")?.get();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        if threads.into_iter().any(|thread| thread.join().is_err()) {
            is_ended.store(true, Ordering::Relaxed);
        }
    });
    findings.into_inner().unwrap_or_else(PoisonError::into_inner).report(total, started)
}

impl Findings {
    fn add(&mut self, seed: u64, verdict: &Verdict) {
        self.done += 1;
        self.tally.merge(&verdict.tally);
        if let Some(share) = verdict.share
            && self.worst.is_none_or(|(worst, _)| share < worst)
        {
            self.worst = Some((share, seed));
        }
        let Some(Violation { event, promise, what }) = verdict.violations.first() else { return };
        self.failed.push(seed);
        for promise in verdict.violations.iter().map(|violation| violation.promise).collect::<BTreeSet<_>>() {
            let (count, _) = self.broken.entry(promise).or_insert((0, seed));
            *count += 1;
        }
        if self.failed.len() <= SHOWN {
            println!("seed {seed}: {promise:?}: {what}");
            let until = (*event + 1).min(verdict.events.len());
            for event in &verdict.events[until.saturating_sub(EVENTS)..until] {
                println!("{event}");
            }
            println!("cargo xtask simulate --replay {seed}");
        }
    }

    fn report(mut self, total: u64, started: Instant) -> anyhow::Result<()> {
        for (name, count) in self.tally.counts() {
            println!("{count:>12}  {name}");
        }
        if let Some((share, seed)) = self.worst {
            println!("the least used of its quota: {:.2} %, seed {seed}", share * 100.0);
        }
        for (promise, (count, seed)) in &self.broken {
            println!("{promise:?} broken in {count} seeds; cargo xtask simulate --replay {seed}");
        }
        println!("{} seeds in {:.0} s", self.done, started.elapsed().as_secs_f64());
        if self.done < total {
            bail!("{} seeds of {total} were run; the lines above say why", self.done);
        }
        if !self.failed.is_empty() {
            self.failed.sort_unstable();
            let (count, first) = (self.failed.len(), self.failed[0]);
            bail!("{count} of {total} seeds failed; cargo xtask simulate --replay {first} shows the first");
        }
        if total >= LONG
            && let Some((name, count)) = self.tally.counts().into_iter().find(|(_, count)| *count < LEAST)
        {
            bail!("{name}: only {count}, where {LEAST} are expected");
        }
        Ok(())
    }
}
