use std::time::SystemTime;

use http::header::DATE;
use http::{HeaderName, HeaderValue};

use super::draft::{Draft, header};
use crate::script::{Fault, shifted};

impl Draft {
    /// What a step says of headers, as the head is written.
    pub(super) fn change_headers(&mut self, fault: &Fault, now: SystemTime) -> Result<(), String> {
        if let Some(seconds) = fault.date_skew_s {
            let date = httpdate::fmt_http_date(shifted(now, seconds));
            self.head.headers.insert(DATE, HeaderValue::from_str(&date).map_err(|error| error.to_string())?);
        }
        let Some(changes) = &fault.headers else { return Ok(()) };
        for name in &changes.remove {
            let name: HeaderName = name.parse().map_err(|error| format!("{name}: {error}"))?;
            self.head.headers.remove(name);
        }
        self.set_headers(&changes.set, now)?;
        for (name, template) in &changes.add {
            let (name, value) = header(name, template, now)?;
            self.head.headers.append(name, value);
        }
        Ok(())
    }
}
