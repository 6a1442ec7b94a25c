//! One connection: what it is doing, and when it is cut off.

mod activity;
mod answer_body;
mod call;
mod conversation;
mod inquiry;
mod list;
mod stream;
mod takeover;
mod transport;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::app::App;
use crate::config::Timeouts;
use crate::fault::Waiting;
use crate::journal::{By, How};
use crate::port::Port;
use crate::script::{ConnectionEnd, ConnectionStep, HoldUp};
pub(crate) use activity::Activity;
use call::Call;
pub(crate) use call::Peer;
use conversation::{Conversation, Intervention};
pub(crate) use list::Connections;
use stream::{Watched, linger};
use takeover::linger_unless;
use transport::{Transport, how};

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
    pub(crate) async fn serve(self, stream: TcpStream, peer: SocketAddr, activity: Arc<Activity>, port: Arc<Port>) {
        let step = self.app.script.step_of_connection();
        let is_misfit = matches!(step, ConnectionStep::Tls(_)) && port.acceptor.is_none();
        let misfit = is_misfit.then_some("the script has a step for TLS, and this connection has none");
        let conversation = Conversation::open(self.app.clone(), port, peer, self.closing.clone(), misfit);
        let work = async {
            match step {
                ConnectionStep::Accept(end) => Box::pin(self.end(stream, end, &activity, conversation)).await,
                ConnectionStep::Tls(HoldUp::Stall) if !is_misfit => {
                    Box::pin(self.end(stream, ConnectionEnd::Stall, &activity, conversation)).await;
                }
                ConnectionStep::Tls(_) | ConnectionStep::Real => {
                    if let Some(stream) = self.begin(stream, &activity, conversation).await {
                        linger(stream).await;
                    }
                }
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

    /// Ends a connection before anything is asked over it.
    async fn end(&self, stream: TcpStream, end: ConnectionEnd, activity: &Arc<Activity>, conversation: Conversation) {
        let mut stream = Transport::Plain(stream);
        match end {
            ConnectionEnd::Fin => {
                conversation.ends(By::Server, How::Fin);
                // It is written down before the client can know.
                drop(conversation);
                let _ = stream.shutdown().await;
                linger_unless(self.closing.clone(), stream).await;
            }
            ConnectionEnd::Reset => {
                conversation.ends(By::Server, How::Reset);
                drop(conversation);
                stream.reset();
            }
            ConnectionEnd::Stall => {
                let _busy = activity.begin();
                let exchange = Arc::new(self.app.exchanges.hold());
                let waiting = Waiting::new(exchange, self.app.clock.clone(), self.closing.clone());
                tokio::select! {
                    how = stream.gone(false) => conversation.ends(By::Client, how),
                    () = waiting.forever() => {}
                }
            }
        }
    }

    /// Begins with TLS, if there is any.
    async fn begin(
        &self,
        stream: TcpStream,
        activity: &Arc<Activity>,
        conversation: Conversation,
    ) -> Option<Transport> {
        let stream = match &conversation.port.acceptor {
            None => Transport::Plain(stream),
            Some(acceptor) => match acceptor.accept(stream).await {
                Ok(stream) => Transport::Tls(Box::new(stream)),
                Err(error) => {
                    tracing::debug!(peer = %conversation.peer, %error, "a TLS handshake failed");
                    // Whoever does not like the certificate says so, and goes.
                    conversation.ends(By::Client, how(&error));
                    return None;
                }
            },
        };
        self.converse(stream, activity, Arc::new(conversation)).await
    }

    /// Answers what comes over a connection; gives it back where something may still be under way to it.
    async fn converse(
        &self,
        stream: Transport,
        activity: &Arc<Activity>,
        conversation: Arc<Conversation>,
    ) -> Option<Transport> {
        let real = TowerToHyperService::new(self.router.clone());
        let (of_calls, activity_of_calls) = (conversation.clone(), activity.clone());
        let service = service_fn(move |request| {
            let call = Call::begin(&of_calls, activity_of_calls.begin(), request);
            call.answer(real.clone())
        });
        let (stream, comes_back) = Watched::new(stream, activity.clone(), conversation.clone());
        let taken = {
            let mut connection = pin!(self.protocol.serve_connection(TokioIo::new(stream), service));
            let mut closing = self.closing.clone();
            let mut is_winding_down = false;
            loop {
                tokio::select! {
                    biased;
                    ended = connection.as_mut() => {
                        if let Err(error) = ended {
                            tracing::debug!(peer = %conversation.peer, error, "a connection failed");
                        }
                        break None;
                    }
                    intervention = conversation.intervened() => match intervention {
                        Intervention::TakeOver(takeover) => break Some(takeover),
                        Intervention::WindDown => connection.as_mut().graceful_shutdown(),
                    },
                    () = closed(&mut closing), if !is_winding_down => {
                        is_winding_down = true;
                        connection.as_mut().graceful_shutdown();
                    }
                }
            }
        };
        conversation.is_over();
        let is_early = conversation.is_early.load(Ordering::Relaxed);
        match taken {
            Some(takeover) => {
                Box::pin(takeover.run(comes_back.await.ok()?, conversation)).await;
                None
            }
            None if is_early => comes_back.await.ok(),
            None => None,
        }
    }
}

/// Returns once the server closes.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // It fails when the server is gone, which is closed too.
    let _ = closing.wait_for(|closing| *closing).await;
}
