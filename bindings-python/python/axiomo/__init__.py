# Generated from spec/model.yaml by `cargo xtask generate`; edit that file and its template instead.

"""The client of the Axiomo API, which turns a pull request into a typed Signal.

>>> import axiomo
>>> axiomo.Client().analyze("https://github.com/owner/repo/pull/123").signal.risk.level  # doctest: +SKIP
RiskLevel.HIGH
"""

from axiomo import errors
from axiomo._client import Client
from axiomo._default import analyze
from axiomo._native import (
    Analysis,
    AnalyzeRequest,
    Attempt,
    Batch,
    BatchItem,
    BatchProgress,
    CancelHandle,
    Model,
    RateLimit,
    RateLimiter,
    RateLimiterSnapshot,
    ResponseMeta,
    __version__,
    verify_webhook,
)
from axiomo.errors import (
    AxiomoError,
    ConfigurationError,
    InvalidRequestError,
    AuthenticationError,
    PermissionDeniedError,
    NotFoundError,
    RateLimitError,
    TimeoutError,
    ConnectionError,
    ServerError,
    DecodeError,
    CancelledError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from axiomo import enums
    from axiomo._async_batch import AsyncBatch
    from axiomo._async_client import AsyncClient
    from axiomo._native import (
        Check,
        Contributor,
        ConventionCheck,
        Conventions,
        Dependency,
        Evidence,
        Focus,
        FocusFile,
        Governance,
        Intent,
        Meta,
        PolicyFinding,
        PullRequest,
        Review,
        Risk,
        RiskDriver,
        Signal,
        SupplyChain,
        Triage,
        Unavailable,
    )
    from axiomo.enums import (
        ContributorRole,
        Effort,
        Provider,
        PullRequestState,
        ReviewAction,
        ReviewConclusion,
        RiskLevel,
        Staleness,
        TrustLevel,
    )

__all__ = [
    "Analysis",
    "AnalyzeRequest",
    "AsyncBatch",
    "AsyncClient",
    "Attempt",
    "AuthenticationError",
    "AxiomoError",
    "Batch",
    "BatchItem",
    "BatchProgress",
    "CancelHandle",
    "CancelledError",
    "Check",
    "Client",
    "ConfigurationError",
    "ConnectionError",
    "Contributor",
    "ContributorRole",
    "ConventionCheck",
    "Conventions",
    "DecodeError",
    "Dependency",
    "Effort",
    "Evidence",
    "Focus",
    "FocusFile",
    "Governance",
    "Intent",
    "InvalidRequestError",
    "Meta",
    "Model",
    "NotFoundError",
    "PermissionDeniedError",
    "PolicyFinding",
    "Provider",
    "PullRequest",
    "PullRequestState",
    "RateLimit",
    "RateLimitError",
    "RateLimiter",
    "RateLimiterSnapshot",
    "ResponseMeta",
    "Review",
    "ReviewAction",
    "ReviewConclusion",
    "Risk",
    "RiskDriver",
    "RiskLevel",
    "ServerError",
    "Signal",
    "Staleness",
    "SupplyChain",
    "TimeoutError",
    "Triage",
    "TrustLevel",
    "Unavailable",
    "__version__",
    "analyze",
    "enums",
    "errors",
    "verify_webhook",
]

# Where the names are that not every program uses: what stands there is loaded by the first use of one.
_ELSEWHERE = {
    "AsyncBatch": "_async_batch",
    "AsyncClient": "_async_client",
    "ContributorRole": "enums",
    "Effort": "enums",
    "Provider": "enums",
    "PullRequestState": "enums",
    "ReviewAction": "enums",
    "ReviewConclusion": "enums",
    "RiskLevel": "enums",
    "Staleness": "enums",
    "TrustLevel": "enums",
    "Check": "_native",
    "Contributor": "_native",
    "ConventionCheck": "_native",
    "Conventions": "_native",
    "Dependency": "_native",
    "Evidence": "_native",
    "Focus": "_native",
    "FocusFile": "_native",
    "Governance": "_native",
    "Intent": "_native",
    "Meta": "_native",
    "PolicyFinding": "_native",
    "PullRequest": "_native",
    "Review": "_native",
    "Risk": "_native",
    "RiskDriver": "_native",
    "Signal": "_native",
    "SupplyChain": "_native",
    "Triage": "_native",
    "Unavailable": "_native",
    "enums": "enums",
}

# Type checkers would take any name for one of the package.
if not TYPE_CHECKING:

    def __getattr__(name):
        import sys

        module = _ELSEWHERE.get(name)
        if module is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        from importlib import import_module

        loaded = import_module(f"{__name__}.{module}")
        value = globals()[name] = loaded if name == module else getattr(loaded, name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
