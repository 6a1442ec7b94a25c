//! One connection: what it is doing, and when it is cut off.

mod activity;
mod answer_body;
mod conversation;
mod inquiry;
mod list;
mod stream;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use http::header::CONNECTION;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::app::App;
use crate::config::Timeouts;
pub(crate) use activity::Activity;
use answer_body::AnswerBody;
use conversation::Conversation;
use inquiry::Inquiry;
pub(crate) use list::Connections;
use stream::{Watched, linger};

/// Who is at the other end of the connection that a request came over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Room for a request's head: far more than any client of the API sends.
const LARGEST_HEAD: usize = 16 * 1024;
/// Headers of a request.
const MOST_HEADERS: usize = 64;
/// Requests at once over one HTTP/2 connection.
const MOST_STREAMS: u32 = 100;

/// What every connection of a server needs.
#[derive(Clone)]
pub(crate) struct Serving {
    app: Arc<App>,
    router: Router,
    timeouts: Timeouts,
    protocol: Builder<TokioExecutor>,
    closing: watch::Receiver<bool>,
}

impl Serving {
    pub(crate) fn new(app: Arc<App>, router: Router, timeouts: Timeouts, closing: watch::Receiver<bool>) -> Self {
        let mut protocol = Builder::new(TokioExecutor::new());
        // Dates come from our own clock, and so do the ends of slow requests.
        protocol
            .http1()
            .auto_date_header(false)
            .header_read_timeout(None)
            .max_headers(MOST_HEADERS)
            .max_buf_size(LARGEST_HEAD);
        protocol
            .http2()
            .auto_date_header(false)
            .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
            .max_concurrent_streams(MOST_STREAMS);
        Self { app, router, timeouts, protocol, closing }
    }

    /// Serves a connection until it ends, is cut off, or the server closes.
    pub(crate) async fn serve(self, stream: TcpStream, peer: SocketAddr, activity: Arc<Activity>, listener: &str) {
        let conversation = Conversation::open(self.app.clone(), listener);
        let work = async {
            if let Some(stream) = self.converse(stream, peer, &activity, conversation).await {
                linger(stream).await;
            }
        };
        let cut_off = async {
            tokio::select! {
                () = activity.overdue(self.timeouts) => {
                    tracing::debug!(%peer, "a connection was cut off: too slow, or idle for too long");
                }
                () = activity.cut_off() => {
                    tracing::debug!(%peer, "an idle connection was closed for a new one");
                }
            }
        };
        tokio::select! {
            biased;
            () = work => {}
            () = cut_off => {}
        }
    }

    /// Answers what comes over a connection; gives it back where something may still be under way to it.
    async fn converse(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        activity: &Arc<Activity>,
        conversation: Arc<Conversation>,
    ) -> Option<TcpStream> {
        let service = TowerToHyperService::new(self.router.clone());
        let of_requests = activity.clone();
        // Whether an answer came before all of its request did.
        let is_early = Arc::new(AtomicBool::new(false));
        let of_answers = is_early.clone();
        let of_inquiries = conversation.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let exchange = of_inquiries.app().exchanges.begin(&request);
            let (mut inquiry, mut request) = Inquiry::begin(of_inquiries.clone(), request);
            request.extensions_mut().insert(Peer(peer));
            let busy = of_requests.begin();
            let response = hyper::service::Service::call(&service, request);
            let is_early = of_answers.clone();
            async move {
                let (head, body) = response.await?.into_parts();
                is_early.fetch_or(head.headers.contains_key(CONNECTION), Ordering::Relaxed);
                inquiry.answered(&head);
                drop(busy);
                Ok::<_, Infallible>(hyper::Response::from_parts(head, AnswerBody::new(body, exchange)))
            }
        });
        let (stream, comes_back) = Watched::new(stream, activity.clone(), conversation);
        let mut closing = self.closing.clone();
        {
            let mut connection = pin!(self.protocol.serve_connection(TokioIo::new(stream), service));
            let ended = tokio::select! {
                biased;
                ended = connection.as_mut() => ended,
                () = closed(&mut closing) => {
                    connection.as_mut().graceful_shutdown();
                    connection.as_mut().await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%peer, error, "a connection failed");
            }
        }
        if is_early.load(Ordering::Relaxed) { comes_back.await.ok() } else { None }
    }
}

/// Returns once the server closes.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // It fails when the server is gone, which is closed too.
    let _ = closing.wait_for(|closing| *closing).await;
}
