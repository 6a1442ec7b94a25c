//! `axiomo batch` as a user meets it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]

mod service;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use service::{Service, number};

struct Place {
    folder: tempfile::TempDir,
    list: PathBuf,
    results: PathBuf,
}

fn place(list: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let (file, results) = (folder.path().join("pulls.txt"), folder.path().join("results.jsonl"));
    std::fs::write(&file, list).unwrap();
    Place { folder, list: file, results }
}

fn url(number: usize) -> String {
    format!("https://github.com/owner/repo/pull/{number}")
}

fn list(numbers: impl IntoIterator<Item = usize>) -> String {
    numbers.into_iter().map(|number| url(number) + "\n").collect()
}

fn axiomo(service: &Service) -> Command {
    let mut command = Command::new(cargo_bin("axiomo"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AXIOMO_")) {
        command.env_remove(name);
    }
    command.env("AXIOMO_BASE_URL", &service.base_url).env("AXIOMO_API_KEY", "ax_key").arg("batch");
    command
}

fn to_file(service: &Service, place: &Place, arguments: &[&str]) -> Command {
    let mut command = axiomo(service);
    command.arg(&place.list).arg("--output").arg(&place.results).args(arguments);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The lines of a text, by their index; each has one.
fn lines(text: &str) -> Vec<Value> {
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is not whole");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["index"].as_u64());
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["index"], index, "every item once");
    }
    lines
}

fn results(place: &Place) -> Vec<Value> {
    lines(&std::fs::read_to_string(&place.results).unwrap())
}

#[test]
fn every_line_of_the_list_has_one_of_results() {
    let service = Service::start(0);
    let text = format!(
        "\u{feff}# those of today\r\n{}\r\n\n  github.com/owner/repo/pull/2/files  \n{}\n{}\n{}\nhello\n{}\n",
        url(1),
        r#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": 3}"#,
        r#"{"url": "github.com/owner/repo/pull/1", "access_token": "ghp_secret"}"#,
        url(404),
        url(1),
    );
    let place = place(&text);
    let (code, shown, errors) = run(&mut to_file(&service, &place, &[]));
    assert_eq!((code, shown.as_str()), (Some(5), ""));
    assert_eq!(errors, "axiomo: 2 of 7 could not be analysed, see their lines; with --resume, those are tried again\n");
    let results = results(&place);
    let inputs: Vec<_> = results.iter().map(|line| line["input"].clone()).collect();
    let by_parts = json!({"provider": "github", "owner": "o", "repo": "r", "pr_number": 3});
    let with_token = json!({"url": "github.com/owner/repo/pull/1"});
    let second = json!("github.com/owner/repo/pull/2/files");
    let (first, missing) = (json!(url(1)), json!(url(404)));
    assert_eq!(inputs, [first.clone(), second, by_parts, with_token, missing, json!("hello"), first]);
    let signal = json!({"risk": {"level": "low", "score": 0.1}, "new": 1});
    for line in [0, 3, 6] {
        let expected = json!({"signal_id": "ax-1", "signal": signal});
        assert_eq!((&results[line]["ok"], &results[line]["analysis"]), (&json!(true), &expected));
    }
    let (refused, wrong) = (&results[4], &results[5]);
    assert_eq!((&refused["ok"], &refused["error"]["kind"]), (&json!(false), &json!("not_found")));
    assert_eq!((&wrong["error"]["kind"], &wrong["error"]["sent"]), (&json!("invalid_request"), &json!("no")));
    let text = std::fs::read_to_string(&place.results).unwrap();
    assert!(!text.contains("secret") && text.contains("0.10"), "numbers stay as they were sent: {text}");
    let mut asked: Vec<_> = service.requests().iter().map(|body| number(body)).collect();
    asked.sort_unstable();
    assert_eq!(asked, [1, 1, 2, 3, 404], "with a token, it is another question");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&place.results).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn without_files_it_goes_from_standard_input_to_standard_output() {
    let service = Service::start(0);
    let mut command = axiomo(&service);
    let mut child = command.arg("--ordered").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(list([7, 404, 8, 404, 7]).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8(output.stdout).unwrap();
    let indices = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["index"].as_u64().unwrap());
    assert_eq!(indices.collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    let lines = lines(&text);
    assert_eq!((&lines[4]["analysis"], &lines[3]["error"]), (&lines[0]["analysis"], &lines[1]["error"]));
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn a_gate_that_fails_counts_before_every_error() {
    let service = Service::start(0);
    let list = list([1, 1000, 404, 403, 1000]);
    let place = place(&list);
    let (code, _, errors) = run(&mut to_file(&service, &place, &["--fail-on", "high"]));
    assert_eq!(code, Some(1));
    assert!(errors.contains("2 of 5 fail the gate: --fail-on asks for less than high; 2 of 5 could not"), "{errors}");
    let again = |arguments: &[&str]| run(&mut to_file(&service, &place, arguments)).0;
    assert_eq!(again(&["--resume", "--fail-on", "high"]), Some(1), "what was done before counts too");
    assert_eq!(again(&["--resume", "--fail-on", "critical"]), Some(5), "the worst code, of 3 and 5");
    assert_eq!(service.requests().len(), 4 + 2 + 2);
}

#[test]
fn a_gate_holds_though_nobody_reads_the_results() {
    let service = Service::start(0);
    let place = place(&list([1, 404, 1000, 1000]));
    let unread = |arguments: &[&str]| {
        let mut command = axiomo(&service);
        command.arg(&place.list).arg("--ordered").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, errors) = unread(&["--fail-on", "high"]);
    assert!(code == Some(1) && errors.contains("2 of 4 fail the gate"), "{errors}");
    assert_eq!(service.requests().len(), 3, "all are judged");
    assert_eq!(unread(&["--fail-on", "critical"]).0, Some(5), "what cannot be judged passes no gate");
    assert_eq!(unread(&[]), (Some(0), String::new()), "without a gate, nobody cares any more");
}

#[test]
fn going_on_sends_only_what_is_not_done() {
    let service = Service::start(0);
    // The sixth repeats the first, and the last one is in the list twice.
    let place = place(&list([1, 404, 2, 403, 3, 1, 422]));
    assert_eq!(run(&mut to_file(&service, &place, &["--ordered"])).0, Some(5));
    let before = results(&place);
    // As if it had been killed while it wrote the last two lines.
    let text = std::fs::read_to_string(&place.results).unwrap();
    let fifth = text.match_indices('\n').nth(4).unwrap().0 + 1;
    std::fs::write(&place.results, &text[..fifth + 30]).unwrap();
    let sent = service.requests().len();
    let (code, _, errors) = run(&mut to_file(&service, &place, &["--resume"]));
    assert!(code == Some(5) && errors.contains("3 of 7 could not be analysed"), "{errors}");
    let asked: Vec<_> = service.requests()[sent..].iter().map(|body| number(body)).collect();
    assert_eq!(asked, [404, 403, 422]);
    let after = results(&place);
    for index in [0, 2, 4, 5] {
        assert_eq!(after[index], before[index]);
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 2, "nothing else is left");
}

#[test]
fn results_are_neither_overwritten_nor_mixed() {
    let service = Service::start(0);
    let first = place(&list([1, 2]));
    assert_eq!(run(&mut to_file(&service, &first, &["--resume"])).0, Some(0), "there is nothing to go on with");
    let refused = |place: &Place, arguments: &[&str], part: &str| {
        let before = std::fs::read(&place.results).unwrap();
        let (code, _, errors) = run(&mut to_file(&service, place, arguments));
        assert!(code == Some(2) && errors.contains(part), "{errors}");
        assert_eq!(std::fs::read(&place.results).unwrap(), before);
    };
    refused(&first, &[], "results.jsonl is there already; --resume goes on with it");
    std::fs::write(&first.list, list([1, 3])).unwrap();
    refused(&first, &["--resume"], "the one of index 1 does not fit");
    std::fs::write(&first.list, list([1])).unwrap();
    refused(&first, &["--resume"], "the one of index 1 does not fit");
    std::fs::write(&first.list, list([1, 2, 3])).unwrap();
    assert_eq!(run(&mut to_file(&service, &first, &["--resume"])).0, Some(0), "a list may grow");
    for text in ["notes", "notes\n", "{\"index\": 0}\n"] {
        std::fs::write(&first.results, text).unwrap();
        refused(&first, &["--resume"], "line 1 of");
    }
    let (code, _, errors) = run(axiomo(&service).arg(first.folder.path().join("nothing")));
    assert!(code == Some(2) && errors.contains("nothing cannot be read"), "{errors}");
}

#[test]
fn nothing_of_the_results_is_changed_before_the_list_is_compared() {
    let service = Service::start(0);
    // What failed stands before what is kept, after it, or both.
    for numbers in [&[404, 1, 2][..], &[1, 2, 404], &[404, 1, 403, 2, 422]] {
        let text = list(numbers.iter().copied());
        let place = place(&text);
        assert_eq!(run(&mut to_file(&service, &place, &["--ordered"])).0, Some(5));
        let mut before = std::fs::read(&place.results).unwrap();
        // As if it had been killed while it wrote another one.
        before.extend(br#"{"index":"#);
        std::fs::write(&place.results, &before).unwrap();
        std::fs::write(&place.list, text.replace(&url(2), &url(3))).unwrap();
        let (code, _, errors) = run(&mut to_file(&service, &place, &["--resume"]));
        assert!(code == Some(2) && errors.contains("does not fit"), "{errors}");
        assert_eq!(std::fs::read(&place.results).unwrap(), before);
        std::fs::write(&place.list, &text).unwrap();
        let sent = service.requests().len();
        assert_eq!(run(&mut to_file(&service, &place, &["--resume"])).0, Some(5));
        let failed = results(&place).iter().filter(|line| line["ok"] == false).count();
        assert_eq!(service.requests().len() - sent, failed, "what is done is not sent again");
    }
}

#[test]
fn what_follows_the_path_of_an_address_is_not_shown_and_not_compared() {
    let service = Service::start(0);
    let place = place(&format!("{}?private_token=glpat-secret\n", url(1)));
    assert_eq!(run(&mut to_file(&service, &place, &[])).0, Some(0));
    let text = std::fs::read_to_string(&place.results).unwrap();
    assert!(!text.contains("secret") && results(&place)[0]["input"] == url(1), "{text}");
    // As earlier versions showed it.
    let earlier = text.replacen(&url(1), &format!("{}?private_token=glpat-secret", url(1)), 1);
    std::fs::write(&place.results, &earlier).unwrap();
    assert_eq!(run(&mut to_file(&service, &place, &["--resume"])).0, Some(0));
    assert_eq!(std::fs::read_to_string(&place.results).unwrap(), earlier);
    assert_eq!(service.requests().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_second_one_cannot_write_the_same_results_and_ctrl_c_keeps_what_is_done() {
    // The first is answered when the second has come, which never is.
    let service = Service::start(1);
    let place = place(&list(1..=2));
    let mut child = to_file(&service, &place, &["--concurrency", "2"]).stderr(Stdio::piped()).spawn().unwrap();
    until(|| count(&place.results) == 1);
    let (code, _, errors) = run(&mut to_file(&service, &place, &["--resume"]));
    assert!(code == Some(2) && errors.contains("another batch is writing"), "{errors}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let said = BufReader::new(child.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    let again = format!("axiomo batch {} --output {} --resume", place.list.display(), place.results.display());
    assert_eq!(said, format!("axiomo: interrupted; what is done is kept. Go on with: {again}"));
    service.be_generous();
    assert_eq!(run(&mut to_file(&service, &place, &["--resume"])).0, Some(0));
    assert_eq!((results(&place).len(), service.requests().len()), (2, 3));
}

#[test]
fn at_its_deadline_it_ends() {
    // It answers nothing.
    let service = Service::start(1);
    let place = place(&list([1]));
    let (code, _, _) = run(&mut to_file(&service, &place, &["--deadline", "0.000001"]));
    let error = &results(&place)[0]["error"];
    assert_eq!((code, &error["kind"], &error["code"]), (Some(6), &json!("timeout"), &json!("deadline")));
}

/// Returns when it is so, letting everybody else go on meanwhile.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}

fn count(results: &Path) -> usize {
    std::fs::read_to_string(results).map_or(0, |text| text.matches('\n').count())
}

/// Kills it, as the system does that has no memory left.
fn kill(mut child: Child) {
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
}

#[test]
fn killed_a_hundred_times_it_loses_no_line_and_sends_little_twice() {
    const KILLS: usize = 100;
    const CONCURRENCY: usize = 4;
    let mut seed: u64 = 4;
    let mut random = move |below: u64| {
        // Knuth's generator, of which the high bits are random enough.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % below).unwrap()
    };
    // Every seventh line repeats an earlier one, and a few fail.
    let mut text = String::new();
    for line in 0..600 {
        let number = if line % 7 == 6 { random(line) } else { usize::try_from(line).unwrap() };
        writeln!(text, "{}", url(number + 1)).unwrap();
    }
    let place = place(&text);
    let service = Service::start(2);
    for _ in 0..KILLS {
        let mut child = to_file(&service, &place, &["--resume", "--concurrency", "4"]).spawn().unwrap();
        if random(2) == 0 {
            // Somewhere between one line and the next.
            let sent = service.requests().len() + 1 + random(8);
            until(|| service.requests().len() >= sent || child.try_wait().unwrap().is_some());
        } else {
            let lines = count(&place.results) + 1 + random(4);
            until(|| count(&place.results) >= lines || child.try_wait().unwrap().is_some());
        }
        assert!(child.try_wait().unwrap().is_none(), "it was killed before its end");
        kill(child);
        let text = std::fs::read_to_string(&place.results).unwrap();
        for line in text.lines() {
            serde_json::from_str::<Value>(line).unwrap();
        }
    }
    assert!(count(&place.results) < 600, "there is something left to do");
    service.be_generous();
    let (code, _, errors) = run(&mut to_file(&service, &place, &["--resume", "--concurrency", "4"]));
    assert_eq!(code, Some(5), "{errors}");
    let results = results(&place);
    assert_eq!(results.len(), 600);
    for (line, result) in text.lines().zip(&results) {
        let number = line.rsplit('/').next().unwrap();
        assert_eq!(result["input"], line);
        match number {
            "404" | "403" | "422" => assert_eq!(result["ok"], false),
            _ => assert_eq!(result["analysis"]["signal_id"], format!("ax-{number}")),
        }
    }
    let distinct: std::collections::BTreeSet<_> = text.lines().collect();
    let again = service.requests().len() - distinct.len();
    assert!(again <= KILLS * CONCURRENCY, "{again} were sent again");
}

/// The most memory that a batch of so many items took, in bytes.
#[cfg(target_os = "linux")]
fn most_memory(items: usize) -> usize {
    let place = place(&list(1..=items));
    let service = Service::start(0);
    service.be_generous();
    let mut child = to_file(&service, &place, &[]).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = line.map_or(most, |line| line.parse::<usize>().unwrap() * 1024);
        // Read now and then, to leave the processor to the batch.
        let seen = service.requests_so_far();
        service.wait_for(items.min(seen + 100));
    }
    assert_eq!(count(&place.results), items);
    most
}

/// Takes a minute or two: `cargo test -p axiomo-cli --test batch -- --ignored --nocapture`.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes a minute or two"]
#[expect(clippy::print_stdout, reason = "the figure is what one runs it for")]
fn a_hundred_thousand_items_take_little_memory() {
    const FEW: usize = 20_000;
    const MANY: usize = 100_000;
    // Both have as many under way.
    let (few, many) = (most_memory(FEW), most_memory(MANY));
    let each = many.saturating_sub(few) as f64 / (MANY - FEW) as f64;
    println!("{few} bytes for {FEW} items, {many} for {MANY}: {each} an item");
    assert!(each < 64.0);
}
