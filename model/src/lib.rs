//! The data types of the Axiomo API: what a pull request's analysis looks like, how a pull request is
//! named, and which kinds of errors there are. No input or output happens here.
//!
//! A [`Signal`] describes one pull request in sections. The service may send more than this version
//! knows, less than it promises, or something else than it says; reading survives all of that. A
//! [`Document`] keeps the text as it was received next to the lenient, typed view of it:
//!
//! ```
//! use axiomo_model::{Document, RiskLevel};
//!
//! let text = r#"{"signal_id": "ax-o-r-1-a1b2c3d4",
//!                "signal": {"risk": {"level": "high", "score": "0.7", "mood": "grim"}}}"#;
//! let document = Document::from_json(text)?;
//!
//! assert_eq!(document.signal().risk.level, Some(RiskLevel::High));
//! assert_eq!(document.signal().risk.score, None);
//! assert_eq!(document.warnings(), ["signal.risk.score"]);
//! assert_eq!(document.extra("signal.risk")["mood"].get(), r#""grim""#);
//! assert_eq!(document.to_json(), text);
//! # Ok::<(), axiomo_model::DecodeError>(())
//! ```
//!
//! A [`PullRequestRef`] reads the address of a pull request on GitHub, GitLab or Bitbucket, and an
//! [`ErrorKind`] says in one word what went wrong.

mod answer;
mod document;
mod error_kind;
mod gate;
mod lazy_document;
mod lenient;
mod open_enum;
mod outline;
mod raw;
mod reference;
mod section;
mod signal;
mod text;
mod timestamp;

pub use document::{DecodeError, Document, DocumentParts};
pub use error_kind::ErrorKind;
pub use gate::{Gate, UndecidedReason};
pub use lazy_document::{LazyDocument, LazySignal};
pub use reference::{ParsePullRequestError, PullRequestRef};
pub use section::Section;
pub use signal::*;
pub use text::{VisitText, printable};
pub use timestamp::{ParseTimestampError, Timestamp};
