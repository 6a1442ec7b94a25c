//! Scripts: which request takes which step, and what steps do to answers.

use axiomo_mock_server::Config;
use axiomo_mock_server::script::{Edit, Fault, Head, Rule, Wire};
use serde_json::{Value, json};

use crate::journal::{events, journal};
use crate::support::{Answer, Service};

pub(crate) fn rules(rules: Value) -> Vec<Rule> {
    serde_json::from_value(rules).unwrap()
}

/// One step for the next request, whatever it is.
pub(crate) fn next(step: impl Into<Value>) -> Vec<Rule> {
    rules(json!([{"on": {}, "do": [step.into()]}]))
}

/// The answer to an analysis under a step.
async fn analyzed(service: &Service, step: Value) -> Answer {
    service.server.script(next(step));
    let answer = service.analyze(None).await;
    assert!(service.server.script_left().is_empty());
    answer
}

async fn service() -> (Service, crate::repository::TestRepository) {
    Service::with_repository().await
}

#[tokio::test]
async fn each_request_takes_the_next_step_of_the_first_rule_that_has_one() {
    let service = Service::start(Config::default()).await;
    let respond = |status: u16| json!({"respond": {"status": status}});
    service.server.script(rules(json!([
        {"on": {"method": "GET", "path": "/healthz"}, "do": [respond(501), "real", respond(502)]},
        {"on": {"path": "/heal*"}, "do": [respond(503)]},
        {"on": {"path": "/healthz", "listener": "http-2"}, "do": [respond(504)]},
    ])));
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(service.get("/healthz", None).await.status);
    }
    assert_eq!(statuses, [501, 200, 502, 503, 200]);
    let left = serde_json::to_value(service.server.script_left()).unwrap();
    let expected = json!([{"on": {"path": "/healthz", "listener": "http-2"}, "do": [{"respond": {"status": 504}}]}]);
    assert_eq!(left, expected);
    service.server.script(Vec::new());
    assert!(service.server.script_left().is_empty());
}

#[tokio::test]
async fn a_scripted_answer_is_neither_authenticated_nor_counted() {
    let (service, _repository) = service().await;
    service.server.script(next(json!({"respond": {"status": 503, "headers": {"retry-after": "7"}, "json": {"a": 1}}})));
    let answer = service.post("/api/analyze", Some("bad"), "{}").await;
    assert_eq!((answer.status, answer.header("retry-after"), answer.json()), (503, "7", json!({"a": 1})));
    assert_eq!(
        (answer.header("content-type"), answer.header("date")),
        ("application/json", "Thu, 01 Jan 2026 00:00:00 GMT")
    );
    assert!(answer.headers.get("x-ratelimit-limit").is_none());
    assert_eq!(service.analyze(None).await.remaining(), 9);
    let journal = journal(&service, 2).await;
    assert_eq!((&journal[1]["body"], &journal[2]["status"]), (&json!("{}"), &json!(503)));
    assert_eq!(journal[2]["request_id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn bodies_of_every_sort_can_be_answered() {
    let service = Service::start(Config::default()).await;
    let rows = [
        (json!({"status": 200}), "", None),
        (json!({"status": 200, "json": null}), "null", Some("application/json")),
        (json!({"status": 200, "text": "{"}), "{", Some("text/plain; charset=utf-8")),
        (json!({"status": 599, "base64": "aGk="}), "hi", Some("application/octet-stream")),
        (
            json!({"status": 502, "text": "<html>", "headers": {"content-type": "text/html"}}),
            "<html>",
            Some("text/html"),
        ),
        (
            json!({"status": 999, "text": "x", "headers": {"x-request-id": "req_1"}}),
            "x",
            Some("text/plain; charset=utf-8"),
        ),
    ];
    for (respond, body, kind) in rows {
        service.server.script(next(json!({"respond": respond})));
        let answer = service.get("/anything", None).await;
        assert_eq!((u64::from(answer.status), &*answer.body), (respond["status"].as_u64().unwrap(), body));
        assert_eq!(answer.headers.get("content-type").map(|kind| kind.to_str().unwrap()), kind);
    }
}

#[tokio::test]
async fn a_real_answer_is_edited() {
    let (service, _repository) = service().await;
    let edit =
        json!({"set": {"/signal/risk/level": "molten", "/extra/deep": [1]}, "remove": ["/signal/pr", "/nothing"]});
    let answer = analyzed(&service, json!({"edit": edit})).await;
    let signal = &answer.json()["signal"];
    assert_eq!((answer.status, &signal["risk"]["level"], signal.get("pr")), (200, &json!("molten"), None));
    assert_eq!((&answer.json()["extra"]["deep"], answer.remaining()), (&json!([1]), 9));
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
}

#[tokio::test]
async fn what_is_no_json_is_not_edited() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"respond": {"status": 200, "text": "x"}, "edit": {"set": {"/a": 1}}})));
    let answer = service.get("/healthz", None).await;
    assert_eq!(answer.error(), (500, "script_error".to_owned()));
    assert!(answer.body.contains("where it is JSON"), "{}", answer.body);
}

#[tokio::test]
async fn headers_are_removed_set_and_added() {
    let (service, _repository) = service().await;
    let headers = json!({
        "set": {"x-ratelimit-reset": "${epoch_ms+60000}", "retry-after": "${http_date+7}"},
        "add": {"x-ratelimit-remaining": "5"}, "remove": ["x-ratelimit-limit"],
    });
    let answer = analyzed(&service, json!({"headers": headers, "date_skew_s": -3600})).await;
    assert_eq!(answer.header("x-ratelimit-reset"), "1767225660000");
    assert_eq!(answer.header("retry-after"), "Thu, 01 Jan 2026 00:00:07 GMT");
    assert_eq!(answer.header("date"), "Wed, 31 Dec 2025 23:00:00 GMT");
    assert!(answer.headers.get("x-ratelimit-limit").is_none());
    let remaining: Vec<_> = answer.headers.get_all("x-ratelimit-remaining").iter().collect();
    assert_eq!(remaining, ["9", "5"]);
}

#[tokio::test]
async fn a_credential_is_echoed_where_no_client_should_show_it() {
    let (service, _repository) = service().await;
    let key = service.key("alice").await;
    service.server.script(rules(json!([{"on": {}, "do": [
        {"echo_authorization": true},
        {"echo_authorization": true, "respond": {"status": 401, "json": {"error": {"message": "no"}}}},
        {"echo_authorization": true, "respond": {"status": 500, "text": "sorry "}},
    ]}])));
    let credential = format!("Bearer {key}");
    let answers =
        [service.analyze(Some(&key)).await, service.analyze(Some(&key)).await, service.analyze(Some(&key)).await];
    assert!(answers.iter().all(|answer| answer.header("x-echo") == credential));
    assert_eq!(answers[0].json()["echo"], credential);
    assert_eq!(answers[1].json()["error"]["message"], format!("no ({credential})"));
    assert_eq!(answers[2].body, format!("sorry {credential}"));
}

#[tokio::test]
async fn bodies_are_packed_and_padded() {
    use std::io::Read;
    let (service, _repository) = service().await;
    let unpacked = |answer: &[u8]| {
        let mut text = String::new();
        flate2::read::GzDecoder::new(answer).read_to_string(&mut text).map(|_| text)
    };
    for (step, is_whole) in [(json!({"compress": "gzip"}), true), (json!({"compress": "corrupt"}), false)] {
        service.server.script(next(step));
        let request = service.request("POST", "/api/analyze", None).header("content-type", "application/json");
        let response = request.body(crate::support::pull(7)).send().await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(unpacked(&response.bytes().await.unwrap()).is_ok(), is_whole);
    }
    let answer = analyzed(&service, json!({"huge_bytes": 3_000_000})).await;
    assert_eq!((answer.body.len(), answer.header("content-length")), (3_000_000, "3000000"));
    assert!(answer.json()["signal"].is_object());
    service.server.script(next(json!({"compress": {"bomb_bytes": 30_000_000}})));
    let response = service.request("GET", "/healthz", None).send().await.unwrap();
    let packed = response.bytes().await.unwrap();
    assert!(packed.len() < 100_000, "{}", packed.len());
    assert_eq!(unpacked(&packed).unwrap().len(), 30_000_000);
}

#[tokio::test]
async fn a_delay_is_over_when_the_servers_clock_says_so() {
    let (service, _repository) = service().await;
    service.server.script(rules(json!([
        {"on": {"path": "/api/analyze"}, "do": [{"delay_ms": 5000}]},
        {"on": {"path": "/healthz"}, "do": [{"delay_ms": 7000, "respond": {"status": 204}}]},
    ])));
    let analysis = async {
        let answer = service.analyze(None).await;
        // What the head says is true when it is written: the window opened five seconds ago.
        assert_eq!(answer.header("date"), "Thu, 01 Jan 2026 00:00:05 GMT");
        assert_eq!(answer.header("x-ratelimit-reset"), "1767225660");
    };
    let health = async {
        let answer = service.get("/healthz", None).await;
        assert_eq!((answer.status, answer.header("date")), (204, "Thu, 01 Jan 2026 00:00:07 GMT"));
    };
    let time = async {
        service
            .server
            .await_journal(|entry| serde_json::to_value(entry).unwrap()["event"] == "request", 2)
            .await
            .unwrap();
        service.server.advance(std::time::Duration::from_millis(4999)).await.unwrap();
        let answers = |journal: Vec<_>| events(&journal).iter().filter(|event| **event == "answer").count();
        assert_eq!(answers(journal(&service, 0).await), 0);
        service.server.advance(std::time::Duration::from_secs(3)).await.unwrap();
    };
    tokio::join!(analysis, health, time);
}

#[tokio::test]
async fn a_client_that_goes_during_a_delay_is_noticed_at_once() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"delay_ms": 5000})));
    let mut stream = crate::raw::connect(&service).await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    service.server.await_journal(|entry| entry.n == 2, 1).await.unwrap();
    drop(stream);
    let journal = journal(&service, 1).await;
    assert_eq!(events(&journal), ["opened", "request", "gone", "closed"]);
    assert_eq!((&journal[2]["request"], crate::raw::end(&journal[3])), (&json!(1), ("client", "fin")));
}

#[tokio::test]
async fn redirections_lead_to_the_same_listener_another_or_themselves() {
    let service = Service::start(Config::default()).await;
    let to = |to: &str| json!({"redirect": {"status": 307, "to": to}});
    let steps = json!([to("same"), to("other"), to("other"), to("loop"), to("https://example.org/x")]);
    service.server.script(rules(json!([{"on": {"listener": "http"}, "do": steps}])));
    let mut locations = Vec::new();
    for _ in 0..5 {
        let answer = service.get("/healthz", None).await;
        assert_eq!(answer.status, 307);
        locations.push(answer.header("location").to_owned());
    }
    let origin = service.url("");
    assert_eq!(locations[0], format!("{origin}/healthz?redirected=same-1"));
    let other = |location: &str| location.split("/healthz").next().unwrap().to_owned();
    assert_ne!(other(&locations[1]), origin);
    assert_eq!(other(&locations[1]), other(&locations[2]));
    let get = |location: &String| crate::support::answer(service.client.get(location));
    assert_eq!((get(&locations[0]).await.status, get(&locations[1]).await.status), (200, 200));
    for _ in 0..3 {
        let answer = get(&locations[3]).await;
        assert_eq!((answer.status, answer.header("location")), (307, &*locations[3]));
    }
    assert_eq!(locations[4], "https://example.org/x");
    let journal = journal(&service, 7).await;
    assert!(journal.iter().any(|entry| entry["listener"] == "http-2"));
}

#[tokio::test]
async fn a_step_that_does_not_fit_is_a_script_error() {
    let service = Service::start(Config::default()).await;
    service.server.script(next(json!({"http2": {"reset": "CANCEL"}})));
    let answer = service.get("/healthz", None).await;
    assert_eq!(answer.error(), (500, "script_error".to_owned()));
    assert!(answer.body.contains("`http2` is for HTTP/2"), "{}", answer.body);
    service.server.script(rules(json!([{"on": "connection", "do": [{"tls": "stall"}]}])));
    assert_eq!(service.get("/healthz", None).await.error(), (500, "script_error".to_owned()));
    assert_eq!(service.get("/healthz", None).await.status, 200);
}

#[tokio::test]
async fn a_step_beyond_its_bounds_is_a_script_error() {
    let service = Service::start(Config::default()).await;
    let mut wire = Wire::default();
    wire.head = Some(Head::OversizedHeader(u64::MAX));
    let mut oversized = Fault::default();
    oversized.wire = Some(wire);
    let mut edit = Edit::default();
    edit.set.insert("/a".repeat(100_000), json!(1));
    let mut deep = Fault::default();
    deep.edit = Some(edit);
    for (fault, says) in [(oversized, "at most 16777216"), (deep, "at most 100")] {
        service.server.script(vec![Rule::on("GET", "/healthz", vec![fault.into()])]);
        let answer = service.get("/healthz", None).await;
        assert_eq!(answer.error(), (500, "script_error".to_owned()));
        assert!(answer.body.contains(says), "{}", answer.body);
    }
    assert_eq!(service.get("/healthz", None).await.status, 200);
}
