//! A Signal as a page that a person reads: written by the server, complete without scripts.
//!
//! Whatever a Signal says was written by strangers. Three things stand between their texts and the
//! reader, each enough by itself: every text is made harmless before anything is written
//! ([`words::legible`]), the templates escape all they write, and the browser is told to run nothing
//! and to load nothing ([`HEADERS`]).

mod opinion;
mod place;
mod sections;
#[cfg(test)]
mod tests;
mod words;

use axiomo_model::{Document, printable};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY as POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// Nothing runs, nothing is loaded, nothing is sent, nobody frames it; the one stylesheet is known by
/// the hash of its text.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    style-src 'sha256-SLxdxLyqaTBqY1vjRbBU5YP4hsCTuFjZkvHomkULrnU='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of every page.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
    (POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // The address of a page is nobody's business, the provider's included.
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    // An analysis may be made again, and a repository may become private.
    (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
];

/// The page of a Signal. Sections that it has not are not shown, and nothing stands in for them.
pub(crate) fn render(document: &Document) -> String {
    let signal = words::legible(document.signal());
    let place = place::place(&signal.pr);
    let level = opinion::level(&signal.risk);
    let title = place::title(&signal.pr);
    let body = html! {
        header {
            (place::header(&signal.pr, &place, title))
        }
        main {
            (opinion::summary(&signal))
            (opinion::drivers(&signal.risk))
            (sections::focus(&signal.focus))
            (sections::people(&signal.contributors))
            (sections::supply_chain(&signal.supply_chain))
            (sections::evidence(&signal.evidence))
            (sections::conventions(&signal.conventions))
            (sections::governance(&signal.governance))
            (sections::intent(signal.intent.as_ref()))
            (sections::unread(&signal.meta, document.warnings()))
        }
        footer {
            (sections::origin(&signal.meta, document.signal_id()))
        }
    };
    let name = [Some(format!("{level} risk")), Some(title.to_owned()), Some(place)];
    let name: Vec<String> = name.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    page(&name.join(" · "), &body).into_string()
}

/// The page where there is no Signal, or none for whoever asks.
pub(crate) fn not_found() -> String {
    let body = html! {
        main {
            section.card {
                h1 { "No such Signal" }
                p {
                    "There is no Signal at this address. It may be of a private repository, it may not have been made \
                     yet, or the address is not complete."
                }
            }
        }
    };
    page("No such Signal", &body).into_string()
}

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (printable(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}
