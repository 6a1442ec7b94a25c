# Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

"""The enums of a Signal. Each value is a ``str``, and one that this version does not know is kept as it came."""

from __future__ import annotations

from axiomo._open_enum import OpenEnum, Scale, declare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

__all__ = [
    "ContributorRole",
    "Effort",
    "Provider",
    "PullRequestState",
    "ReviewAction",
    "ReviewConclusion",
    "RiskLevel",
    "Staleness",
    "TrustLevel",
]


class Provider(OpenEnum):
    """A host of repositories."""

    __slots__ = ()

    GITHUB: ClassVar[Provider]
    """GitHub, github.com or self-hosted."""
    GITLAB: ClassVar[Provider]
    """GitLab, gitlab.com or self-hosted."""
    BITBUCKET: ClassVar[Provider]
    """Bitbucket Cloud or Data Center."""


Provider.GITHUB = declare(Provider, "GITHUB", "github")
Provider.GITLAB = declare(Provider, "GITLAB", "gitlab")
Provider.BITBUCKET = declare(Provider, "BITBUCKET", "bitbucket")


class PullRequestState(OpenEnum):
    """Where a pull request is in its life."""

    __slots__ = ()

    OPEN: ClassVar[PullRequestState]
    """Waiting to be merged."""
    CLOSED: ClassVar[PullRequestState]
    """Closed without a merge."""
    MERGED: ClassVar[PullRequestState]
    """Merged into its base branch."""


PullRequestState.OPEN = declare(PullRequestState, "OPEN", "open")
PullRequestState.CLOSED = declare(PullRequestState, "CLOSED", "closed")
PullRequestState.MERGED = declare(PullRequestState, "MERGED", "merged")


class ContributorRole(OpenEnum):
    """The part a contributor has in a pull request."""

    __slots__ = ()

    AUTHOR: ClassVar[ContributorRole]
    """Opened it."""
    CO_AUTHOR: ClassVar[ContributorRole]
    """Wrote commits of it, or is named in a `Co-authored-by` line."""


ContributorRole.AUTHOR = declare(ContributorRole, "AUTHOR", "author")
ContributorRole.CO_AUTHOR = declare(ContributorRole, "CO_AUTHOR", "co_author")


class TrustLevel(Scale):
    """How well a contributor is known in a repository, from least to most."""

    __slots__ = ()

    NEW: ClassVar[TrustLevel]
    """Nothing before this change."""
    LOW: ClassVar[TrustLevel]
    """A first few contributions."""
    ESTABLISHED: ClassVar[TrustLevel]
    """A steady record of contributions."""
    TRUSTED: ClassVar[TrustLevel]
    """A long record of contributions."""
    MAINTAINER: ClassVar[TrustLevel]
    """Merges other people's changes here."""


TrustLevel.NEW = declare(TrustLevel, "NEW", "new")
TrustLevel.LOW = declare(TrustLevel, "LOW", "low")
TrustLevel.ESTABLISHED = declare(TrustLevel, "ESTABLISHED", "established")
TrustLevel.TRUSTED = declare(TrustLevel, "TRUSTED", "trusted")
TrustLevel.MAINTAINER = declare(TrustLevel, "MAINTAINER", "maintainer")


class RiskLevel(Scale):
    """A risk score in a word, from least to most."""

    __slots__ = ()

    LOW: ClassVar[RiskLevel]
    """Like most changes, or safer."""
    MEDIUM: ClassVar[RiskLevel]
    """Worth a careful review."""
    HIGH: ClassVar[RiskLevel]
    """Among the riskiest tenth."""
    CRITICAL: ClassVar[RiskLevel]
    """Among the riskiest few of a hundred."""


RiskLevel.LOW = declare(RiskLevel, "LOW", "low")
RiskLevel.MEDIUM = declare(RiskLevel, "MEDIUM", "medium")
RiskLevel.HIGH = declare(RiskLevel, "HIGH", "high")
RiskLevel.CRITICAL = declare(RiskLevel, "CRITICAL", "critical")


class Effort(Scale):
    """The size of a review, from least to most."""

    __slots__ = ()

    XS: ClassVar[Effort]
    """A glance."""
    S: ClassVar[Effort]
    """A few minutes."""
    M: ClassVar[Effort]
    """A sitting."""
    L: ClassVar[Effort]
    """A good part of a day."""
    XL: ClassVar[Effort]
    """More than one sitting can do well."""


Effort.XS = declare(Effort, "XS", "xs")
Effort.S = declare(Effort, "S", "s")
Effort.M = declare(Effort, "M", "m")
Effort.L = declare(Effort, "L", "l")
Effort.XL = declare(Effort, "XL", "xl")


class Staleness(Scale):
    """How long a pull request has waited, from least to most."""

    __slots__ = ()

    FRESH: ClassVar[Staleness]
    """Changed within the last week."""
    AGING: ClassVar[Staleness]
    """Changed within the last month."""
    STALE: ClassVar[Staleness]
    """Not changed for a month or more."""


Staleness.FRESH = declare(Staleness, "FRESH", "fresh")
Staleness.AGING = declare(Staleness, "AGING", "aging")
Staleness.STALE = declare(Staleness, "STALE", "stale")


class ReviewAction(Scale):
    """A suggested next step, from lightest to strictest."""

    __slots__ = ()

    APPROVE: ClassVar[ReviewAction]
    """Nothing speaks against it."""
    REVIEW: ClassVar[ReviewAction]
    """Someone should read it."""
    REQUEST_CHANGES: ClassVar[ReviewAction]
    """It should be changed, or split, before it goes on."""
    BLOCK: ClassVar[ReviewAction]
    """It should not be merged as it is."""


ReviewAction.APPROVE = declare(ReviewAction, "APPROVE", "approve")
ReviewAction.REVIEW = declare(ReviewAction, "REVIEW", "review")
ReviewAction.REQUEST_CHANGES = declare(ReviewAction, "REQUEST_CHANGES", "request_changes")
ReviewAction.BLOCK = declare(ReviewAction, "BLOCK", "block")


class ReviewConclusion(OpenEnum):
    """The conclusion of a check run."""

    __slots__ = ()

    SUCCESS: ClassVar[ReviewConclusion]
    """The check passes."""
    NEUTRAL: ClassVar[ReviewConclusion]
    """The check neither passes nor fails."""
    FAILURE: ClassVar[ReviewConclusion]
    """The check fails."""


ReviewConclusion.SUCCESS = declare(ReviewConclusion, "SUCCESS", "success")
ReviewConclusion.NEUTRAL = declare(ReviewConclusion, "NEUTRAL", "neutral")
ReviewConclusion.FAILURE = declare(ReviewConclusion, "FAILURE", "failure")
