//! A bot that GitHub's webhooks tell of pull requests, and that comments what it thinks of each.
//!
//! `WEBHOOK_SECRET=… AXIOMO_API_KEY=… cargo run --bin webhook_bot`
//!
//! It comments by GitHub's command line, `gh`, which takes its token from `GH_TOKEN`.

use std::error::Error;
use std::io;
use std::process::Stdio;
use std::sync::Arc;

use axiomo::{Client, webhook};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::mpsc;

/// As much as GitHub sends at most.
const LONGEST_BODY: usize = 25 << 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (comments, mut written) = mpsc::channel(64);
    let secret =
        std::env::var("WEBHOOK_SECRET").map_err(|_| "set WEBHOOK_SECRET to what GitHub signs webhooks with")?;
    let bot = Bot { client: Client::from_env()?, secret: secret.into(), comments };
    tokio::spawn(async move {
        while let Some(comment) = written.recv().await {
            if let Err(error) = publish(&comment).await {
                eprintln!("{}: {error}", comment.pull_request);
            }
        }
    });
    let listener = TcpListener::bind(("127.0.0.1", 3000)).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, bot.routes()).await?;
    Ok(())
}

#[derive(Clone)]
struct Bot {
    client: Client,
    secret: Arc<str>,
    comments: mpsc::Sender<Comment>,
}

/// What the bot has to say, and where.
struct Comment {
    pull_request: String,
    text: String,
}

/// What the bot reads of a webhook.
#[derive(Deserialize)]
struct Event {
    action: String,
    pull_request: PullRequest,
}

#[derive(Deserialize)]
struct PullRequest {
    html_url: String,
}

impl Bot {
    fn routes(self) -> Router {
        Router::new().route("/", post(webhook)).layer(DefaultBodyLimit::max(LONGEST_BODY)).with_state(self)
    }

    async fn opinion(&self, url: &str) -> String {
        let analysis = match self.client.analyze(url).await {
            Ok(analysis) => analysis,
            Err(error) => return format!("I cannot tell: {error}"),
        };
        let signal = &analysis.signal;
        let level = signal.risk.level.as_ref().map_or("unknown", |level| level.as_str());
        let mut lines = vec![format!("**Risk: {level}.** {}", signal.review.rationale.as_deref().unwrap_or_default())];
        for file in signal.focus.files.iter().take(3) {
            lines.push(format!("- `{}`: {}", file.path.as_deref().unwrap_or_default(), file.reasons.join(", ")));
        }
        lines.extend(analysis.signal_url);
        lines.join("\n")
    }
}

async fn webhook(State(bot): State<Bot>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Before anything is believed of it, and on the bytes as they came.
    if !webhook::verify(&bot.secret, &body, header("x-hub-signature-256")) {
        return (StatusCode::UNAUTHORIZED, "not signed by GitHub\n");
    }
    if header("x-github-event") != "pull_request" {
        return (StatusCode::OK, "nothing to do\n");
    }
    let Ok(Event { action, pull_request }) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "no event of GitHub\n");
    };
    if !["opened", "reopened", "synchronize", "ready_for_review"].contains(&action.as_str()) {
        return (StatusCode::OK, "nothing to do\n");
    }
    // GitHub waits for ten seconds, and an analysis takes longer.
    tokio::spawn(async move {
        let text = bot.opinion(&pull_request.html_url).await;
        let _ = bot.comments.send(Comment { pull_request: pull_request.html_url, text }).await;
    });
    (StatusCode::ACCEPTED, "under way\n")
}

/// Comments a pull request at GitHub.
async fn publish(comment: &Comment) -> io::Result<()> {
    let mut command = Command::new("gh");
    command.args(["pr", "comment", &comment.pull_request, "--body-file", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(comment.text.as_bytes()).await?;
    }
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("gh ended with {status}"))) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axiomo::testing::VirtualClock;
    use axiomo_mock_server::{Config, MockServer};
    use axum::body::Body;
    use axum::http::Request;
    use hmac::{Hmac, KeyInit, Mac};
    use serde_json::{Value, json};
    use sha2::Sha256;
    use tower::ServiceExt;

    use super::*;

    const SECRET: &str = "the webhook's secret";

    /// What the bot answers to a webhook, and what it comments, if anything, when the service does these steps.
    async fn told(event: &Value, secret: &str, steps: Value) -> (u16, Option<String>, Duration) {
        let server = MockServer::start(Config::conducted()).await.unwrap();
        server.script(vec![serde_json::from_value(json!({"on": {}, "do": steps})).unwrap()]);
        let clock = VirtualClock::conducted(server.conductor().await.unwrap().address()).unwrap();
        let client = Client::builder().anonymous().base_url(server.base_url()).clock(clock.clone());
        let client = client.timeout(Duration::from_secs(3600)).max_wait(Duration::from_secs(3600)).build().unwrap();
        let (comments, mut written) = mpsc::channel(1);
        let routes = Bot { client, secret: SECRET.into(), comments }.routes();

        let body = event.to_string();
        let mut signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        signature.update(body.as_bytes());
        let signature: String = signature.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let request = Request::post("/").header("x-github-event", "pull_request");
        let request =
            request.header("x-hub-signature-256", format!("sha256={signature}")).body(Body::from(body)).unwrap();
        let exchange = async {
            let status = routes.oneshot(request).await.unwrap().status().as_u16();
            let comment = if status == 202 { written.recv().await } else { None };
            (status, comment.map(|comment| comment.text))
        };
        let (status, comment) = server.run_until(exchange).await.unwrap();
        server.close().await;
        (status, comment, clock.elapsed())
    }

    fn opened() -> Value {
        json!({"action": "opened", "pull_request": {"html_url": "https://github.com/owner/repo/pull/123"}})
    }

    fn risky() -> Value {
        let focus = json!({"files": [{"path": "src/session.rs", "reasons": ["authentication"]}]});
        json!({"respond": {"status": 200, "json": {"signal": {"risk": {"level": "high"}, "focus": focus}}}})
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_comments_the_risk_and_where_to_look_first_and_waits_for_its_turn() {
        let refused = json!({"respond": {"status": 429, "headers": {"retry-after": "600"}}});
        let (status, comment, elapsed) = told(&opened(), SECRET, json!([refused, risky()])).await;
        assert_eq!(status, 202);
        assert_eq!(comment.unwrap(), "**Risk: high.** \n- `src/session.rs`: authentication");
        assert!(elapsed >= Duration::from_secs(600), "{elapsed:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_says_so_when_it_cannot_tell() {
        let (_, comment, _) = told(&opened(), SECRET, json!(["real"])).await;
        assert!(comment.as_deref().is_some_and(|text| text.starts_with("I cannot tell: ")), "{comment:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_believes_nobody_else_and_leaves_other_events_alone() {
        assert_eq!(told(&opened(), "another secret", json!([])).await.0, 401);
        let mut closed = opened();
        closed["action"] = json!("closed");
        assert_eq!(told(&closed, SECRET, json!([])).await.0, 200);
        assert_eq!(told(&json!({"zen": "Design for failure."}), SECRET, json!([])).await.0, 400);
    }
}
