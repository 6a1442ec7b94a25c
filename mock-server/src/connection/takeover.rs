use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::activity::Busy;
use super::closed;
use super::conversation::Conversation;
use super::inquiry::Inquiry;
use super::stream::linger;
use super::transport::{Transport, how};
use crate::fault::{Last, Plan, Segment, Waiting};
use crate::journal::{By, How};

/// A connection's bytes in the hands of one request.
pub(super) struct Takeover {
    pub(super) plan: Plan,
    pub(super) inquiry: Inquiry,
    pub(super) waiting: Waiting,
    /// So that the connection is not taken for an idle one.
    pub(super) busy: Busy,
}

impl Takeover {
    /// Writes what is planned, and ends the connection.
    pub(super) async fn run(self, mut stream: Transport, conversation: Arc<Conversation>) {
        let Self { plan: Plan { segments, last }, mut inquiry, waiting, busy } = self;
        let mut gone = write(segments, &mut stream, &mut inquiry, &waiting).await;
        // The answer is whole where another request is what is waited for.
        let waiting = (last != Last::ResetNext).then_some(waiting);
        if gone.is_none() {
            gone = match (&waiting, last) {
                (None, _) => next_word(&mut stream).await,
                (Some(waiting), Last::Stall) => stall(&mut stream, true, waiting).await,
                (Some(waiting), Last::StallUnread) => stall(&mut stream, false, waiting).await,
                (Some(_), _) => None,
            };
        }
        let (by, how) = match (gone, last) {
            (Some(how), _) => (By::Client, how),
            (None, Last::Reset | Last::ResetNext) => (By::Server, How::Reset),
            (None, _) => (By::Server, How::Fin),
        };
        conversation.ends(by, how);
        if by == By::Server {
            inquiry.is_cut_off();
        }
        let closing = conversation.closing.clone();
        // It is written down before the client can know.
        drop((inquiry, conversation));
        if by == By::Server {
            match how {
                How::Reset => stream.reset(),
                How::Fin => {
                    let _ = stream.shutdown().await;
                    drop((waiting, busy));
                    linger_unless(closing, stream).await;
                }
            }
        }
    }
}

/// Lets what still comes come, unless the server closes.
pub(super) async fn linger_unless(mut closing: tokio::sync::watch::Receiver<bool>, stream: Transport) {
    tokio::select! {
        () = linger(stream) => {}
        () = closed(&mut closing) => {}
    }
}

/// Writes everything; or says how the client went before that.
async fn write(
    segments: Vec<Segment>,
    stream: &mut Transport,
    inquiry: &mut Inquiry,
    waiting: &Waiting,
) -> Option<How> {
    for segment in segments {
        let gone = match segment {
            Segment::Head(head) => {
                inquiry.answered(&head);
                None
            }
            Segment::Bytes(bytes) => write_bytes(stream, &bytes).await,
            Segment::Content(mut content) => loop {
                let Some(bytes) = content.next() else { break None };
                if let Some(how) = write_bytes(stream, &bytes).await {
                    break Some(how);
                }
            },
            Segment::Drip { bytes, at_once, pause: length } => drip(&bytes, at_once, length, stream, waiting).await,
            Segment::Pause(length) => pause(length, stream, waiting).await,
        };
        if gone.is_some() {
            return gone;
        }
    }
    None
}

/// Writes bytes, so many at a time; or says how the client went.
async fn drip(
    bytes: &[u8],
    at_once: usize,
    length: Duration,
    stream: &mut Transport,
    waiting: &Waiting,
) -> Option<How> {
    for (number, piece) in bytes.chunks(at_once).enumerate() {
        if number > 0
            && let Some(how) = pause(length, stream, waiting).await
        {
            return Some(how);
        }
        if let Some(how) = write_bytes(stream, piece).await {
            return Some(how);
        }
    }
    None
}

/// Writes nothing for so long; or says how the client went.
async fn pause(length: Duration, stream: &mut Transport, waiting: &Waiting) -> Option<How> {
    tokio::select! {
        how = stream.gone(true) => Some(how),
        () = waiting.pause(length) => None,
    }
}

/// Writes bytes; or says how the client went.
async fn write_bytes(stream: &mut Transport, bytes: &[u8]) -> Option<How> {
    let written = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    written.await.is_err().then_some(How::Reset)
}

/// Returns when the client goes, and says how; or when the server closes.
async fn stall(stream: &mut Transport, is_read: bool, waiting: &Waiting) -> Option<How> {
    tokio::select! {
        how = stream.gone(is_read) => Some(how),
        () = waiting.forever() => None,
    }
}

/// Returns when the client says something; or says how it went.
async fn next_word(stream: &mut Transport) -> Option<How> {
    match stream.read(&mut [0; 1]).await {
        Ok(0) => Some(How::Fin),
        Ok(_) => None,
        Err(error) => Some(how(&error)),
    }
}
