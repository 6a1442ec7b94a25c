//! The same request twice.

use std::time::Duration;

use crate::support::{Answer, Service, answer, pull};

fn ask(service: &Service, api_key: Option<&str>, key: &str, body: &str) -> reqwest::RequestBuilder {
    let request = service.request("POST", "/api/analyze", api_key).header("idempotency-key", key);
    request.header("content-type", "application/json").body(body.to_owned())
}

fn is_replayed(answer: &Answer) -> bool {
    answer.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn a_repeated_key_gives_the_stored_answer_for_ten_minutes() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let first = answer(ask(&service, Some(&key), "once", &pull(7))).await;
    assert_eq!((first.status, is_replayed(&first), first.remaining()), (200, false, 59));
    service.time.advance(Duration::from_secs(599));
    let again = answer(ask(&service, Some(&key), "once", &pull(7))).await;
    assert_eq!((again.status, is_replayed(&again), again.remaining()), (200, true, 59));
    assert_eq!(again.body, first.body);
    service.time.advance(Duration::from_secs(1));
    let anew = answer(ask(&service, Some(&key), "once", &pull(7))).await;
    assert!(!is_replayed(&anew));
    assert_eq!(anew.json()["signal"]["meta"]["generated_at"], "2026-01-01T00:10:00Z");
}

#[tokio::test]
async fn requests_at_once_with_one_key_are_one_analysis() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        requests.spawn(answer(ask(&service, Some(&key), "once", &pull(7))));
    }
    let answers = requests.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));
    assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
    assert_eq!(answers.iter().map(Answer::remaining).min(), Some(40));
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let (service, _repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    answer(ask(&service, Some(&key), "once", &pull(7))).await;
    let other = answer(ask(&service, Some(&key), "once", &pull(8))).await;
    assert_eq!(other.error(), (422, "invalid_request".to_owned()));
    assert_eq!(other.paths(), ["Idempotency-Key"]);
}

#[tokio::test]
async fn keys_belong_to_a_user_or_an_address() {
    let (service, _repository) = Service::with_repository().await;
    let (one, two, other) = (service.key("alice").await, service.key("alice").await, service.key("bob").await);
    assert!(!is_replayed(&answer(ask(&service, Some(&one), "once", &pull(7))).await));
    assert!(is_replayed(&answer(ask(&service, Some(&two), "once", &pull(7))).await));
    assert!(!is_replayed(&answer(ask(&service, Some(&other), "once", &pull(7))).await));
    assert!(!is_replayed(&answer(ask(&service, None, "once", &pull(7))).await));
    assert!(is_replayed(&answer(ask(&service, None, "once", &pull(7))).await));
}

#[tokio::test]
async fn what_failed_may_be_tried_again_under_the_same_key() {
    let (service, repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let first = answer(ask(&service, Some(&key), "once", &pull(8))).await;
    assert_eq!(first.error(), (404, "pull_request_not_found".to_owned()));
    repository.git(&["update-ref", "refs/pull/8/head", "refs/heads/feature"]);
    let again = answer(ask(&service, Some(&key), "once", &pull(8))).await;
    assert_eq!((again.status, is_replayed(&again)), (200, false));
}

#[tokio::test]
async fn a_key_that_is_none_is_named() {
    let (service, _repository) = Service::with_repository().await;
    for key in [String::new(), "x".repeat(256)] {
        let refused = answer(ask(&service, None, &key, &pull(7))).await;
        assert_eq!(refused.error(), (422, "invalid_request".to_owned()));
        assert_eq!(refused.paths(), ["Idempotency-Key"]);
    }
}
