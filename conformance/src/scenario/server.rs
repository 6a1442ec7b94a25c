use axiomo_mock_server::limit::{LimiterKind, ResetFormat, ResetMeans, Stamp};
use serde::Deserialize;
use serde_json::Value;

/// How the server of a scenario is set up.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Who may ask how often.
    pub limits: Limits,
    /// The keys that there are.
    pub keys: Vec<Key>,
    /// The repositories that there are.
    pub repositories: Repositories,
    /// What it listens at besides.
    pub listeners: Vec<ListenerKind>,
    /// What becomes of requests and connections: rules as `mock-server/FAULTS.md` shows them.
    pub script: Vec<Value>,
}

/// Who may ask how often; what is not given stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests a window for a user's keys.
    pub key: Option<u32>,
    /// Requests a window for an address.
    pub address: Option<u32>,
    /// The window's length in seconds.
    pub window_s: Option<u32>,
    /// How requests are counted.
    pub limiter: Option<LimiterKind>,
    /// How the reset is written.
    pub reset_format: Option<ResetFormat>,
    /// What the reset means.
    pub reset_means: Option<ResetMeans>,
    /// When the headers are computed.
    pub stamp: Option<Stamp>,
}

/// A key that a scenario makes before it begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// What the scenario calls it.
    pub r#as: String,
    /// Its name; that of the scenario by default.
    pub name: Option<String>,
    /// Whose it is; `alice` by default.
    pub user: Option<String>,
}

/// The repositories of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repositories {
    /// There are none.
    #[default]
    None,
    /// `https://github.com/owner/project` with pull request 7, always the same.
    Fixture,
}

/// A listener beside the first. In a scenario, `${tls}` and so on is its base address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListenerKind {
    /// Another one without TLS.
    Other,
    /// One with TLS and a certificate that is valid.
    Tls,
    /// One whose certificate was valid until 2001.
    TlsExpired,
    /// One whose certificate is of another host.
    TlsWrongHost,
    /// One whose certificate is of an authority that nobody knows.
    TlsUnknownAuthority,
    /// A port at which nobody listens: connections to it are refused.
    Closed,
    /// A port whose queue is full: connections to it are neither taken nor refused.
    Full,
}

impl Limits {
    /// Sets what is given.
    pub fn apply(self, limits: &mut axiomo_mock_server::Limits) {
        fn set<T>(target: &mut T, given: Option<impl Into<T>>) {
            if let Some(given) = given {
                *target = given.into();
            }
        }
        set(&mut limits.key, self.key);
        set(&mut limits.address, self.address);
        set(&mut limits.window, self.window_s.map(|seconds| std::time::Duration::from_secs(seconds.into())));
        set(&mut limits.limiter, self.limiter);
        set(&mut limits.reset_format, self.reset_format);
        set(&mut limits.reset_means, self.reset_means);
        set(&mut limits.stamp, self.stamp);
    }
}

impl ListenerKind {
    /// What a scenario calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Tls => "tls",
            Self::TlsExpired => "tls_expired",
            Self::TlsWrongHost => "tls_wrong_host",
            Self::TlsUnknownAuthority => "tls_unknown_authority",
            Self::Closed => "closed",
            Self::Full => "full",
        }
    }
}
