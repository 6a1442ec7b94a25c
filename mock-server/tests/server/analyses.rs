//! Analyses see the repository as it is.

use crate::repository::{BOB, lines};
use crate::support::Service;

#[tokio::test]
async fn a_new_head_is_seen_at_once_and_the_old_scan_stays() {
    let (service, mut repository) = Service::with_repository().await;
    let key = service.key("alice").await;
    let old = service.analyze(Some(&key)).await;
    repository.on("feature", &["feature"], "More", BOB, &[("src/more.rs", &lines(9, "more"))]);
    repository.git(&["update-ref", "refs/pull/7/head", "refs/heads/feature"]);
    repository.git(&["pack-refs", "--all", "--prune"]);
    let new = service.analyze(Some(&key)).await;
    let id = |answer: &crate::support::Answer| answer.json()["signal_id"].as_str().unwrap().to_owned();
    assert_eq!(new.json()["signal"]["pr"]["head_sha"], *repository.git(&["rev-parse", "feature"]));
    assert_eq!(new.json()["signal"]["pr"]["commits"], 2);
    assert_ne!(id(&new), id(&old));
    for answer in [old, new] {
        assert_eq!(service.get(&format!("/api/scans/{}", id(&answer)), None).await.body, answer.body);
    }
}

#[tokio::test]
async fn an_analysis_takes_the_place_of_an_earlier_one_of_the_same_head() {
    let (service, _repository) = Service::with_repository().await;
    let first = service.analyze(None).await;
    service.time.advance(std::time::Duration::from_secs(3));
    let second = service.analyze(None).await;
    let id = first.json()["signal_id"].as_str().unwrap().to_owned();
    assert_eq!(second.json()["signal_id"], *id);
    let kept = service.get(&format!("/api/scans/{id}"), None).await;
    assert_eq!(kept.json()["signal"]["meta"]["generated_at"], "2026-01-01T00:00:03Z");
}

#[tokio::test]
async fn a_clone_that_was_made_anew_is_seen() {
    let (service, mut repository) = Service::with_repository().await;
    repository.git(&["gc", "--quiet"]);
    assert_eq!(service.analyze(None).await.status, 200);
    repository.on("feature", &["feature"], "More", BOB, &[("src/more.rs", &lines(9, "more"))]);
    repository.git(&["update-ref", "refs/pull/7/head", "refs/heads/feature"]);
    let other = tempfile::tempdir().unwrap();
    let anew = other.path().join("anew");
    repository.git(&["clone", "--quiet", "--mirror", "--no-local", ".", anew.to_str().unwrap()]);
    std::fs::rename(repository.path(), other.path().join("old")).unwrap();
    std::fs::rename(&anew, repository.path()).unwrap();
    std::fs::remove_dir_all(other.path().join("old")).unwrap();
    let made = service.analyze(None).await;
    assert_eq!(made.json()["signal"]["pr"]["commits"], 2, "{}", made.body);
}
