use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use h2::Reason;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

use super::conversation::Conversation;
use crate::exchange::Exchange;
use crate::fault::Content;

/// An answer's body. Whoever writes it lets go of it when all of it is handed over, which ends the exchange.
pub(super) struct AnswerBody {
    kind: Kind,
    _exchange: Arc<Exchange>,
}

enum Kind {
    Real(Body),
    Made(Content),
    Cut(mpsc::Receiver<Result<Bytes, h2::Error>>),
}

/// More bytes than HTTP/2 says between a request and its answer, and fewer than the head of any answer has.
const LEAST_HEAD: u64 = 40;
/// Bytes before the bytes of a body.
const FRAME_HEAD: u64 = 9;

impl AnswerBody {
    pub(super) fn real(body: Body, exchange: Arc<Exchange>) -> Self {
        Self { kind: Kind::Real(body), _exchange: exchange }
    }

    pub(super) fn made(content: Content, exchange: Arc<Exchange>) -> Self {
        Self { kind: Kind::Made(content), _exchange: exchange }
    }

    /// So many bytes of a body over HTTP/2, and a reset in place of the rest. A reset overtakes what is not written
    /// yet, so each waits for what is before it.
    pub(super) fn cut(
        content: Content,
        bytes: u64,
        reason: Reason,
        conversation: Arc<Conversation>,
        exchange: Arc<Exchange>,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(1);
        let began = conversation.written();
        tokio::spawn(async move {
            let write = async {
                conversation.has_written(began + LEAST_HEAD).await;
                let body = content.up_to(bytes).collect();
                if !body.is_empty() {
                    let end = conversation.written() + FRAME_HEAD + body.len() as u64;
                    // It fails when the client is gone.
                    let _ = sender.send(Ok(body)).await;
                    conversation.has_written(end).await;
                }
                let _ = sender.send(Err(reason.into())).await;
            };
            tokio::select! {
                () = write => {}
                () = sender.closed() => {}
            }
        });
        Self { kind: Kind::Cut(receiver), _exchange: exchange }
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.kind {
            Kind::Real(body) => Pin::new(body).poll_frame(context).map_err(Into::into),
            Kind::Made(made) => Poll::Ready(made.next().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Cut(pieces) => {
                pieces.poll_recv(context).map(|piece| Some(piece?.map(Frame::data).map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Real(body) => body.is_end_stream(),
            Kind::Made(content) => content.is_over(),
            Kind::Cut(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Real(body) => body.size_hint(),
            Kind::Made(content) => content.length().map_or_else(SizeHint::default, SizeHint::with_exact),
            Kind::Cut(_) => SizeHint::default(),
        }
    }
}
