use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::CONNECTION;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::activity::Busy;
use super::answer_body::AnswerBody;
use super::conversation::{Conversation, Intervention};
use super::inquiry::{Inquiry, RequestBody};
use super::takeover::Takeover;
use crate::exchange::Exchange;
use crate::fault::{Act, Draft, Scene, Waiting, goaway, perform};
use crate::script::{Fault, LastStream, Respond};

/// Who is at the other end of the connection that a request came over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The server's own answers.
pub(super) type Real = TowerToHyperService<Router>;

/// One request over a connection, with everything that ends with it.
pub(super) struct Call {
    conversation: Arc<Conversation>,
    inquiry: Inquiry,
    exchange: Arc<Exchange>,
    busy: Busy,
    /// How many requests there were before it.
    before: u32,
    request: hyper::Request<RequestBody>,
}

/// How a request is answered.
enum Way<R, S> {
    Real(R, (Arc<Conversation>, Arc<Exchange>, Inquiry, Busy)),
    Scripted(Pin<Box<S>>),
}

type Answer = Result<Response<AnswerBody>, h2::Error>;

impl Call {
    pub(super) fn begin(conversation: &Arc<Conversation>, busy: Busy, request: hyper::Request<Incoming>) -> Self {
        let exchange = Arc::new(conversation.app.exchanges.begin(&request));
        let (inquiry, mut request) = Inquiry::begin(conversation.clone(), request);
        request.extensions_mut().insert(Peer(conversation.peer));
        let before = conversation.count_request();
        Self { conversation: conversation.clone(), inquiry, exchange, busy, before, request }
    }

    /// The answer, as far as it is one. The request is handed on at once: what is left behind is moved often, and
    /// so it is kept small.
    pub(super) fn answer(self, real: Real) -> impl Future<Output = Answer> {
        let way = match self.step() {
            None => {
                let Self { conversation, inquiry, exchange, busy, request, .. } = self;
                Way::Real(real.call(request), (conversation, exchange, inquiry, busy))
            }
            Some(step) => Way::Scripted(Box::pin(self.scripted(step, real))),
        };
        async move {
            let (response, (conversation, exchange, mut inquiry, busy)) = match way {
                Way::Real(response, rest) => (response, rest),
                Way::Scripted(answer) => return answer.await,
            };
            let Ok(response) = response.await;
            let (head, body) = response.into_parts();
            conversation.is_early.fetch_or(head.headers.contains_key(CONNECTION), Ordering::Relaxed);
            inquiry.answered(&head);
            drop(busy);
            Ok(Response::from_parts(head, AnswerBody::real(body, exchange)))
        }
    }

    /// What the script has for it, or why it has what cannot be done.
    fn step(&self) -> Option<Result<Box<Fault>, &'static str>> {
        if let Some(misfit) = self.conversation.misfit {
            return Some(Err(misfit));
        }
        let (script, uri) = (&self.conversation.app.script, self.request.uri());
        if let Some(status) = uri.path_and_query().and_then(|target| script.loops_at(target.as_str())) {
            let location = format!("{}{uri}", self.conversation.port.origin);
            let headers = [("location".to_owned(), location)].into();
            let respond = Respond { status: status.as_u16(), headers, ..Respond::default() };
            return Some(Ok(Box::new(Fault { respond: Some(respond), ..Fault::default() })));
        }
        script.step_of_request(self.request.method().as_str(), uri.path(), &self.conversation.port.name).map(Ok)
    }

    async fn scripted(self, step: Result<Box<Fault>, &'static str>, real: Real) -> Answer {
        // Whoever waits for the end of the exchange finds in the journal what became of the inquiry, which is let go
        // of before.
        let Self { conversation, exchange, mut inquiry, busy, before, request } = self;
        let app = &conversation.app;
        let waiting = Waiting::new(exchange.clone(), app.clock.clone(), conversation.closing.clone());
        let act = match step {
            Err(misfit) => Act::Answer(Draft::script_error(app, misfit)),
            Ok(fault) => {
                let scene = Scene { app, port: &conversation.port, waiting: waiting.clone() };
                perform(&fault, &scene, request, |request| respond(&real, request)).await
            }
        };
        let stream = 1 + 2 * before;
        let taken = match act {
            Act::TakeOver(plan) => plan,
            Act::GoAway(LastStream::This, reason) => goaway(stream, reason),
            // Requests of a client have odd numbers; there is none before the first.
            Act::GoAway(LastStream::Before, reason) => goaway(stream.saturating_sub(2), reason),
            Act::Reset(reason) => {
                inquiry.is_cut_off();
                return Err(reason.into());
            }
            Act::ResetAfter(Draft { head, content }, bytes, reason) => {
                inquiry.answered(&head);
                let body = AnswerBody::cut(content, bytes, reason, conversation, exchange);
                return Ok(Response::from_parts(head, body));
            }
            Act::WindDown(Draft { head, content }) => {
                conversation.intervene(Intervention::WindDown);
                inquiry.answered(&head);
                return Ok(Response::from_parts(head, AnswerBody::made(content, exchange)));
            }
            Act::Answer(Draft { head, content }) => {
                conversation.is_early.fetch_or(head.headers.contains_key(CONNECTION), Ordering::Relaxed);
                inquiry.answered(&head);
                drop(busy);
                return Ok(Response::from_parts(head, AnswerBody::made(content, exchange)));
            }
        };
        let takeover = Takeover { plan: taken, inquiry, waiting, busy };
        drop(exchange);
        conversation.intervene(Intervention::TakeOver(takeover));
        drop(conversation);
        // The connection ends now, and this with it.
        std::future::pending().await
    }
}

async fn respond(real: &Real, request: hyper::Request<RequestBody>) -> Response<Body> {
    match real.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
