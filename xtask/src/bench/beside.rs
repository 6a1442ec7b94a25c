//! The client of another language beside the HTTP clients of that language's users, and beside the Rust client.

use super::Row;
use super::rust::{Bench, OURS, Taken};
use super::statistics::{estimate, median};

pub const ROUNDS: usize = 9;

/// How clients are used, with those that can be, and how many calls a round they make: about half a second.
pub struct Mode {
    pub name: &'static str,
    pub peers: &'static [(&'static str, u32)],
    /// Ours.
    pub calls: u32,
}

/// Makes so many calls in a mode with a client.
pub type Take<'a> = dyn Fn(&str, &str, u32) -> anyhow::Result<Taken> + 'a;

/// Lets all take turns; who begins changes from round to round.
pub fn beside(bench: &'static str, mode: &Mode, take: &Take<'_>, rust: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let Mode { name, peers, calls } = *mode;
    println!("{name}: {ROUNDS} rounds");
    let is_beside_rust = name.starts_with("sequential");
    let mut taken: Vec<Vec<Taken>> = Vec::new();
    for round in 0..ROUNDS {
        let mut clients = Vec::from(peers);
        clients.push((OURS, calls));
        let count = clients.len();
        clients.rotate_left(round % count);
        let mut of_round = Vec::new();
        for (client, calls_each) in clients {
            of_round.push((client, take(name, client, calls_each)?));
        }
        // In one order again.
        of_round.sort_by_key(|(client, _)| peers.iter().position(|(peer, _)| peer == client).unwrap_or(peers.len()));
        let mut of_round: Vec<Taken> = of_round.into_iter().map(|(_, taken)| taken).collect();
        if is_beside_rust {
            of_round.push(rust.take(OURS)?);
        }
        taken.push(of_round);
    }
    let series = |index: usize| -> Vec<&Taken> { taken.iter().map(|round| &round[index]).collect() };
    let ours = peers.len();
    let ratios = |index: usize| -> Vec<f64> {
        taken.iter().map(|round| round[ours].per_second / round[index].per_second).collect()
    };
    let row = |client, index| row(bench, client, name, &series(index));
    let mut rows: Vec<Row> = peers
        .iter()
        .enumerate()
        .map(|(index, (peer, _))| row(peer, index).with_ratio(estimate(&ratios(index))))
        .collect();
    rows.push(row(OURS, ours));
    if is_beside_rust {
        let costs: Vec<f64> = ratios(ours + 1).iter().map(|ratio| 1.0 / ratio).collect();
        rows.push(row("axiomo (Rust)", ours + 1).with_ratio(estimate(&costs)));
    }
    Ok(rows)
}

fn row(bench: &'static str, client: &'static str, mode: &'static str, series: &[&Taken]) -> Row {
    let over = |figure: fn(&Taken) -> f64| Some(median(series.iter().map(|taken| figure(taken)).collect()));
    Row {
        bench,
        client: client.into(),
        mode: mode.into(),
        median_us: over(|taken| taken.median_us),
        p99_us: over(|taken| taken.p99_us),
        cpu_us: over(|taken| taken.cpu_us),
        per_second: over(|taken| taken.per_second),
        ..Row::default()
    }
}

/// The row of what starting took, in microseconds.
pub fn start(bench: &'static str, name: &'static str, took: Vec<f64>) -> Row {
    Row { bench, client: name.into(), mode: "start".into(), median_us: Some(median(took)), ..Row::default() }
}
