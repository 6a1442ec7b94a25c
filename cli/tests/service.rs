//! `axiomo` against a running service.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use axiomo_mock_server::{Config, MockServer, Mount};
use serde_json::Value;

const URL: &str = "https://github.com/owner/shop/pull/7";

/// A repository whose pull request 7 changes one file.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        // Within a hook, these name the repository that the hook is of.
        command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ann").env(format!("GIT_{role}_EMAIL"), "ann@example.com");
        }
        assert!(command.status().unwrap().success(), "git {arguments:?}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    for (text, message) in [("one\n", "Begin"), ("two\n", "Go on")] {
        std::fs::write(folder.path().join("a.rs"), text).unwrap();
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "-m", message]);
    }
    git(&["update-ref", "refs/pull/7/head", "HEAD"]);
    git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    folder
}

struct Service {
    server: MockServer,
    key: String,
    id: String,
    runtime: tokio::runtime::Runtime,
    _repository: tempfile::TempDir,
}

fn service(change: impl FnOnce(&mut Config, &Path)) -> Service {
    let repository = repository();
    let mut config = Config::default();
    change(&mut config, repository.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, created) = runtime.block_on(async {
        let server = MockServer::start(config).await.unwrap();
        let created = server.create_key("test", "default").await.unwrap();
        (server, created)
    });
    let (key, id) = (created.key.expose().to_owned(), created.id.clone());
    Service { server, key, id, runtime, _repository: repository }
}

fn public() -> Service {
    service(|config, path| config.mounts.push(Mount::public("https://github.com/owner/shop".parse().unwrap(), path)))
}

fn axiomo(service: &Service) -> Command {
    let mut command = Command::new(cargo_bin("axiomo"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AXIOMO_")) {
        command.env_remove(name);
    }
    command.env("AXIOMO_BASE_URL", service.server.base_url()).env("AXIOMO_API_KEY", &service.key);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pull_request_is_analysed_and_its_signal_retrieved() {
    let service = public();
    let (code, shown, errors) = run(axiomo(&service).args(["analyze", URL]));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "no sign of progress where nobody watches");
    for part in ["Go on", "RISK", "LOOK FIRST", "a.rs"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let (code, shown, _) = run(axiomo(&service).args(["analyze", URL, "--format", "json"]));
    assert_eq!(code, Some(0));
    let envelope: Value = serde_json::from_str(&shown).unwrap();
    let id = envelope["signal_id"].as_str().unwrap();
    assert!(id.starts_with("ax-owner-shop-7-"), "{id}");

    let (code, scanned, _) = run(axiomo(&service).args(["scan", id, "--format", "json"]));
    assert_eq!(code, Some(0));
    assert_eq!(serde_json::from_str::<Value>(&scanned).unwrap()["signal"]["risk"], envelope["signal"]["risk"]);
    let (code, markdown, _) = run(axiomo(&service).args(["scan", id, "--format", "markdown"]));
    assert!(code == Some(0) && markdown.starts_with("### "), "{markdown}");
}

#[test]
fn a_key_comes_from_a_file_too_and_never_from_an_argument() {
    let service = public();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{}\n", service.key)).unwrap();
    let with_file = |name: &Path| {
        run(axiomo(&service).env_remove("AXIOMO_API_KEY").args(["analyze", URL, "--api-key-file"]).arg(name))
    };
    assert_eq!(with_file(&file).0, Some(0));
    let (code, _, errors) = with_file(&folder.path().join("nothing"));
    assert!(code == Some(2) && errors.contains("nothing cannot be read"), "{errors}");
    let both =
        run(axiomo(&service).env("AXIOMO_API_KEY", "ax_wrong").args(["analyze", URL, "--api-key-file"]).arg(&file));
    assert_eq!(both.0, Some(0), "what is asked for beats the environment: {}", both.2);
    let (code, _, errors) = run(axiomo(&service).args(["analyze", URL, "--api-key", "ax_x"]));
    assert!(code == Some(2) && errors.contains("--api-key"), "{errors}");
}

#[test]
fn a_private_repository_opens_to_its_token() {
    let service = service(|config, path| {
        let mut mount = Mount::private("https://github.com/owner/shop".parse().unwrap(), path);
        mount.access_token = Some("ghp_secret".into());
        config.mounts.push(mount);
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "ghp_secret\n").unwrap();
    assert_eq!(run(axiomo(&service).args(["analyze", URL])).0, Some(5));
    let (code, _, errors) = run(axiomo(&service).args(["analyze", URL, "--access-token-file"]).arg(&file));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

/// Arguments, variables, the exit code, and what is said.
type Row = (&'static [&'static str], &'static [(&'static str, &'static str)], i32, &'static str);

#[test]
fn every_way_to_fail_has_its_exit_code() {
    let service = public();
    let rows: [Row; 10] = [
        (&["analyze", URL, "--fail-on", "medium"], &[], 0, ""),
        (&["analyze", "https://github.com/owner/shop"], &[], 2, "does not lead to a pull request"),
        (&["analyze", URL], &[("AXIOMO_API_KEY", "")], 2, "AXIOMO_API_KEY is set but empty"),
        (
            &["analyze", URL],
            &[("AXIOMO_RATE_LIMIT_STORE", "")],
            2,
            "AXIOMO_RATE_LIMIT_STORE, or --rate-limit-store, is empty",
        ),
        (&["analyze", URL], &[("AXIOMO_BASE_URL", "http://example.com/api")], 2, "allow_insecure_http"),
        (&["analyze", URL], &[("AXIOMO_LOG", "axiomo=loud")], 2, "AXIOMO_LOG"),
        (&["analyze", URL], &[("AXIOMO_API_KEY", "ax_wrong")], 3, "invalid_api_key"),
        (&["analyze", "https://github.com/owner/shop/pull/8"], &[], 5, "pull_request_not_found"),
        (&["scan", "ax-owner-shop-7-00000000"], &[], 5, "scan_not_found"),
        (
            &["scan", "x"],
            &[("AXIOMO_BASE_URL", "http://127.0.0.1:9"), ("AXIOMO_MAX_RETRIES", "0")],
            6,
            "cannot connect",
        ),
    ];
    for (arguments, variables, code, part) in rows {
        let (found, shown, errors) = run(axiomo(&service).args(arguments).envs(variables.iter().copied()));
        assert_eq!(found, Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(part), "{arguments:?}: {errors}");
        assert!(code == 0 || shown.is_empty(), "{shown}");
    }
}

/// Has the service answer the next request so.
fn script(service: &Service, respond: &Value) {
    let rule = serde_json::json!({"on": {"path": "/api/*"}, "do": [{"respond": respond}]});
    service.server.script(vec![serde_json::from_value(rule).unwrap()]);
}

#[test]
fn what_a_key_may_not_do_is_3_as_well() {
    let service = public();
    script(&service, &serde_json::json!({"status": 403, "json": {"error": {"code": "forbidden", "message": "No."}}}));
    let (code, shown, errors) = run(axiomo(&service).args(["analyze", URL]));
    assert_eq!((code, &*shown), (Some(3), ""), "{errors}");
    assert!(errors.contains("forbidden"), "{errors}");
}

#[test]
fn a_gate_fails_when_it_cannot_tell() {
    let service = public();
    for (signal, part) in [
        (serde_json::json!({"pr": {"number": 7}}), "--fail-on takes that for a failure"),
        (serde_json::json!({"risk": {"score": 0.1}}), "--fail-on takes that for a failure"),
        (serde_json::json!({"risk": {"level": 7}}), "--fail-on takes that for a failure"),
        (serde_json::json!({"risk": {"level": "molten"}}), "molten"),
    ] {
        script(&service, &serde_json::json!({"status": 200, "json": {"signal": signal}}));
        let (code, _, errors) = run(axiomo(&service).args(["analyze", URL, "--fail-on", "critical"]));
        assert_eq!(code, Some(1), "{errors}");
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn what_is_missing_is_unknown_and_never_zero() {
    let service = public();
    let drivers = serde_json::json!([{"title": "Size", "detail": "1 line"}, {"title": "Place", "contribution": 0.25}]);
    let signal = serde_json::json!({"risk": {"level": "low", "drivers": drivers}});
    for (format, expected) in [
        ("pretty", &["LOW  score unknown\n", "Size   unknown  ", "Place    0.250  "][..]),
        ("markdown", &["Risk: low\n", "| Size | unknown | 1 line |", "| Place | 0.250 |"]),
    ] {
        script(&service, &serde_json::json!({"status": 200, "json": {"signal": signal}}));
        let (code, shown, errors) = run(axiomo(&service).args(["analyze", URL, "--format", format]));
        assert_eq!(code, Some(0), "{errors}");
        for part in expected {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
        assert!(!shown.contains("0.00"), "{shown}");
    }
}

#[test]
fn the_limit_is_an_exit_code_of_its_own_and_waiting_can_be_refused() {
    let service = service(|config, path| {
        config.mounts.push(Mount::public("https://github.com/owner/shop".parse().unwrap(), path));
        config.limits.address = 1;
    });
    let anonymous =
        || run(axiomo(&service).env_remove("AXIOMO_API_KEY").env("AXIOMO_MAX_WAIT", "0").args(["analyze", URL]));
    assert_eq!(anonymous().0, Some(0));
    let (code, _, errors) = anonymous();
    assert_eq!(code, Some(4), "{errors}");
    assert!(errors.contains("try again in"), "{errors}");
}

#[test]
fn with_json_an_error_is_json_too() {
    let service = public();
    let error = |command: &mut Command| {
        let (_, shown, errors) = run(command.args(["--format", "json"]));
        assert_eq!(shown, "");
        serde_json::from_str::<Value>(&errors).unwrap_or_else(|error| panic!("{error}: {errors}"))
    };
    let value = error(axiomo(&service).args(["scan", "nothing"]));
    assert_eq!(
        (&value["kind"], &value["http_status"], &value["code"]),
        (&"not_found".into(), &404.into(), &"scan_not_found".into())
    );
    assert_eq!(value["attempts"].as_array().unwrap().len(), 1);
    let value = error(axiomo(&service).args(["analyze", "--repo", "/nonexistent"]));
    assert_eq!((&value["kind"], &value["sent"]), (&"invalid_request".into(), &"no".into()));
    // But for arguments that cannot be read, of which the format is one.
    let (code, _, errors) = run(axiomo(&service).args(["analyze", "--pull", "x", "--format", "json"]));
    assert!(code == Some(2) && errors.starts_with("error: "), "{errors}");
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let service = public();
    assert_eq!(run(axiomo(&service).args(["analyze", URL])).0, Some(0));
    service.runtime.block_on(service.server.revoke_key(&service.id)).unwrap();
    let (code, _, errors) = run(axiomo(&service).args(["analyze", URL]));
    assert!(code == Some(3) && errors.contains("not revoked"), "{errors}");
}

#[test]
fn a_log_holds_what_happened_and_no_key() {
    let service = public();
    let (code, _, log) = run(axiomo(&service).args(["analyze", URL]).env("AXIOMO_LOG", "trace"));
    assert_eq!(code, Some(0));
    assert!(log.contains("http.response.status_code=200") && !log.contains(&service.key), "{log}");
}

fn serve(home: &Path) -> Command {
    let mut command = Command::new(cargo_bin("axiomo"));
    command.args(["serve", "--port", "0"]).env("XDG_STATE_HOME", home);
    command.env_remove("AXIOMO_MANAGEMENT_TOKEN").env_remove("AXIOMO_LOG");
    command
}

fn serving(command: &mut Command) -> (Child, Value) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn serve_keeps_what_it_was_told_in_the_state_folder() {
    let home = tempfile::tempdir().unwrap();
    let (mut child, line) = serving(&mut serve(home.path()));
    let file = home.path().join("axiomo/server.sqlite");
    assert_eq!(line["store"], format!("sqlite:{}", file.display()));
    assert!(file.exists() && line["base_url"].as_str().unwrap().ends_with("/api"));
    let status = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_server_that_refers_to_its_log_has_one_unless_it_is_told_otherwise() {
    for (variable, is_told) in [(None, true), (Some("off"), false)] {
        let home = tempfile::tempdir().unwrap();
        let clone = home.path().join("nothing");
        let mut command = serve(home.path());
        command.args(["--store", "memory", "--repo"]).arg(format!("https://github.com/owner/shop={}", clone.display()));
        command.envs(variable.map(|variable| ("AXIOMO_LOG", variable))).stderr(Stdio::piped());
        let (mut child, line) = serving(&mut command);
        let mut analyze = Command::new(cargo_bin("axiomo"));
        analyze.env_remove("AXIOMO_API_KEY").env("AXIOMO_MAX_RETRIES", "0").args(["analyze", URL, "--base-url"]);
        let (_, _, errors) = run(analyze.arg(line["base_url"].as_str().unwrap()));
        assert!(errors.contains("the server's own log says why"), "{errors}");
        child.kill().unwrap();
        let log = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
        let reason = log.lines().find(|line| line.contains("a repository cannot be read ") && line.contains("WARN"));
        assert_eq!((reason.is_some(), log.is_empty()), (is_told, !is_told), "{log}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_call_with_130() {
    // A service that never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut child = Command::new(cargo_bin("axiomo"))
        .args(["scan", "x", "--base-url", &format!("http://{address}/api")])
        .env_remove("AXIOMO_API_KEY")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (connection, _) = listener.accept().unwrap();
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(connection);
}
