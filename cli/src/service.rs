//! Calls of the service.

use std::path::Path;

use axiomo::{Analysis, AnalyzeRequest, Call, Client, ClientBuilder, KeyProvider, ProviderToken, RateLimiter};
use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::arguments::Service;
use crate::failure::Failure;

pub(crate) fn analyze(url: &str, service: &Service, token_file: Option<&Path>) -> Result<Analysis, Failure> {
    let mut request = AnalyzeRequest::from_url(url)?;
    let doing = format!("Analysing {}; this usually takes 10 to 30 seconds", request.pull_request());
    if let Some(path) = token_file {
        request = request.access_token(token(path)?);
    }
    finish(client(service)?.analyze(request), doing)
}

pub(crate) fn scan(id: &str, service: &Service) -> Result<Analysis, Failure> {
    finish(client(service)?.scan(id), "Retrieving the Signal".to_owned())
}

pub(crate) fn client(service: &Service) -> Result<Client, Failure> {
    let mut builder = ClientBuilder::from_env()?.user_agent_suffix(concat!("axiomo-cli/", env!("CARGO_PKG_VERSION")));
    if let Some(path) = &service.api_key_file {
        builder = builder.key_provider(KeyProvider::file(path));
    }
    if let Some(url) = &service.base_url {
        builder = builder.base_url(url);
    }
    if let Some(timeout) = service.timeout {
        builder = builder.timeout(timeout);
    }
    if let Some(url) = &service.rate_limit_store {
        if url.trim().is_empty() {
            let message =
                "AXIOMO_RATE_LIMIT_STORE, or --rate-limit-store, is empty; give it an address, or leave it out";
            return Err(Failure::Configuration(message.to_owned()));
        }
        builder = builder.rate_limiter(&RateLimiter::redis(url)?);
    }
    Ok(builder.build()?)
}

fn token(path: &Path) -> Result<ProviderToken, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Configuration(format!("--access-token-file {}: {error}", path.display())))?;
    Ok(ProviderToken::new(text.trim())?)
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|source| Failure::System { what: "the runtime cannot be started", source })
}

/// Makes a call, with a sign of life on stderr if that is a terminal.
fn finish(call: Call, doing: String) -> Result<Analysis, Failure> {
    let runtime = runtime()?;
    let progress = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_message(doing);
    progress.enable_steady_tick(std::time::Duration::from_millis(100));
    let outcome = runtime.block_on(async {
        tokio::select! {
            // The signal first, so that none is missed once the call has begun.
            biased;
            signal = tokio::signal::ctrl_c() => match signal {
                Ok(()) => Err(Failure::Interrupted),
                Err(source) => Err(Failure::System { what: "signals cannot be waited for", source }),
            },
            outcome = call.into_future() => outcome.map_err(Failure::from),
        }
    });
    progress.finish_and_clear();
    outcome
}
