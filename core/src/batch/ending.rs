use std::sync::OnceLock;
use std::time::Duration;

use axiomo_model::ErrorKind;

use crate::cancel::CancelHandle;
use crate::error::Error;

/// Whether a batch ends before all is done, and why.
#[derive(Default)]
pub(super) struct Ending {
    /// Lets no further attempt begin.
    closing: CancelHandle,
    /// Cuts off what is under way.
    cut: CancelHandle,
    refusal: OnceLock<Error>,
    deadline: OnceLock<Duration>,
}

impl Ending {
    pub(super) fn closing(&self) -> &CancelHandle {
        &self.closing
    }

    pub(super) fn cut(&self) -> &CancelHandle {
        &self.cut
    }

    /// Nothing more is sent, since it would be refused like this. The first refusal counts.
    pub(super) fn refuse(&self, error: Error) {
        if self.refusal.set(error).is_ok() {
            self.closing.cancel();
        }
    }

    /// The time of the whole batch is over.
    pub(super) fn cut_off(&self, deadline: Duration) {
        if self.deadline.set(deadline).is_ok() {
            self.cut.cancel();
        }
    }

    /// What becomes of an item that has not begun; none while it may begin.
    pub(super) fn error(&self) -> Option<Error> {
        match (self.deadline.get(), self.refusal.get()) {
            (Some(deadline), _) => Some(out_of_time(*deadline)),
            (None, Some(refusal)) => Some(not_sent(refusal)),
            (None, None) => None,
        }
    }

    /// Says of a call that was broken off why that was.
    pub(super) fn explain(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Cancelled {
            return error;
        }
        let Some(mut explained) = self.error() else { return error };
        let contents = explained.contents_mut();
        // What has been sent was not decided here alone.
        contents.local &= error.attempts().is_empty();
        contents.attempts = error.attempts().to_vec();
        contents.sent = error.sent();
        contents.rate_limit = error.rate_limit();
        contents.http_status = error.http_status();
        contents.request_id = error.request_id().map(str::to_owned);
        if let Some(last) = contents.attempts.last_mut().filter(|last| last.error_kind == Some(ErrorKind::Cancelled)) {
            last.error_kind = Some(contents.kind);
        }
        explained
    }
}

fn out_of_time(deadline: Duration) -> Error {
    let seconds = deadline.as_secs_f64();
    let mut error = Error::local(
        ErrorKind::Timeout,
        format!(
            "this was not done within {seconds} s, the time of the whole batch (deadline); allow more, or do what is \
             left in another batch"
        ),
    );
    error.contents_mut().code = Some("deadline".to_owned());
    error
}

fn not_sent(refusal: &Error) -> Error {
    // What arose here says of itself what to do, and holds for every item.
    if refusal.http_status().is_none() {
        return refusal.clone();
    }
    let message = format!("nothing more of the batch is sent, since {}", refusal.message());
    let mut error = Error::local(refusal.kind(), message);
    error.contents_mut().code = refusal.code().map(str::to_owned);
    error
}
