//! Who may ask how often, and what the headers say.

use std::time::Duration;

use axiomo_mock_server::Config;
use axiomo_mock_server::limit::{ResetFormat, Stamp};
use serde_json::json;

use crate::script::next;
use crate::support::{Service, answer, client};

const SCAN: &str = "/api/scans/x";

#[tokio::test]
async fn all_keys_of_a_user_share_60_requests_exactly() {
    let service = Service::start(Config::default()).await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(service.key("alice").await);
    }
    let other = service.key("bob").await;
    let url = service.url(SCAN);
    // Four threads with a connection pool and a key each, 25 requests at once each.
    let threads: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let url = url.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let client = client();
                    let mut requests = tokio::task::JoinSet::new();
                    for _ in 0..25 {
                        requests.spawn(answer(client.get(&url).bearer_auth(&key)));
                    }
                    requests.join_all().await
                })
            })
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let mut remaining: Vec<u32> =
        answers.iter().filter(|answer| answer.status == 404).map(crate::support::Answer::remaining).collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..60).collect::<Vec<_>>());
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 404).collect();
    assert_eq!(refused.len(), 40);
    for answer in refused {
        assert_eq!(answer.error(), (429, "rate_limited".to_owned()));
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")), ("60", "0"));
        assert_eq!(answer.header("retry-after"), "60");
    }
    assert_eq!(service.get(SCAN, Some(&other)).await.remaining(), 59);
    assert_eq!(service.get(SCAN, None).await.remaining(), 9);
}

#[tokio::test]
async fn an_address_without_a_key_has_10_requests_exactly() {
    let service = Service::start(Config::default()).await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..30 {
        requests.spawn(answer(client().get(service.url(SCAN))));
    }
    let statuses: Vec<u16> = requests.join_all().await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 10);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 20);
}

#[tokio::test]
async fn a_window_opens_with_the_first_request_and_ends_after_its_time() {
    let service = Service::start(Config::default()).await;
    service.time.advance(Duration::from_millis(30_500));
    let first = service.get(SCAN, None).await;
    // 00:00:30.5 and a minute, rounded up.
    assert_eq!(first.header("x-ratelimit-reset"), (1_767_225_600 + 91).to_string());
    assert!(!first.headers.contains_key("retry-after"));
    for _ in 0..9 {
        service.get(SCAN, None).await;
    }
    service.time.advance(Duration::from_millis(59_999));
    let refused = service.get(SCAN, None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    assert_eq!(refused.header("x-ratelimit-reset"), (1_767_225_600 + 91).to_string());
    service.time.advance(Duration::from_millis(1));
    let next = service.get(SCAN, None).await;
    assert_eq!((next.status, next.remaining()), (404, 9));
    assert_eq!(next.header("x-ratelimit-reset"), (1_767_225_600 + 151).to_string());
}

#[tokio::test]
async fn a_bad_key_is_401_always_and_spends_its_addresss_units() {
    let service = Service::start(Config::default()).await;
    let good = service.key("alice").await;
    let revoked = service.server.create_key("old", "alice").await.unwrap();
    service.server.revoke_key(&revoked.id).await.unwrap();
    let mut bodies = Vec::new();
    for key in ["ax_nonsense", revoked.key.expose(), "", "é"] {
        let answer = service.get(SCAN, Some(key)).await;
        assert_eq!(answer.error(), (401, "invalid_api_key".to_owned()), "{key}");
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("www-authenticate")), ("10", "Bearer"));
        assert!(key.is_empty() || !answer.body.contains(key));
        bodies.push(answer.json()["error"].clone());
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    let request = service.request("POST", "/api/analyze", None).header("authorization", format!("Basic {good}"));
    assert_eq!(service.send(request).await.error().0, 401);
    assert_eq!(service.get(SCAN, None).await.remaining(), 4);
    for expected in [3, 2, 1, 0, 0, 0] {
        let answer = service.get(SCAN, Some("ax_nonsense")).await;
        assert_eq!((answer.status, answer.remaining()), (401, expected));
        assert!(!answer.headers.contains_key("retry-after"));
    }
    assert_eq!(service.get(SCAN, None).await.status, 429);
    assert_eq!(service.get(SCAN, Some(&good)).await.remaining(), 59);
}

#[tokio::test]
async fn every_status_counts() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let mut expected = 60;
    let mut next = |answer: &crate::support::Answer, status: u16| {
        expected -= 1;
        assert_eq!((answer.status, answer.remaining()), (status, expected), "{}", answer.body);
    };
    next(&service.analyze(Some(&key)).await, 200);
    next(&service.post("/api/analyze", Some(&key), "{").await, 400);
    next(&service.post("/api/analyze", Some(&key), "{}").await, 422);
    next(&service.send(service.request("PUT", "/api/analyze", Some(&key))).await, 405);
    next(&service.send(service.request("POST", "/api/analyze", Some(&key))).await, 415);
    next(&service.get(SCAN, Some(&key)).await, 404);
    next(&service.send(service.request("HEAD", "/api/analyze", Some(&key))).await, 405);
}

#[tokio::test]
async fn without_a_limit_requests_count_and_nobody_is_told_of_an_empty_quota() {
    let mut config = Config::default();
    config.limits.address = 0;
    let service = Service::start(config).await;
    for used in 1..=20_u32 {
        let answer = service.get(SCAN, None).await;
        assert_eq!(answer.header("x-ratelimit-limit"), "2147483647");
        assert_eq!(answer.remaining(), 2_147_483_647 - used);
    }
}

#[tokio::test]
async fn the_reset_is_what_holds_when_the_answer_is_written() {
    for (stamp, expected) in [(Stamp::Answer, "50"), (Stamp::Admission, "60")] {
        let mut config = Config::default();
        config.limits.reset_format = ResetFormat::Delta;
        config.limits.stamp = stamp;
        let service = Service::start(config).await;
        let answer = service.slow_analyze(Duration::from_secs(10)).await;
        assert_eq!((answer.status, answer.header("x-ratelimit-reset")), (422, expected));
    }
}

#[tokio::test]
async fn dates_end_with_the_year_9999_and_a_reset_beyond_it_is_left_out() {
    const LAST: &str = "Thu, 30 Dec 9999 22:00:00 GMT";
    for format in [ResetFormat::Date, ResetFormat::Rfc3339] {
        let mut config = Config::default();
        config.limits.window = Duration::from_secs(70_000_000 * 3600);
        config.limits.reset_format = format;
        let service = Service::start(config).await;
        let answer = service.get(SCAN, None).await;
        assert_eq!((answer.status, answer.headers.get("x-ratelimit-reset")), (404, None), "{format:?}");
        service.time.advance(Duration::from_secs(260_000_000_000));
        let answer = service.get(SCAN, None).await;
        assert_eq!((answer.header("date"), answer.headers.get("x-ratelimit-reset")), (LAST, None), "{format:?}");
        service.server.script(next(json!({"respond": {"status": 204}})));
        assert_eq!(service.get(SCAN, None).await.header("date"), LAST);
        let created = service.post("/api/keys", Some(service.management()), r#"{"name": "ci"}"#).await;
        assert_eq!(created.json()["created_at"], "9999-12-30T22:00:00Z");
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_counts_and_networks_of_ipv6_count_as_one() {
    let mut config = Config::default();
    config.trusted_proxies.push("127.0.0.1".parse().unwrap());
    let service = Service::start(config).await;
    let remaining = async |forwarded: &str| {
        let request = service.request("GET", SCAN, None).header("x-forwarded-for", forwarded);
        service.send(request).await.remaining()
    };
    assert_eq!(remaining("198.51.100.1").await, 9);
    assert_eq!(remaining("203.0.113.5, 198.51.100.1").await, 8);
    assert_eq!(remaining("198.51.100.2").await, 9);
    assert_eq!(remaining("2001:db8::1").await, 9);
    assert_eq!(remaining("2001:db8::ffff:2").await, 8);
    assert_eq!(remaining("2001:db8:0:1::1").await, 9);
}
