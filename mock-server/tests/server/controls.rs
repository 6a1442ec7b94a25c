//! Limits that change while the server runs, and what it knows.

use std::time::Duration;

use axiomo_mock_server::limit::{LimiterKind, Partition};
use axiomo_mock_server::{Config, Limits, LimitsError};
use serde_json::json;

use crate::script::next;
use crate::support::{Service, pull};

const LIMITERS: [LimiterKind; 4] = [LimiterKind::Fixed, LimiterKind::Log, LimiterKind::Counter, LimiterKind::Gcra];

fn with(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

#[tokio::test]
async fn counts_are_kept_when_only_a_limit_changes() {
    let service = Service::start(Config::default()).await;
    let key = service.key("alice").await;
    let remaining = || async { service.get("/api/scans/x", Some(&key)).await.remaining() };
    assert_eq!((remaining().await, remaining().await), (59, 58));
    service.server.set_limits(with(|limits| limits.key = 10)).unwrap();
    assert_eq!((service.server.limits().key, remaining().await), (10, 7));
    // Another window, or another way of counting, counts anew.
    service.server.set_limits(with(|limits| limits.window = Duration::from_secs(30))).unwrap();
    assert_eq!(remaining().await, 59);
    service.server.set_limits(with(|limits| limits.limiter = LimiterKind::Log)).unwrap();
    assert_eq!(remaining().await, 59);
    let refused = service.server.set_limits(with(|limits| limits.window = Duration::ZERO));
    assert_eq!(refused, Err(LimitsError::NoWindow));
}

#[tokio::test]
async fn as_many_units_are_left_as_a_test_says() {
    for limiter in LIMITERS {
        let mut config = Config::default();
        config.limits.limiter = limiter;
        let service = Service::start(config).await;
        let (key, alice) = (service.key("alice").await, Partition::User("alice".into()));
        let get = || service.get("/api/scans/x", Some(&key));
        for remaining in [2, 60, 0] {
            service.server.set_remaining(&alice, remaining).unwrap();
            let answer = get().await;
            let expected = if remaining == 0 { (429, 0) } else { (404, remaining - 1) };
            assert_eq!((answer.status, answer.remaining()), expected, "{limiter:?}");
        }
        let address = Partition::of_address("127.0.0.1".parse().unwrap());
        service.server.set_remaining(&address, 1).unwrap();
        assert_eq!(service.get("/api/scans/x", None).await.remaining(), 0);
        assert_eq!(service.server.set_remaining(&alice, 61), Err(LimitsError::TooMany { remaining: 61, limit: 60 }));
        service.server.set_limits(with(|limits| limits.key = 0)).unwrap();
        assert_eq!(service.server.set_remaining(&alice, 1), Err(LimitsError::Unlimited));
    }
}

#[tokio::test]
async fn a_snapshot_has_everything_but_secrets() {
    let folder = tempfile::tempdir().unwrap();
    for store in [
        axiomo_mock_server::StoreLocation::Memory,
        axiomo_mock_server::StoreLocation::Sqlite(folder.path().join("store.sqlite")),
    ] {
        let repository = crate::support::project();
        let mut config = crate::support::mounted(&repository);
        config.store = store;
        let service = Service::start(config).await;
        let key = service.key("alice").await;
        let analysis = service.analyze(Some(&key)).await.json();
        service.time.advance(Duration::from_millis(1500));
        service.server.script(next(json!({"delay_ms": 5})));
        let snapshot = service.server.snapshot().unwrap();
        assert_eq!((&snapshot["time"], &snapshot["elapsed_ms"]), (&json!("2026-01-01T00:00:01.5Z"), &json!(1500)));
        assert_eq!(snapshot["keys"][0]["user"], "alice");
        assert_eq!(snapshot["keys"][0]["last_used_at"], "2026-01-01T00:00:00Z");
        assert_eq!(snapshot["scans"][0]["id"], analysis["signal_id"]);
        assert_eq!((&snapshot["scans"][0]["answer"], &snapshot["scans"][0]["private"]), (&analysis, &json!(false)));
        assert_eq!(snapshot["limits"]["window_ms"], 60_000);
        assert_eq!(
            (&snapshot["limits"]["limiter"], &snapshot["limits"]["reset_format"]),
            (&json!("fixed"), &json!("epoch"))
        );
        assert_eq!(snapshot["script"], json!([{"on": {}, "do": [{"delay_ms": 5}]}]));
        let text = snapshot.to_string();
        assert!(!text.contains(&key) && !text.contains(service.management()), "{text}");
    }
}

/// An analysis under an idempotency key.
async fn analyze(service: &Service, key: &str) -> (u16, u32, bool) {
    let request = service.request("POST", "/api/analyze", Some(key)).header("content-type", "application/json");
    let answer = service.send(request.header("idempotency-key", "secret-name").body(pull(7))).await;
    (answer.status, answer.remaining(), answer.headers.contains_key("idempotent-replayed"))
}

#[tokio::test]
async fn what_was_saved_is_as_it_was_when_it_is_restored() {
    let repository = crate::support::project();
    for limiter in LIMITERS {
        let mut config = crate::support::mounted(&repository);
        config.limits.limiter = limiter;
        let service = Service::start(config).await;
        let (alice, bob) = (service.server.create_key("ci", "alice").await.unwrap(), service.key("bob").await);
        assert_eq!(analyze(&service, alice.key.expose()).await, (200, 59, false));
        let state = service.server.state().unwrap();
        for secret in [alice.key.expose(), &bob, service.management(), "secret-name"] {
            assert!(!state.to_string().contains(secret), "{state}");
        }
        // A test that leaves nothing as it was.
        assert_eq!(analyze(&service, alice.key.expose()).await, (200, 58, true));
        assert_eq!(analyze(&service, &bob).await, (200, 59, false));
        service.server.revoke_key(&alice.id).await.unwrap();
        let new = service.key("carol").await;
        service.server.set_limits(with(|limits| (limits.key, limits.window) = (5, Duration::from_secs(1)))).unwrap();
        let mut elsewhere = Config::default();
        elsewhere.limits = with(|limits| limits.key = 3);
        for restored in [service, Service::start(elsewhere).await] {
            restored.server.restore(&state).unwrap();
            assert_eq!(restored.server.state().unwrap(), state);
            assert_eq!(restored.get("/api/scans/x", Some(&new)).await.status, 401);
            let scan = state["scans"][0]["id"].as_str().unwrap();
            let scanned = restored.get(&format!("/api/scans/{scan}"), Some(alice.key.expose())).await;
            assert_eq!((scanned.status, scanned.remaining()), (200, 58), "{limiter:?}");
            assert_eq!(analyze(&restored, alice.key.expose()).await, (200, 57, true));
            assert_eq!(restored.get("/api/scans/x", Some(&bob)).await.remaining(), 59);
            restored.time.advance(Duration::from_secs(120));
            assert_eq!(restored.get("/api/scans/x", Some(alice.key.expose())).await.remaining(), 59);
        }
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_restored_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(Config::default()).await;
    let key = service.key("alice").await;
    let state = service.server.state().unwrap();
    let mut config = Config::default();
    config.store = axiomo_mock_server::StoreLocation::Sqlite(folder.path().join("store.sqlite"));
    let on_disk = Service::start(config).await;
    let changed = |member: &str, value| {
        let mut changed = state.clone();
        changed[member] = value;
        changed
    };
    service.time.advance(Duration::from_secs(5));
    let later = service.server.state().unwrap();
    let another = Service::start(Config::default()).await;
    for (service, state, says) in [
        (&service, json!(null), "no state that axiomo-mock-server"),
        (&service, changed("keys", json!(7)), "no state that axiomo-mock-server"),
        (&service, changed("counted", json!({"more": 1})), "no state that axiomo-mock-server"),
        (&service, changed("version", json!("axiomo-mock-server 0.0.0")), "a state of axiomo-mock-server 0.0.0"),
        (&another, later, "let time pass first"),
        (&on_disk, state.clone(), "only what is kept in memory can be restored"),
    ] {
        let before = service.server.state().unwrap();
        let error = service.server.restore(&state).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert_eq!(service.server.state().unwrap(), before);
    }
    assert_eq!(service.get("/api/scans/x", Some(&key)).await.status, 404);
}
