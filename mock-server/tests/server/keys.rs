//! Making, listing and revoking keys.

use std::time::Duration;

use axiomo_mock_server::{Config, ManageFrom, StoreLocation};
use serde_json::{Value, json};

use crate::support::{Service, answer};

#[tokio::test]
async fn a_key_is_shown_once_works_and_is_listed_without_itself() {
    let service = Service::start(Config::default()).await;
    let token = service.management().to_owned();
    let created = service.post("/api/keys", Some(&token), r#"{"name": " CI Pipeline ", "user": "alice"}"#).await;
    assert_eq!((created.status, created.header("cache-control")), (201, "no-store"));
    assert!(!created.headers.contains_key("x-ratelimit-limit"));
    let json = created.json();
    let key = json["key"].as_str().unwrap();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(members, ["created_at", "id", "key", "name", "prefix", "user"]);
    assert_eq!((&json["name"], &json["user"]), (&json!("CI Pipeline"), &json!("alice")));
    assert_eq!(json["created_at"], "2026-01-01T00:00:00Z");
    assert!(key.starts_with(json["prefix"].as_str().unwrap()) && key.len() == 39, "{key}");

    let of_default = service.post("/api/keys", Some(&token), r#"{"name": "second"}"#).await.json();
    assert_eq!(of_default["user"], "default");

    service.time.advance(Duration::from_millis(1500));
    assert_eq!(service.get("/api/scans/x", Some(key)).await.status, 404);
    service.time.advance(Duration::from_secs(60));
    assert_eq!(service.get("/api/scans/x", Some("ax_bad")).await.status, 401);

    let listed = service.get("/api/keys", Some(&token)).await;
    assert!(!listed.body.contains(key) && listed.status == 200);
    let expected = json!({
        "id": json["id"], "name": "CI Pipeline", "user": "alice", "prefix": json["prefix"],
        "last4": key[35..], "created_at": "2026-01-01T00:00:00Z", "last_used_at": "2026-01-01T00:00:01.5Z",
        "revoked_at": null,
    });
    let keys = listed.json()["keys"].clone();
    let entry = keys.as_array().unwrap().iter().find(|entry| entry["id"] == json["id"]).unwrap();
    assert_eq!(entry, &expected);
    let unused = keys.as_array().unwrap().iter().find(|entry| entry["id"] == of_default["id"]).unwrap();
    assert_eq!(unused["last_used_at"], Value::Null);
}

#[tokio::test]
async fn a_use_is_noted_also_when_the_limit_is_used_up() {
    let mut config = Config::default();
    config.limits.key = 1;
    let service = Service::start(config).await;
    let key = service.key("alice").await;
    assert_eq!(service.get("/api/scans/x", Some(&key)).await.status, 404);
    service.time.advance(Duration::from_secs(5));
    assert_eq!(service.get("/api/scans/x", Some(&key)).await.status, 429);
    let listed = service.get("/api/keys", Some(service.management())).await.json();
    assert_eq!(listed["keys"][0]["last_used_at"], "2026-01-01T00:00:05Z");
}

#[tokio::test]
async fn a_revoked_key_is_refused_by_the_next_request_of_the_same_connection() {
    let service = Service::start(Config::default()).await;
    let token = service.management().to_owned();
    let created = service.post("/api/keys", Some(&token), r#"{"name": "ci"}"#).await.json();
    let (id, key) = (created["id"].as_str().unwrap(), created["key"].as_str().unwrap());
    let mut stream = tokio::net::TcpStream::connect(service.server.address()).await.unwrap();
    let ask = format!("GET /api/scans/x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n");
    assert_eq!(status_on(&mut stream, &ask).await, "HTTP/1.1 404 Not Found");
    assert_eq!(service.send(service.request("DELETE", &format!("/api/keys/{id}"), Some(&token))).await.status, 204);
    assert_eq!(status_on(&mut stream, &ask).await, "HTTP/1.1 401 Unauthorized");

    service.time.advance(Duration::from_secs(9));
    let again = service.send(service.request("DELETE", &format!("/api/keys/{id}"), Some(&token))).await;
    assert_eq!((again.status, &*again.body), (204, ""));
    let listed = service.get("/api/keys", Some(&token)).await.json();
    assert_eq!(listed["keys"][0]["revoked_at"], "2026-01-01T00:00:00Z");
    let unknown = service.send(service.request("DELETE", "/api/keys/key_none", Some(&token))).await;
    assert_eq!(unknown.error(), (404, "key_not_found".to_owned()));
}

/// The status of one request on a connection that is kept.
async fn status_on(stream: &mut tokio::net::TcpStream, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    stream.read_exact(&mut vec![0; length.parse().unwrap()]).await.unwrap();
    head.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn only_the_management_token_manages_keys() {
    let service = Service::start(Config::default()).await;
    let key = service.key("alice").await;
    for (used, credential) in [None, Some(&*key), Some("axm_wrong"), Some("")].into_iter().enumerate() {
        for (method, path) in [("POST", "/api/keys"), ("GET", "/api/keys"), ("DELETE", "/api/keys/x")] {
            let answer = service.send(service.request(method, path, credential)).await;
            assert_eq!(answer.error(), (401, "invalid_api_key".to_owned()), "{method} {credential:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(!answer.headers.contains_key("x-ratelimit-limit"));
        }
        // Each failure counts against the address, and so does this look.
        let expected = 10_u32.saturating_sub(u32::try_from((used + 1) * 4).unwrap());
        assert_eq!(service.get("/api/scans/x", None).await.remaining(), expected);
    }
    let listed = service.get("/api/keys", Some(service.management())).await;
    assert_eq!(listed.json()["keys"][0]["last_used_at"], Value::Null);
}

#[tokio::test]
async fn the_management_token_is_no_key() {
    let service = Service::start(Config::default()).await;
    assert_eq!(service.get("/api/scans/x", Some(service.management())).await.status, 401);
}

#[tokio::test]
async fn keys_are_managed_from_this_machine_and_under_its_names() {
    let mut config = Config::default();
    config.trusted_proxies.push("127.0.0.1".parse().unwrap());
    for (from, expected) in [(ManageFrom::Loopback, 403), (ManageFrom::Any, 200)] {
        config.manage_from = from;
        let service = Service::start(config.clone()).await;
        let get = || service.request("GET", "/api/keys", Some(service.management()));
        assert_eq!(answer(get().header("x-forwarded-for", "198.51.100.1")).await.status, expected);
        assert_eq!(answer(get().header("x-forwarded-for", "127.0.0.1")).await.status, 200);
        let rebound = answer(get().header("host", "evil.example")).await;
        assert_eq!(rebound.error(), (403, "forbidden".to_owned()));
        assert_eq!(answer(get().header("host", "localhost:1")).await.status, 200);
    }
}

#[tokio::test]
async fn a_key_needs_a_name() {
    let service = Service::start(Config::default()).await;
    let long = format!(r#"{{"name": "{}"}}"#, "x".repeat(101));
    let rows: [(&str, &[&str]); 7] = [
        ("{}", &["name"]),
        ("[]", &["$"]),
        (r#"{"name": ""}"#, &["name"]),
        (r#"{"name": "a\u0007"}"#, &["name"]),
        (r#"{"name": 1, "user": []}"#, &["name", "user"]),
        (r#"{"name": "ci", "user": "\u202e"}"#, &["user"]),
        (&long, &["name"]),
    ];
    for (body, paths) in rows {
        let answer = service.post("/api/keys", Some(service.management()), body).await;
        assert_eq!(answer.error(), (422, "invalid_request".to_owned()), "{body}");
        assert_eq!(answer.paths(), paths, "{body}");
    }
}

#[tokio::test]
async fn uses_are_on_disk_within_a_second_and_when_the_server_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut config = Config::default();
    config.store = StoreLocation::Sqlite(path.clone());
    let service = Service::start(config).await;
    let key = service.key("alice").await;
    let on_disk = || {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.query_row("SELECT last_used_at FROM keys", [], |row| row.get::<_, Option<i64>>(0)).unwrap()
    };
    service.get("/api/scans/x", Some(&key)).await;
    service.time.advance(Duration::from_secs(1));
    while on_disk().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(on_disk(), Some(1_767_225_600_000));
    service.get("/api/scans/x", Some(&key)).await;
    service.server.close().await;
    assert_eq!(on_disk(), Some(1_767_225_601_000));
}
