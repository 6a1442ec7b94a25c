//! The service's rate limit: reading what it says of it, and keeping to it.

pub(crate) mod gate;
pub(crate) mod headers;
