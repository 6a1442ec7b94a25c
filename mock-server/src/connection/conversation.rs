use std::sync::{Arc, Mutex, PoisonError};

use crate::app::App;
use crate::journal::{By, Event, How};

/// What is kept of a connection for as long as anything is said over it.
#[derive(Debug)]
pub(crate) struct Conversation {
    app: Arc<App>,
    number: u64,
    /// Who ended it, and how; the first end counts.
    end: Mutex<Option<(By, How)>>,
}

impl Conversation {
    pub(super) fn open(app: Arc<App>, listener: &str) -> Arc<Self> {
        let number = app.journal.number_connection();
        if app.journal.is_on() {
            app.journal.record(Event::Opened { connection: number, listener: listener.to_owned() });
        }
        Arc::new(Self { app, number, end: Mutex::default() })
    }

    pub(super) fn app(&self) -> &Arc<App> {
        &self.app
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Says who ends it.
    pub(super) fn ends(&self, by: By, how: How) {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((by, how));
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // Whatever nobody ended was let go of by the server.
        let end = *self.end.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (by, how) = end.unwrap_or((By::Server, How::Fin));
        self.app.journal.record(Event::Closed { connection: self.number, by, how });
    }
}
