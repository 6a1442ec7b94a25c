//! Every route: what it answers, and what it refuses.

use axiomo_mock_server::{Config, Mount, StoreLocation};
use axiomo_model::{Document, Provider};
use sha2::Digest as _;

use crate::repository::TestRepository;
use crate::support::{Service, URL, mounted, project, pull};

#[tokio::test]
async fn an_analysis_is_a_signal_that_can_be_had_again() {
    let (service, repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let made = service.analyze(Some(&key)).await;
    assert_eq!((made.status, made.header("content-type")), (200, "application/json"), "{}", made.body);

    let document = Document::from_json(made.body.clone()).unwrap();
    assert_eq!(document.warnings(), [] as [&str; 0]);
    let signal = document.signal();
    assert_eq!(signal.version.as_deref(), Some("axiomo.signal.v1"));
    assert_eq!(signal.pr.provider, Some(Provider::GitHub));
    assert_eq!((signal.pr.owner.as_deref(), signal.pr.repo.as_deref()), (Some("owner"), Some("project")));
    assert_eq!((signal.pr.number, signal.pr.author.as_deref()), (Some(7), Some("bob")));
    assert_eq!(signal.pr.url.as_deref(), Some("https://github.com/owner/project/pull/7"));
    assert!(signal.risk.score.is_some() && signal.review.action.is_some());
    assert_eq!(signal.meta.generated_at.unwrap().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(signal.meta.duration_ms, Some(0));

    // The id, computed by hand.
    let rev = |name: &str| repository.git(&["rev-parse", name]);
    let texts = ["github", "github.com", "owner", "project", "7", &rev("main"), &rev("feature")];
    let digest = texts.iter().fold(sha2::Sha256::new(), |digest, text| digest.chain_update(text).chain_update([0]));
    let first = digest.finalize().first_chunk::<4>().copied().unwrap();
    let hex = format!("{:08x}", u32::from_be_bytes(first));
    let id = format!("ax-owner-project-7-{hex}");
    assert_eq!((document.signal_id(), signal.signal_id.as_ref()), (Some(&*id), Some(&id)));
    let url = service.url(&format!("/signal/{id}"));
    assert_eq!((document.signal_url(), signal.signal_url.as_ref()), (Some(&*url), Some(&url)));
    assert_eq!(service.server.base_url(), service.url("/api"));

    for key in [Some(&*key), None] {
        let again = service.get(&format!("/api/scans/{id}"), key).await;
        assert_eq!((again.status, again.body), (200, made.body.clone()));
        assert_eq!(again.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn both_forms_of_a_request_and_every_spelling_lead_to_the_same() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let first = service.analyze(Some(&key)).await;
    for body in [
        r#"{"provider": "github", "owner": "owner", "repo": "project", "pr_number": 7}"#,
        r#"{"url": "https://github.com/Owner/PROJECT/pull/7/files", "access_token": null}"#,
        r#"{"url": "https://www.github.com/owner/project/pull/7?tab=1#x", "owner": null, "unknown": [1]}"#,
    ] {
        assert_eq!(service.post("/api/analyze", Some(&key), body).await.body, first.body, "{body}");
    }
    let request = service.request("POST", "/api/analyze", Some(&key));
    let answer = service.send(request.header("content-type", "Application/JSON; charset=utf-8").body(pull(7))).await;
    assert_eq!(answer.body, first.body);
}

#[tokio::test]
async fn what_is_not_here_is_named() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let rows = [
        (pull(8), (404, "pull_request_not_found")),
        (r#"{"url": "https://github.com/owner/other/pull/7"}"#.to_owned(), (404, "repository_not_found")),
        (r#"{"url": "https://gitlab.com/owner/project/-/merge_requests/7"}"#.to_owned(), (404, "repository_not_found")),
        (r#"{"url": "https://git.example/owner/project/pull/7"}"#.to_owned(), (422, "unsupported_host")),
    ];
    for (body, (status, code)) in rows {
        let answer = service.post("/api/analyze", Some(&key), &body).await;
        assert_eq!(answer.error(), (status, code.to_owned()), "{body}");
    }
    for id in ["nothing", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "a/b/../c", "", "ax-owner-project-7-00000000%20"] {
        let answer = service.get(&format!("/api/scans/{id}"), Some(&key)).await;
        assert_eq!(answer.error(), (404, "scan_not_found".to_owned()), "{id}");
        assert_eq!(answer.header("x-ratelimit-limit"), "60");
    }
    let answer = service.get("/api/else", Some(&key)).await;
    assert_eq!(answer.error(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_wrong_request_is_refused_with_what_is_wrong() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let error = async |content_type: Option<&str>, body: &[u8]| {
        let mut request = service.request("POST", "/api/analyze", Some(&key)).body(body.to_vec());
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = service.send(request).await;
        assert_eq!(answer.header("x-ratelimit-limit"), "60");
        let details = answer.json()["error"].get("details").map(|_| answer.paths()).unwrap_or_default();
        (answer.error(), details)
    };
    let json = Some("application/json");
    let expected = |status: u16, code: &str, paths: &[&str]| {
        ((status, code.to_owned()), paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
    };
    for body in ["", "{", "{\"url\": \"\u{1}\"}", "nonsense", "{} {}"] {
        assert_eq!(error(json, body.as_bytes()).await, expected(400, "malformed_json", &[]), "{body}");
    }
    assert_eq!(error(json, b"{\"url\": \"\xff\"}").await, expected(400, "malformed_json", &[]));
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("json")] {
        assert_eq!(error(content_type, pull(7).as_bytes()).await, expected(415, "unsupported_media_type", &[]));
    }
    let rows: [(&str, &[&str]); 12] = [
        ("[]", &["$"]),
        ("{}", &["$"]),
        (r#"{"url": 7}"#, &["url"]),
        (r#"{"url": "https://github.com/owner"}"#, &["url"]),
        (r#"{"url": "https://github.com/o/r/pull/1", "pr_number": 1}"#, &["pr_number"]),
        (r#"{"provider": "github"}"#, &["owner", "repo", "pr_number"]),
        (
            r#"{"provider": "svn", "owner": 1, "repo": [], "pr_number": "1"}"#,
            &["provider", "owner", "repo", "pr_number"],
        ),
        (r#"{"provider": "github", "owner": "a/b", "repo": "r", "pr_number": 1}"#, &["owner"]),
        (r#"{"provider": "github", "owner": "o", "repo": "../r", "pr_number": 1}"#, &["repo"]),
        (r#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": 0}"#, &["pr_number"]),
        (r#"{"provider": "github", "owner": "o", "repo": "r", "pr_number": 1.5}"#, &["pr_number"]),
        (r#"{"url": "https://github.com/o/r/pull/1", "access_token": {"a": 1}}"#, &["access_token"]),
    ];
    for (body, paths) in rows {
        assert_eq!(error(json, body.as_bytes()).await, expected(422, "invalid_request", paths), "{body}");
    }
    let long = format!(r#"{{"url": "{}"}}"#, "x".repeat(70_000));
    assert_eq!(error(json, long.as_bytes()).await, expected(413, "body_too_large", &[]));
}

#[tokio::test]
async fn every_address_says_which_methods_it_takes() {
    let (service, _repository) = Service::with_repository().await;
    let token = service.management().to_owned();
    let rows = [
        ("/api/analyze", None, "POST", "GET"),
        ("/api/scans/x", None, "GET, HEAD", "DELETE"),
        ("/api/keys", Some(&*token), "GET, HEAD, POST", "PUT"),
        ("/api/keys/x", Some(&*token), "DELETE", "GET"),
        ("/healthz", None, "GET, HEAD", "POST"),
    ];
    for (path, credential, allowed, method) in rows {
        let answer = service.send(service.request(method, path, credential)).await;
        assert_eq!(answer.error(), (405, "method_not_allowed".to_owned()), "{path}");
        assert_eq!(answer.headers.get_all("allow").iter().count(), 1);
        assert_eq!(answer.header("allow"), allowed, "{path}");
        let is_limited = path.starts_with("/api/analyze") || path.starts_with("/api/scans");
        assert_eq!(answer.headers.contains_key("x-ratelimit-limit"), is_limited, "{path}");
    }
}

#[tokio::test]
async fn health_neither_counts_nor_tells_of_limits() {
    let service = Service::start(Config::default()).await;
    for _ in 0..20 {
        let answer = service.get("/healthz", None).await;
        assert_eq!((answer.status, &*answer.body), (200, r#"{"status":"ok"}"#));
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("x-ratelimit")));
        assert_eq!(answer.header("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    }
    assert_eq!(service.get("/api/scans/x", None).await.remaining(), 9);
}

#[tokio::test]
async fn the_description_of_the_api_neither_counts_nor_tells_of_limits() {
    let service = Service::start(Config::default()).await;
    for _ in 0..20 {
        let answer = service.get("/openapi.json", None).await;
        assert_eq!((answer.status, answer.json()["openapi"].is_string()), (200, true));
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("x-ratelimit")));
    }
    assert_eq!(service.get("/api/scans/x", None).await.remaining(), 9);
}

#[tokio::test]
async fn other_providers_and_hosts_can_be_mounted() {
    let mut repository = project();
    repository.git(&["update-ref", "refs/merge-requests/7/head", "refs/heads/feature"]);
    let _ = &mut repository;
    let mut config = Config::default();
    for url in ["https://gitlab.com/group/sub/app", "https://code.example:8443/team/app"] {
        config.mounts.push(Mount::public(url.parse().unwrap(), repository.path()));
    }
    let service = Service::start(config).await;
    let key = service.key("alice").await;
    let rows = [
        (r#"{"url": "https://gitlab.com/group/sub/app/-/merge_requests/7"}"#, "gitlab", "ax-group-sub-app-7-"),
        (
            r#"{"provider": "gitlab", "owner": "group/sub", "repo": "app", "pr_number": 7}"#,
            "gitlab",
            "ax-group-sub-app-7-",
        ),
        (r#"{"url": "https://code.example:8443/team/app/-/merge_requests/7"}"#, "gitlab", "ax-team-app-7-"),
        (r#"{"url": "https://code.example:8443/team/app/pull/7"}"#, "github", "ax-team-app-7-"),
    ];
    for (body, provider, id) in rows {
        let answer = service.post("/api/analyze", Some(&key), body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        let json = answer.json();
        assert_eq!(json["signal"]["pr"]["provider"], provider, "{body}");
        let found = json["signal_id"].as_str().unwrap();
        assert!(found.starts_with(id), "{found}");
        let again = service.get(&format!("/api/scans/{found}"), None).await;
        assert_eq!(again.status, 200, "{found}");
    }
}

#[tokio::test]
async fn a_repository_that_cannot_be_read_is_503_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.mounts.push(Mount::public(URL.parse().unwrap(), folder.path().join("clone")));
    let service = Service::start(config).await;
    let key = service.key("alice").await;
    let answer = service.analyze(Some(&key)).await;
    assert_eq!(answer.error(), (503, "repository_unreadable".to_owned()));
    assert!(!answer.body.contains(folder.path().to_str().unwrap()), "{}", answer.body);
    let repository: TestRepository = project();
    std::os::unix::fs::symlink(repository.path(), folder.path().join("clone")).unwrap();
    assert_eq!(service.analyze(Some(&key)).await.status, 200);
    std::fs::rename(repository.path().join("objects"), repository.path().join("gone")).unwrap();
    let answer = service.analyze(Some(&key)).await;
    assert_eq!(answer.error(), (503, "repository_unreadable".to_owned()));
    assert!(!answer.body.contains(repository.path().to_str().unwrap()), "{}", answer.body);
    // Its objects are elsewhere now.
    std::fs::create_dir_all(repository.path().join("objects/info")).unwrap();
    std::fs::create_dir_all(repository.path().join("objects/pack")).unwrap();
    let elsewhere = format!("{}\n", repository.path().join("gone").display());
    std::fs::write(repository.path().join("objects/info/alternates"), elsewhere).unwrap();
    assert_eq!(service.analyze(Some(&key)).await.status, 200);
}

#[tokio::test]
async fn scans_and_keys_outlive_the_server_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let repository = project();
    let mut config = mounted(&repository);
    config.store = StoreLocation::Sqlite(folder.path().join("store"));
    let service = Service::start(config.clone()).await;
    let (kept, revoked) = (service.key("alice").await, service.server.create_key("old", "alice").await.unwrap());
    service.server.revoke_key(&revoked.id).await.unwrap();
    let made = service.analyze(Some(&kept)).await;
    let again = axiomo_mock_server::MockServer::start(config.clone()).await.unwrap_err();
    assert!(again.to_string().contains("is in use by another server"), "{again}");
    service.server.close().await;

    let service = Service::start(config).await;
    let id = made.json()["signal_id"].as_str().unwrap().to_owned();
    let answer = service.get(&format!("/api/scans/{id}"), Some(&kept)).await;
    assert_eq!((answer.status, answer.body), (200, made.body));
    assert_eq!(service.analyze(Some(revoked.key.expose())).await.status, 401);
    let listed = service.get("/api/keys", Some(service.management())).await.json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
}
