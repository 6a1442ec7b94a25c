//! The native part of the Python package `axiomo`: what Python's own code cannot do as quickly, and nothing that the
//! Rust client does not do. `python/axiomo` beside it holds what users see.

mod analysis;
mod batch;
mod bridge;
mod client;
mod ending;
mod error;
mod events;
mod fork;
mod interpreter;
mod meta;
mod model;
mod models;
mod opening;
mod options;
mod rate_limiter;
mod request;
mod testing;
mod turns;
mod value;
mod wait;
mod webhook;

use pyo3::prelude::*;

/// Results are made on the client's thread and freed on Python's, which is the worst case of most allocators.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::analysis::Analysis;
    #[pymodule_export]
    use crate::batch::{Batch, BatchItem, BatchProgress, NativeAsyncBatch};
    #[pymodule_export]
    use crate::bridge::{Bridge, PendingCall};
    #[pymodule_export]
    use crate::client::NativeClient;
    #[pymodule_export]
    use crate::meta::{Attempt, RateLimit, ResponseMeta};
    #[pymodule_export]
    use crate::model::{Model, restore};
    #[pymodule_export]
    use crate::options::CancelHandle;
    #[pymodule_export]
    use crate::rate_limiter::{RateLimiter, RateLimiterSnapshot};
    #[pymodule_export]
    use crate::request::AnalyzeRequest;
    #[pymodule_export]
    use crate::testing::{VirtualClock, forbid_real_time};
    #[pymodule_export]
    use crate::webhook::verify_webhook;

    use pyo3::exceptions::PyAttributeError;
    use pyo3::prelude::*;
    use pyo3::types::PyType;

    /// What the module has for a name that is not there yet (PEP 562).
    #[pyfunction]
    #[pyo3(name = "__getattr__", pass_module)]
    fn part<'py>(module: &Bound<'py, PyModule>, name: &str) -> PyResult<Bound<'py, PyType>> {
        let message = || PyAttributeError::new_err(format!("module 'axiomo._native' has no attribute '{name}'"));
        let class = crate::models::class(module.py(), name).ok_or_else(message)?;
        module.setattr(name, &class)?;
        Ok(class)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::interpreter::claim(module.py())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // What is public is what the package says.
        module.delattr("__all__")?;
        crate::ending::register(module)?;
        crate::fork::register(module)
    }
}
