//! What the headers say under each limiter, over more than a window, however they are told to say it.
//!
//! Three requests a minute. The values were worked out by hand.

use std::time::Duration;

use axiomo_mock_server::Config;
use axiomo_mock_server::limit::{LimiterKind, ResetFormat, ResetMeans, Stamp};

use crate::support::Service;

/// A moment by its seconds since the server's start, and how long it is until then, in seconds.
type Until = (&'static str, &'static str);

struct Row {
    /// When the request comes.
    at: f64,
    /// How long the answer takes.
    takes: f64,
    status: u16,
    remaining: u32,
    retry_after: Option<&'static str>,
    /// When the full quota is back and when the next unit is, as it stands when the answer is written.
    answer: [Until; 2],
    /// The same as it stood when the request was let in.
    admission: [Until; 2],
}

const fn quick(at: f64, remaining: u32, resets: [Until; 2]) -> Row {
    slow(at, 0.0, remaining, resets, resets)
}

const fn slow(at: f64, takes: f64, remaining: u32, answer: [Until; 2], admission: [Until; 2]) -> Row {
    Row { at, takes, status: 422, remaining, retry_after: None, answer, admission }
}

const fn refused(at: f64, retry_after: &'static str, resets: [Until; 2]) -> Row {
    Row { status: 429, retry_after: Some(retry_after), ..quick(at, 0, resets) }
}

/// Windows: 15.5 to 75.5, 75.5 to 135.5.
const FIXED: [Row; 6] = [
    quick(15.5, 2, [("75.5", "60"), ("75.5", "60")]),
    slow(20.0, 10.0, 1, [("75.5", "46"), ("75.5", "46")], [("75.5", "56"), ("75.5", "56")]),
    quick(60.0, 0, [("75.5", "16"), ("75.5", "16")]),
    refused(70.0, "6", [("75.5", "6"), ("75.5", "6")]),
    quick(75.5, 2, [("135.5", "60"), ("135.5", "60")]),
    slow(130.0, 10.0, 1, [("140", "0"), ("140", "0")], [("135.5", "6"), ("135.5", "6")]),
];

/// Units come back at 75.5, 80, 120, 135.5, 140, 190.
const LOG: [Row; 7] = [
    quick(15.5, 2, [("75.5", "60"), ("75.5", "60")]),
    slow(20.0, 10.0, 1, [("80", "50"), ("75.5", "46")], [("80", "60"), ("75.5", "56")]),
    quick(60.0, 0, [("120", "60"), ("75.5", "16")]),
    refused(70.0, "6", [("120", "50"), ("75.5", "6")]),
    quick(75.5, 0, [("135.5", "60"), ("80", "5")]),
    slow(80.0, 10.0, 0, [("140", "50"), ("120", "30")], [("140", "60"), ("120", "40")]),
    slow(130.0, 10.0, 0, [("190", "50"), ("190", "50")], [("190", "60"), ("135.5", "6")]),
];

/// Windows: 0 to 60, 60 to 120, 120 to 180. Estimates are below the limit right after they are at it,
/// which `+` stands for.
const COUNTER: [Row; 8] = [
    quick(15.5, 2, [("60+", "45"), ("60+", "45")]),
    slow(20.0, 10.0, 1, [("90+", "61"), ("60+", "31")], [("90+", "71"), ("60+", "41")]),
    quick(50.0, 0, [("100+", "51"), ("60+", "11")]),
    refused(55.0, "6", [("100+", "46"), ("60+", "6")]),
    // 3 × 54 ÷ 60 = 2.7, and with this one 3.7.
    quick(66.0, 0, [("120+", "55"), ("80+", "15")]),
    // 3 × 41 ÷ 60 + 1 = 3.05.
    refused(79.0, "2", [("120+", "42"), ("80+", "2")]),
    // 3 × 20 ÷ 60 + 1 = 2, and with this one 3; in the next window 2 × 55 ÷ 60 = 1.83.
    slow(100.0, 25.0, 0, [("150+", "26"), ("150+", "26")], [("150+", "51"), ("100+", "1")]),
    // 2 × 30 ÷ 60 = 1, and with this one 2.
    quick(150.0, 1, [("180+", "31"), ("150+", "1")]),
];

/// A unit comes back every 20 seconds.
const GCRA: [Row; 6] = [
    quick(15.5, 2, [("35.5", "20"), ("35.5", "20")]),
    slow(20.0, 10.0, 1, [("55.5", "26"), ("35.5", "6")], [("55.5", "36"), ("35.5", "16")]),
    quick(30.0, 0, [("75.5", "46"), ("35.5", "6")]),
    refused(31.0, "5", [("75.5", "45"), ("35.5", "5")]),
    quick(35.5, 0, [("95.5", "60"), ("55.5", "20")]),
    slow(60.0, 17.0, 0, [("115.5", "39"), ("95.5", "19")], [("115.5", "56"), ("75.5", "16")]),
];

/// How each moment is written; the server starts at 2026-01-01T00:00:00Z.
const MOMENTS: [(&str, [&str; 4]); 17] = [
    ("35.5", ["1767225636", "1767225635500", "Thu, 01 Jan 2026 00:00:36 GMT", "2026-01-01T00:00:36Z"]),
    ("55.5", ["1767225656", "1767225655500", "Thu, 01 Jan 2026 00:00:56 GMT", "2026-01-01T00:00:56Z"]),
    ("60+", ["1767225661", "1767225660001", "Thu, 01 Jan 2026 00:01:01 GMT", "2026-01-01T00:01:01Z"]),
    ("75.5", ["1767225676", "1767225675500", "Thu, 01 Jan 2026 00:01:16 GMT", "2026-01-01T00:01:16Z"]),
    ("80", ["1767225680", "1767225680000", "Thu, 01 Jan 2026 00:01:20 GMT", "2026-01-01T00:01:20Z"]),
    ("80+", ["1767225681", "1767225680001", "Thu, 01 Jan 2026 00:01:21 GMT", "2026-01-01T00:01:21Z"]),
    ("90+", ["1767225691", "1767225690001", "Thu, 01 Jan 2026 00:01:31 GMT", "2026-01-01T00:01:31Z"]),
    ("95.5", ["1767225696", "1767225695500", "Thu, 01 Jan 2026 00:01:36 GMT", "2026-01-01T00:01:36Z"]),
    ("100+", ["1767225701", "1767225700001", "Thu, 01 Jan 2026 00:01:41 GMT", "2026-01-01T00:01:41Z"]),
    ("115.5", ["1767225716", "1767225715500", "Thu, 01 Jan 2026 00:01:56 GMT", "2026-01-01T00:01:56Z"]),
    ("120", ["1767225720", "1767225720000", "Thu, 01 Jan 2026 00:02:00 GMT", "2026-01-01T00:02:00Z"]),
    ("120+", ["1767225721", "1767225720001", "Thu, 01 Jan 2026 00:02:01 GMT", "2026-01-01T00:02:01Z"]),
    ("135.5", ["1767225736", "1767225735500", "Thu, 01 Jan 2026 00:02:16 GMT", "2026-01-01T00:02:16Z"]),
    ("140", ["1767225740", "1767225740000", "Thu, 01 Jan 2026 00:02:20 GMT", "2026-01-01T00:02:20Z"]),
    ("150+", ["1767225751", "1767225750001", "Thu, 01 Jan 2026 00:02:31 GMT", "2026-01-01T00:02:31Z"]),
    ("180+", ["1767225781", "1767225780001", "Thu, 01 Jan 2026 00:03:01 GMT", "2026-01-01T00:03:01Z"]),
    ("190", ["1767225790", "1767225790000", "Thu, 01 Jan 2026 00:03:10 GMT", "2026-01-01T00:03:10Z"]),
];

fn written((moment, delta): Until, format: ResetFormat) -> &'static str {
    let (_, [epoch, epoch_ms, date, rfc3339]) = MOMENTS.iter().find(|(name, _)| *name == moment).unwrap();
    match format {
        ResetFormat::Epoch => epoch,
        ResetFormat::EpochMs => epoch_ms,
        ResetFormat::Delta => delta,
        ResetFormat::Date => date,
        ResetFormat::Rfc3339 => rfc3339,
        other => panic!("no value for {other:?}"),
    }
}

async fn follow(limiter: LimiterKind, rows: &[Row]) {
    use ResetFormat::{Date, Delta, Epoch, EpochMs, Rfc3339};
    for format in [Epoch, EpochMs, Delta, Date, Rfc3339] {
        for means in [ResetMeans::Full, ResetMeans::Next] {
            for stamp in [Stamp::Answer, Stamp::Admission] {
                let mut config = Config::default();
                config.limits.address = 3;
                config.limits.limiter = limiter;
                config.limits.reset_format = format;
                config.limits.reset_means = means;
                config.limits.stamp = stamp;
                let service = Service::start(config).await;
                for row in rows {
                    check(&service, row, (format, means, stamp)).await;
                }
            }
        }
    }
}

async fn check(service: &Service, row: &Row, how: (ResetFormat, ResetMeans, Stamp)) {
    let (format, means, stamp) = how;
    let pause = Duration::from_secs_f64(row.at).checked_sub(service.time.elapsed());
    service.time.advance(pause.unwrap());
    let answer = if row.takes > 0.0 {
        service.slow_analyze(Duration::from_secs_f64(row.takes)).await
    } else {
        service.post("/api/analyze", None, "{}").await
    };
    let at = row.at;
    let seen = (answer.status, answer.header("x-ratelimit-limit"), answer.remaining());
    assert_eq!(seen, (row.status, "3", row.remaining), "{at} {how:?}");
    let [full, next] = if stamp == Stamp::Answer { row.answer } else { row.admission };
    let until = if means == ResetMeans::Full { full } else { next };
    assert_eq!(answer.header("x-ratelimit-reset"), written(until, format), "{at} {how:?}");
    let retry_after = answer.headers.get("retry-after").map(|value| value.to_str().unwrap());
    assert_eq!(retry_after, row.retry_after, "{at} {how:?}");
}

#[tokio::test]
async fn in_a_fixed_window_all_units_are_back_at_its_end() {
    follow(LimiterKind::Fixed, &FIXED).await;
}

#[tokio::test]
async fn in_a_sliding_log_each_unit_is_back_after_a_window() {
    follow(LimiterKind::Log, &LOG).await;
}

#[tokio::test]
async fn a_sliding_counter_forgets_the_previous_window_bit_by_bit() {
    follow(LimiterKind::Counter, &COUNTER).await;
}

#[tokio::test]
async fn under_gcra_units_are_back_one_by_one() {
    follow(LimiterKind::Gcra, &GCRA).await;
}
