//! Scores pull requests, an address a line on standard input, and says how far it is.
//!
//! `cargo run --bin batch < pull-requests.txt > risks.tsv`

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use axiomo::{BatchOutcome, BatchProgressSnapshot, Client};

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let client = match Client::from_env() {
        Ok(client) => client,
        Err(error) => {
            eprintln!("{error}");
            return Ok(ExitCode::from(2));
        }
    };
    let urls = io::stdin().lock().lines().collect::<io::Result<Vec<_>>>()?;
    let failed = score(&client, urls, &mut io::stdout(), &mut io::stderr()).await?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Writes a line for each pull request as it is done, and gives how many failed.
async fn score(
    client: &Client,
    mut urls: Vec<String>,
    results: &mut impl Write,
    status: &mut impl Write,
) -> io::Result<usize> {
    urls.retain(|url| !url.is_empty());
    let mut batch = client.analyze_many(urls);
    let progress = batch.progress();
    while let Some(item) = batch.next().await {
        match item.outcome {
            BatchOutcome::Analyzed(analysis) => {
                let risk = &analysis.signal.risk;
                let level = risk.level.as_ref().map_or("unknown", |level| level.as_str());
                let score = risk.score.map_or(String::new(), |score| format!("{score:.2}"));
                writeln!(results, "{}\t{level}\t{score}", item.input)?;
            }
            BatchOutcome::Failed(error) => writeln!(results, "{}\tfailed\t{error}", item.input)?,
            // Its line is there.
            BatchOutcome::Repeated { .. } => {}
        }
        let BatchProgressSnapshot { done, waiting, eta, .. } = progress.snapshot();
        let left = eta.map_or(String::new(), |eta| format!(", about {} min left", eta.as_secs().div_ceil(60)));
        write!(status, "\r{done} done, {waiting} waiting{left} ")?;
    }
    writeln!(status)?;
    Ok(progress.snapshot().failed)
}

#[cfg(test)]
mod tests {
    use axiomo::testing::VirtualClock;
    use axiomo_mock_server::{Config, MockServer};
    use serde_json::json;

    use super::*;

    /// More than the quota of a minute without a key, so that most of it is waiting, which takes no time.
    #[tokio::test(flavor = "multi_thread")]
    async fn each_gets_a_line_and_no_failure_ends_the_others() {
        let server = MockServer::start(Config::conducted()).await.unwrap();
        let missing =
            json!({"respond": {"status": 404, "json": {"error": {"code": "not_found", "message": "no such"}}}});
        let answer =
            json!({"respond": {"status": 200, "json": {"signal": {"risk": {"level": "low", "score": 0.125}}}}});
        let steps: Vec<_> = std::iter::once(missing).chain(std::iter::repeat_n(answer, 20)).collect();
        server.script(vec![serde_json::from_value(json!({"on": {}, "do": steps})).unwrap()]);
        let clock = VirtualClock::conducted(server.conductor().await.unwrap().address()).unwrap();
        let client = Client::builder().anonymous().base_url(server.base_url()).clock(clock.clone()).build().unwrap();

        let mut urls: Vec<_> = (1..=21).map(|number| format!("https://github.com/owner/repo/pull/{number}")).collect();
        urls.push(urls[0].clone());
        let (mut results, mut status) = (Vec::new(), Vec::new());
        let failed = server.run_until(score(&client, urls, &mut results, &mut status)).await.unwrap().unwrap();

        assert_eq!(failed, 1);
        let results = String::from_utf8(results).unwrap();
        assert_eq!(results.lines().count(), 21, "{results}");
        assert_eq!(results.lines().filter(|line| line.ends_with("\tlow\t0.12")).count(), 20, "{results}");
        assert!(clock.elapsed().as_secs() >= 60);
        server.close().await;
    }
}
