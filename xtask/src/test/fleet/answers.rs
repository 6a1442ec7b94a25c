//! What the reference server's log says of the analyses it was asked for.

use std::time::Duration;

use anyhow::Context;

/// The service's window.
pub(super) const WINDOW: Duration = Duration::from_secs(60);

/// One request that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answer {
    /// Since midnight before the first line.
    at: Duration,
    status: u16,
}

/// How many requests were answered in what way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// Admissions in each whole window, counted from the first admission on.
    pub(super) admitted: Vec<usize>,
    /// Requests that were answered with 429, whenever that was.
    pub(super) refused: usize,
    /// Requests that were answered neither with 200 nor with 429.
    pub(super) failed: usize,
}

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Answers {
    /// Counts what a log says, for so many windows.
    pub(super) fn of(log: &str, windows: usize) -> anyhow::Result<Self> {
        let mut answers = Self { admitted: vec![0; windows], ..Self::default() };
        let mut first = None;
        let (mut before, mut midnight) = (Duration::ZERO, Duration::ZERO);
        for line in log.lines() {
            let Some(Answer { at, status }) = answer(line)? else { continue };
            if at + DAY / 2 < before {
                midnight += DAY;
            }
            before = at;
            match status {
                200 => {
                    let since = (midnight + at).saturating_sub(*first.get_or_insert(midnight + at));
                    let window = usize::try_from(since.as_secs() / WINDOW.as_secs())?;
                    if let Some(count) = answers.admitted.get_mut(window) {
                        *count += 1;
                    }
                }
                429 => answers.refused += 1,
                _ => answers.failed += 1,
            }
        }
        Ok(answers)
    }

    /// The least share of a limit that was admitted in a window, of those after the first.
    pub(super) fn least_share(&self, limit: u32) -> f64 {
        let least = self.admitted.iter().skip(1).min().copied().unwrap_or_default();
        f64::from(u32::try_from(least).unwrap_or(u32::MAX)) / f64::from(limit)
    }
}

/// None where the line tells of something else.
fn answer(line: &str) -> anyhow::Result<Option<Answer>> {
    if !line.contains(" answered ") || !line.contains(" path=\"/api/analyze\"") {
        return Ok(None);
    }
    let read = || {
        let time = line.split_once('T')?.1.split_once('Z')?.0;
        let mut parts = time.splitn(3, ':');
        let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
        let seconds = Duration::try_from_secs_f64(parts.next()?.parse().ok()?).ok()?;
        let status = line.split_once(" status=")?.1.split(' ').next()?.parse().ok()?;
        Some(Answer { at: Duration::from_secs(60) * (hours * 60 + minutes) + seconds, status })
    };
    read().with_context(|| format!("the server's log is written in some new way: {line}")).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(time: &str, status: u16) -> String {
        format!(
            "2026-01-31T{time}Z  INFO axiomo_mock_server::routes: answered method=POST path=\"/api/analyze\" \
             status={status} code=\"-\" request_id=1 peer=127.0.0.1 elapsed=4.1ms\n"
        )
    }

    #[test]
    fn windows_are_counted_from_the_first_admission_over_midnight() {
        let log = [
            line("23:58:30.500000", 429),
            line("23:59:30.500000", 200),
            line("00:00:30.499999", 200),
            line("00:00:30.500000", 200),
            line("00:01:30.500000", 200),
        ];
        let answers = Answers::of(&log.concat(), 2).unwrap();
        assert_eq!(answers, Answers { admitted: vec![2, 1], refused: 1, failed: 0 });
        assert!((answers.least_share(2) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn what_is_neither_let_in_nor_refused_is_counted_apart() {
        let other = line("10:00:02.000000", 200).replace("analyze", "keys");
        let log = [line("10:00:00.000000", 200), line("10:00:01.000000", 500), other];
        let answers = Answers::of(&log.concat(), 1).unwrap();
        assert_eq!(answers, Answers { admitted: vec![1], refused: 0, failed: 1 });
    }

    #[test]
    fn a_line_that_cannot_be_read_is_no_answer_that_never_was() {
        let log = line("10:00:00.000000", 200).replace(" status=", " code=");
        assert!(Answers::of(&log, 1).is_err());
    }
}
