//! Scripts: what becomes of requests and connections instead of, or on top of, what the server does by itself.
//!
//! A script is a list of rules. Each request takes the next step of the first [`Rule`] that matches it and has steps
//! left; a request without one is answered as if there were no script. Order alone decides, never chance. The same
//! JSON is read here, over the admin listener and in conformance scenarios; `mock-server/FAULTS.md` shows it all.
//!
//! ```
//! use axiomo_mock_server::script::Rule;
//!
//! let rules: Vec<Rule> = serde_json::from_str(
//!     r#"[{"on": {"method": "POST", "path": "/api/analyze"},
//!          "do": [{"respond": {"status": 503, "headers": {"retry-after": "7"}}}, "real"]}]"#,
//! )?;
//! assert_eq!(serde_json::to_value(&rules)?[0]["do"][1], "real");
//!
//! let wrong = serde_json::from_str::<Rule>(r#"{"on": "connection", "do": [{"accept": "slowly"}]}"#).unwrap_err();
//! assert_eq!(wrong.to_string(), "step 1: unknown variant `slowly`, expected one of `fin`, `reset`, `stall`");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod check;
mod queue;
mod rule;
mod step;
mod template;
mod wire;

pub(crate) use check::reason;
pub(crate) use queue::Script;
pub use rule::{Matcher, Rule};
pub use step::{
    Compress, ConnectionEnd, ConnectionStep, Edit, Fault, HeaderChanges, HoldUp, Redirect, RequestFault, Respond, Step,
};
pub(crate) use template::{Template, shifted};
pub use wire::{Chunks, CloseIdle, ContentLength, Cut, CutAfter, CutBy, Drip, Goaway, Head, Http2, LastStream, Wire};
