//! More listeners: what they share, what certificates they show, and faults within TLS.

use std::sync::Arc;
use std::time::Duration;

use axiomo_mock_server::{Certificate, Config, ListenError, Listener, Listening};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::journal::{events, journal};
use crate::raw::{self, end};
use crate::script::{next, rules};
use crate::support::Service;

const GET: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// A client that trusts the server's authority and nobody else.
pub(crate) fn client_config(service: &Service) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let pem = service.server.ca_pem().unwrap();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(roots).with_no_client_auth()
}

async fn connect(service: &Service, to: &Listening, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(to.address).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(client_config(service))).connect(name, stream).await
}

async fn listen(service: &Service, certificate: Certificate) -> Listening {
    service.server.listen(Listener::tls(certificate)).await.unwrap()
}

#[tokio::test]
async fn listeners_share_everything_and_have_names() {
    let (service, _repository) = Service::with_repository().await;
    let plain = service.server.listen(Listener::http()).await.unwrap();
    let (tls, other) = (listen(&service, Certificate::Valid).await, listen(&service, Certificate::Expired).await);
    assert_eq!([&*plain.name, &*tls.name, &*other.name], ["http-2", "tls", "tls-2"]);
    let key = service.key("alice").await;
    let client =
        reqwest::Client::builder().tls_backend_preconfigured(client_config(&service)).no_proxy().build().unwrap();
    let mut remaining = Vec::new();
    for base in [service.server.base_url(), plain.base_url.clone(), tls.base_url.clone()] {
        let request = client.post(format!("{base}/analyze")).bearer_auth(&key);
        let request = request.header("content-type", "application/json").body(crate::support::pull(7));
        let answer = crate::support::answer(request).await;
        assert_eq!(answer.status, 200);
        remaining.push(answer.remaining());
    }
    assert_eq!(remaining, [59, 58, 57]);
    drop(client);
    let journal = journal(&service, 3).await;
    let opened = journal.iter().filter_map(|entry| entry["listener"].as_str());
    assert_eq!(opened.collect::<Vec<_>>(), ["http", "http-2", "tls"]);
    // A rule can be for one of them.
    service.server.script(rules(json!([{"on": {"listener": "http-2"}, "do": [{"respond": {"status": 418}}]}])));
    assert_eq!(service.get("/healthz", None).await.status, 200);
    let on_plain = service.client.get(format!("http://{}/healthz", plain.address));
    assert_eq!(crate::support::answer(on_plain).await.status, 418);
}

/// Whether the server takes no connection at an address, which may be another test's by now.
async fn is_refused(service: &Service, address: std::net::SocketAddr) -> bool {
    let before = service.server.journal().unwrap().len();
    let Ok(mut stream) = TcpStream::connect(address).await else { return true };
    stream.write_all(GET).await.unwrap();
    stream.shutdown().await.unwrap();
    raw::read_to_end(&mut stream).await;
    service.server.journal().unwrap().len() == before
}

#[tokio::test]
async fn a_listener_that_is_stopped_refuses_connections() {
    let service = Service::start(Config::default()).await;
    let plain = service.server.listen(Listener::http()).await.unwrap();
    let mut kept = TcpStream::connect(plain.address).await.unwrap();
    kept.write_all(GET).await.unwrap();
    raw::read_until(&mut kept, b"\"ok\"}").await;
    service.server.stop_listening("http-2").await.unwrap();
    assert!(is_refused(&service, plain.address).await);
    // What it has accepted goes on.
    kept.write_all(GET).await.unwrap();
    raw::read_until(&mut kept, b"\"ok\"}").await;
    let unknown = service.server.stop_listening("http-2").await.unwrap_err();
    assert!(matches!(&unknown, ListenError::Unknown(name) if name == "http-2"), "{unknown}");
    service.server.stop_listening("http").await.unwrap();
    assert!(is_refused(&service, service.server.address()).await);
}

#[tokio::test]
async fn certificates_are_valid_or_wrong_in_one_way() {
    let service = Service::start(Config::default()).await;
    let valid = listen(&service, Certificate::Valid).await;
    for name in ["localhost", "127.0.0.1"] {
        let mut stream = connect(&service, &valid, name).await.unwrap();
        stream.write_all(GET).await.unwrap();
        assert!(raw::read_until(&mut stream, b"\"ok\"}").await.starts_with("HTTP/1.1 200 OK"));
    }
    let rows = [
        (Certificate::Expired, "expired"),
        (Certificate::WrongHost, "not valid for name"),
        (Certificate::UnknownAuthority, "UnknownIssuer"),
    ];
    for (certificate, reason) in rows {
        let listening = listen(&service, certificate).await;
        let error = connect(&service, &listening, "127.0.0.1").await.unwrap_err().to_string();
        assert!(error.contains(reason), "{certificate:?}: {error}");
    }
    let journal = journal(&service, 5).await;
    assert_eq!(end(&journal[journal.len() - 1]).0, "client");
    assert_eq!(events(&journal).iter().filter(|event| **event == "request").count(), 2);
}

#[tokio::test]
async fn http2_or_http1_is_what_the_client_likes() {
    let service = Service::start(Config::default()).await;
    let tls = listen(&service, Certificate::Valid).await;
    for (offered, chosen) in [("h2", "h2"), ("http/1.1", "http/1.1")] {
        let mut config = client_config(&service);
        config.alpn_protocols = vec![offered.into()];
        let stream = TcpStream::connect(tls.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(chosen.as_bytes()));
    }
}

#[tokio::test]
async fn a_handshake_stalls_until_the_client_goes() {
    let service = Service::start(Config::default()).await;
    let tls = listen(&service, Certificate::Valid).await;
    service.server.script(rules(json!([{"on": "connection", "do": [{"tls": "stall"}]}])));
    let connecting = connect(&service, &tls, "localhost");
    tokio::select! {
        _ = connecting => panic!("the handshake was done"),
        () = async {
            service.server.await_journal(|_| true, 1).await.unwrap();
            service.server.advance(Duration::from_secs(1000)).await.unwrap();
        } => {}
    }
    let journal = journal(&service, 1).await;
    assert_eq!((events(&journal), end(&journal[1]).0), (vec!["opened", "closed"], "client"));
    assert!(connect(&service, &tls, "localhost").await.is_ok());
}

#[tokio::test]
async fn answers_are_cut_within_tls() {
    for (by, is_reset) in [("fin", false), ("reset", true)] {
        let service = Service::start(Config::default()).await;
        let tls = listen(&service, Certificate::Valid).await;
        service.server.script(next(json!({"wire": {"end": {"after": 3, "by": by}}})));
        let mut stream = connect(&service, &tls, "localhost").await.unwrap();
        stream.write_all(GET).await.unwrap();
        let seen = raw::read_to_end(&mut stream).await;
        assert_eq!((seen.parts().1, seen.is_reset), (b"{\"s".to_vec(), is_reset));
        let journal = journal(&service, 1).await;
        assert_eq!((&journal[0]["listener"], end(&journal[3])), (&json!("tls"), ("server", by)));
    }
}

#[tokio::test]
async fn a_stall_within_tls_ends_when_the_client_goes() {
    for is_unread in [false, true] {
        let service = Service::start(Config::default()).await;
        let tls = listen(&service, Certificate::Valid).await;
        let stall = json!({"wire": {"end": {"after": "nothing", "by": "stall"}}});
        service.server.script(next(if is_unread { json!({"request": "stall"}) } else { stall }));
        let mut stream = connect(&service, &tls, "localhost").await.unwrap();
        stream.write_all(GET).await.unwrap();
        service.server.await_journal(|entry| entry.n == 2, 1).await.unwrap();
        drop(stream);
        let journal = journal(&service, 1).await;
        assert_eq!((events(&journal)[2], end(&journal[3]).0), ("gone", "client"));
    }
}

#[tokio::test]
async fn a_redirection_leads_from_tls_to_plain_http() {
    let service = Service::start(Config::default()).await;
    let tls = listen(&service, Certificate::Valid).await;
    service.server.script(next(json!({"redirect": {"status": 302, "to": "other"}})));
    let mut stream = connect(&service, &tls, "localhost").await.unwrap();
    stream.write_all(GET).await.unwrap();
    let head = raw::read_until(&mut stream, b"\r\n\r\n").await;
    assert!(head.contains(&format!("location: {}/healthz?redirected=other-1\r\n", service.url(""))), "{head}");
}
