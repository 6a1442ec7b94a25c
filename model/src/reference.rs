use std::fmt;
use std::str::FromStr;

use crate::signal::Provider;
use crate::text::printable;

/// Names one pull request: on GitHub, GitLab (a merge request, in nested groups too) or Bitbucket, on
/// the public service or a self-hosted one.
///
/// ```
/// use axiomo_model::{Provider, PullRequestRef};
///
/// let reference: PullRequestRef = "https://gitlab.example.com/group/sub/app/-/merge_requests/7/diffs".parse()?;
/// assert_eq!(reference.provider(), &Provider::GitLab);
/// assert_eq!((reference.owner(), reference.repo(), reference.number()), ("group/sub", "app", 7));
/// assert_eq!(reference.to_string(), "https://gitlab.example.com/group/sub/app/-/merge_requests/7");
/// # Ok::<(), axiomo_model::ParsePullRequestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PullRequestRef {
    provider: Provider,
    host: String,
    owner: String,
    repo: String,
    number: u64,
    /// Bitbucket Data Center writes `/projects/OWNER/repos/REPO` (or `/users/…`) where Cloud writes
    /// `/OWNER/REPO`.
    data_center: bool,
}

/// A text does not name a pull request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParsePullRequestError {
    /// Nothing was given.
    #[error("the pull request's address is empty; expected one such as {EXAMPLE}")]
    Empty,
    /// The address is not a web address.
    #[error("the address begins with `{0}:`; expected `https:`, as in {EXAMPLE}")]
    Scheme(String),
    /// The address lacks a slash after its scheme.
    #[error("the address needs two slashes after `{0}:`, as in {EXAMPLE}")]
    Slashes(String),
    /// The address carries a user name or a password, which are not repeated here.
    #[error("the address holds credentials before the host; remove them, and give a token by its own option")]
    Credentials,
    /// The host is not one.
    #[error("`{0}` is no host name; expected one such as github.com, in ASCII, with an optional port")]
    Host(String),
    /// The address leads into a provider's API instead of its pages.
    #[error("this is an address of the API of {0}; expected the page that a browser shows, such as {EXAMPLE}")]
    ApiAddress(String),
    /// The path does not lead to a pull request.
    #[error("`{path}` does not lead to a pull request; expected {expected}")]
    NotAPullRequest {
        /// The path of the address.
        path: String,
        /// What a path on that host looks like.
        expected: String,
    },
    /// The path ends before the number.
    #[error("the number is missing after `{0}`; expected one from 1, as in `{0}/123`")]
    MissingNumber(String),
    /// The number is not one.
    #[error("`{0}` is no pull request number; expected digits, from 1")]
    Number(String),
    /// The owner or the repository's name is not one.
    #[error("`{text}` cannot be {what}; expected letters, digits, `-`, `_`, `.` and `~`")]
    Name {
        /// What it should be, such as `an owner`.
        what: &'static str,
        /// What it is.
        text: String,
    },
}

const EXAMPLE: &str = "https://github.com/owner/repo/pull/123";

impl PullRequestRef {
    /// Names a pull request by its parts. `host` may be empty for the provider's public service.
    ///
    /// # Errors
    ///
    /// When the host, the owner, the repository or the number cannot be one, or the provider is not
    /// known.
    pub fn new(
        provider: Provider,
        host: &str,
        owner: &str,
        repo: &str,
        number: u64,
    ) -> Result<Self, ParsePullRequestError> {
        let default_host = match &provider {
            Provider::GitHub => "github.com",
            Provider::GitLab => "gitlab.com",
            Provider::Bitbucket => "bitbucket.org",
            Provider::Unknown(name) => {
                return Err(ParsePullRequestError::Name { what: "a provider known here", text: shorten(name) });
            }
        };
        let host = parse_host(if host.is_empty() { default_host } else { host })?;
        Self::on_host(provider, host, owner.to_owned(), repo, number)
    }

    /// The same with a host that was parsed before.
    fn on_host(
        provider: Provider,
        host: String,
        owner: String,
        repo: &str,
        number: u64,
    ) -> Result<Self, ParsePullRequestError> {
        let nested = provider == Provider::GitLab;
        for part in owner.split('/') {
            check_name("an owner", part)?;
        }
        if owner.contains('/') && !nested {
            return Err(ParsePullRequestError::Name { what: "an owner here", text: shorten(&owner) });
        }
        check_name("a repository", repo)?;
        if number == 0 {
            return Err(ParsePullRequestError::Number("0".to_owned()));
        }
        Ok(Self { provider, host, owner, repo: repo.to_owned(), number, data_center: false })
    }

    /// Where the repository is hosted.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The host, in lower case, with a port if the address has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The user, organisation, project or (nested) group.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository.
    #[must_use]
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// The number, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The repository's page, without the pull request.
    #[must_use]
    pub fn repository_url(&self) -> String {
        let mut url = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_repository_url(&mut url);
        url
    }

    fn write_repository_url(&self, target: &mut impl fmt::Write) -> fmt::Result {
        let Self { host, owner, repo, .. } = self;
        if !self.data_center {
            return write!(target, "https://{host}/{owner}/{repo}");
        }
        match owner.strip_prefix('~') {
            Some(user) => write!(target, "https://{host}/users/{user}/repos/{repo}"),
            None => write!(target, "https://{host}/projects/{owner}/repos/{repo}"),
        }
    }
}

impl fmt::Display for PullRequestRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segment = match self.provider {
            Provider::GitLab => "-/merge_requests",
            Provider::Bitbucket => "pull-requests",
            _ => "pull",
        };
        self.write_repository_url(formatter)?;
        write!(formatter, "/{segment}/{}", self.number)
    }
}

impl FromStr for PullRequestRef {
    type Err = ParsePullRequestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParsePullRequestError::Empty);
        }
        let address = text.split(['?', '#']).next().unwrap_or(text);
        let (authority, path) = split_address(address)?;
        if authority.contains('@') {
            return Err(ParsePullRequestError::Credentials);
        }
        let mut host = parse_host(authority).map_err(|error| {
            // A password may hold what ends an authority.
            if text.contains('@') { ParsePullRequestError::Credentials } else { error }
        })?;
        if host.strip_prefix("www.").is_some_and(is_public) {
            host.drain(.."www.".len());
        }
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        if host.starts_with("api.") || matches!(segments.first(), Some(&("api" | "rest"))) {
            return Err(ParsePullRequestError::ApiAddress(host));
        }
        parse_path(host, path, &segments)
    }
}

/// The authority and the path of an address, whose `https://` may be missing.
fn split_address(address: &str) -> Result<(&str, &str), ParsePullRequestError> {
    let rest = match address.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => rest,
        Some((scheme, _)) => return Err(ParsePullRequestError::Scheme(shorten(scheme))),
        None => match address.split_once(':') {
            Some((scheme @ ("http" | "https"), _)) => return Err(ParsePullRequestError::Slashes(scheme.to_owned())),
            Some((scheme, rest)) if !rest.starts_with(|first: char| first.is_ascii_digit()) => {
                // `git@host:owner/repo` has its user name before the colon.
                let error = if scheme.contains('@') {
                    ParsePullRequestError::Credentials
                } else {
                    ParsePullRequestError::Scheme(shorten(scheme))
                };
                return Err(error);
            }
            _ => address,
        },
    };
    let end = rest.find('/').unwrap_or(rest.len());
    Ok(rest.split_at(end))
}

/// The segments that lead from a repository to a pull request, for each provider. The first one comes
/// first wherever it stands: nothing can be called `-`, while a group may well be called `pull`.
const ROUTES: [(Provider, &[&str]); 4] = [
    (Provider::GitLab, &["-", "merge_requests"]),
    (Provider::GitHub, &["pull"]),
    (Provider::Bitbucket, &["pull-requests"]),
    // GitLab before 2019, and links that outlived it.
    (Provider::GitLab, &["merge_requests"]),
];

fn parse_path(host: String, path: &str, segments: &[&str]) -> Result<PullRequestRef, ParsePullRequestError> {
    let not_a_pull_request =
        // Where there is no path, the host is all that there is to show.
        || ParsePullRequestError::NotAPullRequest {
            path: shorten(if path.is_empty() { &host } else { path }),
            expected: expected_path(&host),
        };
    let is_data_center = segments.get(2) == Some(&"repos") && matches!(segments[0], "projects" | "users");
    let public = public_provider(&host);
    let routes = ROUTES.iter().filter(|(provider, _)| public.as_ref().is_none_or(|public| public == provider));
    let found = routes.into_iter().find_map(|(provider, route)| {
        let leads_on = |at: &usize| segments.get(*at..).is_some_and(|rest| rest.starts_with(route));
        let end_of_repository = match provider {
            // The owner and the repository stand first, so a repository may be called `merge_requests`.
            Provider::GitLab => (2..segments.len()).find(leads_on),
            Provider::Bitbucket if is_data_center => Some(4).filter(leads_on),
            _ => Some(2).filter(leads_on),
        }?;
        Some((provider.clone(), end_of_repository, end_of_repository + route.len()))
    });
    let Some((provider, end_of_repository, number_at)) = found else { return Err(not_a_pull_request()) };
    let data_center = is_data_center && provider == Provider::Bitbucket;
    let Some(number) = segments.get(number_at) else {
        return Err(ParsePullRequestError::MissingNumber(shorten(path.trim_end_matches('/'))));
    };
    let number = parse_number(number)?;
    let (owner, repo) = if data_center {
        let sign = if segments[0] == "users" { "~" } else { "" };
        (format!("{sign}{}", segments[1]), segments[3])
    } else {
        (segments[..end_of_repository - 1].join("/"), segments[end_of_repository - 1])
    };
    let reference = PullRequestRef::on_host(provider, host, owner, repo, number)?;
    Ok(PullRequestRef { data_center, ..reference })
}

fn public_provider(host: &str) -> Option<Provider> {
    match host {
        "github.com" => Some(Provider::GitHub),
        "gitlab.com" => Some(Provider::GitLab),
        "bitbucket.org" => Some(Provider::Bitbucket),
        _ => None,
    }
}

fn is_public(host: &str) -> bool {
    public_provider(host).is_some()
}

fn expected_path(host: &str) -> String {
    let github = "/owner/repo/pull/123";
    let gitlab = "/group/repo/-/merge_requests/123";
    let bitbucket = "/workspace/repo/pull-requests/123";
    match public_provider(host) {
        Some(Provider::GitHub) => format!("{github} on {host}"),
        Some(Provider::GitLab) => format!("{gitlab} on {host}"),
        Some(Provider::Bitbucket) => format!("{bitbucket} on {host}"),
        _ => format!("{github}, {gitlab} or {bitbucket}"),
    }
}

const LONGEST_HOST: usize = 253 + ":65535".len();

fn parse_host(text: &str) -> Result<String, ParsePullRequestError> {
    let error = || ParsePullRequestError::Host(shorten(text));
    let (is_name, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or_else(error)?;
        (address.parse::<std::net::Ipv6Addr>().is_ok(), port.strip_prefix(':').or(port.is_empty().then_some("0")))
    } else {
        let (name, port) = text.split_once(':').unwrap_or((text, "0"));
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (name.split('.').all(|label| !label.is_empty() && label.bytes().all(allowed)), Some(port))
    };
    let port_is_number =
        port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok());
    // DNS has no longer names; the port comes on top.
    if text.len() > LONGEST_HOST || !is_name || !port_is_number {
        return Err(error());
    }
    Ok(text.strip_suffix(":443").unwrap_or(text).to_ascii_lowercase())
}

/// The digits of a number, which GitHub lets end in `.diff` or `.patch`.
fn parse_number(text: &str) -> Result<u64, ParsePullRequestError> {
    let digits = text.strip_suffix(".diff").or_else(|| text.strip_suffix(".patch")).unwrap_or(text);
    let error = || ParsePullRequestError::Number(shorten(text));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error());
    }
    digits.parse().ok().filter(|number| *number > 0).ok_or_else(error)
}

fn check_name(what: &'static str, text: &str) -> Result<(), ParsePullRequestError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    // A lone `~` would be Bitbucket's mark of a personal project without the person.
    if text.is_empty() || [".", "..", "-", "~"].contains(&text) || !text.bytes().all(allowed) {
        return Err(ParsePullRequestError::Name { what, text: shorten(text) });
    }
    Ok(())
}

/// A foreign text, short and printable enough for a message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    let cut = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    printable(&text.chars().take(LONGEST).collect::<String>()) + cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> (String, String, String, u64) {
        let reference: PullRequestRef = text.parse().unwrap();
        let provider = reference.provider().to_string();
        let place = format!("{}/{}", reference.host(), reference.owner());
        (provider, place, reference.repo().to_owned(), reference.number())
    }

    fn refused(text: &str) -> String {
        text.parse::<PullRequestRef>().unwrap_err().to_string()
    }

    #[test]
    fn a_group_may_be_called_like_a_route() {
        for owner in ["a/b/pull/1", "a/pull-requests", "a/merge_requests/b", "projects/a/repos", "pull/pull/pull"] {
            let reference = PullRequestRef::new(Provider::GitLab, "git.corp.example", owner, "repo", 7).unwrap();
            assert_eq!(reference.to_string().parse(), Ok(reference), "{owner}");
        }
    }

    #[test]
    fn a_message_is_short_and_turns_no_terminal() {
        for letter in ['\u{202e}', '\u{34f}', '\u{200b}', '\u{1b}'] {
            let message = refused(&format!("https://github.com/o{letter}/{}", "r".repeat(1000)));
            assert!(message.contains("/o\u{fffd}/rrr") && message.len() < 500, "{message:?}");
        }
    }

    #[test]
    fn reads_the_addresses_that_browsers_show() {
        let rows = [
            ("https://github.com/owner/repo/pull/123", "github", "github.com/owner", "repo", 123),
            ("https://github.com/owner/repo/pull/123/files#diff-0", "github", "github.com/owner", "repo", 123),
            ("https://github.com/owner/repo/pull/123/commits/abc?w=1", "github", "github.com/owner", "repo", 123),
            ("https://github.com/owner/repo/pull/123.diff", "github", "github.com/owner", "repo", 123),
            ("  HTTPS://WWW.GitHub.com/Owner/Repo.js/pull/1/ ", "github", "github.com/Owner", "Repo.js", 1),
            ("github.com/owner/pull/pull/4", "github", "github.com/owner", "pull", 4),
            ("https://git.corp.example:8443/o/r/pull/9", "github", "git.corp.example:8443/o", "r", 9),
            ("localhost:8080/o/r/pull/9", "github", "localhost:8080/o", "r", 9),
            ("https://[::1]:8443/o/r/pull/9", "github", "[::1]:8443/o", "r", 9),
            ("https://gitlab.com/g/r/-/merge_requests/5", "gitlab", "gitlab.com/g", "r", 5),
            (
                "https://gitlab.example.com/a/b/c/r/-/merge_requests/5/diffs",
                "gitlab",
                "gitlab.example.com/a/b/c",
                "r",
                5,
            ),
            ("https://gitlab.com/g/r/merge_requests/5", "gitlab", "gitlab.com/g", "r", 5),
            ("https://bitbucket.org/team/repo/pull-requests/6/diff", "bitbucket", "bitbucket.org/team", "repo", 6),
            ("https://git.example/team/repo/pull-requests/6", "bitbucket", "git.example/team", "repo", 6),
            (
                "https://git.example/projects/KEY/repos/r/pull-requests/6/overview",
                "bitbucket",
                "git.example/KEY",
                "r",
                6,
            ),
            ("https://git.example/users/ann/repos/r/pull-requests/6", "bitbucket", "git.example/~ann", "r", 6),
        ];
        for (text, provider, place, repo, number) in rows {
            assert_eq!(parsed(text), (provider.into(), place.into(), repo.into(), number), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let rows = [
            ("", "is empty"),
            ("   ", "is empty"),
            ("ftp://github.com/o/r/pull/1", "begins with `ftp:`"),
            ("https:/github.com/o/r/pull/1", "two slashes after `https:`"),
            ("git@github.com:o/r.git", "holds credentials"),
            ("https://user:hunter2@github.com/o/r/pull/1", "holds credentials"),
            ("https://user:hunt#er2@github.com/o/r/pull/1", "holds credentials"),
            ("https://user:hunt/er2@github.com/o/r/pull/1", "holds credentials"),
            ("https:///o/r/pull/1", "`` is no host name"),
            (&format!("https://api.{}/o/r/pull/1", "a".repeat(300)), "is no host name"),
            ("https://gi thub.com/o/r/pull/1", "`gi thub.com` is no host name"),
            ("https://github.com:99999/o/r/pull/1", "`github.com:99999` is no host name"),
            ("https://api.github.com/repos/o/r/pulls/1", "address of the API"),
            ("https://gitlab.com/api/v4/projects/1/merge_requests/1", "address of the API"),
            ("https://github.com/o/r", "expected /owner/repo/pull/123 on github.com"),
            ("nonsense", "`nonsense` does not lead to a pull request"),
            ("https://github.com/o/r/issues/1", "`/o/r/issues/1` does not lead to a pull request"),
            ("https://github.com/o/r/pulls", "does not lead to a pull request"),
            ("https://github.com/a/b/c/pull/1", "does not lead to a pull request"),
            ("https://gitlab.com/o/r/pull/1", "expected /group/repo/-/merge_requests/123 on gitlab.com"),
            ("https://codeberg.org/o/r/pulls/1", "expected /owner/repo/pull/123, /group/repo/-/merge_requests/123 or"),
            ("https://github.com/o/r/pull", "the number is missing after `/o/r/pull`"),
            ("https://github.com/o/r/pull/0", "`0` is no pull request number"),
            ("https://github.com/o/r/pull/12a", "`12a` is no pull request number"),
            ("https://github.com/o/r/pull/99999999999999999999", "is no pull request number"),
            ("https://github.com/o/%2e%2e/pull/1", "`%2e%2e` cannot be a repository"),
            ("https://github.com/../r/pull/1", "`..` cannot be an owner"),
            ("https://git.example/projects/~/repos/r/pull-requests/5", "`~` cannot be an owner"),
        ];
        for (text, expected) in rows {
            let message = refused(text);
            assert!(message.contains(expected), "{text:?} gave {message:?}, which lacks {expected:?}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn fills_in_the_public_host_and_refuses_parts_that_are_none() {
        let reference = PullRequestRef::new(Provider::Bitbucket, "", "team", "repo", 3).unwrap();
        assert_eq!(reference.to_string(), "https://bitbucket.org/team/repo/pull-requests/3");
        for (host, owner, repo, number) in
            [("", "a/b", "r", 1), ("", "", "r", 1), ("", "o", "r/x", 1), ("", "o", "r", 0), ("a b", "o", "r", 1)]
        {
            assert!(PullRequestRef::new(Provider::GitHub, host, owner, repo, number).is_err(), "{host} {owner} {repo}");
        }
    }

    fn name() -> impl Strategy<Value = String> {
        "[A-Za-z0-9_.~-]{1,12}".prop_filter("a name", |name| check_name("a name", name).is_ok())
    }

    fn address() -> impl Strategy<Value = String> {
        let host = prop_oneof![Just("github.com"), Just("gitlab.com"), Just("bitbucket.org"), Just("git.example:8443")];
        let route = prop_oneof![Just("pull"), Just("-/merge_requests"), Just("pull-requests"), Just("merge_requests")];
        (host, proptest::collection::vec(name(), 2..5), route, 1..=u64::MAX, "(/[a-z#?]{0,5})?").prop_map(
            |(host, path, route, number, tail)| format!("https://{host}/{}/{route}/{number}{tail}", path.join("/")),
        )
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_the_same(text in address()) {
            if let Ok(reference) = text.parse::<PullRequestRef>() {
                prop_assert_eq!(reference.to_string().parse::<PullRequestRef>().unwrap(), reference);
            }
        }

        #[test]
        fn parts_that_are_accepted_print_and_read_as_the_same(
            provider in 0..3_usize, group in proptest::collection::vec(name(), 1..4), repo in name(), number in 1..=u64::MAX,
        ) {
            let provider = Provider::KNOWN[provider].clone();
            if let Ok(reference) = PullRequestRef::new(provider, "git.example", &group.join("/"), &repo, number) {
                prop_assert_eq!(reference.to_string().parse::<PullRequestRef>().unwrap(), reference);
            }
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,60}") {
            let _ = text.parse::<PullRequestRef>();
        }
    }
}
