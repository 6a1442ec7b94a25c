//! The Signal as a page.

use axiomo_mock_server::Mount;

use crate::support::{Service, URL, project};

#[tokio::test]
async fn a_signal_url_leads_to_a_page_that_neither_counts_nor_tells_of_limits() {
    let (service, _repository) = Service::with_repository().await;
    let made = service.analyze(None).await;
    let url = made.json()["signal_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&service.url("")).unwrap();
    let page = service.get(path, None).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.body.contains("Add a feature"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert!(!page.headers.contains_key("x-ratelimit-limit") && page.headers.contains_key("x-request-id"));
    let missing = service.get("/signal/ax-owner-project-7-00000000", None).await;
    assert_eq!((missing.status, missing.header("content-type")), (404, "text/html; charset=utf-8"));
    let refused = service.send(service.request("POST", path, None)).await;
    assert_eq!((refused.error().0, refused.header("allow")), (405, "GET, HEAD"));
    assert_eq!(service.get("/api/scans/x", None).await.remaining(), 8);
}

#[tokio::test]
async fn the_page_of_a_private_signal_is_there_for_the_connected() {
    let repository = project();
    let mut config = axiomo_mock_server::Config::default();
    let mut mount = Mount::private(URL.parse().unwrap(), repository.path());
    mount.connected.push("alice".to_owned());
    config.mounts.push(mount);
    let service = Service::start(config).await;
    let (alice, bob) = (service.key("alice").await, service.key("bob").await);
    let made = service.analyze(Some(&alice)).await;
    let path = format!("/signal/{}", made.json()["signal_id"].as_str().unwrap());
    assert_eq!(service.get(&path, Some(&alice)).await.status, 200);
    let missing = service.get("/signal/none", None).await.body;
    for who in [Some(&*bob), None] {
        let page = service.get(&path, who).await;
        assert_eq!((page.status, page.body), (404, missing.clone()));
    }
    assert_eq!(service.get(&path, Some("ax_bad")).await.error(), (401, "invalid_api_key".to_owned()));
    // Keys cannot be guessed here for nothing.
    assert_eq!(service.get("/api/scans/x", None).await.remaining(), 8);
}
