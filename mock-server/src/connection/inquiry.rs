use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Version;
use http::request::Parts;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::conversation::Conversation;
use crate::app::App;
use crate::journal::{Answered, Content, Event, Received, listed, version};

/// A request, from its head to the head of its answer.
pub(super) struct Inquiry {
    conversation: Arc<Conversation>,
    number: u64,
    recording: Option<Recording>,
    is_answered: bool,
}

/// A request's body, which is written down as it is read.
pub(super) struct RequestBody {
    body: Incoming,
    recording: Option<Recording>,
}

/// A request on its way into the journal. Clones are the same one.
#[derive(Clone)]
struct Recording {
    app: Arc<App>,
    unwritten: Arc<Mutex<Option<Unwritten>>>,
}

struct Unwritten {
    request: Received,
    body: Vec<u8>,
}

impl Inquiry {
    /// A request came over a connection.
    pub(super) fn begin(
        conversation: Arc<Conversation>,
        request: hyper::Request<Incoming>,
    ) -> (Self, hyper::Request<RequestBody>) {
        let app = &conversation.app;
        let number = app.journal.number_request();
        let (head, body) = request.into_parts();
        let recording = app.journal.is_on().then(|| Recording::new(app, &head, conversation.number, number));
        let body = RequestBody { body, recording: recording.clone() };
        body.write_if_read();
        let inquiry = Self { conversation, number, recording, is_answered: false };
        (inquiry, hyper::Request::from_parts(head, body))
    }

    /// Its answer's head is handed over to be written.
    pub(super) fn answered(&mut self, head: &http::response::Parts) {
        self.is_answered = true;
        let Some(recording) = &self.recording else { return };
        recording.write();
        let request_id = head.headers.get("x-request-id").and_then(|id| Some(id.to_str().ok()?.to_owned()));
        let (status, headers) = (head.status.as_u16(), listed(&head.headers));
        let answer = Answered { request: self.number, status, headers, request_id };
        self.conversation.app.journal.record(Event::Answer(answer));
    }
}

impl Inquiry {
    /// It has no answer, or no more of one, because the server ends it.
    pub(super) fn is_cut_off(&mut self) {
        self.is_answered = true;
        if let Some(recording) = &self.recording {
            recording.write();
        }
    }
}

impl Drop for Inquiry {
    fn drop(&mut self) {
        if let Some(recording) = &self.recording
            && !self.is_answered
        {
            recording.write();
            self.conversation.app.journal.record(Event::Gone { request: self.number });
        }
    }
}

impl Recording {
    fn new(app: &Arc<App>, head: &Parts, connection: u64, request: u64) -> Self {
        let mut headers = listed(&head.headers);
        if head.version == Version::HTTP_2
            && let Some(authority) = head.uri.authority()
        {
            headers.insert(0, (":authority".to_owned(), authority.to_string()));
        }
        let target = head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string);
        let request = Received {
            connection,
            request,
            method: head.method.to_string(),
            target,
            version: version(head.version),
            headers,
            body: Content::new(Vec::new()),
        };
        let unwritten = Arc::new(Mutex::new(Some(Unwritten { request, body: Vec::new() })));
        Self { app: app.clone(), unwritten }
    }

    fn read(&self, bytes: &[u8]) {
        if let Some(unwritten) = &mut *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner) {
            unwritten.body.extend_from_slice(bytes);
        }
    }

    /// Writes it down, unless it is.
    fn write(&self) {
        let unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Unwritten { request, body }) = unwritten {
            self.app.journal.record(Event::Request(Received { body: Content::new(body), ..request }));
        }
    }
}

impl RequestBody {
    fn write_if_read(&self) {
        if self.body.is_end_stream()
            && let Some(recording) = &self.recording
        {
            recording.write();
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Some(recording) = &self.recording {
            match &polled {
                Poll::Ready(Some(Ok(frame))) => {
                    recording.read(frame.data_ref().map_or(&[], |bytes| bytes));
                    self.write_if_read();
                }
                Poll::Ready(_) => recording.write(),
                Poll::Pending => {}
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// It was given up, if it was not read.
impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(recording) = &self.recording {
            recording.write();
        }
    }
}
