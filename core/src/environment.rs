//! What the environment says of a client.

use std::ffi::OsString;
use std::time::Duration;

use axiomo_model::printable;

use crate::auth::{ApiKey, Credential};
use crate::builder::ClientBuilder;
use crate::error::Error;

/// A builder as these variables say; [`ClientBuilder::from_env`] tells which they are.
pub(crate) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<ClientBuilder, Error> {
    let text = |name: &str| -> Result<Option<String>, Error> {
        let Some(value) = variable(name) else { return Ok(None) };
        match value.into_string() {
            Ok(value) if value.trim().is_empty() => {
                Err(Error::configuration(format!("{name} is set but empty; give it a value, or unset it")))
            }
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Error::configuration(format!("{name} is no UTF-8 text"))),
        }
    };
    let seconds = |name: &str| -> Result<Option<Duration>, Error> {
        let Some(value) = text(name)? else { return Ok(None) };
        let seconds = value.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        seconds.map(Some).ok_or_else(|| {
            let value = printable(&value);
            Error::configuration(format!("{name} is `{value}`; expected seconds, such as 30 or 2.5"))
        })
    };
    let mut builder = ClientBuilder::default();
    // A key that is given otherwise makes this one count for nothing, so what is wrong with it shows when it is used.
    let key = text("AXIOMO_API_KEY").and_then(|key| key.as_deref().map(key_of).transpose());
    if let Some(key) = key.transpose() {
        builder = builder.credential(key.map(Credential::Fixed));
    }
    if let Some(url) = text("AXIOMO_BASE_URL")? {
        builder = builder.base_url(url);
    }
    if let Some(timeout) = seconds("AXIOMO_TIMEOUT")? {
        builder = builder.timeout(timeout);
    }
    if let Some(timeout) = seconds("AXIOMO_ATTEMPT_TIMEOUT")? {
        builder = builder.attempt_timeout(timeout);
    }
    if let Some(longest) = seconds("AXIOMO_MAX_WAIT")? {
        builder = builder.max_wait(longest);
    }
    if let Some(value) = text("AXIOMO_MAX_RETRIES")? {
        builder = builder.max_retries(value.trim().parse().map_err(|_| {
            let value = printable(&value);
            Error::configuration(format!("AXIOMO_MAX_RETRIES is `{value}`; expected a whole number from 0"))
        })?);
    }
    Ok(builder)
}

fn key_of(text: &str) -> Result<ApiKey, Error> {
    text.parse().map_err(|error| Error::configuration(format!("the API key in AXIOMO_API_KEY cannot be used: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults;
    use axiomo_model::ErrorKind;

    fn of(variables: &[(&str, &str)]) -> Result<ClientBuilder, Error> {
        read(|name| variables.iter().find(|(found, _)| *found == name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn the_environment_says_everything() {
        let client = of(&[
            ("AXIOMO_API_KEY", "ax_key"),
            ("AXIOMO_BASE_URL", "http://127.0.0.1:8080/api"),
            ("AXIOMO_TIMEOUT", "10.5"),
            ("AXIOMO_ATTEMPT_TIMEOUT", "3"),
            ("AXIOMO_MAX_WAIT", "0"),
            ("AXIOMO_MAX_RETRIES", "7"),
        ])
        .unwrap()
        .build()
        .unwrap();
        let limits = client.limits();
        let times = [limits.timeout, limits.attempt_timeout, limits.max_wait].map(|time| time.as_secs_f64());
        assert_eq!((times, limits.max_retries), ([10.5, 3.0, 0.0], 7));
        assert_eq!(client.base_url(), "http://127.0.0.1:8080/api");
        assert!(client.has_key());
        assert!(!of(&[]).unwrap().build().unwrap().has_key());
        assert_eq!(of(&[]).unwrap().build().unwrap().base_url(), defaults::BASE_URL);
    }

    #[test]
    fn what_a_program_says_itself_beats_the_environment() {
        let variables = [
            ("AXIOMO_API_KEY", "ax_environment"),
            ("AXIOMO_BASE_URL", "https://environment.example/api"),
            ("AXIOMO_TIMEOUT", "10"),
        ];
        let builder = of(&variables).unwrap().api_key("ax_given").base_url("https://given.example/api");
        let client = builder.timeout(Duration::from_secs(20)).build().unwrap();
        let key = futures::executor::block_on(client.credential().key()).unwrap();
        assert_eq!(key, Some("ax_given".parse().unwrap()));
        assert_eq!(client.base_url(), "https://given.example/api");
        assert_eq!(client.limits().timeout, Duration::from_secs(20));
        assert!(!of(&variables).unwrap().anonymous().build().unwrap().has_key());
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_named() {
        for (name, value, part) in [
            ("AXIOMO_API_KEY", "", "set but empty"),
            ("AXIOMO_API_KEY", " ", "set but empty"),
            ("AXIOMO_API_KEY", "'ax_secret'", "quotation mark"),
            ("AXIOMO_BASE_URL", "", "set but empty"),
            ("AXIOMO_TIMEOUT", "5s", "`5s`; expected seconds"),
            ("AXIOMO_TIMEOUT", "-1", "`-1`; expected seconds"),
            ("AXIOMO_TIMEOUT", "nan", "expected seconds"),
            ("AXIOMO_ATTEMPT_TIMEOUT", "inf", "expected seconds"),
            ("AXIOMO_MAX_WAIT", "1,5", "expected seconds"),
            ("AXIOMO_MAX_RETRIES", "2.5", "expected a whole number"),
        ] {
            let error = of(&[(name, value)]).and_then(ClientBuilder::build).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.message().contains(name) && error.message().contains(part), "{error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_key_that_is_given_makes_the_environments_count_for_nothing() {
        let client = of(&[("AXIOMO_API_KEY", "")]).unwrap().api_key("ax_key").build().unwrap();
        assert!(client.has_key());
        assert!(!of(&[("AXIOMO_API_KEY", "'ax_secret'")]).unwrap().anonymous().build().unwrap().has_key());
    }
}
