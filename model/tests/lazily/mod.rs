//! Reading lazily gives what reading at once gives.

use axiomo_model::{Document, LazyDocument, LazySignal, Signal};

/// All fields of a Signal.
fn whole(lazy: LazySignal<'_>) -> Signal {
    let mut signal = Signal::default();
    signal.version = lazy.version().into_owned();
    signal.signal_id = lazy.signal_id().into_owned();
    signal.signal_url = lazy.signal_url().into_owned();
    signal.pr = lazy.pr().into_owned();
    signal.contributors = lazy.contributors().into_owned();
    signal.intent = lazy.intent().into_owned();
    signal.risk = lazy.risk().into_owned();
    signal.evidence = lazy.evidence().into_owned();
    signal.supply_chain = lazy.supply_chain().into_owned();
    signal.triage = lazy.triage().into_owned();
    signal.conventions = lazy.conventions().into_owned();
    signal.focus = lazy.focus().into_owned();
    signal.governance = lazy.governance().into_owned();
    signal.review = lazy.review().into_owned();
    signal.meta = lazy.meta().into_owned();
    signal
}

/// Fails when it does not.
pub(crate) fn check(text: &str) {
    let (lazy, document) = (LazyDocument::from_json(text), Document::from_json(text));
    let ((lazy, warnings), document) = match (lazy, document) {
        (Ok(lazy), Ok(document)) => (lazy, document),
        (lazy, document) => return assert_eq!(lazy.err(), document.err(), "{text}"),
    };
    assert_eq!(warnings, document.warnings(), "{text}");
    assert_eq!(lazy.to_json(), text);
    assert_eq!((lazy.signal_id(), lazy.signal_url()), (document.signal_id(), document.signal_url()), "{text}");
    assert_eq!(whole(lazy.signal()), *document.signal(), "{text}");
}
