//! Which repositories there are, and who may see them.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axiomo_analyzer::Place;
use axiomo_analyzer::git::{Error, Repository};
use axiomo_model::{ParsePullRequestError, Provider, PullRequestRef};
use secrecy::{ExposeSecret, SecretString};

use crate::api_error::{ApiError, Code};
use crate::key::Digest;

/// The page of a repository at its provider, such as `https://github.com/owner/repo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryUrl {
    /// The public services have one provider each; of another host, the address of a pull request
    /// tells.
    provider: Option<Provider>,
    host: String,
    owner: String,
    repo: String,
}

/// A text is no repository's page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no repository's page; expected one such as https://github.com/owner/repo ({reason})")]
pub struct ParseRepositoryUrlError {
    text: String,
    reason: String,
}

/// A clone on disk that stands for a repository at a provider.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mount {
    /// The repository's page.
    pub url: RepositoryUrl,
    /// The clone: its working copy, its `.git` folder, or a bare repository.
    pub path: PathBuf,
    /// Whether it exists only for those who are connected or have its access token.
    pub is_private: bool,
    /// Users who are connected to it.
    pub connected: Vec<String>,
    /// The provider token that opens it to whoever sends it; none by default.
    pub access_token: Option<SecretString>,
}

impl RepositoryUrl {
    /// The repository in one text, the same for every spelling of its page: `github.com/owner/repo`.
    pub(crate) fn identity(&self) -> String {
        format!("{}/{}/{}", self.host, self.owner, self.repo).to_lowercase()
    }
}

impl FromStr for RepositoryUrl {
    type Err = ParseRepositoryUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A number that no page has, so that what is read back is what was added here.
        const NUMBER: u64 = u64::MAX;
        let page = text.trim().trim_end_matches('/');
        let page = page.strip_suffix(".git").unwrap_or(page);
        let error = |reason: String| ParseRepositoryUrlError { text: text.chars().take(200).collect(), reason };
        if page.contains(['?', '#']) {
            return Err(error("it has a query or a fragment".to_owned()));
        }
        let mut problem: Option<ParsePullRequestError> = None;
        for route in ["pull", "pull-requests", "-/merge_requests"] {
            match format!("{page}/{route}/{NUMBER}").parse::<PullRequestRef>() {
                Ok(found) if found.number() == NUMBER => {
                    let is_public = matches!(found.host(), "github.com" | "gitlab.com" | "bitbucket.org");
                    return Ok(Self {
                        provider: is_public.then(|| found.provider().clone()),
                        host: found.host().to_owned(),
                        owner: found.owner().to_owned(),
                        repo: found.repo().to_owned(),
                    });
                }
                Ok(_) => return Err(error("it is the page of a pull request".to_owned())),
                Err(found) => problem = problem.or(Some(found)),
            }
        }
        Err(error(problem.map_or_else(String::new, |problem| problem.to_string())))
    }
}

impl fmt::Display for RepositoryUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "https://{}/{}/{}", self.host, self.owner, self.repo)
    }
}

impl Mount {
    /// A clone that everybody may ask about.
    #[must_use]
    pub fn public(url: RepositoryUrl, path: impl Into<PathBuf>) -> Self {
        Self { url, path: path.into(), is_private: false, connected: Vec::new(), access_token: None }
    }

    /// A clone that exists only for those who are connected, or have its access token.
    #[must_use]
    pub fn private(url: RepositoryUrl, path: impl Into<PathBuf>) -> Self {
        Self { is_private: true, ..Self::public(url, path) }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Whoever has a key of this user.
    User(Arc<str>),
    /// Whoever has none.
    Anonymous,
}

/// All mounts.
#[derive(Debug)]
pub(crate) struct Repositories(Vec<Arc<Mounted>>);

/// A mount of a running server.
pub(crate) struct Mounted {
    url: RepositoryUrl,
    identity: Arc<str>,
    path: PathBuf,
    is_private: bool,
    connected: HashSet<String>,
    access_token: Option<Digest>,
    /// Kept open while it can be read.
    repository: Mutex<Option<Repository>>,
}

impl fmt::Debug for Mounted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mounted").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Repositories {
    pub(crate) fn new(mounts: &[Mount]) -> Self {
        Self(mounts.iter().map(|mount| Arc::new(Mounted::new(mount))).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Mounted> {
        self.0.iter().map(|mount| &**mount)
    }

    /// The repository of a pull request, as far as the caller may know of it.
    pub(crate) fn find(
        &self,
        reference: &PullRequestRef,
        caller: &Caller,
        access_token: Option<&SecretString>,
    ) -> Result<Arc<Mounted>, ApiError> {
        let token = access_token.map(|token| Digest::of(token.expose_secret().as_bytes()));
        let visible = || self.0.iter().filter(|mount| mount.is_open_to(caller, token.as_ref()));
        if let Some(mount) = visible().find(|mount| mount.holds(reference)) {
            return Ok(mount.clone());
        }
        let host = reference.host();
        let is_known = matches!(host, "github.com" | "gitlab.com" | "bitbucket.org");
        if !is_known && !visible().any(|mount| mount.url.host == host) {
            let message = format!("this server has no repository at {host}");
            return Err(ApiError::new(Code::UnsupportedHost, message));
        }
        let message = format!(
            "{} is not here, or not for whoever asks; mount it with --repo, connect the user with --connect, or send \
             the right access_token",
            reference.repository_url()
        );
        Err(ApiError::new(Code::RepositoryNotFound, message))
    }

    /// Whether the caller may have a scan of a repository: of one that is or was private, only those
    /// who are connected to it now.
    pub(crate) fn opens_scan(&self, repository: &str, was_private: bool, caller: &Caller) -> bool {
        let mut mounts = self.0.iter().filter(|mount| *mount.identity == *repository).peekable();
        let is_private = was_private || mounts.clone().any(|mount| mount.is_private);
        !is_private || mounts.any(|mount| mount.is_connected(caller))
    }
}

impl Mounted {
    fn new(mount: &Mount) -> Self {
        let digest = |token: &SecretString| Digest::of(token.expose_secret().as_bytes());
        Self {
            identity: mount.url.identity().into(),
            url: mount.url.clone(),
            path: mount.path.clone(),
            is_private: mount.is_private,
            connected: mount.connected.iter().cloned().collect(),
            access_token: mount.access_token.as_ref().map(digest),
            repository: Mutex::default(),
        }
    }

    pub(crate) fn identity(&self) -> &Arc<str> {
        &self.identity
    }

    pub(crate) fn url(&self) -> &RepositoryUrl {
        &self.url
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Providers take every spelling of a name for the same.
    fn holds(&self, reference: &PullRequestRef) -> bool {
        let url = &self.url;
        url.provider.as_ref().is_none_or(|provider| provider == reference.provider())
            && url.host == reference.host()
            && url.owner.eq_ignore_ascii_case(reference.owner())
            && url.repo.eq_ignore_ascii_case(reference.repo())
    }

    fn is_connected(&self, caller: &Caller) -> bool {
        matches!(caller, Caller::User(user) if self.connected.contains(&**user))
    }

    fn is_open_to(&self, caller: &Caller, token: Option<&Digest>) -> bool {
        let has_token = || self.access_token.as_ref().zip(token).is_some_and(|(ours, theirs)| ours == theirs);
        !self.is_private || self.is_connected(caller) || has_token()
    }

    /// The repository under the mount's own name, whatever its remote is called.
    pub(crate) fn open(&self) -> Result<Repository, Error> {
        let mut kept = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(repository) = &*kept {
            return Ok(repository.clone());
        }
        let RepositoryUrl { provider, host, owner, repo } = self.url.clone();
        let repository = Repository::open(&self.path)?.with_place(Place { provider, host, owner, repo, number: None });
        *kept = Some(repository.clone());
        Ok(repository)
    }
}
