//! A gate in a pipeline: ends with 1 when a pull request is too risky, and with 2 when that cannot be known.
//!
//! `cargo run --bin gate -- https://github.com/owner/repo/pull/123 high`

use std::fmt::{Display, Write as _};
use std::process::ExitCode;

use axiomo::{Client, Error, Gate, RiskLevel, Signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (url, limit) = match arguments.as_slice() {
        [url] => (url, RiskLevel::High),
        [url, limit] => (url, RiskLevel::from(limit.as_str())),
        _ => return usage(),
    };
    if limit.rank().is_none() {
        return usage();
    }
    match gate(url, &limit).await {
        Ok(Gate::Passed) => ExitCode::SUCCESS,
        Ok(Gate::Failed) => ExitCode::from(1),
        Ok(Gate::Undecided(reason)) => unknown(&reason),
        Err(error) => unknown(&error),
    }
}

/// Says what the risk of a pull request is, and whether it stays below a limit.
async fn gate(url: &str, limit: &RiskLevel) -> Result<Gate, Error> {
    let signal = Client::from_env()?.analyze(url).await?.signal;
    print!("{}", report(&signal));
    Ok(signal.risk.gate(limit))
}

fn report(signal: &Signal) -> String {
    let level = signal.risk.level.as_ref().map_or("unknown", RiskLevel::as_str);
    let mut report = format!("{level}: {}\n", signal.pr.title.as_deref().unwrap_or_default());
    for driver in &signal.risk.drivers {
        if let Some(contribution) = driver.contribution {
            let (title, detail) = (driver.title.as_deref(), driver.detail.as_deref());
            let _ =
                writeln!(report, "  {contribution:.2} {}: {}", title.unwrap_or_default(), detail.unwrap_or_default());
        }
    }
    report
}

fn usage() -> ExitCode {
    let levels: Vec<_> = RiskLevel::KNOWN.iter().map(RiskLevel::as_str).collect();
    eprintln!("usage: gate URL [{}]", levels.join("|"));
    ExitCode::from(2)
}

fn unknown(reason: &dyn Display) -> ExitCode {
    eprintln!("The risk cannot be known: {reason}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use axiomo::Document;

    use super::*;

    #[test]
    fn the_report_tells_what_the_risk_is_made_of() {
        let driver = r#"{"title": "Sessions", "detail": "they are renewed", "contribution": 0.25}"#;
        let risk = format!(r#"{{"level": "high", "drivers": [{driver}, {{"title": "without a share"}}]}}"#);
        let document =
            Document::from_json(format!(r#"{{"pr": {{"title": "Renew sessions"}}, "risk": {risk}}}"#)).unwrap();
        assert_eq!(report(document.signal()), "high: Renew sessions\n  0.25 Sessions: they are renewed\n");
    }
}
