//! Private repositories: for everybody else they do not exist.

use axiomo_mock_server::{Config, Mount, StoreLocation};
use secrecy::SecretString;

use crate::repository::TestRepository;
use crate::support::{Service, URL, project, pull};

fn private(repository: &TestRepository) -> Config {
    let mut mount = Mount::private(URL.parse().unwrap(), repository.path());
    mount.connected.push("alice".to_owned());
    mount.access_token = Some(SecretString::from("ghp_right"));
    let mut config = Config::default();
    config.mounts.push(mount);
    config
}

fn with_token(token: &str) -> String {
    format!(r#"{{"url": "{URL}/pull/7", "access_token": "{token}"}}"#)
}

#[tokio::test]
async fn a_private_repository_is_there_for_the_connected_and_for_its_token() {
    let repository = project();
    let service = Service::start(private(&repository)).await;
    let (alice, bob) = (service.key("alice").await, service.key("bob").await);
    let missing = service.post("/api/analyze", Some(&bob), r#"{"url": "https://github.com/owner/none/pull/7"}"#).await;
    for (who, body) in
        [(Some(&bob), pull(7)), (None, pull(7)), (Some(&bob), with_token("ghp_wrong")), (None, with_token("ghp_righ"))]
    {
        let answer = service.post("/api/analyze", who.map(|key| &**key), &body).await;
        assert_eq!(answer.error(), (404, "repository_not_found".to_owned()));
        // In the same words as one that is not there at all.
        let message = |answer: &crate::support::Answer| answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(message(&answer), message(&missing).replace("/none", "/project"));
        // Nor does it tell which pull requests there are.
        let other = service.post("/api/analyze", who.map(|key| &**key), &body.replace("pull/7", "pull/8")).await;
        assert_eq!(other.json()["error"], answer.json()["error"]);
    }
    let made = service.analyze(Some(&alice)).await;
    assert_eq!(made.status, 200);
    assert_eq!(service.post("/api/analyze", Some(&bob), &with_token("ghp_right")).await.body, made.body);
    assert_eq!(service.post("/api/analyze", None, &with_token("ghp_right")).await.status, 200);

    let id = made.json()["signal_id"].as_str().unwrap().to_owned();
    let scan = format!("/api/scans/{id}");
    assert_eq!(service.get(&scan, Some(&alice)).await.body, made.body);
    for who in [Some(&*bob), None] {
        assert_eq!(service.get(&scan, who).await.error(), (404, "scan_not_found".to_owned()));
    }
}

#[tokio::test]
async fn a_private_host_is_unknown_to_strangers() {
    let repository = project();
    let mut config = private(&repository);
    config.mounts[0].url = "https://code.example/owner/project".parse().unwrap();
    let service = Service::start(config).await;
    let (alice, bob) = (service.key("alice").await, service.key("bob").await);
    let body = r#"{"url": "https://code.example/owner/project/pull/7"}"#;
    assert_eq!(service.post("/api/analyze", Some(&alice), body).await.status, 200);
    assert_eq!(service.post("/api/analyze", Some(&bob), body).await.error(), (422, "unsupported_host".to_owned()));
}

#[tokio::test]
async fn private_scans_stay_private_whatever_is_mounted_later() {
    let folder = tempfile::tempdir().unwrap();
    let repository = project();
    let mut config = private(&repository);
    config.store = StoreLocation::Sqlite(folder.path().join("store"));
    let service = Service::start(config.clone()).await;
    let (alice, bob) = (service.key("alice").await, service.key("bob").await);
    let made = service.analyze(Some(&alice)).await;
    let scan = format!("/api/scans/{}", made.json()["signal_id"].as_str().unwrap());
    service.server.close().await;

    let statuses = async |config: Config| {
        let service = Service::start(config).await;
        let mut statuses = Vec::new();
        for who in [Some(&*alice), Some(&*bob), None] {
            statuses.push(service.get(&scan, who).await.status);
        }
        service.server.close().await;
        statuses
    };
    let mut none = config.clone();
    none.mounts.clear();
    assert_eq!(statuses(none).await, [404, 404, 404]);
    let mut public = config.clone();
    public.mounts = vec![Mount::public(URL.parse().unwrap(), repository.path())];
    assert_eq!(statuses(public.clone()).await, [404, 404, 404]);
    let mut of_bob = config.clone();
    of_bob.mounts[0].connected = vec!["bob".to_owned()];
    assert_eq!(statuses(of_bob).await, [404, 200, 404]);

    // Analysed again while it is public, it is public, until the repository is private again.
    let service = Service::start(public.clone()).await;
    assert_eq!(service.analyze(None).await.status, 200);
    service.server.close().await;
    assert_eq!(statuses(public).await, [200, 200, 200]);
    assert_eq!(statuses(config).await, [200, 404, 404]);
}
