//! A server with a clock that stands still, and a client.

use std::time::Duration;

use axiomo_mock_server::{Clock, Config, ManualClock, MockServer, Mount};
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::repository::{BOB, TestRepository, lines};

pub(crate) const URL: &str = "https://github.com/owner/project";

pub(crate) struct Service {
    pub(crate) server: MockServer,
    pub(crate) time: ManualClock,
    pub(crate) client: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Service {
    pub(crate) async fn start(mut config: Config) -> Self {
        let time = Clock::manual();
        config.clock = time.clone().into();
        let server = MockServer::start(config).await.unwrap();
        Self { server, time, client: client() }
    }

    /// A server with a pull request, number 7.
    pub(crate) async fn with_repository() -> (Self, TestRepository) {
        let repository = project();
        (Self::start(mounted(&repository)).await, repository)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub(crate) async fn key(&self, user: &str) -> String {
        self.server.create_key("test", user).await.unwrap().key.expose().to_owned()
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        answer(request).await
    }

    pub(crate) fn request(&self, method: &str, path: &str, key: Option<&str>) -> reqwest::RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), self.url(path));
        match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str, key: Option<&str>) -> Answer {
        self.send(self.request("GET", path, key)).await
    }

    pub(crate) async fn post(&self, path: &str, key: Option<&str>, body: &str) -> Answer {
        let request = self.request("POST", path, key).header("content-type", "application/json");
        self.send(request.body(body.to_owned())).await
    }

    pub(crate) async fn analyze(&self, key: Option<&str>) -> Answer {
        self.post("/api/analyze", key, &pull(7)).await
    }

    /// A request without a key that is admitted, and whose body, `{}`, comes so long after its head.
    pub(crate) async fn slow_analyze(&self, length: Duration) -> Answer {
        let mut stream = self.begin_analyze(2).await;
        self.time.advance(length);
        stream.write_all(b"{}").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        Answer::read(&answer)
    }

    /// The head of a request without a key, whose body of so many bytes the server has begun to wait for: the time
    /// that a head may take does not count any more.
    pub(crate) async fn begin_analyze(&self, body_length: usize) -> TcpStream {
        const CONTINUE: &[u8; 25] = b"HTTP/1.1 100 Continue\r\n\r\n";
        let head = format!(
            "POST /api/analyze HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {body_length}\r\nexpect: 100-continue\r\n\r\n"
        );
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut interim = [0; CONTINUE.len()];
        stream.read_exact(&mut interim).await.unwrap();
        assert_eq!(&interim, CONTINUE);
        stream
    }

    pub(crate) fn management(&self) -> &str {
        self.server.management_token().expose()
    }

    /// Sends bytes, and reads until the server ends the connection. Time passes as long as it does not.
    pub(crate) async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        // The server may have refused already, and closed.
        let _ = stream.write_all(bytes).await;
        self.read_to_end(&mut stream).await
    }

    /// Sends bytes, and reads what comes before the server ends the connection by itself.
    pub(crate) async fn exchange_at_once(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    pub(crate) async fn read_to_end(&self, stream: &mut TcpStream) -> String {
        let mut seen = Vec::new();
        loop {
            let mut buffer = [0; 4096];
            tokio::select! {
                biased;
                read = stream.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return String::from_utf8_lossy(&seen).into_owned(),
                    Ok(length) => seen.extend(&buffer[..length]),
                },
                () = tokio::task::yield_now() => self.time.advance(Duration::from_millis(100)),
            }
        }
    }
}

impl Answer {
    /// An answer as it came over HTTP/1.1.
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let fields = lines.map(|line| line.split_once(": ").unwrap());
        let headers = fields.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Self { status, headers, body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    pub(crate) fn remaining(&self) -> u32 {
        self.header("x-ratelimit-remaining").parse().unwrap()
    }

    /// The status and the code of an error in the API's shape, whose parts are all checked.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(json["request_id"], self.header("x-request-id"));
        assert_eq!(self.header("content-type"), "application/json");
        assert!(!json["error"]["message"].as_str().unwrap().is_empty());
        (self.status, json["error"]["code"].as_str().unwrap().to_owned())
    }

    /// The paths of an error's details.
    #[track_caller]
    pub(crate) fn paths(&self) -> Vec<String> {
        let json = self.json();
        let details = json["error"]["details"].as_array().unwrap();
        assert!(details.iter().all(|detail| !detail["message"].as_str().unwrap().is_empty()));
        details.iter().map(|detail| detail["path"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn client() -> reqwest::Client {
    let builder = crate::http::client().redirect(reqwest::redirect::Policy::none());
    // A connection that is kept may be cut off as idle just when it is used, when a test moves the time.
    builder.pool_max_idle_per_host(0).build().unwrap()
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}

pub(crate) fn pull(number: u64) -> String {
    format!(r#"{{"url": "{URL}/pull/{number}"}}"#)
}

/// A repository with an open pull request, number 7.
pub(crate) fn project() -> TestRepository {
    let mut repository = TestRepository::new();
    repository.on_main("begin", &[("src/app.rs", &lines(40, "app"))]);
    repository.on("feature", &["main"], "Add a feature", BOB, &[("src/feature.rs", &lines(20, "feature"))]);
    repository.git(&["update-ref", "refs/pull/7/head", "refs/heads/feature"]);
    repository
}

pub(crate) fn mounted(repository: &TestRepository) -> Config {
    let mut config = Config::default();
    config.mounts.push(Mount::public(URL.parse().unwrap(), repository.path()));
    config
}
