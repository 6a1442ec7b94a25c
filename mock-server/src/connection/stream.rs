use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

use super::activity::Activity;
use super::conversation::Conversation;
use super::transport::{Transport, how};
use crate::journal::{By, How};

/// A connection's bytes, with an eye on when they come.
pub(super) struct Watched {
    /// None once it is handed back.
    stream: Option<Transport>,
    activity: Arc<Activity>,
    conversation: Arc<Conversation>,
    back: Option<oneshot::Sender<Transport>>,
}

impl Watched {
    /// The stream comes back when whoever serves it lets go of it.
    pub(super) fn new(
        stream: Transport,
        activity: Arc<Activity>,
        conversation: Arc<Conversation>,
    ) -> (Self, oneshot::Receiver<Transport>) {
        let (back, comes_back) = oneshot::channel();
        (Self { stream: Some(stream), activity, conversation, back: Some(back) }, comes_back)
    }

    fn written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.conversation.wrote(*bytes),
            Poll::Ready(Err(_)) => self.conversation.ends(By::Client, How::Reset),
            Poll::Pending => {}
        }
        written
    }

    fn stream(&mut self) -> io::Result<Pin<&mut Transport>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let (Some(stream), Some(back)) = (self.stream.take(), self.back.take()) {
            // Nobody waits for it when the connection was cut off.
            let _ = back.send(stream);
        }
    }
}

/// Reads and drops what still comes, so that the last answer is not lost: a system that gets bytes for
/// a closed connection throws away what the other side has not read yet.
pub(super) async fn linger(mut stream: Transport) {
    let mut left = LONGEST_LINGER;
    let mut buffer = [0; 8192];
    while left > 0 {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => left = left.saturating_sub(length),
        }
    }
}

/// More than what is under way when a sender learns that nobody listens.
const LONGEST_LINGER: usize = 4 * 1024 * 1024;

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.stream()?.poll_read(context, buffer);
        match (&read, buffer.filled().get(before..)) {
            (Poll::Pending, _) => {}
            (Poll::Ready(Ok(())), None | Some([])) => self.conversation.ends(By::Client, How::Fin),
            (Poll::Ready(Ok(())), Some(new)) => self.activity.received(new),
            (Poll::Ready(Err(error)), _) => self.conversation.ends(By::Client, how(error)),
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write(context, bytes);
        self.written(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream()?.poll_write_vectored(context, slices);
        self.written(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.conversation.ends(By::Server, How::Fin);
        self.stream()?.poll_shutdown(context)
    }
}
