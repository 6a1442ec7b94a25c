# Generated from spec/model.yaml by `cargo xtask generate`; edit that file and its template instead.

from collections.abc import AsyncIterable, Callable, Generator, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Literal, TypeVar, final

from typing_extensions import Never, Self

from axiomo.enums import ContributorRole, Effort, Provider, PullRequestState, ReviewAction, ReviewConclusion, RiskLevel, Staleness, TrustLevel
from axiomo.errors import AxiomoError

__version__: str

_Request = str | AnalyzeRequest
_Seconds = float | timedelta

# Classes of which only the client makes instances ask for an argument that nobody has.
class Model:
    """A part of a Signal: immutable, equal to another with the same fields."""

    def __new__(cls, _: Never, /) -> Self: ...
    @property
    def is_absent(self) -> bool:
        """Whether the service did not send this section."""
    @property
    def extra(self) -> dict[str, Any]:
        """The members that this version does not know, by name. Parsed when it is asked for."""
    def to_dict(self) -> dict[str, Any]:
        """The known fields as plain values with the names that they have in JSON."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...
    def __reduce__(self) -> tuple[Any, Any]: ...
    def __rich_repr__(self) -> Iterator[tuple[str, Any]]: ...

@final
class Signal(Model):
    """What a pull request is, says and risks, in sections."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    @classmethod
    def from_json(cls, text: str) -> Signal:
        """Reads a Signal from its text, whether in an envelope or bare.

        Raises ``DecodeError``, which is a ``ValueError``, when the text is none.
        """
    @property
    def raw(self) -> str:
        """The text of the Signal as the service sent it."""
    def to_json(self) -> str:
        """The text of the Signal as the service sent it."""
    def _repr_html_(self) -> str: ...
    def __reduce__(self) -> tuple[Any, Any]: ...
    @property
    def version(self) -> str | None:
        """The schema of this Signal, `axiomo.signal.v1`."""
    @property
    def signal_id(self) -> str | None:
        """Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader."""
    @property
    def signal_url(self) -> str | None:
        """Where a person can read this Signal. Opaque to a reader; absent for a local analysis."""
    @property
    def pr(self) -> PullRequest:
        """The pull request itself."""
    @property
    def contributors(self) -> tuple[Contributor, ...]:
        """Who wrote it, the author first."""
    @property
    def intent(self) -> Intent | None:
        """What it wants to achieve, where it says so."""
    @property
    def risk(self) -> Risk:
        """How risky it is, and why."""
    @property
    def evidence(self) -> Evidence:
        """Which automated checks speak for it."""
    @property
    def supply_chain(self) -> SupplyChain:
        """What it changes in dependencies, continuous integration and build scripts."""
    @property
    def triage(self) -> Triage:
        """How much work its review is, and how long it has waited."""
    @property
    def conventions(self) -> Conventions:
        """How it keeps to the repository's contribution guidelines."""
    @property
    def focus(self) -> Focus:
        """Where to look first."""
    @property
    def governance(self) -> Governance:
        """What the repository's policies say of it."""
    @property
    def review(self) -> Review:
        """What to do with it."""
    @property
    def meta(self) -> Meta:
        """When and how this Signal was made."""

@final
class PullRequest(Model):
    """The pull request (a merge request on GitLab) as the provider knows it."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        provider: Provider | str | None = None,
        owner: str | None = None,
        repo: str | None = None,
        number: int | None = None,
        title: str | None = None,
        author: str | None = None,
        url: str | None = None,
        state: PullRequestState | str | None = None,
        draft: bool | None = None,
        base_branch: str | None = None,
        head_branch: str | None = None,
        base_sha: str | None = None,
        head_sha: str | None = None,
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        additions: int | None = None,
        deletions: int | None = None,
        changed_files: int | None = None,
        commits: int | None = None,
    ) -> Self: ...
    @property
    def provider(self) -> Provider | None:
        """Where the repository is hosted; absent for a repository known only from disk."""
    @property
    def owner(self) -> str | None:
        """The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none."""
    @property
    def repo(self) -> str | None:
        """The repository's name."""
    @property
    def number(self) -> int | None:
        """The pull request's number in its repository; null for a plain range of commits."""
    @property
    def title(self) -> str | None:
        """Its title. From a local repository: the title in the merge message, else the subject of its first commit."""
    @property
    def author(self) -> str | None:
        """The author's user name; null when it cannot be known."""
    @property
    def url(self) -> str | None:
        """Its page at the provider."""
    @property
    def state(self) -> PullRequestState | None:
        """Whether it is open, closed or merged; absent when a local repository cannot tell."""
    @property
    def draft(self) -> bool | None:
        """Whether it is marked as not ready for review."""
    @property
    def base_branch(self) -> str | None:
        """The branch it is to be merged into."""
    @property
    def head_branch(self) -> str | None:
        """The branch it comes from."""
    @property
    def base_sha(self) -> str | None:
        """The commit of the base branch it is compared with; for a merged one the base as it was at the merge."""
    @property
    def head_sha(self) -> str | None:
        """Its newest commit."""
    @property
    def created_at(self) -> datetime | None:
        """When it was opened. From a local repository: when its first commit was made."""
    @property
    def updated_at(self) -> datetime | None:
        """When it last changed. From a local repository: when its newest commit was made."""
    @property
    def additions(self) -> int | None:
        """Lines added, as the provider counts them; null when a file of it could not be read.
        
        Unit: lines."""
    @property
    def deletions(self) -> int | None:
        """Lines deleted, as the provider counts them; null when a file of it could not be read.
        
        Unit: lines."""
    @property
    def changed_files(self) -> int | None:
        """Files it changes; a renamed file counts once.
        
        Unit: files."""
    @property
    def commits(self) -> int | None:
        """Commits it consists of; null where it was squashed and they are gone.
        
        Unit: commits."""

@final
class Contributor(Model):
    """Someone who wrote a part of the pull request."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        login: str | None = None,
        id: str | None = None,
        role: ContributorRole | str | None = None,
        trust_level: TrustLevel | str | None = None,
        account_age_days: int | None = None,
        tenure_days: int | None = None,
        prior_contributions: int | None = None,
        prior_merges: int | None = None,
        commits: int | None = None,
        is_bot: bool | None = None,
        reasons: Iterable[str] | None = None,
    ) -> Self: ...
    @property
    def login(self) -> str | None:
        """The user name at the provider; null when it cannot be known. Never a real name or an e-mail address."""
    @property
    def id(self) -> str | None:
        """Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits."""
    @property
    def role(self) -> ContributorRole | None:
        """The part this person has in the pull request."""
    @property
    def trust_level(self) -> TrustLevel | None:
        """How well this person is known in the repository."""
    @property
    def account_age_days(self) -> int | None:
        """Age of the account at the provider; null when the provider was not asked.
        
        Unit: days."""
    @property
    def tenure_days(self) -> int | None:
        """Time since the first commit here, before this change; null without one.
        
        Unit: days."""
    @property
    def prior_contributions(self) -> int | None:
        """Commits in the base branch before this change; null when its history could not be read.
        
        Unit: commits."""
    @property
    def prior_merges(self) -> int | None:
        """Merges of other changes made here before this one; null when the history could not be read.
        
        Unit: merges."""
    @property
    def commits(self) -> int | None:
        """Commits of this pull request; null where it was squashed.
        
        Unit: commits."""
    @property
    def is_bot(self) -> bool | None:
        """Whether this is an automated account."""
    @property
    def reasons(self) -> tuple[str, ...]:
        """What the trust level rests on, in words."""

@final
class Intent(Model):
    """What a pull request says it wants."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        goal: str | None = None,
        non_goals: Iterable[str] | None = None,
        acceptance_criteria: Iterable[str] | None = None,
        confidence: float | None = None,
        source: str | None = None,
    ) -> Self: ...
    @property
    def goal(self) -> str | None:
        """What it is for."""
    @property
    def non_goals(self) -> tuple[str, ...]:
        """What it leaves alone on purpose."""
    @property
    def acceptance_criteria(self) -> tuple[str, ...]:
        """How to tell that it succeeded."""
    @property
    def confidence(self) -> float | None:
        """How sure this reading is.
        
        Unit: 0 to 1."""
    @property
    def source(self) -> str | None:
        """Where it was found, such as `title` or `description`."""

@final
class Risk(Model):
    """How likely a pull request is to cause trouble, with every part of the score named."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        level: RiskLevel | str | None = None,
        score: float | None = None,
        drivers: Iterable[RiskDriver] | None = None,
    ) -> Self: ...
    @property
    def level(self) -> RiskLevel | None:
        """The score in a word."""
    @property
    def score(self) -> float | None:
        """The sum of the drivers' contributions.
        
        Unit: 0 to 1."""
    @property
    def drivers(self) -> tuple[RiskDriver, ...]:
        """What the score is made of; the largest first."""

@final
class RiskDriver(Model):
    """One named part of a risk score."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        id: str | None = None,
        title: str | None = None,
        detail: str | None = None,
        contribution: float | None = None,
        files: Iterable[str] | None = None,
    ) -> Self: ...
    @property
    def id(self) -> str | None:
        """A stable name, such as `size`."""
    @property
    def title(self) -> str | None:
        """The name for people."""
    @property
    def detail(self) -> str | None:
        """What was seen in this change, with its numbers."""
    @property
    def contribution(self) -> float | None:
        """What it adds to the score, rounded to 0.0001.
        
        Unit: share of the score."""
    @property
    def files(self) -> tuple[str, ...]:
        """The files it was seen in, the most important first; at most 20."""

@final
class Evidence(Model):
    """Which automated checks exist for a pull request, and what they said."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        completeness_score: float | None = None,
        checks: Iterable[Check] | None = None,
        missing: Iterable[str] | None = None,
    ) -> Self: ...
    @property
    def completeness_score(self) -> float | None:
        """How much of the expected evidence is there.
        
        Unit: 0 to 1."""
    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that ran or should have."""
    @property
    def missing(self) -> tuple[str, ...]:
        """Expected evidence that is not there."""

@final
class Check(Model):
    """One automated check."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        name: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        conclusion: str | None = None,
    ) -> Self: ...
    @property
    def name(self) -> str | None:
        """Its name at the provider."""
    @property
    def kind(self) -> str | None:
        """What it checks, such as `test` or `lint`."""
    @property
    def status(self) -> str | None:
        """Whether it is queued, running or completed."""
    @property
    def conclusion(self) -> str | None:
        """How it ended, such as `success` or `failure`."""

@final
class SupplyChain(Model):
    """Changes to what the project is built from and with."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        dependencies: Iterable[Dependency] | None = None,
        lockfiles: Iterable[str] | None = None,
        ci_files: Iterable[str] | None = None,
        build_scripts: Iterable[str] | None = None,
        findings: Iterable[str] | None = None,
    ) -> Self: ...
    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Dependencies added, removed or moved to another version."""
    @property
    def lockfiles(self) -> tuple[str, ...]:
        """Changed lockfiles."""
    @property
    def ci_files(self) -> tuple[str, ...]:
        """Changed files of continuous integration."""
    @property
    def build_scripts(self) -> tuple[str, ...]:
        """Changed files that run during a build."""
    @property
    def findings(self) -> tuple[str, ...]:
        """What deserves a look, in words."""

@final
class Dependency(Model):
    """One changed dependency."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        name: str | None = None,
        ecosystem: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        change: str | None = None,
    ) -> Self: ...
    @property
    def name(self) -> str | None:
        """The package's name."""
    @property
    def ecosystem(self) -> str | None:
        """Where the package comes from, such as `cargo` or `npm`."""
    @property
    def from_(self) -> str | None:
        """The version before; null when it was added."""
    @property
    def to(self) -> str | None:
        """The version after; null when it was removed."""
    @property
    def change(self) -> str | None:
        """What happened, such as `added` or `major`."""

@final
class Triage(Model):
    """How much work a review is, and how long the pull request has waited."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        effort: Effort | str | None = None,
        estimated_minutes: int | None = None,
        stale_days: int | None = None,
        staleness: Staleness | str | None = None,
    ) -> Self: ...
    @property
    def effort(self) -> Effort | None:
        """The size of the review."""
    @property
    def estimated_minutes(self) -> int | None:
        """How long a review is likely to take.
        
        Unit: minutes."""
    @property
    def stale_days(self) -> int | None:
        """Days without a change; null once merged or closed.
        
        Unit: days."""
    @property
    def staleness(self) -> Staleness | None:
        """The waiting time in a word; absent once merged or closed."""

@final
class Conventions(Model):
    """How a pull request keeps to the contribution guidelines."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        checks: Iterable[ConventionCheck] | None = None,
    ) -> Self: ...
    @property
    def checks(self) -> tuple[ConventionCheck, ...]:
        """One entry a guideline."""

@final
class ConventionCheck(Model):
    """One guideline and whether it is kept."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        id: str | None = None,
        passed: bool | None = None,
        detail: str | None = None,
    ) -> Self: ...
    @property
    def id(self) -> str | None:
        """A stable name."""
    @property
    def passed(self) -> bool | None:
        """Whether it is kept."""
    @property
    def detail(self) -> str | None:
        """What was seen."""

@final
class Focus(Model):
    """Where a reviewer should look first."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        files: Iterable[FocusFile] | None = None,
    ) -> Self: ...
    @property
    def files(self) -> tuple[FocusFile, ...]:
        """The files most worth a look, the first first; at most 20."""

@final
class FocusFile(Model):
    """One file worth a look."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        path: str | None = None,
        rank: int | None = None,
        score: float | None = None,
        reasons: Iterable[str] | None = None,
    ) -> Self: ...
    @property
    def path(self) -> str | None:
        """The file's path in the repository."""
    @property
    def rank(self) -> int | None:
        """Its place in the list, from 1."""
    @property
    def score(self) -> float | None:
        """Its share of the attention.
        
        Unit: 0 to 1."""
    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words."""

@final
class Governance(Model):
    """What the repository's policies say."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        policies: Iterable[str] | None = None,
        findings: Iterable[PolicyFinding] | None = None,
    ) -> Self: ...
    @property
    def policies(self) -> tuple[str, ...]:
        """The policies that were evaluated, by id."""
    @property
    def findings(self) -> tuple[PolicyFinding, ...]:
        """What they found."""

@final
class PolicyFinding(Model):
    """One rule of a policy that matched."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        policy_id: str | None = None,
        rule_id: str | None = None,
        outcome: str | None = None,
        message: str | None = None,
        remediation: str | None = None,
    ) -> Self: ...
    @property
    def policy_id(self) -> str | None:
        """The policy."""
    @property
    def rule_id(self) -> str | None:
        """The rule in it."""
    @property
    def outcome(self) -> str | None:
        """What came of it, such as `passed` or `warn`."""
    @property
    def message(self) -> str | None:
        """What was found, in words."""
    @property
    def remediation(self) -> str | None:
        """What to do about it."""

@final
class Review(Model):
    """What to do with a pull request. Advice, not a decision."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        action: ReviewAction | str | None = None,
        conclusion: ReviewConclusion | str | None = None,
        rationale: str | None = None,
    ) -> Self: ...
    @property
    def action(self) -> ReviewAction | None:
        """The suggested next step."""
    @property
    def conclusion(self) -> ReviewConclusion | None:
        """The same as the conclusion of a check run."""
    @property
    def rationale(self) -> str | None:
        """Why, in a sentence or two."""

@final
class Meta(Model):
    """When and how a Signal was made."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        generated_at: datetime | None = None,
        as_of: datetime | None = None,
        duration_ms: int | None = None,
        generator: str | None = None,
        unavailable: Iterable[Unavailable] | None = None,
    ) -> Self: ...
    @property
    def generated_at(self) -> datetime | None:
        """When it was made."""
    @property
    def as_of(self) -> datetime | None:
        """The moment that ages are counted to."""
    @property
    def duration_ms(self) -> int | None:
        """How long it took.
        
        Unit: milliseconds."""
    @property
    def generator(self) -> str | None:
        """What made it, with its version."""
    @property
    def unavailable(self) -> tuple[Unavailable, ...]:
        """What could not be read, and so was not taken for safe."""

@final
class Unavailable(Model):
    """Something that could not be read."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]

    def __new__(
        cls,
        *,
        what: str | None = None,
        reason: str | None = None,
    ) -> Self: ...
    @property
    def what(self) -> str | None:
        """The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are."""
    @property
    def reason(self) -> str | None:
        """Why, in words."""

@final
class RateLimit(Model):
    """The rate limit as the service last told it, each value by the last answer that held it."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]
    def __new__(
        cls, *, limit: int | None = None, remaining: int | None = None, reset_at: datetime | None = None
    ) -> Self: ...
    @property
    def limit(self) -> int | None:
        """Requests a window."""
    @property
    def remaining(self) -> int | None:
        """Requests left in this window."""
    @property
    def reset_at(self) -> datetime | None:
        """When the quota comes back, by this machine's clock."""

@final
class Attempt(Model):
    """One attempt of a call."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]
    def __new__(
        cls,
        *,
        number: int = 0,
        started: float = 0.0,
        duration: float = 0.0,
        waited: float = 0.0,
        wait_reason: Literal["queue", "pacing", "penalty", "retry_after", "backoff"] | None = None,
        status: int | None = None,
        error_kind: str | None = None,
        request_id: str | None = None,
        sent: Literal["no", "maybe", "yes"] = "no",
    ) -> Self: ...
    @property
    def number(self) -> int:
        """Its place in the call, from 1."""
    @property
    def started(self) -> float:
        """When it began, in seconds from the beginning of the call."""
    @property
    def duration(self) -> float:
        """How many seconds it took."""
    @property
    def waited(self) -> float:
        """How many seconds were waited before it."""
    @property
    def wait_reason(self) -> Literal["queue", "pacing", "penalty", "retry_after", "backoff"] | None:
        """Why was waited before it; for several reasons, the one that took longest."""
    @property
    def status(self) -> int | None:
        """The HTTP status of the answer, if one began."""
    @property
    def error_kind(self) -> str | None:
        """What went wrong with it; None for the one that succeeded."""
    @property
    def request_id(self) -> str | None:
        """The service's name for this request."""
    @property
    def sent(self) -> Literal["no", "maybe", "yes"]:
        """Whether it reached the service."""

@final
class ResponseMeta(Model):
    """How an answer was obtained."""

    __match_args__: ClassVar[tuple[str, ...]]
    _nullable: ClassVar[tuple[str, ...]]
    def __new__(
        cls,
        *,
        status: int | None = None,
        request_id: str | None = None,
        rate_limit: RateLimit | None = None,
        decode_warnings: Iterable[str] | None = None,
        headers: dict[str, str] | None = None,
        attempts: Iterable[Attempt] | None = None,
        elapsed: float = 0.0,
    ) -> Self: ...
    @property
    def status(self) -> int | None:
        """The HTTP status; None where the analysis was read and not received."""
    @property
    def request_id(self) -> str | None:
        """The service's name for this request, to be given when asking it for help."""
    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limit as the service last told it to this call."""
    @property
    def decode_warnings(self) -> tuple[str, ...]:
        """The paths of known fields that could not be read, such as ``signal.risk.score``."""
    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers by their names in lower case. A value that holds the caller's key is replaced."""
    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt of the call, the last one being the one that succeeded."""
    @property
    def elapsed(self) -> float:
        """The time of the whole call in seconds, waits included."""

@final
class Analysis:
    """What the service made of a pull request, and how it was obtained."""

    __match_args__: ClassVar[tuple[str, ...]]
    def __new__(cls, _: Never, /) -> Self: ...
    @classmethod
    def from_json(cls, text: str) -> Analysis:
        """Reads an analysis from its text, as ``to_json`` gives it. How it was obtained is not known then.

        Raises ``DecodeError``, which is a ``ValueError``, when the text is none.
        """
    @property
    def signal_id(self) -> str | None:
        """Names the Signal; opaque. None only if the service names none."""
    @property
    def signal_url(self) -> str | None:
        """Where a person can read the Signal; opaque."""
    @property
    def signal(self) -> Signal:
        """The Signal."""
    @property
    def raw(self) -> str:
        """The text as the service sent it."""
    @property
    def meta(self) -> ResponseMeta:
        """How it was obtained."""
    @property
    def extra(self) -> dict[str, Any]:
        """The members beside the Signal that this version does not know, by name."""
    def to_json(self) -> str:
        """The text as the service sent it."""
    def to_dict(self) -> dict[str, Any]:
        """The known fields as plain values with the names that they have in JSON."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...
    def __reduce__(self) -> tuple[Any, Any]: ...
    def __rich_repr__(self) -> Iterator[Any]: ...
    def _repr_html_(self) -> str: ...
    @classmethod
    def _restore(cls, raw: str, meta: ResponseMeta) -> Analysis: ...

@final
class AnalyzeRequest:
    """Which pull request to analyse, and with whose rights.

    Named by the address of its page, or by ``provider``, ``owner``, ``repo`` and ``pr_number``. Most calls need none of
    this: ``Client.analyze`` takes an address.

    Raises ``InvalidRequestError``, saying what is wrong.
    """

    def __new__(
        cls,
        url: str | None = None,
        *,
        provider: str | None = None,
        owner: str | None = None,
        repo: str | None = None,
        pr_number: int | None = None,
        access_token: str | None = None,
    ) -> Self: ...
    @property
    def url(self) -> str:
        """The address of the pull request's page."""
    @property
    def provider(self) -> Provider:
        """Where the repository is hosted."""
    @property
    def owner(self) -> str:
        """The user, organisation or group that owns the repository."""
    @property
    def repo(self) -> str:
        """The repository's name."""
    @property
    def pr_number(self) -> int:
        """The pull request's number."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...
    def __reduce__(self) -> tuple[Any, Any]: ...

@final
class CancelHandle:
    """Cancels calls from elsewhere, such as another thread. They raise ``CancelledError``."""

    def __new__(cls) -> Self: ...
    def cancel(self) -> None:
        """Cancels every call that has this handle, and every one that will get it."""
    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""

_Input = TypeVar("_Input", default=_Request, covariant=True)

@final
class BatchItem(Generic[_Input]):
    """One item of a batch and what came of it."""

    __match_args__: ClassVar[tuple[str, ...]]
    def __new__(cls, _: Never, /) -> Self: ...
    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    @property
    def index(self) -> int:
        """Its place among the items, from 0."""
    @property
    def input(self) -> _Input:
        """The item as it was given."""
    @property
    def analysis(self) -> Analysis | None:
        """What the service made of it; None where there is an error, or the item repeats another."""
    @property
    def error(self) -> AxiomoError | None:
        """Why there is no analysis."""
    @property
    def repeats(self) -> int | None:
        """The index of an item before that asked for the same, whose result is this one's as well."""
    def result(self) -> Analysis:
        """The analysis, or raises the error. An item that repeats another raises ``ValueError``, naming it."""

@final
class BatchProgress:
    """How far a batch is."""

    __match_args__: ClassVar[tuple[str, ...]]
    def __new__(cls, _: Never, /) -> Self: ...
    @property
    def done(self) -> int:
        """Items whose result was taken, failed ones included."""
    @property
    def failed(self) -> int:
        """Those of them that failed."""
    @property
    def waiting(self) -> int:
        """Items whose result was not taken yet; where the source does not say how many are left, at least so many."""
    @property
    def eta(self) -> float | None:
        """How many seconds the rest takes about, by the quota and the mean time of an analysis."""

@final
class Batch:
    """Analyses of many pull requests, as an iterator of their results."""

    def __new__(cls, _: Never, /) -> Self: ...
    def progress(self) -> BatchProgress:
        """How far it is."""
    def __iter__(self) -> Batch: ...
    def __next__(self) -> BatchItem[Any]: ...

@final
class RateLimiterSnapshot:
    """What a ``RateLimiter`` knows at one moment."""

    __match_args__: ClassVar[tuple[str, ...]]
    def __new__(cls, _: Never, /) -> Self: ...
    @property
    def limit(self) -> int:
        """Units a window, as far as is known."""
    @property
    def own(self) -> int:
        """Units that this limiter's own requests hold, those under way included."""
    @property
    def others(self) -> int:
        """Units that others seem to hold."""
    @property
    def waiting(self) -> int:
        """How many calls wait."""
    @property
    def paused_for(self) -> float | None:
        """For how many seconds the service wants to be left alone; None where it does not."""
    @property
    def told(self) -> RateLimit | None:
        """What the service last told."""

@final
class RateLimiter:
    """Keeps the calls of one user of the service under the rate limit: give one to every client of that user.

    It begins with ``limit`` requests a minute, 60 by default, until the service says otherwise.
    """

    def __new__(cls, limit: int | None = None, *, pacing: Literal["eager", "smooth", "off"] | None = None) -> Self: ...
    @classmethod
    def shared(cls, name: str, *, pacing: Literal["eager", "smooth", "off"] | None = None) -> RateLimiter:
        """The limiter of this name, the same one for the whole process."""
    @classmethod
    def redis(cls, url: str, *, pacing: Literal["eager", "smooth", "off"] | None = None) -> RateLimiter:
        """One whose quota is kept in Redis, for all processes that use it. Connects when it is first needed.

        Raises ``ConfigurationError`` when the address cannot be used.
        """
    def snapshot(self) -> RateLimiterSnapshot:
        """What it knows now."""

@final
class VirtualClock:
    """Time that passes only when a test says so."""

    def __new__(cls) -> Self: ...
    @classmethod
    def conducted(cls, address: str) -> VirtualClock:
        """One that a reference server moves, at the address of its conductor."""
    def skip_waits(self, skip: bool = True) -> None:
        """Whether waits end at once, as if their time had passed."""
    def advance(self, seconds: _Seconds) -> None:
        """Lets time pass."""
    @property
    def elapsed(self) -> float:
        """How many seconds have passed."""
    def waits(self) -> list[tuple[float, str]]:
        """Every wait that was begun: its length in seconds, and its reason."""

def forbid_real_time() -> None:
    """From now on, a client that takes its time from the machine panics, for tests that show that none does."""

def verify_webhook(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether a signature, as in the header ``X-Hub-Signature-256``, is that of a webhook's body under a secret.

    Takes the same time wherever it differs; without a signature it is false. ``body`` is the bytes as they came,
    before anything is made of them.
    """

def restore(class_: type[Model], fields: dict[str, Any], is_absent: bool, extra: str | None) -> Model: ...

@final
class Bridge:
    """Brings results into an event loop."""

    def __new__(cls, _: Never, /) -> Self: ...
    @staticmethod
    def current() -> Bridge: ...
    def depart(self) -> None: ...
    def drain(self) -> None: ...

_Result = TypeVar("_Result")

@final
class PendingCall(Generic[_Result]):
    """A call that an event loop waits for."""

    def __new__(cls, _: Never, /) -> Self: ...
    def __await__(self) -> Generator[Any, None, _Result]: ...
    def cancel(self) -> None: ...

@final
class NativeAsyncBatch:
    """What ``AsyncBatch`` is made of."""

    def __new__(cls, _: Never, /) -> Self: ...
    def take(self, is_ended: bool) -> BatchItem[Any] | None: ...
    def begin_next(self, bridge: Bridge, batch: object) -> PendingCall[bool]: ...
    def push(self, item: Any) -> None: ...
    def end(self) -> None: ...
    def wait(self) -> None: ...
    def fail(self, error: BaseException) -> None: ...
    def progress(self) -> BatchProgress: ...

@final
class NativeClient:
    """What ``Client`` and ``AsyncClient`` are made of."""

    def __new__(
        cls,
        *,
        api_key: str | Callable[[], str] | None,
        base_url: str | None,
        timeout: float | timedelta | None,
        attempt_timeout: float | timedelta | None,
        connect_timeout: float | timedelta | None,
        max_wait: float | timedelta | None,
        max_retries: int | None,
        retry_ambiguous: bool | None,
        pacing: Literal["eager", "smooth", "off"] | None,
        anonymous: bool,
        rate_limiter: RateLimiter | None,
        user_agent_suffix: str | None,
        proxy: str | None,
        root_certificate: bytes | str | None,
        client_certificate: tuple[bytes | str, bytes | str] | None,
        default_headers: Mapping[str, str] | None,
        allow_insecure_http: bool,
        clock: VirtualClock | None,
    ) -> Self: ...
    def analyze(
        self,
        request: _Request,
        access_token: str | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Analysis: ...
    def scan(
        self,
        scan_id: str,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Analysis: ...
    def analyze_many(
        self,
        items: Iterable[_Request],
        ordered: bool,
        concurrency: int | None = None,
        deadline: _Seconds | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Batch: ...
    def begin_analyze(
        self,
        bridge: Bridge,
        request: _Request,
        access_token: str | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> PendingCall[Analysis]: ...
    def begin_scan(
        self,
        bridge: Bridge,
        scan_id: str,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> PendingCall[Analysis]: ...
    def begin_many(
        self,
        items: Iterable[_Request] | AsyncIterable[_Request],
        ordered: bool,
        concurrency: int | None = None,
        deadline: _Seconds | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> NativeAsyncBatch: ...
    def with_options(
        self,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> NativeClient: ...
    def rate_limit(self) -> RateLimit | None: ...
    def rate_limiter(self) -> RateLimiter: ...
    def base_url(self) -> str: ...
    def has_key(self) -> bool: ...
    def close(self) -> None: ...
